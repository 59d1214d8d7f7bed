"""Shared by moderators' routes: they need a token and take a JSON body, but no query."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Response

from api import schemas
from api.protocol.bearers import Caller
from api.protocol.parameters import Asked, Parameters
from api.protocol.problems import documented
from archive.decisions import Grounds

DECIDING: dict[str, Any] = {"security": [{"token": []}]}
"""For OpenAPI: this route always needs a token."""


def moderators_router() -> APIRouter:
    """A router whose routes need a token of scope ``curate``."""
    return APIRouter(
        tags=["curation"],
        dependencies=[Depends(_never_kept)],
        responses=documented(403, 404, 409, 413, 429),
    )


def grounds(moderator: Caller, body: schemas.Deciding) -> Grounds:
    """Who decides by a request, and why, as decisions keep it."""
    return {"author": moderator.reader.name, "reason": body.reason}


async def _never_kept(_: Asked[Parameters], response: Response) -> None:
    """Refuse query parameters, and keep the answer out of caches."""
    response.headers["Cache-Control"] = "no-store"
