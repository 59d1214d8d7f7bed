"""The ladder that experts of a list climb: discussion, then talks and code, articles, books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api import schemas

RUNGS: Final = ("code", "talk", "article", "book")


@dataclass(frozen=True, slots=True)
class Rung:
    """What somebody has done, since when, and how often."""

    kind: str
    since: datetime
    count: int


def ladder(person: schemas.Person) -> list[Rung]:
    """The rungs that a person stands on, lowest first."""
    rungs = []
    if person.first is not None:
        rungs.append(Rung("discussion", person.first, person.posts))
    for kind in RUNGS:
        dates = [work.date for work in person.works if work.kind == kind]
        if dates:
            rungs.append(Rung(kind, min(dates), len(dates)))
    return rungs
