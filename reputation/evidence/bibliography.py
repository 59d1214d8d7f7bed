"""Works of people: what they announced or maintain, what others credit them with, who cites it.

A work is *claimed* when somebody told of it and *confirmed* when an established
other person cited it, or answered its announcement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from reputation.corpus.names import Acquaintance, Names
from reputation.corpus.reader import Corpus
from reputation.evidence.ledger import Kind, Ledger
from reputation.language.locators import work_key
from reputation.tables import Mention, WorkClaim

MAXIMUM_CITATIONS: Final = 1_000
"""Citations of one work that are kept; nobody reads more."""
SEVERAL: Final = 2
"""Others who name somebody as the author of a book or an article."""
OWN_WORD: Final = 2
"""Claims of others that a person's own counts as."""


@dataclass(slots=True)
class WorkRecord:
    """A work; ``person`` and the keys of ``cited_by`` (messages to persons) are database ids."""

    person: int
    kind: str
    title: str
    locator: str | None
    message: int
    announced: bool
    confirmed: bool = False
    cited_by: dict[int, int] = field(default_factory=dict)


class _Claim(NamedTuple):
    """A work as one post tells of it; ``row`` is that of the post."""

    row: int
    teller: int
    person: int
    kind: str
    title: str
    locator: str | None


def bibliography(session: Session, corpus: Corpus, ledger: Ledger) -> list[WorkRecord]:
    """Every work whose owner is certain, in the order in which the archive first heard of them."""
    posts = corpus.posts
    told: dict[tuple[str, str], list[_Claim]] = defaultdict(list)
    for claim in _claims(session, corpus):
        told[claim.kind, claim.title.casefold()].append(claim)
    records: list[WorkRecord] = []
    of_locator: dict[str, list[WorkRecord]] = defaultdict(list)
    of_message: dict[int, list[WorkRecord]] = defaultdict(list)
    for claims in told.values():
        owned = _owned(claims)
        if not owned:
            continue
        first = owned[0]
        message = int(posts.message[first.row])
        own = [claim for claim in owned if claim.teller == claim.person]
        record = WorkRecord(
            first.person, first.kind, first.title, None, message, announced=bool(own)
        )
        records.append(record)
        keys = dict.fromkeys(work_key(one.locator) for one in owned if one.locator)
        record.locator = next((one.locator for one in owned if one.locator), None)
        for claim in owned:
            if claim.teller != claim.person:
                _cite(record, int(posts.message[claim.row]), claim.teller)
        for claim in own:
            of_message[int(posts.message[claim.row])].append(record)
        for key in keys:
            of_locator[key].append(record)
    _add_citations(session, corpus, of_locator, of_message)
    _confirm(records, corpus, ledger)
    return records


def _owned(claims: Sequence[_Claim]) -> list[_Claim]:
    """The claims for the owner, in order; empty where nobody is sure to be it.

    A work is whose own words claim it, by an announcement, by saying so or as its maintainer in
    its description, or whom several others name; never whose post merely came first.
    """
    for_person: dict[int, list[_Claim]] = defaultdict(list)
    for claim in claims:
        for_person[claim.person].append(claim)
    votes = {
        person: sum(OWN_WORD if one.teller == person else 1 for one in mine)
        for person, mine in for_person.items()
    }
    tellers = {
        person: len({one.teller for one in mine if one.teller != person})
        for person, mine in for_person.items()
    }
    sure = [
        person
        for person, mine in for_person.items()
        if tellers[person] >= SEVERAL
        or any(one.teller == person or one.kind == "code" for one in mine)
    ]
    if not sure:
        return []
    return for_person[max(sure, key=votes.__getitem__)]


def _claims(session: Session, corpus: Corpus) -> list[_Claim]:
    """Claims of human posts, the earliest first, the maker of each known."""
    posts = corpus.posts
    row_of = {message: row for row, message in enumerate(posts.message.tolist())}
    stored = session.execute(
        select(
            WorkClaim.message_id,
            WorkClaim.kind,
            WorkClaim.title,
            WorkClaim.locator,
            WorkClaim.maker,
        ).order_by(WorkClaim.message_id, WorkClaim.position)
    ).all()
    here = sorted(
        ((row_of[one.message_id], one) for one in stored if one.message_id in row_of),
        key=lambda pair: pair[0],
    )
    if not here:
        return []
    names, acquaintance = Names.load(session, corpus.audience), Acquaintance(posts)
    _, first = np.unique(posts.thread, return_index=True)
    roots = set(first.tolist())
    found = []
    for row, one in here:
        teller = int(posts.person[row])
        # Who answers an announcement under its subject announces nothing.
        if posts.automatic[row] or (one.maker is None and row not in roots):
            continue
        person = acquaintance.named(names, one.maker, row, teller) if one.maker else teller
        if person is not None:
            found.append(_Claim(row, teller, person, one.kind, one.title, one.locator))
    return found


def _add_citations(
    session: Session,
    corpus: Corpus,
    of_locator: Mapping[str, list[WorkRecord]],
    of_message: Mapping[int, list[WorkRecord]],
) -> None:
    posts, links = corpus.posts, corpus.mentions.links
    person_of = dict(zip(posts.message.tolist(), posts.person.tolist(), strict=True))
    targets = session.execute(
        select(Mention.message_id, Mention.target)
        .where(Mention.kind == "work")
        .order_by(Mention.message_id, Mention.position)
    )
    for message, target in targets:
        if message in person_of:
            for record in of_locator.get(target, ()):
                _cite(record, message, person_of[message])
    if links is not None:
        for citing, linked in posts.message[links].tolist():
            for record in of_message.get(linked, ()):
                _cite(record, citing, person_of[citing])


def _cite(record: WorkRecord, message: int, person: int) -> None:
    if person != record.person and len(record.cited_by) < MAXIMUM_CITATIONS:
        record.cited_by[message] = person


def _confirm(records: Iterable[WorkRecord], corpus: Corpus, ledger: Ledger) -> None:
    trusted = set(ledger.people[ledger.established()].tolist())
    reviewed = set(corpus.posts.message[ledger.row[ledger.kind == Kind.WORK]].tolist())
    for record in records:
        cited = not trusted.isdisjoint(record.cited_by.values())
        record.confirmed = cited or (record.announced and record.message in reviewed)
