"""Works of people: what they announced, what others credit them with, and who cites it.

A work is *claimed* when somebody told of it and *confirmed* when an established
other person cited it, or answered its announcement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from reputation.corpus.names import Acquaintance, Names
from reputation.corpus.reader import Corpus
from reputation.evidence.ledger import Kind, Ledger
from reputation.language.locators import work_key
from reputation.tables import Mention, WorkClaim

MAXIMUM_CITATIONS: Final = 1_000
"""Citations of one work that are kept; nobody reads more."""


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
    """Every person's works, in the order in which the archive first heard of them."""
    posts = corpus.posts
    records: dict[tuple[int, str], WorkRecord] = {}
    of_locator: dict[str, list[WorkRecord]] = defaultdict(list)
    of_message: dict[int, list[WorkRecord]] = defaultdict(list)
    for claim in _claims(session, corpus):
        key = work_key(claim.locator) if claim.locator else None
        known = records.get((claim.person, claim.title.casefold()))
        if known is None and key is not None:
            known = next((one for one in of_locator[key] if one.person == claim.person), None)
        message = int(posts.message[claim.row])
        own = claim.teller == claim.person
        if known is None:
            known = WorkRecord(claim.person, claim.kind, claim.title, claim.locator, message, own)
            records[claim.person, claim.title.casefold()] = known
        elif known.locator is None:
            known.locator = claim.locator
        known.announced |= own
        if own:
            of_message[message].append(known)
        else:
            _cite(known, message, claim.teller)
        if key is not None and known not in of_locator[key]:
            of_locator[key].append(known)
    _add_citations(session, corpus, of_locator, of_message)
    _confirm(records.values(), corpus, ledger)
    return list(records.values())


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
    found = []
    for row, one in here:
        teller = int(posts.person[row])
        if posts.automatic[row]:
            continue
        if one.maker is None:
            person: int | None = teller
        else:
            person = acquaintance.named(names, one.maker, row, teller)
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
