"""What ends a post and is not the author's text: devices, list footers, adverts, disclaimers."""

from __future__ import annotations

import re

from archive.mail.words.openings import Openings
from archive.mail.words.phrases import alternatives
from archive.mail.words.registry import gather
from archive.mail.words.spellings import with_lost_accents

MARKS = " \t*_([{•~.=!⚠|"
"""What may stand before the first word of such a line."""

MAX_DEVICE_LINE = 120

DEVICES = with_lost_accents(gather(lambda language: language.endings.devices))
DEVICE_LINES = Openings(
    with_lost_accents(gather(lambda language: language.endings.device_lines)),
    {"device": DEVICES},
    stops=",.",
)
SENT_FROM = Openings(
    f"{lead} …" for lead in with_lost_accents(gather(lambda language: language.endings.sent_from))
)
FOOTERS = Openings(with_lost_accents(gather(lambda language: language.endings.footers)))
DISCLAIMERS = Openings(
    with_lost_accents(gather(lambda language: language.endings.disclaimers)), gap=120
)
BANNERS = Openings(with_lost_accents(gather(lambda language: language.endings.banners)), gap=120)
REMOVED_PARTS = Openings(gather(lambda language: language.endings.removed_parts), gap=90)
_REMOVED_PART_DETAILS = Openings(
    gather(lambda language: language.endings.removed_part_details), gap=40
)
_LIST_TEXT = re.compile(
    f"{alternatives(gather(lambda language: language.endings.list_words))}"
    r"|-request(?:@| at )|lists?\.\S+/|@lists?\."
)
_ATTACHMENT_ADDRESS = re.compile(r"<?https?://\S+/attachments?/")
_GOOGLE_RULE = re.compile(r"-{2}~-{2}~-{5,}")


def bare(line: str) -> str:
    """The first characters of ``line`` in lower case, without the marks before its first word."""
    return line[:300].lstrip(MARKS).lower()


def is_device_line(line: str, ends_part: bool) -> bool:
    """``Sent from my …``; ``ends_part`` says that no authored text follows."""
    stripped = bare(line.strip())
    if len(stripped) > MAX_DEVICE_LINE:
        return False
    if DEVICE_LINES.match(stripped):
        # A sentence goes on after the device; a device line ends with it.
        return ends_part or not stripped.endswith((".", ","))
    return ends_part and SENT_FROM.match(stripped) and not any(one in stripped for one in ",.!?")


def is_list_text(line: str) -> bool:
    """A line that speaks of a mailing list, as a footer under a rule does."""
    return _LIST_TEXT.search(line[:300].lower()) is not None


def is_footer_line(line: str) -> bool:
    """A line with which a footer or advert begins."""
    return FOOTERS.match(bare(line))


def may_disclaim(line: str) -> bool:
    """A line as disclaimers begin with, quickly told from others."""
    return DISCLAIMERS.begin(bare(line))


def is_disclaimer(line: str, paragraph: str) -> bool:
    """A line or the paragraph it begins is plainly a legal disclaimer."""
    return DISCLAIMERS.match(bare(line)) or DISCLAIMERS.match(bare(paragraph))


def is_banner(line: str) -> bool:
    """A line with which an organisation warns of mail from outside."""
    return BANNERS.match(bare(line))


def is_list_software_line(line: str) -> bool:
    """A line that list software put in the place of a removed part."""
    return REMOVED_PARTS.match(line[:200].lstrip().lower())


def is_scrubbed_note(line: str) -> bool:
    """A line of pipermail's note on an attachment it took out."""
    folded = line[:300].lower()
    return _REMOVED_PART_DETAILS.match(folded) or _ATTACHMENT_ADDRESS.match(folded) is not None


def is_google_rule(line: str) -> bool:
    """The wavy rule before a Google Groups footer."""
    return _GOOGLE_RULE.match(line[:80]) is not None
