"""Messages, their bytes, and what was derived from them by reading and threading."""

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

CHOICE_STEP = 1 << 16
"""Beyond every reader version: what ``Message.reader_version`` holds more for each candidate."""


class CompressionDictionary(Base):
    """A trained zstandard dictionary. Each raw message names the one it needs."""

    __tablename__ = "compression_dictionary"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    created: Mapped[datetime] = mapped_column(Timestamp)


class Thread(Base):
    """A thread: a connected set of messages (see ``archive.threads.placement``)."""

    __tablename__ = "thread"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    first: Mapped[datetime] = mapped_column(Timestamp)
    last: Mapped[datetime] = mapped_column(Timestamp, index=True)
    messages: Mapped[int] = mapped_column(Integer)
    people: Mapped[int] = mapped_column(Integer)
    """Number of distinct authors' addresses."""


class Message(Base):
    """One post; its bytes are in ``RawMessage``, those of its other copies in ``MessageCopy``.

    Two posts of different substance may have the same ``message_id``; both are kept.
    A message without one gets an id derived from its digest.
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
    """Where the date was found: ``date``, ``received``, ``envelope`` or ``arrival``."""
    subject: Mapped[str] = mapped_column(Text)
    base_subject: Mapped[str] = mapped_column(String(300))
    """RFC 5256 base subject, case-folded, cut to 300 characters."""
    is_reply: Mapped[bool] = mapped_column(Boolean)
    """Whether the subject has a reply mark such as ``Re:``."""
    parent_reference: Mapped[str | None] = mapped_column(String(998))
    """Message-ID of the declared parent, which the archive may not have."""
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    author_name: Mapped[str] = mapped_column(String(200))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"))
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    """Row id of the nearest stored ancestor in the thread. It has no foreign key, because
    bulk imports write children before parents."""
    parent_source: Mapped[str | None] = mapped_column(String(16))
    """``in-reply-to``, ``references``, ``quote``, ``subject`` or ``moderator``; None for a root."""
    automation: Mapped[str | None] = mapped_column(String(24))
    """Why this is automatic mail, or None for a human post."""
    attachments: Mapped[int] = mapped_column(Integer, default=0)
    time_zone: Mapped[int | None] = mapped_column(Integer)
    """Minutes east of UTC according to the Date field; None if it gives none."""
    mail_program: Mapped[str | None] = mapped_column(String(40))
    """Family of the mail program that wrote it (``archive.mail.client``), if known."""
    quote_marks: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Hashes of the lines it quotes, 8 bytes each; only for replies that may need a parent."""
    signature_mark: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Hash of its signature, 8 bytes, and of what may be one (``archive.mail.repeated_blocks``)."""
    substance: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    """Digest of what its author sent (``archive.mail.fingerprints``), equal for all copies of
    one post; None until it is reread."""
    defects: Mapped[str | None] = mapped_column(Text)
    """Names of the defects found in the message, one per line."""
    reader_version: Mapped[int] = mapped_column(Integer)
    """Which reader read it, and ``CHOICE_STEP`` times which repeated block was taken for its
    signature (``archive.mail.repeated_blocks``). Whoever keeps what was derived from the text
    sees by it that the text is another."""

    @classmethod
    def read_before(cls, version: int) -> ColumnElement[bool]:
        """SQL condition: the reader that last read the message is older than ``version``."""
        return cls.reader_version % CHOICE_STEP < version

    postings: Mapped[list[Posting]] = relationship(back_populates="message")
    address: Mapped[Address] = relationship()


class RawMessage(Base):
    """The exact bytes of a message, compressed with zstandard."""

    __tablename__ = "raw_message"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    dictionary_id: Mapped[int | None] = mapped_column(ForeignKey("compression_dictionary.id"))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class MessageCopy(Base):
    """Another copy of a post, with its exact bytes, compressed as in ``RawMessage``.

    It differs from the message in what a list or the way of the mail added.
    """

    __tablename__ = "message_copy"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"), index=True)
    """The list to which this copy came."""
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the raw bytes."""
    size: Mapped[int] = mapped_column(Integer)
    dictionary_id: Mapped[int | None] = mapped_column(ForeignKey("compression_dictionary.id"))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    received: Mapped[datetime] = mapped_column(Timestamp)
    door: Mapped[str] = mapped_column(String(8))
    envelope_sender: Mapped[str | None] = mapped_column(String(400))


class OwnText(Base):
    """The text that the author wrote, without quotes, attributions, signature and footer."""

    __tablename__ = "own_text"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class Posting(Base):
    """The arrival of a message on one list."""

    __tablename__ = "posting"
    __table_args__ = (UniqueConstraint("list_id", "message_id"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    received: Mapped[datetime] = mapped_column(Timestamp)
    """When Pakar received it."""
    door: Mapped[str] = mapped_column(String(8))
    """``smtp``, ``lmtp``, ``import``, or ``digest`` for a post known only from a digest."""
    envelope_sender: Mapped[str | None] = mapped_column(String(400))

    message: Mapped[Message] = relationship(back_populates="postings")
    mailing_list: Mapped[MailingList] = relationship()


class Authentication(Base):
    """How far the From of a message is trusted. A message without a row is not judged.

    Derived by ``archive.mail.trust.results``.
    """

    __tablename__ = "authentication"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(10))
    """``verified``, ``unknown`` or ``forged``."""
    domain: Mapped[str | None] = mapped_column(String(255))
    """The domain that confirms the From, or denies it."""
    method: Mapped[str | None] = mapped_column(String(24))
    """How the verdict was found: ``dkim``, ``arc`` or ``authentication-results``."""
    reason: Mapped[str] = mapped_column(Text)
    """The reason for the verdict, in one sentence for readers."""
    pending: Mapped[bool] = mapped_column(Boolean, index=True)
    """Whether the signatures still have to be checked by DNS."""


class Removal(Base):
    """A removal of messages: what was removed, and the highest message id used until then.

    Message ids are never used again, so data derived from a removed message is never
    taken for that of another.
    """

    __tablename__ = "removal"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    removed: Mapped[datetime] = mapped_column(Timestamp)
    what: Mapped[str] = mapped_column(Text)
    messages: Mapped[int] = mapped_column(Integer)
    last_message_id: Mapped[int] = mapped_column(Identifier)


class Reference(Base):
    """A Message-ID that a message names in References or In-Reply-To."""

    __tablename__ = "reference"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    target: Mapped[str] = mapped_column(String(998), index=True)


class Attachment(Base):
    """A part of a message that is not its readable text.

    Its content is only in the bytes of the message. The digest finds all posts with the
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
