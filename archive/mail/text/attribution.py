"""Lines that name whom a reply quotes: ``On <date>, X wrote:``.

Every check looks at a bounded stretch, so that any text is read in linear time.
"""

from __future__ import annotations

import re

from archive.mail.words.phrases import alternatives
from archive.mail.words.registry import gather

MAX_ATTRIBUTION = 320
MAX_LINES = 3
_MAX_NAME = 200
_MAX_REFERENCE = 140
_MAX_CITED = 160

_VERBS = frozenset(gather(lambda language: language.quoting.verbs))
_JOINED_VERBS = gather(lambda language: language.quoting.joined_verbs)
_SENTENCE_WORDS = frozenset(gather(lambda language: language.quoting.sentence_words))
_REFERENCE = re.compile(
    rf" {alternatives(gather(lambda language: language.quoting.references))} ", re.IGNORECASE
)
_CITING = tuple(f"{lead} " for lead in gather(lambda language: language.quoting.citing))
_OPENERS = frozenset(
    gather(
        lambda language: (
            language.quoting.openers
            + language.quoting.citing
            + language.quoting.days
            + language.quoting.short_days
        )
    )
)
_FIRST_WORDS = re.compile(r"\W{0,4}([^\W\d_](?:[^\W\d_]|['-])*+)(?!\w)(?: ([^\W\d_]+))?")
_FIRST_DATE = re.compile(
    r"\W{0,4}(?:\d{4}[/-]\d{1,2}[/-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})(?!\w)"
)
_ADDRESS = re.compile(
    r"<[^<>]{0,4}[^<>\s]+[^<>]{0,120}>|\(\S+@\S+\)|\[mailto:|\S@\S|\S at \S+\.\w|protected\]",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}[:.]\d\d|\b(?:19|20)\d\d\b")
_TIME = re.compile(r"\d{1,2}[:.]\d\d")
_SHORT_GMAIL = re.compile(
    r"\d{4}[/-]\d{1,2}[/-]\d{1,2},? .{0,120}(?:<\S+(?: at \S+)?>|\S+@\S+):?\s*\Z"
)
_ADDRESS_ALONE = re.compile(
    r"(?:[^<>:]{0,60}<[^<>\s]{1,80}(?:@| at )[^<>\s]{1,80}>|\[EMAIL PROTECTED\]"
    r"|\S{1,60}@\S{1,60})\Z",
    re.IGNORECASE,
)


def holds_verb(text: str) -> bool:
    """A verb of saying stands in ``text`` as a word of its own."""
    return not _VERBS.isdisjoint(text.lower().replace(":", " ").replace(">", " ").split())


def is_verb(word: str) -> bool:
    """``word`` is a verb of saying."""
    return word.lower() in _VERBS


def _ends_in_verb(text: str) -> bool:
    if _is_verb_last(text):
        return True
    reference = _REFERENCE.search(text, 1, _MAX_NAME) if "@" in text or "[" in text else None
    if reference is None or len(text) - reference.start() > _MAX_REFERENCE:
        return False
    return _is_verb_last(text[: reference.start()])


def _is_verb_last(text: str) -> bool:
    tail = text.rstrip(" :：-").rpartition(">")[2]
    last = tail.rsplit(None, 1)
    return bool(last and last[-1].lower() in _VERBS) or tail.endswith(_JOINED_VERBS)


def is_attribution(text: str) -> bool:
    """One logical line that names whom the quote after it is from."""
    if not text or len(text) > MAX_ATTRIBUTION:
        return False
    if not _ends_in_verb(text):
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
    ends = text.rstrip()[-1:] in (":", "：")
    if ends and len(text) <= _MAX_CITED and text.lower().startswith(_CITING):
        return True
    if text.endswith((">:", ")：", ">：")) and _DATE.search(text) and _ADDRESS.search(text):
        return True
    # The verb before the name or the date: ``X menulis di <date>:``, ``Am … schrieb X:``.
    return ends and holds_verb(text) and bool(_DATE.search(text) or _ADDRESS.search(text))


def opens_attribution(text: str) -> bool:
    """``text`` starts as attributions do, with a date or hour further on."""
    return _is_led(text) and _DIGIT.search(text) is not None


def _is_led(text: str) -> bool:
    match = _FIRST_WORDS.match(text)
    if match is None:
        return _FIRST_DATE.match(text) is not None
    first, second = match[1].lower(), match[2]
    return first in _OPENERS or (second is not None and f"{first} {second.lower()}" in _OPENERS)


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


def is_addressed(text: str) -> bool:
    """Nothing but a name, an address and a verb: webmail writes it over an unmarked quote."""
    named, _, verb = text.strip()[:300].rstrip(": ").rpartition(" ")
    return text.rstrip()[-1:] == ":" and is_verb(verb) and _ADDRESS_ALONE.match(named) is not None


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
