"""Mail set aside, as the operator sees it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import schemas
from archive.errors import NotFoundError
from archive.lists.registry import find_list
from archive.store.quarantine import waiting
from archive.store.store import Store
from archive.tables import MailingList, SetAsideMail


def set_aside_mails(
    store: Store, *, list_address: str | None, everything: bool, limit: int
) -> schemas.Page[schemas.SetAside]:
    """The oldest mail that waits to be decided, or all that was set aside.

    Raises ``NotFoundError`` for a list that is not here.
    """
    with store.database.session() as session:
        list_id = None if list_address is None else find_list(session, list_address).id
        rows, total = waiting(session, list_id=list_id, everything=everything, limit=limit)
        addresses = _addresses(session)
        items = [_described(row, addresses) for row in rows]
    return schemas.Page[schemas.SetAside](items=items, next=None, total=total)


def set_aside_mail(store: Store, row: int) -> schemas.SetAside:
    """One mail with its text. Raises ``NotFoundError``."""
    with store.database.session() as session:
        found = session.get(SetAsideMail, row)
        if found is None:
            raise NotFoundError(f"no mail number {row} is set aside")
        described = _described(found, _addresses(session))
    return described.model_copy(update={"text": store.parsed_set_aside(row).text})


def _addresses(session: Session) -> dict[int, str]:
    return dict(session.execute(select(MailingList.id, MailingList.address)).all())


def _described(row: SetAsideMail, addresses: dict[int, str]) -> schemas.SetAside:
    return schemas.SetAside(
        id=row.id,
        list=addresses.get(row.list_id, ""),
        kind=row.kind,
        reason=row.reason,
        status=row.status,
        sender=row.sender,
        subject=row.subject,
        message_id=row.message_id,
        received=row.received,
        decided=row.decided,
        door=row.door,
        envelope_sender=row.envelope_sender,
        size=row.size,
    )
