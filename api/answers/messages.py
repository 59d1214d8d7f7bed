"""Single messages: every stored version of one Message-ID as a reader may see it, and raw bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from api import schemas
from api.answers import references
from api.answers.visibility import Visibility, visibility
from api.context import Context
from api.readers import ANYONE, Reader
from api.redaction import Redaction
from archive.errors import NotFoundError, PakarError
from archive.mail.message import ParsedMessage, parse_message
from archive.mail.obfuscation import obfuscate_address
from archive.mail.parts.body import read_attachments
from archive.mail.redacted_copy import redacted_copy
from archive.mail.text.spans import own_text
from archive.people.identity import address_key
from archive.tables import Address, Attachment, Authentication, MailingList, Message

# What some charsets decode to and no UTF-8 can carry.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

DAMAGED = "damaged"
"""The defect of a message whose stored bytes do not match their digest."""
MAX_VERSIONS = 50
"""Versions read for one answer; a real archive has two or three of an id."""


@dataclass(frozen=True, slots=True)
class ReadableText:
    """A message's text with spans that fit it, and the author's own part."""

    text: str
    own_text: str
    spans: list[schemas.Span]


def parsed(context: Context, message: int) -> ParsedMessage | None:
    """A stored message read from its bytes, None when they are damaged."""
    try:
        return context.store.parsed(message)
    except ValueError:
        return None


def readable(message: ParsedMessage, redaction: Redaction) -> ReadableText:
    """The text of ``message`` as it may be shown."""
    text, spans = redaction.spans(
        _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", message.text), message.spans
    )
    return ReadableText(
        text=text,
        own_text=own_text(text, spans),
        spans=[
            schemas.Span(
                kind=span.kind.value, start=span.start, end=span.end, author=span.author or None
            )
            for span in spans
        ],
    )


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the store says of the versions of one Message-ID."""

    limits: Visibility
    versions: Sequence[Message]
    lists: dict[int, dict[int, str]]
    threads: dict[int, schemas.ThreadReference]
    attachments: dict[int, list[Attachment]]
    authenticity: dict[int, schemas.Authenticity]


def message(context: Context, message_id: str, *, reader: Reader = ANYONE) -> schemas.Message:
    """The message of that Message-ID, without ``<>``, in all its versions.

    Raises ``NotFoundError``.
    """
    with context.database.session() as session:
        stored = _stored(session, message_id, reader)
    versions = [
        _version(context, stored, row, number)
        for number, row in enumerate(stored.versions, start=1)
    ]
    return schemas.Message(**dict(versions[0]), versions=versions)


def raw_message(
    context: Context, message_id: str, *, version: int = 1, reader: Reader = ANYONE
) -> bytes:
    """A version as it came, counted from 1 in the order of storing.

    Whoever may not see the addresses in it gets a redacted copy, marked as one. For readers
    other than the operator the secrets of receiving addresses, which relays write into trace
    fields, are crossed out letter by letter.

    Raises ``NotFoundError``: also for what a hidden person wrote, whose name the bytes bear.
    """
    with context.database.session() as session:
        limits = visibility(session, reader)
        given = given_out(session, limits, find_version(session, limits, message_id, version))
    raw, redaction = stored_bytes(context, given), given.redaction
    if not redaction.addresses and redaction.names is None:
        return raw
    return redacted_copy(raw, parse_message(raw), read_attachments(raw), redaction.text)


@dataclass(frozen=True, slots=True)
class GivenOut:
    """A stored message (its row) that is given out, and what its reader may not see of it.

    secrets: of receiving addresses; whoever knows one can put mail into the archive.
    """

    message: int
    redaction: Redaction
    secrets: Sequence[str]


def given_out(session: Session, limits: Visibility, message: int) -> GivenOut:
    """A stored message (its row) as the reader gets it."""
    lists = references.lists_of_messages(session, limits, [message]).get(message, {})
    secrets = () if limits.reader.operator else session.scalars(select(MailingList.secret)).all()
    return GivenOut(message, limits.redaction(frozenset(lists)), secrets)


def stored_bytes(context: Context, given: GivenOut) -> bytes:
    """The bytes of a message, the secrets in them crossed out.

    Raises ``PakarError`` when they are damaged.
    """
    try:
        raw = context.store.raw(given.message)
    except ValueError:
        raise PakarError.of("message-damaged") from None
    for secret in given.secrets:
        raw = re.sub(re.escape(secret.encode()), b"x" * len(secret), raw, flags=re.IGNORECASE)
    return raw


def find_version(session: Session, limits: Visibility, message_id: str, version: int) -> int:
    """The row of one version whose bytes may be given out. Raises ``NotFoundError``."""
    rows = _versions(session, limits, message_id)
    if not 1 <= version <= len(rows):
        raise NotFoundError.of(
            "message-version-unknown",
            message=message_id[:200],
            versions=len(rows),
            version=version,
        )
    row = rows[version - 1]
    if row.address.person_id in limits.hidden:
        raise NotFoundError.of("message-hidden")
    return row.id


