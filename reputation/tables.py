"""The reputation's tables: curated topics are true, all else is derived.

What an epoch computes stands in its tables once for each audience that asked
(``archive.lists.audience``); ``audience`` is the name of that audience.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from archive.lists.audience import NAME_LENGTH, Audience
from archive.tables import Base, Identifier, Timestamp


def _audience() -> MappedColumn[str]:
    """The first part of the key of what an epoch computes: the name of its audience."""
    return mapped_column(String(NAME_LENGTH), primary_key=True, default="", server_default="")


class Topic(Base):
    """A saved query. Rows are permanent: an id is never used again."""

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("audience", "tag"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    audience: Mapped[str] = mapped_column(String(NAME_LENGTH), default="", server_default="")
    """Who sees it: the public, or readers of the private lists whose mail it was suggested from."""
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    label: Mapped[str] = mapped_column(String(200))
    label_id: Mapped[str | None] = mapped_column(String(200))
    label_en: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default="suggested")
    """``suggested``, ``pinned``, ``hidden`` or ``merged``."""
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    curated: Mapped[bool] = mapped_column(Boolean, default=False)
    """A person renamed or edited it: models leave its label and terms alone."""
    created: Mapped[datetime] = mapped_column(Timestamp)
    last_message_id: Mapped[int] = mapped_column(Identifier, default=0, server_default="0")
    """Highest ``message.id`` there was when it was suggested; 0: people made it, or unknown."""
    words_message_id: Mapped[int] = mapped_column(Identifier, default=0, server_default="0")
    """Highest ``message.id`` there was when its words were last taken from the mail."""
    tag: Mapped[str | None] = mapped_column(String(60))
    """The subject tag, lower-case, whose threads it has on lists that declare it."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    """The broader topic that people put it under."""
    parent_decided: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """People decided that, also that it has none; else its threads tell."""


def seen_by(readers: Audience) -> ColumnElement[bool]:
    """The condition on ``Topic`` that an audience sees it: one of the public's, or of its own."""
    return Topic.audience.in_({"", readers.name})


class TopicChange(Base):
    """How a topic was before a decision changed it; kept for ever."""

    __tablename__ = "topic_change"
    __table_args__ = (Index("ix_topic_change_topic", "topic_id"),)

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    before: Mapped[str | None] = mapped_column(Text)
    """JSON of ``curation.decisions``; None: the decision made the topic."""


class TopicTerm(Base):
    """A weighted term of a topic's query; a negative weight excludes."""

    __tablename__ = "topic_term"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    term: Mapped[str] = mapped_column(String(100), primary_key=True)
    weight: Mapped[float] = mapped_column(Float)


class Synonym(Base):
    """Two words that mean the same, ``one`` before ``other`` in the alphabet."""

    __tablename__ = "synonym"

    one: Mapped[str] = mapped_column(String(100), primary_key=True)
    other: Mapped[str] = mapped_column(String(100), primary_key=True, index=True)
    state: Mapped[str] = mapped_column(String(8))
    """``found`` in the mail (derived), ``added`` or ``removed`` by people."""
    reason: Mapped[str] = mapped_column(String(200))
    """Of a found pair: what the mail shows."""


class SynonymChange(Base):
    """What a decision said of two words, and what was so before; kept for ever."""

    __tablename__ = "synonym_change"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    one: Mapped[str] = mapped_column(String(100))
    other: Mapped[str] = mapped_column(String(100))
    before: Mapped[str | None] = mapped_column(String(8))
    """``Synonym.state``; None: nothing was said."""


class ThreadTopic(Base):
    """How much a thread is about a topic: one of the thread's best three."""

    __tablename__ = "thread_topic"
    __table_args__ = (Index("ix_thread_topic_topic", "topic_id", "theta"),)

    audience: Mapped[str] = _audience()
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("thread.id", ondelete="CASCADE"), primary_key=True
    )
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    theta: Mapped[float] = mapped_column(Float)


class TopicPin(Base):
    """A person's word that a thread is, or is not, about a topic.

    It names a message, not a thread: threads are derived and may merge or split.
    """

    __tablename__ = "topic_pin"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    included: Mapped[bool] = mapped_column(Boolean)


