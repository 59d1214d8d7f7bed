"""Judgements from outside the lists: who is an expert on what."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from archive.errors import UsageError


@dataclass(frozen=True, slots=True)
class Judgement:
    """``person`` (a name) or the owner of ``email`` is an expert on ``topic``; ``grade`` > 0."""

    topic: str
    person: str
    email: str | None
    grade: float


def parse_judgements(lines: Iterable[str]) -> list[Judgement]:
    """Parse lines ``topic<TAB>person<TAB>grade or e-mail``; ``#`` begins a comment.

    A missing third column means grade 1. Raises ``UsageError``, which names the first
    invalid line.
    """
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        topic, *rest = (part.strip() for part in line.rstrip("\r\n").split("\t"))
        if not topic or not rest or not rest[0] or len(rest) > 2:
            raise UsageError(f"line {number} of the judgements is not topic, person, grade")
        last = rest[1] if len(rest) == 2 else ""
        email, grade = (last.lower(), 1.0) if "@" in last else (None, _grade(last, number))
        if grade > 0:
            found.append(Judgement(topic, rest[0], email, grade))
    return found


def _grade(text: str, number: int) -> float:
    if not text:
        return 1.0
    try:
        grade = float(text)
    except ValueError:
        grade = math.nan
    if not math.isfinite(grade):
        raise UsageError(f"line {number} of the judgements: {text[:40]!r} is no grade or e-mail")
    return grade


def by_topic(judgements: Iterable[Judgement]) -> dict[str, list[Judgement]]:
    """Group judgements by topic, in the order in which topics first appear."""
    topics: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        topics.setdefault(judgement.topic, []).append(judgement)
    return topics
