"""``/search``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import schemas
from api.answers import search
from api.context import Context
from api.protocol.caching import json_answer
from api.protocol.parameters import CurrentReader, SearchParameters
from api.protocol.problems import documented


def routes(context: Context) -> APIRouter:
    """The route of the search."""
    router = APIRouter(tags=["search"])

    @router.get("/search", response_model=schemas.SearchPage, responses=documented(404))
    def get_search(
        request: Request, reader: CurrentReader, query: Annotated[SearchParameters, Query()]
    ) -> Response:
        """Messages found by the query language; see the guide for readers."""
        found = search.search(
            context,
            query.q,
            reader=reader,
            list_address=query.list,
            sort=query.sort,
            by=query.by,
            page=query.page,
        )
        return json_answer(request, found)

    return router
