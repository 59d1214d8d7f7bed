"""The HTTP service: API, documentation and pages in one ASGI application."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api import schemas
from api.context import Context
from api.pages.registration import register_pages
from api.protocol import documentation
from api.protocol.caching import EpochCache
from api.protocol.counting import Counter, rate_store
from api.protocol.forwarding import Forwarding, trusted_networks
from api.protocol.guard import Guard
from api.protocol.problems import documented, register_problems
from api.protocol.rates import Pace, RateLimits
from api.routes import (
    attachments,
    decisions,
    experts,
    health,
    lists,
    messages,
    people,
    search,
    threads,
    topics,
)

PREFIX = "/api/v1"
VERSION = "1"
DESCRIPTION = (
    "Mailing-list archive and expertise: lists, conversations, people, "
    "and who is recognised for what, each with the posts that show it."
)
MAX_AGE_SECONDS = 1.0
"""How long a cached ranking may lack a rename, a merge or the hiding of a person."""
_RESOURCES = (
    lists,
    topics,
    experts,
    people,
    threads,
    messages,
    attachments,
    search,
    decisions,
)


def create_app(context: Context) -> FastAPI:
    """Build the application over ``context``."""
    app = FastAPI(
        title="Pakar",
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    app.state.context = context
    settings = context.settings
    app.state.pace = pace = Pace(Counter(rate_store(settings)), settings.allowances)
    register_problems(app)
    api = APIRouter(
        prefix=PREFIX, responses=documented(400, 401, 404, 413, 414, 415, 422, 429, 503)
    )
    for resource in _RESOURCES:
        api.include_router(resource.router)
    app.include_router(api)
    app.include_router(health.router)
    app.include_router(documentation.routes(app))
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    register_pages(app, context)
    # The last one added is the outermost: what a proxy says comes first, ready answers next.
    app.add_middleware(RateLimits, pace=pace)
    app.add_middleware(Guard)
    app.add_middleware(EpochCache, epoch_id=context.epoch_id, max_age=MAX_AGE_SECONDS)
    app.add_middleware(Forwarding, trusted=trusted_networks(settings.trusted_proxies))
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def _openapi(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1, including the schemas that routes name only by reference."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        described = found["components"]["schemas"]
        for schema in (schemas.Problem, schemas.Question):
            made = schema.model_json_schema(ref_template="#/components/schemas/{model}")
            described.update(made.pop("$defs", {}))
            described[schema.__name__] = made
        for unused in ("HTTPValidationError", "ValidationError"):
            described.pop(unused, None)
        _secure(found)
        app.openapi_schema = found
    return app.openapi_schema


def _secure(description: dict[str, Any]) -> None:
    """Describe where tokens are accepted."""
    description["components"]["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of `pakar token create`, of scope read, curate or admin.",
        }
    }
    for path, operations in description["paths"].items():
        for operation in operations.values() if path.startswith(PREFIX) else ():
            # Routes that decide set this themselves; all others work without a token too.
            operation.setdefault("security", [{}, {"token": []}])
