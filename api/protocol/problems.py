"""Answer every error as ``application/problem+json`` (RFC 9457), in the reader's language."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, unquote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.datastructures import Headers, QueryParams
from starlette.exceptions import HTTPException
from starlette.types import Scope

from api import schemas
from api.languages import LANGUAGES, choose_language, language_of
from api.readers import AuthenticationError, ForbiddenError
from archive.errors import (
    ConflictError,
    MergedError,
    NotFoundError,
    PakarError,
    RefusedError,
    StoreUnavailableError,
    TooLargeError,
    UsageError,
)
from archive.wording.catalogue import PROGRAM_LANGUAGE, expectation, sentence, wordings

MEDIA_TYPE: Final = "application/problem+json"
DOCUMENTATION: Final = "/docs/errors"
"""The page that explains every code; a problem's ``type`` is the code's place on it."""
RETRY_AFTER_SECONDS: Final = 5
MAX_SHOWN_CHARACTERS: Final = 200
MAX_ERRORS: Final = 20

log = logging.getLogger(__name__)

_STATUS: Mapping[type[Exception], int] = {
    NotFoundError: 404,
    ConflictError: 409,
    TooLargeError: 413,
    UsageError: 422,
    RefusedError: 422,
}
_FOR_PROGRAMS = ("/api/", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics", "/static/")


class ProblemError(PakarError):
    """An error of HTTP itself: a status, a code of the catalogue, and headers of the answer."""

    def __init__(
        self, status: int, code: str, headers: Mapping[str, str] | None = None, **values: object
    ) -> None:
        super().__init__(sentence(code, values))
        self.status, self.code, self.headers, self.values = status, code, headers, values


def problem(
    status: int,
    code: str,
    values: Mapping[str, object] | None = None,
    *,
    language: str = PROGRAM_LANGUAGE,
    instance: str | None = None,
    errors: Sequence[schemas.ProblemItem] = (),
) -> schemas.Problem:
    """A problem of a code of the catalogue."""
    named = values or {}
    position = named.get("position")
    return schemas.Problem(
        type=f"{DOCUMENTATION}#{code}",
        code=code,
        title=wordings(language)[code].title,
        status=status,
        detail=sentence(code, named, language),
        instance=instance,
        position=position if isinstance(position, int) else None,
        errors=list(errors) or None,
    )


def problem_response(
    scope: Scope,
    status: int,
    code: str,
    values: Mapping[str, object] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[schemas.ProblemItem] = (),
) -> Response:
    """A problem as the answer to a request, in the language of its reader."""
    language = reader_language(scope)
    path: str = scope["path"]
    found = problem(status, code, values, language=language, instance=path, errors=errors)
    retry = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status == 503 else {}
    stated = {"Cache-Control": "no-store", "Content-Language": language, **retry}
    return Response(found.model_dump_json(), status, {**stated, **(headers or {})}, MEDIA_TYPE)


def reader_language(scope: Scope) -> str:
    """The language for who sends a request: as pages choose it, or as programs ask for it."""
    asked = QueryParams(scope["query_string"]).get("lang")
    if asked in LANGUAGES:
        return asked
    accepted = Headers(scope=scope).get("accept-language")
    return choose_language(None, accepted) if wants_page(scope) else language_of(accepted)


def wants_page(scope: Scope) -> bool:
    """Whether a page's own route failed, or a browser requested an unknown path."""
    endpoint = scope.get("endpoint")
    if endpoint is not None:
        return str(getattr(endpoint, "__module__", "")).startswith("api.pages.")
    if scope["path"].startswith(_FOR_PROGRAMS):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def register_problems(app: FastAPI) -> None:
    """Turn every error of ``app`` into a problem."""
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(ProblemError, _on_stated_problem)
    app.add_exception_handler(MergedError, _on_merged)
    app.add_exception_handler(StoreUnavailableError, _on_unavailable)
    app.add_exception_handler(PoolTimeoutError, _on_unavailable)
    app.add_exception_handler(AuthenticationError, _on_unauthorised)
    app.add_exception_handler(ForbiddenError, _on_unauthorised)
    app.add_exception_handler(PakarError, _on_error)
    app.add_exception_handler(Exception, _on_unexpected)


async def answer_of(scope: Scope, error: Exception) -> Response:
    """What the application answers to an error that no route has met."""
    handlers = scope["app"].exception_handlers
    handler = next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)
    answer = handler(Request(scope), error)
    found: Response = await answer if inspect.isawaitable(answer) else answer
    return found


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that can answer with these statuses, for OpenAPI."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in statuses
    }


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, PakarError)
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)
    if status == 500 and error.code == "refused":
        return await _on_unexpected(request, error)
    return problem_response(request.scope, status, error.code, error.values)


