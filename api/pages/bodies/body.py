"""A message's body for its page: in passages, or as it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.pages.bodies.markup import linked, shown
from api.pages.bodies.passages import MAXIMUM_LENGTH, Passage, passages
from api.pages.bodies.removed_text import RemovedText, removed_text
from api.schemas import Span
from reputation.language.words import plain_language


@dataclass(frozen=True, slots=True)
class Body:
    """A body ready for a page.

    passages: its parts; empty where it is shown as sent.
    plain: the whole text as it was sent; empty where it is shown in passages.
    language: of the author's words (ISO 639), or None if not known.
    cut: whether the text is longer than what is shown.
    """

    passages: tuple[Passage, ...]
    plain: Markup
    removed: RemovedText | None
    language: str | None
    cut: bool


def body(
    text: str,
    own_text: str,
    spans: Sequence[Span],
    *,
    plain: bool,
    limit: int = MAXIMUM_LENGTH,
) -> Body:
    """The body of a message, cut to ``limit`` characters; ``plain`` asks for it as it was sent."""
    kept = text[:limit]
    return Body(
        passages=() if plain else tuple(passages(kept, spans)),
        plain=linked(shown(kept)) if plain else Markup(""),
        removed=removed_text(text, spans),
        language=plain_language(own_text),
        cut=len(text) > limit,
    )
