"""Taking in what comes by a door: sorted, then posts and the rest stored in one transaction.

Past mail that the operator imports was posted once, so it is not sorted here:
what is automatic of it is flagged by ``archive.mail.automation.verdict``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.lists import no_archive
from archive.lists.names import (
    ListNames,
    learn_identifier,
    learnable_identifier,
    let_manager_decide,
    no_archive_stamp,
)
from archive.mail.automation.verdict import DIGEST
from archive.mail.message import ParsedMessage, parse_message
from archive.mail.trust.results import UNKNOWN, Trust
from archive.store.arrivals import Arrival, Incoming, Kept
from archive.store.compression import Compressor
from archive.store.copies import messages_with_bytes
from archive.store.digests import DOOR, replace_pieces, unknown_pieces
from archive.store.preparation import PreparedMessage, cut_digest, prepare
from archive.store.rows import write
from archive.store.sorting import sort_mail
from archive.tables import MAX_SENDER, Aside, Posting, SetAsideMail

UNCHECKED = Trust(UNKNOWN, None, None, "its signatures have not been checked", pending=True)
DOORS = frozenset({"smtp", "lmtp"})


@dataclass(frozen=True, slots=True)
class SortedMail:
    """A prepared mail, and why it is no post (None: it is one).

    identifier: the List-Id that the list learns from it.
    stamped_by: the list manager that asks for no archive on all mail.
    """

    arrival: Arrival
    aside: Aside | None = None
    identifier: str | None = None
    stamped_by: str | None = None

    @property
    def prepared(self) -> PreparedMessage:
        """What the mail says."""
        return self.arrival.prepared

    @property
    def address_keys(self) -> set[str]:
        """The addresses (keys) of its posts' authors."""
        if self.aside is None:
            return {self.prepared.address_key}
        return {piece.address_key for piece in self.prepared.pieces}

    @property
    def pieces(self) -> list[Arrival]:
        """Of a digest: its posts, as they came."""
        return [replace(self.arrival, prepared=one, door=DOOR) for one in self.prepared.pieces]


class Sorter:
    """Prepares and sorts mail that comes together, in its order.

    names: of every list it comes to; one learned from a mail holds for the next.
    read: what reads a mail, or remembers having read it.
    """

    def __init__(
        self,
        names: Mapping[int, ListNames],
        compressor: Compressor,
        dictionary_id: int | None,
        read: Callable[[bytes], ParsedMessage] = parse_message,
    ) -> None:
        self._names = dict(names)
        self._read = read
        self._compressor = compressor
        self._dictionary_id = dictionary_id

    def sort(self, incoming: Incoming) -> SortedMail:
        """One mail, read and sorted."""
        names = self._names.get(incoming.list_id)
        parsed = self._read(incoming.raw)
        arrival = self._prepare(incoming, parsed)
        if names is None or incoming.door not in DOORS:
            return SortedMail(arrival)
        aside = sort_mail(incoming.raw, parsed, incoming.envelope_sender, names)
        if aside is not None and aside.kind == DIGEST:
            self._cut(incoming.raw, arrival.prepared, names)
        if aside is not None:
            return SortedMail(arrival, aside)
        learned = learnable_identifier(parsed, names)
        if learned is not None:
            names = replace(names, identifier=learned)
        stamped = no_archive_stamp(parsed.headers, names)
        if stamped is not None:
            names = replace(names, no_archive_open=False, honours_no_archive=False)
        self._names[incoming.list_id] = names
        return SortedMail(arrival, None, learned, stamped)

    def _cut(self, raw: bytes, digest: PreparedMessage, names: ListNames) -> None:
        def is_allowed(post: ParsedMessage) -> bool:
            asked = no_archive.asked_by(post.headers) is not None
            return not (asked and names.honours_no_archive)

        cut_digest(raw, digest, self._compressor, list_address=names.addresses[0], keep=is_allowed)

    def prepare(self, incoming: Incoming) -> Arrival:
        """One mail, read and taken for a post."""
        return self._prepare(incoming, self._read(incoming.raw))

    def _prepare(self, incoming: Incoming, parsed: ParsedMessage) -> Arrival:
        names = self._names.get(incoming.list_id)
        prepared = prepare(
            incoming.raw,
            self._compressor,
            self._dictionary_id,
            arrival=incoming.received,
            list_address=names.addresses[0] if names else None,
            parsed=parsed,
        )
        if prepared.trust is None and parsed.signed and incoming.door in DOORS:
            prepared.trust = UNCHECKED
        return Arrival(
            prepared,
            incoming.list_id,
            incoming.door,
            incoming.received,
            incoming.envelope_sender,
            incoming.to_receiving_address,
        )


