"""Show errors as pages, in the style of all other pages.

``api.protocol.problems`` decides what an error is. Readers get its answer as a page;
programs get it unchanged.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from api.pages.site import Site
from api.pages.visit import visit_of
from api.protocol.problems import wants_page
from api.schemas import Problem

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]

MAXIMUM_DETAILS = 10
_KEYS = {404: "not_found", 413: "too_large", 422: "wrong", 500: "failed", 503: "unavailable"}
_SAYS_ALL = frozenset((404, 500, 503))
"""For these the text from the catalogue is enough; the problem's detail would repeat it."""
_KEPT_HEADERS = ("retry-after", "allow", "www-authenticate", "accept", "ratelimit-limit")


def install_error_pages(app: FastAPI, site: Site) -> None:
    """Show errors of pages, and unknown paths that a browser requests, as pages.

    Call this after all exception handlers of ``app`` are installed.
    """
    for kind, handler in list(app.exception_handlers.items()):
        app.exception_handlers[kind] = _with_a_face(handler, site)


def _with_a_face(handler: Handler, site: Site) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        answer = handler(request, error)
        response = await answer if inspect.isawaitable(answer) else answer
        if response.status_code < 400 or not wants_page(request.scope):
            return response
        try:
            problem = Problem.model_validate_json(bytes(response.body))
        except ValidationError:
            return response
        page = error_page(site, request, problem)
        for name in _KEPT_HEADERS:
            if name in response.headers:
                page.headers[name] = response.headers[name]
        return page

    return handle


def error_page(site: Site, request: Request, problem: Problem) -> HTMLResponse:
    """Show ``problem`` as a page in the reader's language."""
    visit = visit_of(request)
    t = visit.translate
    key = _KEYS.get(problem.status, "other")
    details = [f"{item.name}: {item.detail}" for item in problem.errors or ()]
    if problem.status in _SAYS_ALL:
        details = []
    elif not details:
        details = [problem.detail]
    return site.page(
        visit,
        "error.html",
        title=t.plain(f"error.{key}") if key != "other" else problem.title,
        status=problem.status,
        number=f"{problem.status} · {problem.code}",
        documentation=problem.type,
        advice=t(f"error.{key}_advice"),
        details=details[:MAXIMUM_DETAILS],
    )
