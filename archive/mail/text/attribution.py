"""Lines that name whom a reply quotes: ``On <date>, X wrote:``.

A line is one by its signs: a verb of saying at its end, a date, an address, a word
that leads to a date. Every check looks at a bounded stretch, so that any text is read
in linear time.
"""

from __future__ import annotations

import re

from archive.mail.words.phrases import alternatives
from archive.mail.words.registry import gather
from archive.mail.words.spellings import with_lost_accents

MAX_ATTRIBUTION = 320
MAX_LINES = 6
_MAX_NAME = 200
_MAX_REFERENCE = 140
_MAX_CITED = 160

DIRECTION_MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What turns the direction of writing; programs put it around names and at ends of lines."""
COLONS = ":：﹕"
_NO_DIRECTION = dict.fromkeys(map(ord, DIRECTION_MARKS))

VERBS = with_lost_accents(gather(lambda language: language.quoting.verbs))
JOINED_VERBS = with_lost_accents(gather(lambda language: language.quoting.joined_verbs))
_VERBS = frozenset(VERBS)
VERB_ENDS = frozenset(
    ending
    for verb in (*VERBS, *JOINED_VERBS)
    for ending in (verb[-4:], verb[-4:].upper())
    if len(ending) == 4
)
"""The last four letters of verbs: they tell nearly all other lines apart."""
_SENTENCE_WORDS = frozenset(gather(lambda language: language.quoting.sentence_words))
_REFERENCE = re.compile(
    rf" {alternatives(gather(lambda language: language.quoting.references))} ", re.IGNORECASE
)
_CITING = tuple(f"{lead} " for lead in gather(lambda language: language.quoting.citing))
OPENERS = with_lost_accents(
    gather(lambda language: language.quoting.openers + language.quoting.citing)
)
_OPENERS = frozenset(OPENERS)
DATE_WORDS = with_lost_accents(
    gather(
        lambda language: (
            language.quoting.days
            + language.quoting.short_days
            + language.quoting.months
            + language.quoting.short_months
        )
    )
)
_DAYS = frozenset(with_lost_accents(gather(lambda language: language.quoting.days)))
_DATE_WORDS = frozenset(DATE_WORDS)
_FIRST_WORDS = re.compile(
    # With the signs of vowels that Thai and Hindi write around their letters.
    r"\W{0,8}([^\W\d_](?:[^\W\d_]|['?\u0e31-\u0e4e\u0901-\u0963-])*+)(?!\w)(?: ([^\W\d_]+))?"
)
_AFTER_DATE_WORD = re.compile(r"[.,]{0,2} {0,2}\d")
_FIRST_DATE = re.compile(
    r"\W{0,8}(?:\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2,4}"
    r"|\d{1,2}\.? (?:de )?[^\W\d_]{3,12}\.? (?:de )?\d{4}|\d{4} ?[年년])(?![^\W\d_])"
)
_ADDRESS = re.compile(
    r"<[^<>]{0,4}[^<>\s]+[^<>]{0,120}>|\(\S+@\S+\)|\[mailto:|\S@\S|\S at \S+\.\w|protected\]",
    re.IGNORECASE,
)
_MAILBOX = re.compile(
    r"[^\s<>@]{1,64}(?:@| at )[^\s<>@]{0,80}\.|@\.{3}|@[^\s<>]{1,40}[|\]]|protected\]",
    re.IGNORECASE,
)
"""An address of mail, or what lists make of one; not any text in brackets."""
_DIGIT = re.compile(r"\d")
_DATE = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}[:.]\d\d|\b(?:19|20)\d\d(?![\d.])|\d[年년]"
)
_FULL_DATE = re.compile(r"\d{1,4}[/.-] ?\d{1,2}[/.-] ?\d{2,4}|(?<!\d)(?:19|20)\d\d(?!\d)|\d[年년]")
_TIME = re.compile(r"\d{1,2}[:.h]\d\d")
_SHORT_GMAIL = re.compile(
    r"\d{4}[/-]\d{1,2}[/-]\d{1,2},? .{0,120}(?:<\S+(?: at \S+)?>|\S+@\S+):?\s*\Z"
)
_ADDRESS_ALONE = re.compile(
    r"(?:[^<>:]{0,60}<[^<>\s]{1,80}(?:@| at )[^<>\s]{1,80}>|\[EMAIL PROTECTED\]"
    r"|\S{1,60}@\S{1,60})\Z",
    re.IGNORECASE,
)
_DATE_AND_NAME = re.compile(
    r"[\d/.:,-]{6,12} (?:[\d:]{4,8} )?(?:[AP]M )?(?:(?:GMT|UTC)(?:[+-][\d:]{1,5})? )?"
    r"(?:[^\s\d<>\[\]#:=]{1,30} ){1,6}<[^<>\s]+(?: at [^<>\s]+)?>\Z"
)
"""All that Gmail once wrote; a heading in a log of changes has two spaces."""
_ABBREVIATED = re.compile(r"(?:\b[^\W\d_]{1,5}|\d)\.\Z")
_CLOSING = re.compile(
    rf">[ \t]?(?:(?:[^\W\d_]{{1,9}} )?{alternatives(sorted(VERBS, key=len, reverse=True))}\s?)?"
    rf"[{COLONS}]\s*\Z",
    re.IGNORECASE,
)


def holds_verb(text: str) -> bool:
    """A verb of saying stands in ``text`` as a word of its own."""
    folded = text.lower().replace(":", " ").replace("：", " ").replace(">", " ")
    return not _VERBS.isdisjoint(folded.split()) or any(verb in folded for verb in JOINED_VERBS)


def is_verb(word: str) -> bool:
    """``word`` is a verb of saying."""
    return word.lower() in _VERBS


def ends_in_verb(text: str) -> bool:
    """A verb of saying ends ``text``, or stands before a msg-id that does."""
    if _is_verb_last(text):
        return True
    reference = _REFERENCE.search(text, 1, _MAX_NAME) if "@" in text or "[" in text else None
    if reference is None or len(text) - reference.start() > _MAX_REFERENCE:
        return False
    return _is_verb_last(text[: reference.start()])


def _is_verb_last(text: str) -> bool:
    tail = text.rstrip(" :：﹕-*" + DIRECTION_MARKS).rpartition(">")[2].lower()
    last = tail.rsplit(None, 1)
    return bool(last and last[-1] in _VERBS) or tail.endswith(JOINED_VERBS)


def is_attribution(text: str) -> bool:
    """One logical line that names whom the quote after it is from."""
    if not text or len(text) > MAX_ATTRIBUTION:
        return False
    if not ends_in_verb(text):
        return _names_without_verb(text)
    if _DATE.search(text) or _ADDRESS.search(text):
        return True
    if opens_attribution(text):
        return True
    words = text.split()
    if not 2 <= len(words) <= 7 or words[0][0] in ".,;:!?-":
        return False
    if words[0][0].islower():
        # People who write their own name in lower case; not a clause of a sentence.
        return len(words) <= 4 and _SENTENCE_WORDS.isdisjoint(text.lower().split())
    return True


def _names_without_verb(text: str) -> bool:
    """No verb ends ``text``, and still it names somebody."""
    if text[:1].isdigit() and _SHORT_GMAIL.match(text):
        return True
    ends = text.rstrip()[-1:] in COLONS
    if ends and len(text) <= _MAX_CITED and text.lower().startswith(_CITING):
        return True
    if text.endswith((">:", ")：", ">：", ">")) and _DATE.search(text) and _ADDRESS.search(text):
        return text[-1] != ">" or (opens_attribution(text) and _MAILBOX.search(text) is not None)
    if not ends or not (_DATE.search(text) or _ADDRESS.search(text)):
        return False
    # The verb before the name or the date: ``X menulis di <date>:``, ``Am … schrieb X:``.
    return holds_verb(text) or (opens_attribution(text) and _has_all(text))


def _has_all(text: str) -> bool:
    """A full date, an hour and an address of mail."""
    return bool(_FULL_DATE.search(text) and _TIME.search(text) and _MAILBOX.search(text))


def opens_attribution(text: str) -> bool:
    """``text`` starts as attributions do, with a date or hour further on."""
    return _is_led(text) and _DIGIT.search(text) is not None


def _is_led(text: str) -> bool:
    match = _FIRST_WORDS.match(text)
    if match is None:
        return _FIRST_DATE.match(text) is not None
    first, second = match[1].lower(), match[2]
    if first in _OPENERS or (second is not None and f"{first} {second.lower()}" in _OPENERS):
        return True
    # Short names of days are words too; a date follows them.
    return first in _DAYS or (
        first in _DATE_WORDS and _AFTER_DATE_WORD.match(text, match.end(1)) is not None
    )


def has_date(text: str) -> bool:
    """A date in figures, an hour, or a year of our time stands in ``text``."""
    return _DATE.search(text) is not None


def has_full_date(text: str) -> bool:
    """A year, or a date in figures, stands in ``text``."""
    return _FULL_DATE.search(text) is not None


def is_strong(text: str) -> bool:
    """So complete an attribution that an unmarked quote follows it.

    An opener, a date, and an address or the hour, all in one; or a full date, an address
    and a verb in whatever order.
    """
    if _DATE.search(text) is None or len(text) > MAX_ATTRIBUTION:
        return False
    said = ends_in_verb(text)
    if not said and text.rstrip()[-1:] not in f"{COLONS}->":
        return False
    mailbox = _MAILBOX.search(text)
    if text.rstrip()[-1:] == ">" and not said:
        return _DATE_AND_NAME.match(text) is not None
    if opens_attribution(text):
        if mailbox is not None:
            return said or _FULL_DATE.search(text) is not None
        timed = _TIME.search(text) is not None or _ADDRESS.search(text) is not None
        # Without an address a verb must say that somebody is named.
        return timed and (said or holds_verb(text)) and text.rstrip()[-1:] != ">"
    return mailbox is not None and _FULL_DATE.search(text) is not None and holds_verb(text)


def is_addressed(text: str) -> bool:
    """Nothing but a name, an address and a verb: webmail writes it over an unmarked quote."""
    named, _, verb = text.strip()[:300].rstrip(": ").rpartition(" ")
    if not is_verb(verb):
        return False
    if named[-2:] in (" a", " à", " ?"):
        named = named[:-2]
    return text.rstrip()[-1:] in COLONS and _ADDRESS_ALONE.match(named) is not None


def may_announce(line: str) -> bool:
    """Quick look at a line: it may end an attribution over an unmarked quote."""
    tail = line[-200:]
    end = tail.rstrip(f"{DIRECTION_MARKS} \t\xa0*")[-1:]
    if end and end in ">-":
        return _DIGIT.search(tail) is not None and (end == "-" or _MAILBOX.search(tail) is not None)
    if end and end in COLONS:
        return holds_verb(tail) or (_MAILBOX.search(tail) is not None)
    return _is_verb_last(tail[-40:])


def closes_attribution(before: str, line: str) -> bool:
    """``line`` is ``>:`` or the like, broken off the address that ``before`` begins."""
    return (
        before.rfind("<") > before.rfind(">")
        and before[:1] != ">"
        and len(line) <= 60
        and _CLOSING.match(line) is not None
    )


def plain(line: str) -> str:
    """``line`` without outer white space and without marks of direction."""
    text = line.strip()
    return text if text.isascii() else text.translate(_NO_DIRECTION).strip()


def attribution_start(lines: list[str], last: int) -> int | None:
    """First line of the attribution that ends at line ``last``, or None."""
    ending = plain(lines[last])
    if ending[-1:] not in (":", "：", "﹕", ">", "-", "*") and not ends_in_verb(ending[-100:]):
        return None
    text = ""
    found: int | None = None
    for index in range(last, max(-1, last - MAX_LINES), -1):
        line = plain(lines[index])
        if not line or len(text) + len(line) > MAX_ATTRIBUTION:
            break
        if line[0] in ">|" and not (
            index == last and index and closes_attribution(lines[index - 1], line)
        ):
            break
        if text and line[-1] in ".!?" and not _ABBREVIATED.search(line):
            # A sentence ended here.
            break
        text = f"{line} {text}".rstrip() if text else line
        if is_attribution(text):
            if opens_attribution(text):
                return index
            if found is None:
                found = index
    return found
