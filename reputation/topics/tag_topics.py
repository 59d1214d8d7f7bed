"""Make topics from the subject tags that lists declare."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.lists.audience import Audience
from reputation.language.words import tokens
from reputation.outdated import outdate
from reputation.tables import Topic, TopicTerm, seen_by
from reputation.topics.queries import LIVE_STATES, slug, unused_slug
from reputation.topics.tags import declared_tags


def declare_tags(session: Session, readers: Audience) -> list[Topic]:
    """Make a pinned topic of every declared tag that has none yet; return these topics.

    readers: who sees the topics; only tags that their lists declare count.

    If an existing topic has the tag as its name, it becomes the tag's topic. A new
    topic also gets the tag's word as its term, unless ``tokens`` drops that word, so
    threads that use the word belong to it too. When no list declares a tag any more,
    its topic stays, and its threads are then found by its words.
    """
    tagged = select(Topic.tag).where(Topic.tag.is_not(None), seen_by(readers))
    known = set(session.scalars(tagged))
    declared = {tag for tags in declared_tags(session, readers).values() for tag in tags}
    made = [_declare(session, tag, readers) for tag in sorted(declared - known)]
    if made:
        outdate(session, but_public=readers.name != "")
    return made


def _declare(session: Session, tag: str, readers: Audience) -> Topic:
    of_readers = select(Topic).where(Topic.audience == readers.name)
    named = session.scalar(
        of_readers.where(Topic.slug == slug(tag), Topic.tag.is_(None), Topic.state.in_(LIVE_STATES))
    )
    if named is not None:
        named.tag, named.state = tag, "pinned"
        session.flush()
        return named
    topic = Topic(
        audience=readers.name,
        slug=unused_slug(tag, set(session.scalars(select(Topic.slug))), readers.name),
        label=tag,
        state="pinned",
        curated=True,
        created=datetime.now(UTC),
        tag=tag,
    )
    session.add(topic)
    session.flush()
    words = tokens(tag)
    if words:
        session.add(TopicTerm(topic_id=topic.id, term=words[0], weight=1.0))
        session.flush()
    return topic
