"""``/lists``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import schemas
from api.answers import lists
from api.context import Context
from api.protocol.caching import json_answer
from api.protocol.parameters import CurrentReader, PageParameters, Parameters, Segment
from api.protocol.problems import documented


def routes(context: Context) -> APIRouter:
    """The routes of lists."""
    router = APIRouter(tags=["lists"])

    @router.get("/lists", response_model=schemas.Page[schemas.MailingList])
    def get_lists(
        request: Request, reader: CurrentReader, query: Annotated[PageParameters, Query()]
    ) -> Response:
        """The lists the archive keeps, by address."""
        return json_answer(request, lists.mailing_lists(context, reader=reader, page=query.page))

    @router.get("/lists/{address}", response_model=schemas.MailingList, responses=documented(404))
    def get_list(
        request: Request,
        reader: CurrentReader,
        address: Segment,
        _: Annotated[Parameters, Query()],
    ) -> Response:
        """One list."""
        return json_answer(request, lists.mailing_list(context, address, reader=reader))

    return router
