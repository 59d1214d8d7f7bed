"""Finding what a person typed: a topic's slug, or somebody by id, address or name."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.context import Context
from api.readers import OPERATOR
from archive.errors import NotFoundError, UsageError
from archive.lists.audience import audience
from archive.people.decisions import find_people
from reputation.tables import Topic, seen_by


def is_topic(context: Context, text: str) -> bool:
    """Whether ``text`` is the slug of a topic, merged ones included."""
    with context.database.session() as session:
        seen = seen_by(audience(session, OPERATOR.opened))
        return session.scalar(select(Topic.id).where(Topic.slug == text, seen)) is not None


def find_person(context: Context, who: str) -> int:
    """The person of an id, e-mail address or name; merged people lead to their successor.

    Raises ``NotFoundError`` for nobody, ``UsageError`` where several answer to the name.
    """
    with context.database.session() as session:
        return one_person(session, who)


def one_person(session: Session, who: str) -> int:
    """``find_person`` on an open session."""
    found = find_people(session, who)
    if not found:
        raise NotFoundError.of("name-unknown", who=who.strip()[:200])
    if len(found) > 1:
        ids = ", ".join(str(one) for one in found[:10])
        raise UsageError.of("person-ambiguous", who=who.strip()[:200], people=ids)
    return found[0]
