"""``/healthz`` and ``/readyz``, outside the API's prefix."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from api import schemas
from api.answers import health
from api.protocol.bearers import context_of
from api.protocol.caching import json_answer
from api.protocol.metrics import exposition
from api.protocol.parameters import CurrentCaller

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=schemas.Health)
async def get_health(request: Request) -> Response:
    """The process answers."""
    return json_answer(request, health.health())


@router.get(
    "/readyz",
    response_model=schemas.Readiness,
    responses={503: {"model": schemas.Readiness, "description": "A part is not ready."}},
)
def get_readiness(request: Request) -> Response:
    """Each part's state; 503 while one is not ready."""
    found = health.readiness(context_of(request))
    return json_answer(request, found, status=200 if found.status == "ready" else 503)


@router.get("/metrics", response_class=PlainTextResponse)
def get_metrics(caller: CurrentCaller) -> Response:
    """Metrics in the Prometheus text format, of the lists that the caller may read."""
    found = exposition(caller.context.database, caller.reader)
    return Response(found, media_type=CONTENT_TYPE_LATEST)
