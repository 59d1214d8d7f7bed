"""Lines that name whom a reply quotes: ``On <date>, X wrote:``, and header blocks.

English and Indonesian first, then the common European languages. Every check
looks at a bounded stretch, so that any text is read in linear time.
"""

from __future__ import annotations

import re

MAX_ATTRIBUTION = 320
MAX_LINES = 3
_MAX_BLOCK_LINES = 24

# Single words: of ``ha scritto`` or ``a écrit`` the last one tells.
_VERBS = frozenset(
    """
    wrote writes said says spake opined menulis tulis menuliskan berkata schrieb schrieben écrit
    ecrit escribió escribio escribe scritto scrive escreveu escreve schreef skrev kirjoitti
    napisał napisała napisał(a) pisze napsal napsal(a) napísal пишет писал написал написала пише
    написав yazdı έγραψε írta scris
    """.split()
)
_VERBS_WITHOUT_SPACE = ("写道", "寫道", "さんは書きました")
_NOT_NAMES = frozenset(
    "i he she they you we it this that code who what as and or saya dia aku kami kita mereka yang "
    "the a an my your his her their which".split()
)
_IN_MESSAGE = re.compile(
    r"(.{1,200}?)\s+in (?:message|news|article)\b.{0,120}\Z", re.IGNORECASE | re.DOTALL
)
_OPENER = re.compile(
    r"\W{0,4}(?:on|at|in|pada|am|le|el|il|em|op|den|dne|dnia|w dniu|date|en|a|da|il giorno|"
    r"quoting|citando|zitat von|mengutip|quoth|thus spake|from|\d{4}[/-]\d{1,2}[/-]\d{1,2}|"
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?)(?:\W|$)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"<[^<>]{0,4}[^<>\s]+[^<>]{0,120}>|\(\S+@\S+\)|\[mailto:|\S@\S|\S at \S+\.\w|protected\]",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}[:.]\d\d|\b(?:19|20)\d\d\b")
_TIME = re.compile(r"\d{1,2}[:.]\d\d")
_SHORT_GMAIL = re.compile(
    r"\d{4}[/-]\d{1,2}[/-]\d{1,2},? .{0,120}(?:<\S+(?: at \S+)?>|\S+@\S+):?\s*\Z"
)
_NAMED_ADDRESS = re.compile(
    r"(?:quoting|citando|zitat von|mengutip)\s.{1,150}:\s*\Z", re.IGNORECASE
)

_LABELS = {
    "from": "from dari pengirim von de da van från fra od от отправитель",
    "sent": "sent date dikirim terkirim tanggal gesendet datum envoyé enviado enviada data inviato "
    "verzonden skickat sendt dato отправлено дата",
    "to": "to kepada ke penerima an à para a aan till til do кому",
    "subject": "subject judul perihal topik subyek subjek hal betreff objet asunto assunto oggetto "
    "onderwerp ämne emne temat тема",
    "other": "cc bcc sender reply-to organization organisation importance attachments tembusan "
    "lampiran balas newsgroups kopie copie cco bijlage resent-from message-id in-reply-to "
    "x-mailer content-type mime-version list-id",
}
LABELS = {word: kind for kind, words in _LABELS.items() for word in words.split()}
LABELS |= {"balas kepada": "other", "enviado el": "sent", "enviado em": "sent"}
LABELS |= {"enviada em": "sent", "on behalf of": "other", "pada tanggal": "sent"}
_LABEL = re.compile(r"\s{0,8}\*{0,2}([^\W\d_][\w -]{0,24}?)\s?\*{0,2}\s?[:：]\*{0,2}(?=\s|$|\S)")


def holds_verb(text: str) -> bool:
    """A verb of saying stands in ``text`` as a word of its own."""
    return not _VERBS.isdisjoint(text.lower().replace(":", " ").replace(">", " ").split())


def is_verb(word: str) -> bool:
    """``word`` is a verb of saying."""
    return word.lower() in _VERBS


def _ends_in_verb(text: str) -> bool:
    tail = text.rstrip(" :：-").rpartition(">")[2]
    words = tail.rsplit(None, 1)
    if words and words[-1].lower() in _VERBS:
        return True
    if tail.endswith(_VERBS_WITHOUT_SPACE):
        return True
    if " in " not in text:
        return False
    match = _IN_MESSAGE.match(text)
    return match is not None and _ends_in_verb(match[1].replace(" in ", " "))


