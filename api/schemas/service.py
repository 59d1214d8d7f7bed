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
    """One thing wrong with a request: where, a stable word for it, and what was expected."""

    location: str
    name: str
    code: str
    detail: str


class Problem(Schema):
    """RFC 9457 problem details; ``errors`` lists what is wrong, where there are several.

    ``type`` is the address of the documentation of ``code``, a stable word; ``title`` and
    ``detail`` are in the reader's language. ``position`` counts a query's characters from 1.
    """

    type: str
    code: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    position: int | None = Field(default=None, exclude_if=_unknown)
    errors: list[ProblemItem] | None = Field(default=None, exclude_if=_unknown)
