"""TREC runs: lines ``query Q0 person-key rank score tag``.

No field may contain white space. The TREC tools sort only by score, in single
precision, so equal scores are made to differ by the smallest step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.tables import Address

RUN_NAME = "pakar"


def field(text: str) -> str:
    """Text as one field of a line; white space becomes an underscore."""
    return re.sub(r"\s+", "_", text.strip()) or "_"


def run_lines(query: str, ranking: Sequence[tuple[str, float]], tag: str) -> Iterator[str]:
    """The lines of one ranking, best first, with strictly decreasing scores."""
    import numpy as np

    last = np.float32(np.inf)
    for rank, (key, score) in enumerate(ranking, 1):
        last = min(np.float32(score), np.nextafter(last, np.float32(-np.inf)))
        yield f"{query} Q0 {key} {rank} {last:.9g} {tag}"


def person_keys(session: Session) -> dict[int, str]:
    """The key of each person: the lowest canonical e-mail address, lower-cased.

    A person whose addresses were all obscured has the name as key, joined by dots.
    """
    emails: dict[int, str] = {}
    names: dict[int, str] = {}
    for address in session.scalars(select(Address)):
        if address.email is not None:
            known = emails.get(address.person_id, address.email)
            emails[address.person_id] = min(known, address.email)
        else:
            name = ".".join(address.key.removeprefix("name:").split())
            names[address.person_id] = min(names.get(address.person_id, name), name)
    return names | emails
