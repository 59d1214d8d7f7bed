"""What scoring needs to know of each post's text: worked out once, kept in the store."""

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
from reputation.language.thanks import thanks
from reputation.language.works import credited, offers, works
from reputation.rows import integer_rows
from reputation.tables import Mention, PostTrait, WorkClaim

TRAIT_VERSION: Final = 3
"""Rises when the same text gives other traits."""
MESSAGE: Final = "mid:"


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of one post: rows for ``post_trait``, ``mention`` and ``work_claim``."""

    own_length: int
    thanks: bool
    offers: bool
    agrees: bool
    mentions: tuple[tuple[str, str], ...]
    """Kind and target of each."""
    claims: tuple[tuple[str, str, str | None, str | None], ...]
    """Kind, title, locator and maker of each work."""


def traits_of(subject: str, own_text: str) -> Traits:
    """Read one post's own words."""
    targets = cited(own_text)
    mentions = [("name", name) for name in asked_names(own_text)]
    for target in targets:
        kind = "message" if target.startswith(MESSAGE) else "work"
        mentions.append((kind, target.removeprefix(MESSAGE)))
    claims: list[tuple[str, str, str | None, str | None]] = [
        (work.kind, work.title[:300], _bounded(work.locator), None)
        for work in works(subject, own_text)
    ]
    claims += [(work.kind, work.title[:300], None, maker) for work, maker in credited(own_text)]
    return Traits(
        own_length=len(own_text),
        thanks=thanks(own_text),
        offers=offers(subject, own_text),
        agrees=agrees(own_text),
        mentions=tuple(mentions),
        claims=tuple(claims),
    )


def _bounded(locator: str | None) -> str | None:
    return locator if locator is None or len(locator) <= 998 else None


def load_traits(session: Session) -> Integers:
    """Every post's traits, k x (message, own_length, thanks, offers, agrees), by message."""
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
    """Forget what was worked out of posts whose text reads otherwise now."""
    for part in in_parts(messages):
        for model in (Mention, WorkClaim, PostTrait):
            session.execute(delete(model).where(model.message_id.in_(part)))


def save_traits(session: Session, found: Sequence[tuple[int, int, Traits]]) -> None:
    """Write the traits of posts in place of any older ones.

    found: row id, the reader version of the text they were worked out of, and traits.
    Posts that were read anew meanwhile are left out.
    """
    for selected in in_parts(found):
        query = select(Message.id, Message.reader_version).where(
            Message.id.in_([message for message, _, _ in selected])
        )
        readings = {row.id: row.reader_version for row in session.execute(query)}
        part = [
            (message, one) for message, reading, one in selected if readings.get(message) == reading
        ]
        # Another process may have read the same posts meanwhile.
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
