"""Absence notices, also those that lost their header fields (RFC 3834): two signs, by words.

Archives and lists drop the fields by which a notice is known. What is left is what it says:
that somebody is away, and what programs and people add to that in such a text. A post that
also says something else is a post.
"""

from __future__ import annotations

import re

from archive.mail.words.openings import Openings
from archive.mail.words.phrases import expression
from archive.mail.words.registry import gather

MAX_NOTICE = 1_500
"""Characters; a notice is short."""
_LEAST_WORDS_OF_ITS_OWN = 7
"""So many words that no notice would say make it a post."""
_BESIDE = 7
"""Words beside each of the two in a sentence: dates, names, numbers."""
_GREETING = 4
"""Words of a line without a full stop that greets or signs."""
# The full stop of an ordinal number ends no sentence: 8. Maerz.
_SENTENCE = re.compile(r"(?<=[^\W\d][.!;])\s+|(?<=[)\"!;])\s+|(?<=[。！])|\n+")
_WORD = re.compile(r"\w+")
_MARKED = re.compile(r"^\s*[>|].*$", re.MULTILINE)
_CODE = re.compile(r"[{}=<>\\]|\w\(|\bhttps?://\S+\.(?:c|py|r|patch)\b", re.IGNORECASE)
_SIGNATURE = re.compile(r"^(?:-- ?|_{5,}|-{5,})$.*", re.MULTILINE | re.DOTALL)
_SUBJECTS = Openings(gather(lambda language: language.automation.absence_subjects))
_WORDS = gather(lambda language: language.automation.absence_words)
_ABSENT = re.compile(expression(gather(lambda language: language.automation.absences)))
_ADDED = re.compile(expression(gather(lambda language: language.automation.absence_details)))
_TURN = re.compile(
    rf"[,:;]? (?:{'|'.join(map(re.escape, gather(lambda lang: lang.automation.turns)))})(?!\w)"
)


def named_as_absence(subject: str) -> bool:
    """Whether a subject is that of an automatic reply: one sign, no proof."""
    return _SUBJECTS.match(subject.lower())


def is_absence_notice(subject: str, text: str) -> bool:
    """Whether subject and text together say that a program answers for somebody away.

    subject: decoded, with its reply marks. text: of the whole message.
    """
    titled = named_as_absence(subject)
    if not titled:
        if len(text) > MAX_NOTICE * 4:
            return False
        lowered = text[:MAX_NOTICE].lower()
        if not any(word in lowered for word in _WORDS) or not _ABSENT.search(lowered):
            return False
    own = _SIGNATURE.sub("", _MARKED.sub("", text))
    if len(own) > MAX_NOTICE or "?" in own or "?" in subject or _CODE.search(own):
        return False
    absent, added, others = _weighed(own)
    if others >= _LEAST_WORDS_OF_ITS_OWN:
        return False
    return titled or (absent and added)


def _weighed(own: str) -> tuple[bool, bool, int]:
    """Whether somebody is away, whether what notices add follows, and words that say neither."""
    absent = added = False
    others = 0
    for sentence in _SENTENCE.split(own):
        plain = " ".join(sentence.lower().split())
        words = len(_WORD.findall(plain))
        if words <= _GREETING and plain[-1:] not in ".;":
            continue
        away, first = _without(_ABSENT, plain)
        rest, second = _without(_ADDED, away)
        absent, added = absent or first, added or second
        allowed = (first + second) * _BESIDE
        turn = _TURN.search(rest) if first or second else None
        if turn is not None:
            # "I am away, but the answer is this."
            others += 2 * len(_WORD.findall(rest[turn.end() :]))
            rest, allowed = rest[: turn.start()], max(allowed, 1)
        others += max(0, len(_WORD.findall(rest)) - allowed)
    return absent, added, others


def _without(expression: re.Pattern[str], plain: str) -> tuple[str, bool]:
    rest, count = expression.subn(" ", plain)
    return rest, count > 0