async def _on_stated_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(
        request.scope, error.status, error.code, error.values, headers=error.headers
    )


async def _on_unavailable(request: Request, error: Exception) -> Response:
    if isinstance(error, PoolTimeoutError):
        log.warning("no free connection to the store")
        return problem_response(request.scope, 503, "store-busy")
    # The reason names files and hosts, so only the operator's log gets it.
    log.warning("%s", error)
    return problem_response(request.scope, 503, "store-unavailable")


async def _on_unauthorised(request: Request, error: Exception) -> Response:
    """Answer 401 or 403 with the challenge of RFC 6750, section 3."""
    assert isinstance(error, PakarError)
    challenge = 'Bearer realm="pakar"'
    if isinstance(error, ForbiddenError):
        challenge += f', error="insufficient_scope", scope="{error.needed}"'
    elif not (isinstance(error, AuthenticationError) and error.missing):
        challenge += ', error="invalid_token"'
    status = 403 if isinstance(error, ForbiddenError) else 401
    headers = {"WWW-Authenticate": challenge}
    return problem_response(request.scope, status, error.code, error.values, headers=headers)


async def _on_unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_response(request.scope, 500, "failed")


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    scope, status = request.scope, error.status_code
    if isinstance(error.__cause__, PakarError):
        # FastAPI takes a body that was cut off by our own bound for one it cannot parse.
        return await answer_of(scope, error.__cause__)
    if status == 400:
        return problem_response(scope, 400, "body-unreadable")
    if status == 404:
        return problem_response(scope, 404, "not-found")
    if status == 405:
        stated = (error.headers or {}).get("Allow", "")
        headers = {"Allow": ", ".join(sorted(_methods_at(request, stated)))}
        values = {"method": request.method}
        return problem_response(scope, 405, "method-not-allowed", values, headers=headers)
    return problem_response(
        scope, status, "refused", {"sentence": error.detail}, headers=error.headers
    )


def _methods_at(request: Request, stated: str) -> set[str]:
    """The methods at this address (RFC 9110, section 10.2.1); ``stated``: of one of its routes."""
    path = request.scope["path"]
    methods: set[str] = set()
    for template, operations in request.app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\\\{[^}]*\}", "[^/]+", re.escape(template)), path):
            methods |= {method.upper() for method in operations}
    # A page's address is not described; and a Message-ID with slashes may hide another route.
    methods = methods or {one.strip() for one in stated.split(",") if one.strip()}
    return methods | ({"HEAD"} if "GET" in methods else set())


async def _on_merged(request: Request, error: Exception) -> Response:
    assert isinstance(error, MergedError)
    status, headers = 301, {}
    if request.method != "GET":
        # Most clients would turn the request into a GET when they follow a redirect.
        status = 409
    elif (location := _moved(request, error.successor)) is not None:
        headers = {"Location": location}
    else:
        status = 404
    return problem_response(request.scope, status, error.code, error.values, headers=headers)


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    raw = error.errors()
    if any(item["loc"] and item["loc"][0] == "path" for item in raw):
        return problem_response(request.scope, 404, "not-found")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and any(tuple(item["loc"]) == ("body",) for item in raw):
        return await _on_stated_problem(request, wrong_media_type(kind, "application/json"))
    items = validation_items(raw[:MAX_ERRORS], reader_language(request.scope))
    detail = "; ".join(f"{item.name}: {item.detail}" for item in items)
    return problem_response(request.scope, 422, "values-invalid", {"errors": detail}, errors=items)


def wrong_media_type(found: str, *expected: str) -> ProblemError:
    """415 for a body of another type than those expected."""
    code, headers = "media-type" if found else "media-type-missing", {"Accept": ", ".join(expected)}
    shown = {"expected": ", ".join(expected), "found": found[:MAX_SHOWN_CHARACTERS]}
    return ProblemError(415, code, headers, **shown)


def validation_items(errors: Sequence[Any], language: str) -> list[schemas.ProblemItem]:
    """Pydantic's errors as problem items, in the catalogue's words where it has them."""
    items = []
    for error in errors:
        location, *path = [str(part) for part in error["loc"]] or ["request"]
        # Behind ``body`` a broken JSON has the byte at which it breaks, which is no name.
        name = "" if error["type"] == "json_invalid" else ".".join(path)[:MAX_SHOWN_CHARACTERS]
        detail = expectation(error["type"], error.get("ctx", {}), language)
        if detail is None:
            detail = expectation("other", {}, language) or ""
        items.append(
            schemas.ProblemItem(
                location=location,
                name=name or location,
                code=error["type"],
                detail=detail[:MAX_SHOWN_CHARACTERS],
            )
        )
    return items


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