def without_brackets(message_id: str) -> str:
    """A Message-ID as the store has it, whether or not it was given with ``<>``."""
    stripped = message_id.strip()
    if stripped.startswith("<") and stripped.endswith(">"):
        return stripped[1:-1]
    return stripped


def _stored(session: Session, message_id: str, reader: Reader) -> _Stored:
    limits = visibility(session, reader)
    versions = _versions(session, limits, message_id)
    rows = [row.id for row in versions]
    attachments: dict[int, list[Attachment]] = {}
    found = session.scalars(
        select(Attachment)
        .where(Attachment.message_id.in_(rows))
        .order_by(Attachment.message_id, Attachment.position)
    )
    for attachment in found:
        attachments.setdefault(attachment.message_id, []).append(attachment)
    threads = {row.thread_id for row in versions if row.thread_id is not None}
    return _Stored(
        limits=limits,
        versions=versions,
        lists=references.lists_of_messages(session, limits, rows),
        threads=references.threads(session, limits, threads),
        attachments=attachments,
        authenticity={
            row.message_id: schemas.Authenticity(
                verdict=row.verdict, domain=row.domain, method=row.method, reason=row.reason
            )
            for row in session.scalars(
                select(Authentication).where(Authentication.message_id.in_(rows))
            )
        },
    )


def _versions(session: Session, limits: Visibility, message_id: str) -> Sequence[Message]:
    """The versions that may be seen, in the order of storing. Raises ``NotFoundError``."""
    rows = session.scalars(
        select(Message)
        .where(Message.message_id == without_brackets(message_id), limits.message())
        .order_by(Message.id)
        .options(joinedload(Message.address))
        .limit(MAX_VERSIONS)
    ).all()
    if not rows:
        raise NotFoundError.of("message-unknown", message=message_id[:200])
    return rows


def _version(
    context: Context, stored: _Stored, row: Message, number: int
) -> schemas.MessageVersion:
    lists = stored.lists.get(row.id, {})
    redaction = stored.limits.redaction(frozenset(lists))
    found = parsed(context, row.id)
    text = readable(found, redaction) if found else None
    defects = row.defects.split("\n") if row.defects else []
    url = references.message_url(row.message_id)
    return schemas.MessageVersion(
        message_id=row.message_id,
        version=number,
        digest=row.digest.hex(),
        size=row.size,
        lists=list(lists.values()),
        author=references.author(stored.limits, row, row.address),
        passed_on_by=_passed_on_by(context, stored.limits, found),
        date=row.date,
        date_source=row.date_source,
        time_zone=row.time_zone,
        subject=redaction.text(row.subject),
        text=text.text if text else "",
        own_text=text.own_text if text else "",
        spans=text.spans if text else [],
        in_reply_to=row.parent_reference,
        references=list(found.references) if found else [],
        thread=stored.threads.get(row.thread_id) if row.thread_id is not None else None,
        automation=row.automation,
        authenticity=stored.authenticity.get(row.id),
        defects=defects if found else [*defects, DAMAGED],
        attachments=[
            schemas.Attachment(
                n=number_of(attachment),
                filename=redaction.text(attachment.filename),
                content_type=attachment.content_type,
                size=attachment.size,
                digest=attachment.digest.hex(),
                url=f"/api/v1{url}/attachments/{number_of(attachment)}{_query(number)}",
            )
            for attachment in stored.attachments.get(row.id, [])
        ],
        url=url,
        raw_url=f"/api/v1{url}/raw{_query(number)}",
    )


def _passed_on_by(
    context: Context, limits: Visibility, found: ParsedMessage | None
) -> schemas.Author | None:
    """The sender of another's patch; linked where a post of theirs may be seen."""
    sender = found.passed_on_by if found else None
    if sender is None:
        return None
    key = address_key(sender.email, sender.name, sender.written)
    with context.database.session() as session:
        known = session.execute(
            select(Address.person_id, Address.email)
            .join(Message, Message.address_id == Address.id)
            .where(Address.key == key, limits.message())
            .limit(1)
        ).first()
    if known is not None:
        return references.author_named(limits, sender.name, known.person_id, known.email)
    address = sender.email if limits.reader.trusted else obfuscate_address(sender.email or "")
    return schemas.Author(id=None, name=limits.name(sender.name), url=None, address=address or None)


def number_of(attachment: Attachment) -> int:
    """The number an attachment is asked for by, from 1."""
    return attachment.position + 1


def _query(version: int) -> str:
    return "" if version == 1 else f"?version={version}"
