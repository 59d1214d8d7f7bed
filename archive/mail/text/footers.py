"""What ends a post and is not the author's text: devices, list footers, adverts, disclaimers."""

from __future__ import annotations

import re

_DEVICE = re.compile(
    r"\W{0,3}(?:(?:sent|dikirim|terkirim|envoyé|envoye|gesendet|von meinem|enviado|inviato|"
    r"verzonden|verstuurd|skickat|sendt|lähetetty|wysłane|get|diterbitkan)\s(?:from|via|with|using|"
    r"by|dari|melalui|depuis|de|mon|von|mit|desde|do|da|dal|vanaf|van|från|fra|z|mijn|meinem|outlook)"
    r"\b[^,.]{0,60}?(?:iphone|ipad|ipod|blackberry|android|samsung|galaxy|htc|nokia|huawei|xiaomi|"
    r"oppo|redmi|windows|mobile|phone|ponsel|smartphone|tablet|handheld|treo|palm|mail|outlook|"
    r"gmail|yahoo|gawai|hp|handphone|verizon|t-mobile)"
    r"|von mein\w{0,3} .{0,40} gesendet\s*\Z|powered by\b.{0,40}(?:blackberry|indosat)"
    r"|sinyal kuat indosat)",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(r"(?:sent from|dikirim dari)\s[^,.!?]{1,60}\Z", re.IGNORECASE)
_SENTENCE = re.compile(r"\bmy (?:desk|office|home|heart)\b", re.IGNORECASE)

_LIST_WORDS = re.compile(
    r"mailing[- ]list|listinfo|/mailman|unsubscri|berhenti|henti langgan|berlangganan|milis ini|"
    r"langganan|-request(?:@| at )|lists?\.\S+/|@lists?\.|yahoo!? ?groups|google groups|"
    r"googlegroups|groups\.io|majordomo|listserv|mailinglijst|mailingliste|liste de diffusion|"
    r"lista de (?:correo|discuss)|yahoo! \w|yahoo\.com/|\bmsn (?:messenger|search|hotmail)|"
    r"hotmail|windows live",
    re.IGNORECASE,
)
_FOOTER_LINE = re.compile(
    r"\W{0,3}(?:to unsubscribe(?:,| from| send| e-?mail|:| go| visit| or)|"
    r"you (?:received|are receiving|have received) this (?:message |e-?mail )?because|"
    r"you are (?:receiving this|currently subscribed to)|to (?:subscribe or )?unsubscribe\b|"
    r"unsubscribe (?:from|here|link|:)|unsubscribe:|yahoo! groups (?:links|sponsor)|"
    r"reply to this e-?mail directly|reply via (?:web post|email to)|view it on github|"
    r"kirim e-?mail ke\s*\Z|no virus found in this|this e-?mail has been (?:checked|scanned)|"
    r"this email is free from viruses|do you yahoo!\?|do you yahoo!|berhenti \(unsubscribe\)|"
    r"henti langgan|untuk berhenti (?:ber)?langganan|mendaftar atau berhenti|"
    r"milis ini (?:untuk|adalah)|to post to this group|for more options, visit|your use of yahoo|"
    r"visit your group|archives? (?:and (?:help|subscription))|virus-free\.|avast|"
    r"please do not (?:reply to|top.?post)|to view this discussion on the web)",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"\W{0,4}(?:confidentiality (?:notice|note)|disclaimer\s*[:\n-]|privileged\W{1,3}confidential|"
    r"(?:this|the information (?:contained )?in this|the contents? of this|pesan|surel|e-?mail ini|"
    r"email ini|diese|ce message|este (?:mensaje|correo)|esta mensagem)"
    r".{0,120}(?:confidential|privileged|intended (?:only|solely|for)|rahasia|vertraulich|"
    r"confidentiel|confidencial))",
    re.IGNORECASE,
)
_ONE_LINE = re.compile(
    r"\s*\[\[(?:alternative|non-?text) .{0,60}\]\]\s*\Z|\s*\[non-text portions of this message"
    r"|\s*\[this message contained attachments\]|\s*\[demime .{0,80}\]"
    r"|-{6,20} next part -{6,20}\s*\Z"
    r"|an? (?:embedded|html|non-text)\b.{0,40} was scrubbed\.\.\.",
    re.IGNORECASE,
)
_SCRUBBED = re.compile(
    r"an (?:html|embedded).{0,40}was scrubbed|a non-text attachment|an embedded (?:and|message)|"
    r"name:|type:|size:|desc:|url\s?:|skipped content|<?https?://\S+/attachments?/",
    re.IGNORECASE,
)
_GOOGLE_RULE = re.compile(r"-{2}~-{2}~-{5,}")


def is_device_line(line: str, ends_part: bool) -> bool:
    """``Sent from my …``; ``ends_part`` says that no authored text follows."""
    stripped = line.strip()
    if len(stripped) > 120 or _SENTENCE.search(stripped):
        return False
    if _DEVICE.match(stripped):
        # A sentence goes on after the device; a device line ends with it.
        return ends_part or not stripped.endswith((".", ","))
    return ends_part and _SENT_FROM.match(stripped) is not None


def is_list_text(line: str) -> bool:
    """A line that speaks of a mailing list, as a footer under a rule does."""
    return _LIST_WORDS.search(line[:300]) is not None


def is_footer_line(line: str) -> bool:
    """A line with which a footer or advert begins."""
    return _FOOTER_LINE.match(line[:200]) is not None


def is_disclaimer(paragraph: str) -> bool:
    """A paragraph that is plainly a legal disclaimer."""
    return _DISCLAIMER.match(paragraph[:300]) is not None


def is_list_software_line(line: str) -> bool:
    """A line that list software put in the place of a removed part."""
    return _ONE_LINE.match(line[:200]) is not None


def is_scrubbed_note(line: str) -> bool:
    """A line of pipermail's note on an attachment it took out."""
    return _SCRUBBED.match(line[:300]) is not None


def is_google_rule(line: str) -> bool:
    """The wavy rule before a Google Groups footer."""
    return _GOOGLE_RULE.match(line[:80]) is not None
