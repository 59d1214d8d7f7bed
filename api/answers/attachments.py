"""The parts of a message that are not its readable text, by number or by content.

An attachment that many posts carry is one thing: it is named by the digest of its content, and its
bytes come straight from the first post that has it, without a copy of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from api import schemas
from api.answers import references
from api.answers.messages import find_version, given_out, stored_bytes
from api.answers.visibility import Visibility, visibility
from api.context import Context
from api.paging import FIRST_PAGE, PageRequest, decode_cursor, encode_cursor, next_url
from api.readers import ANYONE, Reader
from api.redaction import Redaction
from archive.errors import NotFoundError, PakarError
from archive.mail.parts.body import AttachedPart, read_attachment, read_attachments
from archive.mail.redacted_copy import redacted_file
from archive.tables import Address, Attachment, Message

# What a browser would run, were it ever to open it, is named as plain bytes.
_ACTIVE = ("html", "xml", "svg", "script", "pdf", "x-shockwave-flash")
OPAQUE = "application/octet-stream"
_CURSOR = "attachment"
_MAX_CARRIERS = 5
"""Posts that are tried for an attachment's bytes, should those of the first be damaged."""


@dataclass(frozen=True, slots=True)
class AttachmentFile:
    """An attachment's decoded bytes, with a media type that is safe to name."""

    filename: str
    content_type: str
    content: bytes


def attachment(
    context: Context,
    message_id: str,
    number: int,
    *,
    version: int = 1,
    reader: Reader = ANYONE,
) -> AttachmentFile:
    """The attachment of that number, counted from 1. Raises ``NotFoundError``."""
    with context.database.session() as session:
        limits = visibility(session, reader)
        given = given_out(session, limits, find_version(session, limits, message_id, version))
    found = read_attachment(stored_bytes(context, given), number - 1)
    if found is None:
        raise NotFoundError.of("attachment-number-unknown", message=message_id[:200], number=number)
    return _file(*found, given.redaction)


def attachment_content(context: Context, digest: str, *, reader: Reader = ANYONE) -> AttachmentFile:
    """The attachment with that SHA-256 digest, in hexadecimal, under the name of its first post.

    Raises ``NotFoundError``: also where only posts that are not given out carry it.
    """
    with context.database.session() as session:
        limits = visibility(session, reader)
        carriers = session.scalars(
            _carriers(digest, limits)
            .where(Address.person_id.not_in(limits.hidden))
            .order_by(Message.id)
            .limit(_MAX_CARRIERS)
        )
        messages = dict.fromkeys(carrier.message_id for carrier in carriers)
        posts = [given_out(session, limits, message) for message in messages]
    damage: PakarError = _unknown(digest)
    for given in posts:
        try:
            raw = stored_bytes(context, given)
        except PakarError as error:
            damage = error
            continue
        for part, content in read_attachments(raw):
            if part.digest.hex() == digest:
                return _file(part, content, given.redaction)
    raise damage


def attachment_posts(
    context: Context, digest: str, *, reader: Reader = ANYONE, page: PageRequest = FIRST_PAGE
) -> schemas.AttachmentPosts:
    """The posts that carry that attachment, in the order of storing. Raises ``NotFoundError``."""
    after = decode_cursor(page.cursor, _CURSOR, (int, int))
    with context.database.session() as session:
        limits = visibility(session, reader)
        carriers = _carriers(digest, limits)
        total = session.scalar(select(func.count()).select_from(carriers.subquery()))
        if not total:
            raise _unknown(digest)
        if after:
            message, position = int(after[0]), int(after[1])
            carriers = carriers.where(
                (Message.id > message)
                | ((Message.id == message) & (Attachment.position > position))
            )
        ordered = carriers.order_by(Message.id, Attachment.position)
        rows = session.scalars(ordered.limit(page.limit + 1)).all()
        shown = rows[: page.limit]
        items = _posts(session, limits, shown)
    more = len(rows) > page.limit
    key = (shown[-1].message_id, shown[-1].position) if more else ()
    path = f"/attachments/{digest}"
    return schemas.AttachmentPosts(
        digest=digest,
        size=shown[0].size,
        url=f"/api/v1{path}/content",
        items=items,
        next=next_url(
            path,
            {"limit": page.limit},
            encode_cursor(_CURSOR, key) if more else None,
        ),
        total=total,
    )


def _carriers(digest: str, limits: Visibility) -> Select[Attachment]:
    """The parts of that content in the posts that may be seen."""
    return (
        select(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .join(Address, Address.id == Message.address_id)
        .where(Attachment.digest == bytes.fromhex(digest), limits.message())
    )


def _posts(
    session: Session, limits: Visibility, parts: Sequence[Attachment]
) -> list[schemas.AttachmentPost]:
    wanted = {part.message_id for part in parts}
    messages = {
        row.id: row
        for row in session.scalars(
            select(Message).where(Message.id.in_(wanted)).options(joinedload(Message.address))
        )
    }
    lists = references.lists_of_messages(session, limits, wanted)
    posts = []
    for part in parts:
        row, listed = messages[part.message_id], lists.get(part.message_id, {})
        redaction = limits.redaction(frozenset(listed))
        posts.append(
            schemas.AttachmentPost(
                message_id=row.message_id,
                subject=redaction.text(row.subject),
                author=references.author(limits, row, row.address),
                date=row.date,
                lists=list(listed.values()),
                filename=redaction.text(part.filename),
                content_type=part.content_type,
                url=references.message_url(row.message_id),
            )
        )
    return posts


def _file(part: AttachedPart, content: bytes, redaction: Redaction) -> AttachmentFile:
    active = any(word in part.content_type for word in _ACTIVE)
    if redaction.addresses or redaction.names is not None:
        content = redacted_file(part, content, redaction.text)
    filename = redaction.text(part.filename)
    return AttachmentFile(filename, OPAQUE if active else part.content_type, content)


def _unknown(digest: str) -> NotFoundError:
    return NotFoundError.of("attachment-unknown", digest=digest[:64])