def is_attribution(text: str) -> bool:
    """One logical line that names whom the quote after it is from."""
    if not text or len(text) > MAX_ATTRIBUTION:
        return False
    if not _ends_in_verb(text):
        if text[:1].isdigit() and _SHORT_GMAIL.match(text):
            return True
        if _NAMED_ADDRESS.match(text):
            return True
        if text.endswith((">:", ")：", ">：")) and _DATE.search(text) and _ADDRESS.search(text):
            return True
        # The verb before the name or the date: ``X menulis di <date>:``, ``Am … schrieb X:``.
        return (
            text.rstrip()[-1:] in (":", "：")
            and holds_verb(text)
            and bool(_DATE.search(text) or _ADDRESS.search(text))
        )
    if _DATE.search(text) or _ADDRESS.search(text):
        return True
    if _OPENER.match(text) and any(character.isdigit() for character in text):
        return True
    words = text.split()
    if not 2 <= len(words) <= 7 or words[0][0] in ".,;:!?-":
        return False
    if words[0][0].islower():
        # People who write their own name in lower case; not a clause of a sentence.
        return len(words) <= 4 and _NOT_NAMES.isdisjoint(text.lower().split())
    return True


def opens_attribution(text: str) -> bool:
    """``text`` starts as attributions do, with a date or hour further on."""
    return _OPENER.match(text) is not None and any(character.isdigit() for character in text)


def has_date(text: str) -> bool:
    """A date in figures, an hour, or a year of our time stands in ``text``."""
    return _DATE.search(text) is not None


def is_strong(text: str) -> bool:
    """So complete an attribution that an unmarked quote follows it.

    An opener, a date, and an address or the hour, all in one.
    """
    return (
        opens_attribution(text)
        and _DATE.search(text) is not None
        and (_ADDRESS.search(text) is not None or _TIME.search(text) is not None)
        and text.rstrip()[-1:] in ":：-"
    )


_ADDRESSED = re.compile(
    r"(?:[^<>:]{0,60}<[^<>\s]{1,80}(?:@| at )[^<>\s]{1,80}>|\[EMAIL PROTECTED\]"
    r"|\S{1,60}@\S{1,60})\s+(?:wrote|menulis)\s?:\Z",
    re.IGNORECASE,
)


def is_addressed(text: str) -> bool:
    """Nothing but a name, an address and a verb: webmail writes it over an unmarked quote."""
    return _ADDRESSED.match(text.strip()[:300]) is not None


def attribution_start(lines: list[str], last: int) -> int | None:
    """First line of the attribution that ends at line ``last``, or None."""
    ending = lines[last].rstrip()
    if ending[-1:] not in (":", "：", ">", "-") and not _ends_in_verb(ending[-100:]):
        return None
    text = ""
    found: int | None = None
    for index in range(last, max(-1, last - MAX_LINES), -1):
        line = lines[index].strip()
        if not line or line[0] in ">|" or len(text) + len(line) > MAX_ATTRIBUTION:
            break
        text = f"{line} {text}".rstrip() if text else line
        if is_attribution(text):
            if opens_attribution(text):
                return index
            if found is None:
                found = index
    return found


def label_of(line: str) -> str | None:
    """The kind of header field a line shows: from, sent, to, subject, other; or None."""
    match = _LABEL.match(line[:80].lstrip("\u200e\u200f"))
    return LABELS.get(match[1].lower().strip()) if match else None


def header_block(lines: list[str], start: int) -> tuple[int, set[str]]:
    """The line after a block of header fields at ``start``, and the kinds it holds.

    Blank lines before the first field, between a blank-spaced block's fields,
    and folded values are part of the block. An empty set means there is none.
    """
    kinds: set[str] = set()
    end = index = start
    limit = min(len(lines), start + _MAX_BLOCK_LINES)
    loose = 0
    while index < limit:
        line = lines[index]
        kind = label_of(line)
        if kind is not None:
            kinds.add(kind)
            end = index + 1
            loose = 0
        elif not line.strip():
            if kinds and (label_of(lines[index + 1]) is None if index + 1 < limit else True):
                break
        else:
            # A folded value goes on for a line or two before the next field.
            loose += 1
            if not kinds or loose > 3 or line[:1] == ">":
                break
        index += 1
    return end, kinds
