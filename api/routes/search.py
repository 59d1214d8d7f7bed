"""``/search``."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api import schemas
from api.answers import search
from api.protocol.caching import json_answer
from api.protocol.parameters import Asked, CurrentCaller, SearchParameters
from api.protocol.problems import documented

router = APIRouter(tags=["search"])


@router.get("/search", response_model=schemas.SearchPage, responses=documented(404))
def get_search(request: Request, caller: CurrentCaller, query: Asked[SearchParameters]) -> Response:
    """Messages found by the query language; see the guide for readers."""
    found = search.search(
        caller.context,
        query.q,
        reader=caller.reader,
        list_address=query.list,
        sort=query.sort,
        by=query.by,
        page=query.page,
    )
    return json_answer(request, found)
