"""Messages, their bytes, and what reading and threading derived from them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import (
    Mapped,
    mapped_column,
    relationship,
)

from archive.tables.base import Base, Identifier, Timestamp
from archive.tables.lists import MailingList
from archive.tables.people import Address


class CompressionDictionary(Base):
    """A trained zstandard dictionary; raw messages name the one they need."""

    __tablename__ = "compression_dictionary"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    created: Mapped[datetime] = mapped_column(Timestamp)


class Thread(Base):
    """A conversation: a connected set of messages (see ``archive.threads.placement``)."""

    __tablename__ = "thread"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    first: Mapped[datetime] = mapped_column(Timestamp)
    last: Mapped[datetime] = mapped_column(Timestamp, index=True)
    messages: Mapped[int] = mapped_column(Integer)
    people: Mapped[int] = mapped_column(Integer)
    """Number of distinct authors' addresses."""


class Message(Base):
    """One stored message; its bytes are in ``RawMessage``.

    Two messages may share a ``message_id`` with different content: both are
    kept. A message without one gets an id derived from its digest.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_thread", "thread_id", "date"),
        Index("ix_message_address", "address_id", "date"),
        Index("ix_message_base_subject", "base_subject", "date"),
    )

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the raw bytes."""
    size: Mapped[int] = mapped_column(Integer)
    message_id: Mapped[str] = mapped_column(String(998), index=True)
    """RFC 5322 msg-id without angle brackets."""
    message_id_derived: Mapped[bool] = mapped_column(Boolean, default=False)
    date: Mapped[datetime] = mapped_column(Timestamp, index=True)
    date_source: Mapped[str] = mapped_column(String(16))
    """``date``, ``received``, ``envelope`` or ``arrival``."""
    subject: Mapped[str] = mapped_column(Text)
    base_subject: Mapped[str] = mapped_column(String(300))
    """RFC 5256 base subject, case-folded, cut to 300 characters."""
    is_reply: Mapped[bool] = mapped_column(Boolean)
    """The subject carries a reply mark."""
    parent_reference: Mapped[str | None] = mapped_column(String(998))
    """Declared parent: a msg-id that may never have been seen."""
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    author_name: Mapped[str] = mapped_column(String(200))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"))
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    """Nearest stored ancestor in the thread; no foreign key, since bulk
    imports write children before parents."""
    parent_source: Mapped[str | None] = mapped_column(String(16))
    """``in-reply-to``, ``references``, ``quote``, ``subject`` or ``moderator``; None for a root."""
    automation: Mapped[str | None] = mapped_column(String(24))
    """Why this is automatic mail, or None for a human post."""
    attachments: Mapped[int] = mapped_column(Integer, default=0)
    time_zone: Mapped[int | None] = mapped_column(Integer)
    """Minutes east of UTC that Date states; None for none."""
    mail_program: Mapped[str | None] = mapped_column(String(40))
    """Family of the program that wrote it (``archive.people.habits``), where known."""
    quote_marks: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Marks of the lines it quotes, 8 octets each, of a reply whose parent may be looked for."""
    signature_mark: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Mark of its signature (``archive.mail.fingerprints``), 8 octets; None without one."""
    defects: Mapped[str | None] = mapped_column(Text)
    """What was wrong with the message, one name a line."""
    reader_version: Mapped[int] = mapped_column(Integer)

    @classmethod
    def read_before(cls, version: int) -> ColumnElement[bool]:
        """The condition that a reader older than ``version`` read the message last."""
        return cls.reader_version < version

    postings: Mapped[list[Posting]] = relationship(back_populates="message")
    address: Mapped[Address] = relationship()


class RawMessage(Base):
    """The exact bytes of a message, compressed with zstandard."""

    __tablename__ = "raw_message"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    dictionary_id: Mapped[int | None] = mapped_column(ForeignKey("compression_dictionary.id"))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class OwnText(Base):
    """What the author wrote, without quotes, attributions, signature and footer."""

    __tablename__ = "own_text"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class Posting(Base):
    """A message as it came to one list."""

    __tablename__ = "posting"
    __table_args__ = (UniqueConstraint("list_id", "message_id"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    received: Mapped[datetime] = mapped_column(Timestamp)
    """When Pakar got it."""
    door: Mapped[str] = mapped_column(String(8))
    """``smtp``, ``lmtp`` or ``import``."""
    envelope_sender: Mapped[str | None] = mapped_column(String(400))

    message: Mapped[Message] = relationship(back_populates="postings")
    mailing_list: Mapped[MailingList] = relationship()


class Authentication(Base):
    """How far the From of a message is trusted; without a row nothing is known.

    Derived by ``archive.mail.trust.results``.
    """

    __tablename__ = "authentication"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(10))
    """``verified``, ``unknown`` or ``forged``."""
    domain: Mapped[str | None] = mapped_column(String(255))
    """The domain that vouches for the From, or that disowns it."""
    method: Mapped[str | None] = mapped_column(String(24))
    """How that was known: ``dkim``, ``arc`` or ``authentication-results``."""
    reason: Mapped[str] = mapped_column(Text)
    """One sentence for the reader."""
    pending: Mapped[bool] = mapped_column(Boolean, index=True)
    """Signatures wait for a look at DNS."""


class Removal(Base):
    """A removal of messages: what went, and how far message ids had been given out.

    Ids are never given out again, so that whatever was derived from a removed
    message is never taken for another's.
    """

    __tablename__ = "removal"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    removed: Mapped[datetime] = mapped_column(Timestamp)
    what: Mapped[str] = mapped_column(Text)
    messages: Mapped[int] = mapped_column(Integer)
    last_message_id: Mapped[int] = mapped_column(Identifier)


class Reference(Base):
    """A msg-id that a message names in References or In-Reply-To."""

    __tablename__ = "reference"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    target: Mapped[str] = mapped_column(String(998), index=True)


class Attachment(Base):
    """A part of a message that is not its readable text.

    Its content stands in the message's bytes alone. The digest finds all posts that carry the
    same content.
    """

    __tablename__ = "attachment"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(127))
    size: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    """SHA-256 of the decoded content."""