class Epoch(Base):
    """One whole, consistent state of every ranking of one audience."""

    __tablename__ = "epoch"

    audience: Mapped[str] = _audience()
    id: Mapped[int] = mapped_column(Identifier, primary_key=True, autoincrement=False)
    """Counts the epochs of the audience."""
    method: Mapped[str] = mapped_column(String(20))
    computed: Mapped[datetime] = mapped_column(Timestamp)
    as_of: Mapped[datetime] = mapped_column(Timestamp)
    last_message_id: Mapped[int] = mapped_column(Identifier)
    """Highest ``message.id`` the epoch has seen."""
    messages: Mapped[int] = mapped_column(Integer)
    """Number of postings it has seen; with ``last_message_id`` tells whether it is stale.

    Below 0: people curated topics since (see ``reputation.outdated``)."""
    suggested_messages: Mapped[int] = mapped_column(Integer)
    """How many messages there were when topics were last suggested."""


class Score(Base):
    """A person's place on a topic in the current epoch; the rest of the line is in the view."""

    __tablename__ = "score"
    __table_args__ = (Index("ix_score_person", "person_id"),)

    audience: Mapped[str] = _audience()
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(Integer)
    score: Mapped[float] = mapped_column(Float)
    low: Mapped[float] = mapped_column(Float)
    high: Mapped[float] = mapped_column(Float)
    level: Mapped[str] = mapped_column(String(20))


class Evidence(Base):
    """A post that showed something about its author, in the current epoch: a row of the ledger."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_person", "person_id"),)

    audience: Mapped[str] = _audience()
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    thanked: Mapped[bool] = mapped_column(Boolean)
    """Its asker thanked for it."""


class PostTrait(Base):
    """What scoring needs to know of a post's text, worked out once."""

    __tablename__ = "post_trait"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    own_length: Mapped[int] = mapped_column(Integer)
    """Characters of own text."""
    thanks: Mapped[bool] = mapped_column(Boolean)
    offers: Mapped[bool] = mapped_column(Boolean)
    agrees: Mapped[bool] = mapped_column(Boolean, default=False)
    """The opening agrees with what the post answers."""
    version: Mapped[int] = mapped_column(Integer)


class Mention(Base):
    """Somebody or something that a post's own text names; goes and comes with its ``PostTrait``."""

    __tablename__ = "mention"
    __table_args__ = (Index("ix_mention_kind", "kind"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    """``name`` (somebody asked), ``message`` (a msg-id), ``work`` (a ``work_key``), or
    ``informs``, without a target: the post asks nothing of anybody."""
    target: Mapped[str] = mapped_column(String(998))


class WorkClaim(Base):
    """A work that a post says somebody made; goes and comes with its ``PostTrait``."""

    __tablename__ = "work_claim"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    """``article``, ``book``, ``talk`` or ``code``."""
    title: Mapped[str] = mapped_column(String(300))
    locator: Mapped[str | None] = mapped_column(String(998))
    maker: Mapped[str | None] = mapped_column(String(200))
    """The maker as the post names them; None: the post's author announces it; empty: the author
    says that it is theirs."""


class Work(Base):
    """A person's article, book, talk or code in the current epoch."""

    __tablename__ = "work"
    __table_args__ = (Index("ix_work_person", "person_id"),)

    audience: Mapped[str] = _audience()
    id: Mapped[int] = mapped_column(Identifier, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(300))
    locator: Mapped[str | None] = mapped_column(String(998))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    """The first post that told of it."""
    announced: Mapped[bool] = mapped_column(Boolean)
    """The maker told of it; else others did."""
    confirmed: Mapped[bool] = mapped_column(Boolean)
    """An established other person cited it, or answered its announcement."""


class WorkCitation(Base):
    """A post by somebody else that cites a work."""

    __tablename__ = "work_citation"
    __table_args__ = (ForeignKeyConstraint(["audience", "work_id"], ["work.audience", "work.id"]),)

    audience: Mapped[str] = _audience()
    work_id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)


class MatchRanker(Base):
    """What the archive's own past taught about matching (``reputation.matching``): one row."""

    __tablename__ = "match_ranker"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    """``FEATURES_VERSION`` and the shipped weights it began from."""
    trained: Mapped[datetime] = mapped_column(Timestamp)
    until: Mapped[datetime] = mapped_column(Timestamp)
    """The last question it learnt from."""
    postings: Mapped[int] = mapped_column(Integer)
    """How many the store held."""
    questions: Mapped[int] = mapped_column(Integer)
    method: Mapped[str] = mapped_column(String(20))
    """The one that ranks questions of today."""
    weights: Mapped[str | None] = mapped_column(Text)
    """Of ``pakar-2``, JSON under 3 kB; none when they were no better."""
    figures: Mapped[str] = mapped_column(Text)
    """How the weights did on held-back questions, JSON."""
