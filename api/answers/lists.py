"""The lists the archive keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import schemas
from api.answers.visibility import Visibility, visibility, visible_list
from api.context import Context
from api.paging import FIRST_PAGE, PageRequest, decode_cursor, encode_cursor, next_url
from api.readers import ANYONE, Reader
from archive.lists.registry import aliases_of_lists, receiving_address
from archive.tables import Address, MailingList, Message, Posting, Subscription
from reputation.topics.tags import readable_tags

_CURSOR = "lists"


def mailing_lists(
    context: Context, *, reader: Reader = ANYONE, page: PageRequest = FIRST_PAGE
) -> schemas.Page[schemas.MailingList]:
    """The lists by address."""
    after = decode_cursor(page.cursor, _CURSOR, (str,))
    with context.database.session() as session:
        limits = visibility(session, reader)
        visible = select(MailingList).where(MailingList.id.not_in(limits.private))
        total = session.scalar(select(func.count()).select_from(visible.subquery())) or 0
        if after:
            visible = visible.where(MailingList.address > after[0])
        rows = session.scalars(visible.order_by(MailingList.address).limit(page.limit + 1)).all()
        shown = rows[: page.limit]
        items = _described(context, session, limits, shown)
    cursor = encode_cursor(_CURSOR, (shown[-1].address,)) if len(rows) > page.limit else None
    return schemas.Page[schemas.MailingList](
        items=items,
        next=next_url("/lists", {"limit": page.limit}, cursor),
        total=total,
    )


def mailing_list(context: Context, address: str, *, reader: Reader = ANYONE) -> schemas.MailingList:
    """The list of that address. Raises ``NotFoundError``."""
    with context.database.session() as session:
        limits = visibility(session, reader)
        found = visible_list(session, limits, address)
        return _described(context, session, limits, [found])[0]


def _described(
    context: Context, session: Session, limits: Visibility, rows: Sequence[MailingList]
) -> list[schemas.MailingList]:
    statement = (
        select(
            Posting.list_id,
            func.count().label("messages"),
            func.count(Message.thread_id.distinct()).label("threads"),
            func.count(Address.person_id.distinct()).label("people"),
            func.min(Message.date).label("first"),
            func.max(Message.date).label("last"),
        )
        .join(Message, Message.id == Posting.message_id)
        .join(Address, Address.id == Message.address_id)
        .where(Posting.list_id.in_([row.id for row in rows]))
        .group_by(Posting.list_id)
    )
    counts = {row.list_id: row for row in session.execute(statement)}
    aliases = aliases_of_lists(session)
    states = dict(session.execute(select(Subscription.list_id, Subscription.state)).all())
    described = []
    for row in rows:
        count = counts.get(row.id)
        described.append(
            schemas.MailingList(
                address=row.address,
                name=row.name,
                description=row.description,
                language=row.language,
                private=row.private,
                topic_tags=readable_tags(row.topic_tags) or None,
                messages=count.messages if count else 0,
                threads=count.threads if count else 0,
                people=count.people if count else 0,
                first=count.first if count else None,
                last=count.last if count else None,
                subscription=states.get(row.id),
                **(_for_operator(context, row, aliases) if limits.reader.operator else {}),
            )
        )
    return described


def _for_operator(
    context: Context, row: MailingList, aliases: Mapping[int, list[str]]
) -> dict[str, Any]:
    return {
        "receiving_address": receiving_address(row, context.settings),
        "list_id": row.identifier,
        "aliases": aliases.get(row.id, []),
        "no_archive": row.no_archive,
        "no_archive_by": row.no_archive_by,
    }
