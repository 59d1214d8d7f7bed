"""Prepare a message for storing: derive all values before any transaction begins.

Preparing is pure and slow; storing is quick but only one writer at a time may do it. So
imports prepare in parallel processes, and the SMTP door prepares before its turn to
write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from archive.mail.automation.verdict import NOT_PERSONAL
from archive.mail.client import mail_program
from archive.mail.dates import read_envelope_date
from archive.mail.digest import split_digest
from archive.mail.fingerprints import quote_marks, substance
from archive.mail.message import AttachedPart, ParsedMessage, other_text, parse_message
from archive.mail.repeated_blocks import stored_marks
from archive.mail.trust.results import Trust, judge_results
from archive.people.identity import address_key
from archive.people.names import full_name_key
from archive.store.compression import Compressor
from archive.tables import Aside

FROM_DIGEST = "cut-from-digest"
"""The defect noted on a post that is known only from a digest."""
DERIVED_ID_DOMAIN = "derived.pakar.invalid"
"""Domain of the Message-IDs made up for messages that have none."""


@dataclass(slots=True)
class PreparedMessage:
    """One message ready to store. It holds plain values, so processes can exchange it."""

    where: str
    digest: bytes
    size: int
    data: bytes
    dictionary_id: int | None
    message_id: str
    message_id_derived: bool
    date: int
    date_source: str
    subject: str
    base_subject: str
    is_reply: bool
    references: tuple[str, ...]
    parent_reference: str | None
    address_key: str
    email: str | None
    written: str
    recipients: tuple[str, ...]
    author_name: str
    name_key: str
    time_zone: int | None
    mail_program: str | None
    automation: str | None
    quote_marks: bytes | None
    signature_mark: bytes | None
    substance: bytes
    own_text: str
    other_text: str
    attachments: tuple[AttachedPart, ...]
    defects: tuple[str, ...]
    trust: Trust | None = None
    """How far its From is trusted; None if nothing is known."""
    aside: Aside | None = None
    """Why it is not a post, if that is known already."""
    pieces: tuple[PreparedMessage, ...] = ()
    """For a digest: the posts cut from it."""
    list_address: str | None = None
    """For an import: the list it is imported into; None if none was named or declared."""


def prepare(
    raw: bytes,
    compressor: Compressor | None,
    dictionary_id: int | None,
    *,
    arrival: datetime,
    list_address: str | None = None,
    envelope_date: bytes | None = None,
    where: str = "",
    parsed: ParsedMessage | None = None,
) -> PreparedMessage:
    """Parse and compress ``raw``; without a compressor ``data`` stays empty.

    list_address: the list it came to. If an archive shows this address as the author's,
        it identifies nobody, and only the name is used.
    envelope_date, arrival: dates to use, in this order, when the message has no usable
        date.
    where: a description of the place it came from, for messages to the operator.
    parsed: the parsed ``raw``, if it was parsed before.
    """
    parsed = parsed or parse_message(raw)
    digest = hashlib.sha256(raw).digest()
    date, source = _date(parsed, envelope_date, arrival)
    author = parsed.author
    email = author.email if author.email != list_address else None
    return PreparedMessage(
        where=where,
        digest=digest,
        size=len(raw),
        data=b"" if compressor is None else compressor.compress(raw),
        dictionary_id=dictionary_id,
        message_id=parsed.message_id or f"{digest.hex()}@{DERIVED_ID_DOMAIN}",
        message_id_derived=parsed.message_id is None,
        date=int(date.timestamp()),
        date_source=source,
        subject=parsed.subject,
        base_subject=parsed.base_subject,
        is_reply=parsed.is_reply,
        references=parsed.references,
        parent_reference=parsed.parent_reference,
        address_key=address_key(email, author.name, author.written),
        email=email,
        written=author.written,
        recipients=parsed.recipients,
        author_name=author.name[:200],
        name_key="" if parsed.automation in NOT_PERSONAL else full_name_key(author.name),
        time_zone=parsed.time_zone,
        mail_program=mail_program(
            parsed.mail_program, (parsed.message_id or "").rpartition("@")[2]
        ),
        automation=parsed.automation,
        quote_marks=quote_marks(parsed),
        signature_mark=stored_marks(parsed),
        substance=substance(parsed),
        own_text=parsed.own_text,
        other_text=other_text(parsed),
        attachments=parsed.attachments,
        defects=parsed.defects,
        trust=judge_results(parsed.results, _domain(parsed.sender.email), _domain(list_address))
        if parsed.results
        else None,
    )


def _domain(address: str | None) -> str | None:
    return address.rpartition("@")[2] if address else None


def cut_digest(
    raw: bytes,
    digest: PreparedMessage,
    compressor: Compressor,
    *,
    list_address: str | None,
    keep: Callable[[ParsedMessage], bool] = bool,
) -> None:
    """Prepare the posts of a digest as its ``pieces``.

    A post without a date of its own gets the date of the digest.
    keep: returns whether to keep a post.
    """
    digest.pieces = tuple(
        mark_as_piece(
            prepare(
                post,
                compressor,
                digest.dictionary_id,
                arrival=datetime.fromtimestamp(digest.date, UTC),
                list_address=list_address,
                where=digest.where,
                parsed=parsed,
            )
        )
        for post in split_digest(raw)
        if keep(parsed := parse_message(post))
    )


def mark_as_piece(post: PreparedMessage) -> PreparedMessage:
    """Note on a post that it is known only from a digest."""
    post.defects = (*post.defects, FROM_DIGEST)
    return post


def _date(parsed: ParsedMessage, envelope: bytes | None, arrival: datetime) -> tuple[datetime, str]:
    if parsed.date is not None:
        return parsed.date, "date"
    if parsed.received is not None:
        return parsed.received, "received"
    stated = None if envelope is None else read_envelope_date(envelope)
    if stated is not None:
        return stated, "envelope"
    return arrival, "arrival"
