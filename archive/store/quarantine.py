"""The operator's view of mail set aside: list it, accept it as posts, or drop it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from archive.errors import NotFoundError, UsageError
from archive.lists.names import learn_identifier, names_of_lists
from archive.lists.registry import add_alias
from archive.mail.automation.verdict import DIGEST
from archive.mail.message import ParsedMessage, parse_message
from archive.store.arrivals import Incoming
from archive.store.sorting import QUARANTINE, sort_mail
from archive.store.store import Store
from archive.tables import MailingList, SetAsideMail, Status


def waiting(
    session: Session, *, list_id: int | None, everything: bool, limit: int
) -> tuple[list[SetAsideMail], int]:
    """The oldest mail set aside, and how many there are in all.

    list_id: only mail for this list.
    everything: also mail that needs no decision.
    """
    wanted = _wanted(list_id, everything)
    rows = session.scalars(
        select(SetAsideMail).where(wanted).order_by(SetAsideMail.id).limit(limit)
    ).all()
    total = session.scalar(select(func.count()).select_from(SetAsideMail).where(wanted)) or 0
    return list(rows), total


def accept(store: Store, row: int, *, learn: bool = False) -> list[int]:
    """Make a mail set aside a post; return the row ids of all mail that became posts.

    learn: also add this mail's List-Id to the names of the list, and accept other mail
        that waited only for that.

    Raises ``NotFoundError``; ``UsageError`` for a digest, because the archive has its
    posts already, and for ``learn`` if the mail has no List-Id.
    """
    mail = _find(store, row)
    raw = store.raw_set_aside(row)
    parsed = parse_message(raw)
    if mail.kind == DIGEST:
        raise UsageError(f"mail {row} is a digest: its posts are in the archive already")
    if learn:
        _learn(store, mail.list_id, parsed)
    accepted = [row] if mail.status != Status.ACCEPTED else []
    if accepted:
        _post(store, mail, raw)
    if learn:
        accepted.extend(_post_what_fits_now(store, mail.list_id))
    return accepted


def drop(store: Store, row: int) -> None:
    """Decide that a mail set aside is not a post; its bytes are kept.

    Raises ``NotFoundError``; ``UsageError`` if the mail was accepted before.
    """
    mail = _find(store, row)
    if mail.status == Status.ACCEPTED:
        raise UsageError(f"mail {row} is a post by now")
    _decide(store, row, Status.DROPPED)


def _wanted(list_id: int | None, everything: bool) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = true()
    if list_id is not None:
        wanted = wanted & (SetAsideMail.list_id == list_id)
    if not everything:
        wanted = wanted & (SetAsideMail.status == Status.WAITING.value)
    return wanted


def _find(store: Store, row: int) -> SetAsideMail:
    with store.database.session() as session:
        found = session.get(SetAsideMail, row)
        if found is None:
            raise NotFoundError(f"no mail number {row} is set aside")
        session.expunge(found)
        return found


def _post(store: Store, mail: SetAsideMail, raw: bytes) -> None:
    store.post(Incoming(raw, mail.list_id, mail.door, mail.received, mail.envelope_sender))
    _decide(store, mail.id, Status.ACCEPTED)


def _decide(store: Store, row: int, status: Status) -> None:
    with store.database.transaction() as session:
        mail = session.get_one(SetAsideMail, row)
        mail.status = status.value
        mail.decided = datetime.now(UTC)


def _learn(store: Store, list_id: int, parsed: ParsedMessage) -> None:
    if not parsed.list_ids:
        raise UsageError("this mail has no List-Id to learn")
    identifier = parsed.list_ids[0]
    with store.database.transaction() as session:
        found = session.get_one(MailingList, list_id)
        if found.identifier is None:
            learn_identifier(session, list_id, identifier)
        elif found.identifier != identifier:
            add_alias(session, found, identifier)


def _post_what_fits_now(store: Store, list_id: int) -> Sequence[int]:
    """Accept quarantined mail of a list that would be a post if it arrived now."""
    with store.database.session() as session:
        names = names_of_lists(session, [list_id])[list_id]
        rows = session.scalars(
            select(SetAsideMail)
            .where(
                SetAsideMail.list_id == list_id,
                SetAsideMail.status == Status.WAITING.value,
                SetAsideMail.kind == QUARANTINE,
            )
            .order_by(SetAsideMail.id)
        ).all()
        session.expunge_all()
    accepted = []
    for mail in rows:
        raw = store.raw_set_aside(mail.id)
        if sort_mail(raw, parse_message(raw), mail.envelope_sender, names) is None:
            _post(store, mail, raw)
            accepted.append(mail.id)
    return accepted
