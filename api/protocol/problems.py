"""Answer every error as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from api import schemas
from api.readers import AuthenticationError, ForbiddenError
from archive.errors import (
    MergedError,
    NotFoundError,
    PakarError,
    RefusedError,
    StoreUnavailableError,
    TooLargeError,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
MAX_SHOWN_CHARACTERS = 200
MAX_ERRORS = 20

log = logging.getLogger(__name__)

_STATUS: Mapping[type[Exception], int] = {
    NotFoundError: 404,
    TooLargeError: 413,
    UsageError: 422,
    RefusedError: 422,
    StoreUnavailableError: 503,
    PoolTimeoutError: 503,
}
_EXPECTED = {
    "extra_forbidden": "there is no such parameter",
    "missing": "this parameter is needed",
}


def problem(
    status: int,
    detail: str,
    *,
    instance: str | None = None,
    errors: Sequence[schemas.ProblemItem] | None = None,
) -> schemas.Problem:
    """A problem; its title is the phrase of the status."""
    return schemas.Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=instance,
        errors=list(errors) if errors else None,
    )


def problem_response(found: schemas.Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as an HTTP response."""
    return Response(
        found.model_dump_json(),
        found.status,
        {"Cache-Control": "no-store", **_headers(found.status), **(headers or {})},
        MEDIA_TYPE,
    )


def register_problems(app: FastAPI) -> None:
    """Turn every error of ``app`` into a problem."""
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(MergedError, _on_merged)
    app.add_exception_handler(PakarError, _on_error)
    app.add_exception_handler(AuthenticationError, _on_unauthorised)
    app.add_exception_handler(ForbiddenError, _on_unauthorised)
    app.add_exception_handler(PoolTimeoutError, _on_error)
    app.add_exception_handler(Exception, _on_unexpected)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that can answer with these statuses, for OpenAPI."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in statuses
    }


async def _on_error(request: Request, error: Exception) -> Response:
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)
    detail = str(error)
    if isinstance(error, StoreUnavailableError):
        # The reason names files and hosts, so only the operator's log gets it.
        log.warning("%s", error)
        detail = "the store is unavailable now; try again in a moment"
    elif isinstance(error, PoolTimeoutError):
        log.warning("no free connection to the store")
        detail = "the store is busy; try again in a moment"
    return problem_response(problem(status, detail, instance=request.url.path))


async def _on_unauthorised(request: Request, error: Exception) -> Response:
    """Answer 401 or 403 with the challenge of RFC 6750, section 3."""
    challenge = 'Bearer realm="pakar"'
    if isinstance(error, ForbiddenError):
        challenge += f', error="insufficient_scope", scope="{error.needed}"'
    elif not (isinstance(error, AuthenticationError) and error.missing):
        challenge += ', error="invalid_token"'
    status = 403 if isinstance(error, ForbiddenError) else 401
    found = problem(status, str(error), instance=request.url.path)
    return problem_response(found, {"WWW-Authenticate": challenge})


async def _on_unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    detail = "something went wrong here; the operator's log says what"
    return problem_response(problem(500, detail, instance=request.url.path))


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if error.status_code == 404:
        detail = "there is nothing at this address"
    elif error.status_code == 405:
        detail = f"{request.method} is not possible here"
        headers = dict(error.headers or {})
        headers["Allow"] = ", ".join(sorted(_methods_at(request, headers.get("Allow", ""))))
        return problem_response(problem(405, detail, instance=request.url.path), headers)
    found = problem(error.status_code, detail, instance=request.url.path)
    return problem_response(found, error.headers)


def _methods_at(request: Request, stated: str) -> set[str]:
    """The methods at this address (RFC 9110, section 10.2.1); ``stated``: of one of its routes."""
    methods = {one.strip() for one in stated.split(",") if one.strip()}
    path = request.scope["path"]
    for template, operations in request.app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\\\{[^}]*\}", "[^/]+", re.escape(template)), path):
            methods |= {method.upper() for method in operations}
    return methods | ({"HEAD"} if "GET" in methods else set())


async def _on_merged(request: Request, error: Exception) -> Response:
    assert isinstance(error, MergedError)
    if request.method != "GET":
        # Most clients would turn the request into a GET when they follow a redirect.
        return problem_response(problem(409, str(error), instance=request.url.path))
    location = _moved(request, error.successor)
    if location is None:
        return problem_response(problem(404, str(error), instance=request.url.path))
    found = problem(301, str(error), instance=request.url.path)
    return problem_response(found, {"Location": location})


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    raw = error.errors()
    if any(item["loc"] and item["loc"][0] == "path" for item in raw):
        detail = "there is nothing at this address"
        return problem_response(problem(404, detail, instance=request.url.path))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and any(tuple(item["loc"]) == ("body",) for item in raw):
        detail = f"the body must be application/json, not {kind or 'without a type'}"
        found = problem(415, detail, instance=request.url.path)
        return problem_response(found, {"Accept": "application/json"})
    items = validation_items(raw[:MAX_ERRORS])
    detail = "; ".join(f"{item.name}: {item.detail}" for item in items)
    return problem_response(problem(422, detail, instance=request.url.path, errors=items))


def validation_items(errors: Sequence[Any]) -> list[schemas.ProblemItem]:
    """Pydantic's errors as problem items, in our own words where we have them."""
    items = []
    for error in errors:
        location, *path = [str(part) for part in error["loc"]] or ["request"]
        message = str(error["msg"]).removeprefix("Value error, ")
        items.append(
            schemas.ProblemItem(
                location=location,
                name=".".join(path)[:MAX_SHOWN_CHARACTERS] or location,
                detail=_EXPECTED.get(error["type"], message)[:MAX_SHOWN_CHARACTERS],
            )
        )
    return items


def _headers(status: int) -> dict[str, str]:
    if status == 503:
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return {}


def _moved(request: Request, successor: str) -> str | None:
    """The request's URL with the segment of the merged thing replaced by ``successor``.

    None when no path segment names it.
    """
    names = [str(value) for value in request.path_params.values()]
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    segments = raw.decode("latin-1").split("/")
    if not names:
        return None
    for position, segment in enumerate(segments):
        if unquote(segment) == unquote(names[0]):
            segments[position] = quote(successor, safe="@")
            query = request.url.query
            return "/".join(segments) + (f"?{query}" if query else "")
    return None
