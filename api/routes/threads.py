"""``/threads``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import schemas
from api.answers import thread, threads
from api.context import Context
from api.protocol.caching import json_answer
from api.protocol.parameters import CurrentReader, Identifier, PartParameters, ThreadParameters
from api.protocol.problems import documented


def routes(context: Context) -> APIRouter:
    """The routes of conversations."""
    router = APIRouter(tags=["threads"])

    @router.get(
        "/threads",
        response_model=schemas.Page[schemas.ThreadSummary],
        responses=documented(404),
    )
    def get_threads(
        request: Request, reader: CurrentReader, query: Annotated[ThreadParameters, Query()]
    ) -> Response:
        """Threads, the latest active first."""
        found = threads.threads(
            context,
            reader=reader,
            list_address=query.list,
            topic=query.topic,
            unanswered=query.unanswered,
            page=query.page,
        )
        return json_answer(request, found)

    @router.get("/threads/{thread_id}", response_model=schemas.Thread, responses=documented(404))
    def get_thread(
        request: Request,
        reader: CurrentReader,
        thread_id: Identifier,
        query: Annotated[PartParameters, Query()],
    ) -> Response:
        """One conversation with the text of every message; a long one in parts of 1,000."""
        found = thread.thread(context, thread_id, reader=reader, cursor=query.cursor)
        return json_answer(request, found)

    return router
