"""The ladder of experts on a list: first discussion, then code and talks, articles, books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api import schemas

RUNGS: Final = ("code", "talk", "article", "book")


@dataclass(frozen=True, slots=True)
class Rung:
    """A kind of work that somebody has done, since when, and how often."""

    kind: str
    since: datetime
    count: int


def ladder(person: schemas.Person) -> list[Rung]:
    """The rungs that a person has reached, lowest first."""
    rungs = []
    if person.first is not None:
        rungs.append(Rung("discussion", person.first, person.posts))
    for kind in RUNGS:
        dates = [work.date for work in person.works if work.kind == kind]
        if dates:
            rungs.append(Rung(kind, min(dates), len(dates)))
    return rungs
