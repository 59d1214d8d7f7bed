"""What speaks for a person in a match, in a sentence: each thing with the number that bears it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from babel.dates import format_date

from reputation.results import Answerer, Record

LEAST_REASON: Final = 0.3
"""Contributions below it move nobody past another candidate of note."""
OFTEN: Final = 6
"""Answers in a year, fewer of which are not told."""
MANY_PEOPLE: Final = 10
"""People helped, fewer of whom are not told."""
_WORDS: Final = {
    "en": {
        "text": "answered {n} questions like this, last in {month}",
        "text-one": "answered one question like this, in {month}",
        "activity": "gave {n} answers in the last twelve months",
        "list": "gave {n} of {all} answers on this list",
        "standing": "has helped {n} people since {year}",
    },
    "id": {
        "text": "menjawab {n} pertanyaan serupa, terakhir pada {month}",
        "text-one": "menjawab satu pertanyaan serupa, pada {month}",
        "activity": "memberi {n} jawaban dalam dua belas bulan terakhir",
        "list": "memberi {n} dari {all} jawabannya di milis ini",
        "standing": "telah membantu {n} orang sejak {year}",
    },
}


def borne(one: Answerer) -> tuple[str, ...]:
    """The groups of reasons that the person's own numbers bear, the text first.

    Answers to like questions are told whatever they did for the place; the others only where
    they did something for it.
    """
    record = one.record
    enough = {
        "text": record.questions > 0,
        "activity": record.recent >= OFTEN,
        "list": record.here >= OFTEN and 2 * record.here >= record.answers,
        "standing": record.helped >= MANY_PEOPLE,
    }
    counts = {reason.group: reason.contribution for reason in one.reasons}
    return tuple(
        group
        for group, bears in enough.items()
        if bears and (group == "text" or counts.get(group, 0.0) >= LEAST_REASON)
    )


def in_words(one: Answerer, language: str) -> str:
    """What speaks for a person, as a sentence; empty where no number does."""
    said = "; ".join(_said(group, one.record, language) for group in borne(one))
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _said(group: str, record: Record, language: str) -> str:
    words = _WORDS[language]
    if group == "text":
        month = format_date(_instant(record.last), "MMMM yyyy", locale=language)
        key = "text" if record.questions > 1 else "text-one"
        return words[key].format(n=record.questions, month=month)
    if group == "activity":
        return words[group].format(n=record.recent)
    if group == "list":
        return words[group].format(n=record.here, all=record.answers)
    return words[group].format(n=record.helped, year=_instant(record.since).year)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
