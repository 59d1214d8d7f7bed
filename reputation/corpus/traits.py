"""The traits of each post's text that scoring needs; derived once and kept in the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.tables import Message, table_of
from reputation.arrays import Integers
from reputation.language.mentions import agrees, asked_names, cited
from reputation.language.questions import informs
from reputation.language.thanks import thanks
from reputation.language.titles import is_place_of_a_work, titled_works
from reputation.language.works import REPLY, offers
from reputation.rows import integer_rows
from reputation.tables import Mention, PostTrait, WorkClaim

TRAIT_VERSION: Final = 5
"""Raise this when the same text gives other traits."""
MESSAGE: Final = "mid:"
INFORMS: Final = "informs"
"""Kind of the mention that marks a post that asks nothing."""


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of one post, as rows of ``post_trait``, ``mention`` and ``work_claim``."""

    own_length: int
    thanks: bool
    offers: bool
    agrees: bool
    mentions: tuple[tuple[str, str], ...]
    """Kind and target of each mention."""
    claims: tuple[tuple[str, str, str | None, str | None], ...]
    """Kind, title, locator and maker of each work."""


def traits_of(subject: str, own_text: str) -> Traits:
    """Derive the traits of a post from its subject and own text."""
    targets = cited(own_text)
    mentions = [("name", name) for name in asked_names(own_text)]
    for target in targets:
        kind = "message" if target.startswith(MESSAGE) else "work"
        mentions.append((kind, target.removeprefix(MESSAGE)))
    informing = not REPLY.search(subject[:500]) and informs(subject, own_text)
    if informing:
        mentions.append((INFORMS, ""))
    claims = [
        (work.kind, work.title[:300], _bounded(work.locator), maker)
        for work, maker in titled_works(subject, own_text, informing=informing)
    ]
    return Traits(
        own_length=len(own_text),
        thanks=thanks(own_text),
        offers=offers(subject, own_text),
        agrees=agrees(own_text),
        mentions=tuple(mentions),
        claims=tuple(claims),
    )


def _bounded(locator: str | None) -> str | None:
    fits = locator is not None and len(locator) <= 998 and is_place_of_a_work(locator)
    return locator if fits else None


def load_traits(session: Session) -> Integers:
    """The traits of all posts: k x (message, own_length, thanks, offers, agrees), by message id."""
    return integer_rows(
        session,
        select(
            PostTrait.message_id,
            PostTrait.own_length,
            PostTrait.thanks,
            PostTrait.offers,
            PostTrait.agrees,
        )
        .where(PostTrait.version == TRAIT_VERSION)
        .order_by(PostTrait.message_id),
    )


def forget_traits(session: Session, messages: Sequence[int]) -> None:
    """Delete the traits of posts whose text has changed by rereading."""
    for part in in_parts(messages):
        for model in (Mention, WorkClaim, PostTrait):
            session.execute(delete(model).where(model.message_id.in_(part)))


def save_traits(session: Session, found: Sequence[tuple[int, int, Traits]]) -> None:
    """Write the traits of posts, replacing older ones.

    found: for each post its row id, the reader version of the text, and its traits. A
        post that was reread since is left out.
    """
    for selected in in_parts(found):
        query = select(Message.id, Message.reader_version).where(
            Message.id.in_([message for message, _, _ in selected])
        )
        readings = {row.id: row.reader_version for row in session.execute(query)}
        part = [
            (message, one) for message, reading, one in selected if readings.get(message) == reading
        ]
        # Another process may have saved traits of the same posts meanwhile.
        forget_traits(session, [message for message, _ in part])
        _insert(session, PostTrait, (_trait_row(message, one) for message, one in part))
        _insert(
            session,
            Mention,
            (
                {"message_id": message, "position": place, "kind": kind, "target": target}
                for message, one in part
                for place, (kind, target) in enumerate(one.mentions)
            ),
        )
        _insert(
            session,
            WorkClaim,
            (
                dict(
                    zip(("kind", "title", "locator", "maker"), claim, strict=True),
                    message_id=message,
                    position=place,
                )
                for message, one in part
                for place, claim in enumerate(one.claims)
            ),
        )


def _insert(session: Session, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    if listed:
        session.connection().execute(insert(table_of(model)), listed)


def _trait_row(message: int, one: Traits) -> dict[str, Any]:
    return {
        "message_id": message,
        "own_length": one.own_length,
        "thanks": one.thanks,
        "offers": one.offers,
        "agrees": one.agrees,
        "version": TRAIT_VERSION,
    }