def keep_sorted(session: Session, mail: Sequence[SortedMail]) -> list[Kept]:
    """Store what is new of ``mail``; one result for each, in their order.

    What was set aside or posted before stays what it was: the operator may
    have decided since.
    """
    keys = [(one.arrival.list_id, one.prepared.digest) for one in mail]
    aside = _aside_before(session, keys)
    posted = _posted(session, [key for key, one in zip(keys, mail, strict=True) if one.aside])
    kept: dict[int, Kept] = {}
    posts: list[int] = []
    pieces: list[Arrival] = []
    for position, (key, one) in enumerate(zip(keys, mail, strict=True)):
        if key in aside and (one.aside is not None or one.arrival.door in DOORS):
            kept[position] = Kept(None, new_message=False, new_posting=False, set_aside=aside[key])
        elif one.aside is None or key in posted:
            posts.append(position)
        else:
            row = _set_aside(session, one, one.aside)
            aside[key] = row
            kept[position] = Kept(
                None, new_message=False, new_posting=False, set_aside=row, new_aside=True
            )
            pieces.extend(one.pieces)
    results = write(session, [mail[position].arrival for position in posts])
    kept.update(zip(posts, results, strict=True))
    replace_pieces(
        session,
        [
            mail[position].arrival
            for position, row in zip(posts, results, strict=True)
            if row.new_posting
        ],
    )
    write(session, unknown_pieces(session, pieces))
    for one in mail:
        if one.identifier is not None:
            learn_identifier(session, one.arrival.list_id, one.identifier)
        if one.stamped_by is not None:
            let_manager_decide(session, one.arrival.list_id, one.stamped_by)
    return [kept[position] for position in range(len(mail))]


def _aside_before(
    session: Session, keys: Sequence[tuple[int, bytes]]
) -> dict[tuple[int, bytes], int]:
    """The rows of those of ``keys`` (list and digest) that were set aside before."""
    found: dict[tuple[int, bytes], int] = {}
    for part in in_parts(sorted({digest for _, digest in keys})):
        rows = session.execute(
            select(SetAsideMail.list_id, SetAsideMail.digest, SetAsideMail.id).where(
                SetAsideMail.digest.in_(part)
            )
        )
        found.update(((list_id, bytes(digest)), row) for list_id, digest, row in rows)
    return found


def _posted(session: Session, keys: Sequence[tuple[int, bytes]]) -> set[tuple[int, bytes]]:
    """Those of ``keys`` (list and digest) that are posts already."""
    if not keys:
        return set()
    found = messages_with_bytes(session, sorted({digest for _, digest in keys}))
    lists: defaultdict[int, set[int]] = defaultdict(set)
    for part in in_parts(sorted(set(found.values()))):
        for message, list_id in session.execute(
            select(Posting.message_id, Posting.list_id).where(Posting.message_id.in_(part))
        ):
            lists[message].add(list_id)
    return {key for key in keys if key[1] in found and key[0] in lists[found[key[1]]]}


def _set_aside(session: Session, mail: SortedMail, aside: Aside) -> int:
    arrival, prepared = mail.arrival, mail.prepared
    row = SetAsideMail(
        list_id=arrival.list_id,
        digest=prepared.digest,
        size=prepared.size,
        dictionary_id=prepared.dictionary_id,
        data=prepared.data,
        received=arrival.received,
        door=arrival.door,
        envelope_sender=arrival.envelope_sender,
        to_receiving_address=arrival.to_receiving_address,
        kind=aside.kind,
        reason=aside.reason,
        status=aside.status.value,
        subject=prepared.subject,
        sender=_shown(prepared),
        message_id=None if prepared.message_id_derived else prepared.message_id,
    )
    session.add(row)
    session.flush()
    return row.id


def _shown(prepared: PreparedMessage) -> str:
    """The sender for people to read: name and address."""
    address = prepared.email or prepared.written
    if not address or address == prepared.author_name:
        return prepared.author_name[:MAX_SENDER]
    return f"{prepared.author_name} <{address}>".strip()[:MAX_SENDER]
