"""``/lists``."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api import schemas
from api.answers import lists
from api.protocol.caching import json_answer
from api.protocol.parameters import Asked, CurrentCaller, PageParameters, Parameters, Segment
from api.protocol.problems import documented

router = APIRouter(tags=["lists"])


@router.get("/lists", response_model=schemas.Page[schemas.MailingList])
def get_lists(request: Request, caller: CurrentCaller, query: Asked[PageParameters]) -> Response:
    """The lists the archive keeps, by address."""
    return json_answer(
        request, lists.mailing_lists(caller.context, reader=caller.reader, page=query.page)
    )


@router.get("/lists/{address}", response_model=schemas.MailingList, responses=documented(404))
def get_list(
    request: Request, caller: CurrentCaller, address: Segment, _: Asked[Parameters]
) -> Response:
    """One list."""
    return json_answer(request, lists.mailing_list(caller.context, address, reader=caller.reader))
