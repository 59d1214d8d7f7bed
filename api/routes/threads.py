"""``/threads``."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api import schemas
from api.answers import thread, threads
from api.protocol.caching import json_answer
from api.protocol.parameters import (
    Asked,
    CurrentCaller,
    Identifier,
    PartParameters,
    ThreadParameters,
)
from api.protocol.problems import documented

router = APIRouter(tags=["threads"])


@router.get(
    "/threads", response_model=schemas.Page[schemas.ThreadSummary], responses=documented(404)
)
def get_threads(
    request: Request, caller: CurrentCaller, query: Asked[ThreadParameters]
) -> Response:
    """Threads, the latest active first."""
    found = threads.threads(
        caller.context,
        reader=caller.reader,
        list_address=query.list,
        topic=query.topic,
        unanswered=query.unanswered,
        after=query.after,
        before=query.before,
        page=query.page,
    )
    return json_answer(request, found)


@router.get("/threads/{thread_id}", response_model=schemas.Thread, responses=documented(404))
def get_thread(
    request: Request, caller: CurrentCaller, thread_id: Identifier, query: Asked[PartParameters]
) -> Response:
    """One conversation with the text of every message; a long one in parts of 1,000."""
    found = thread.thread(caller.context, thread_id, reader=caller.reader, cursor=query.cursor)
    return json_answer(request, found)
