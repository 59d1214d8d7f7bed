"""Shared by all pages: how to register a page, and the query parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from api.pages.visit import Visit, visit_of
from api.paging import PageRequest

View = TypeVar("View", bound=Callable[..., Any])

CurrentVisit = Annotated[Visit, Depends(visit_of)]
Cursor = Annotated[str | None, Query(max_length=2_000)]
ListAddress = Annotated[str | None, Query(alias="list", max_length=320)]

PAGE_ITEMS = 30


def page_at(router: APIRouter, path: str) -> Callable[[View], View]:
    """Register a page for GET at ``path``, outside the API's description."""

    def register(view: View) -> View:
        router.add_api_route(
            path,
            view,
            include_in_schema=False,
            response_class=HTMLResponse,
            response_model=None,
        )
        return view

    return register


def part(cursor: str | None, limit: int = PAGE_ITEMS) -> PageRequest:
    """The part of a list that a page shows; an empty cursor means the first part."""
    return PageRequest(limit=limit, cursor=cursor or None)
