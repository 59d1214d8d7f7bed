"""What the routes share by which moderators decide: a token, a JSON body, no query."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from api.protocol.parameters import Parameters
from api.protocol.problems import documented

DECIDING: dict[str, Any] = {"security": [{"token": []}]}
"""For OpenAPI: never without a token."""


def _no_parameters(_: Annotated[Parameters, Query()]) -> None:
    """A decision stands in the body alone."""


def deciding_router(tag: str) -> APIRouter:
    """A router whose routes need a token of scope ``curate``."""
    return APIRouter(
        tags=[tag],
        dependencies=[Depends(_no_parameters)],
        responses=documented(403, 404, 409, 413, 429),
    )


def decided(body: BaseModel, *, status: int = 200, location: str | None = None) -> Response:
    """What came of a decision, which is nobody's to keep in a cache."""
    headers = {"Cache-Control": "no-store"} | ({"Location": location} if location else {})
    return Response(body.model_dump_json(), status, headers, "application/json")
