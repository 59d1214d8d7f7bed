"""The service itself: health, and problems (RFC 9457)."""

from __future__ import annotations

from pydantic import Field

from api.schemas.base import Schema, _unknown


class Health(Schema):
    """Liveness: the process answers."""

    status: str


class PartState(Schema):
    """Whether a part can do its work; ``detail`` says what is wrong."""

    ready: bool
    detail: str | None = None


class Readiness(Schema):
    """Readiness: every part's state."""

    status: str
    parts: dict[str, PartState]


class ProblemItem(Schema):
    """One thing wrong with a request: where, and what was expected."""

    location: str
    name: str
    detail: str


class Problem(Schema):
    """RFC 9457 problem details; ``errors`` lists what is wrong, where there are several."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[ProblemItem] | None = Field(default=None, exclude_if=_unknown)
