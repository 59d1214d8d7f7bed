"""The page of a thread, and the page of threads that nobody has answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api.answers.thread import thread
from api.answers.threads import threads
from api.pages.routing import CurrentVisit, Cursor, ListAddress, page_at, part
from api.pages.site import Site
from api.pages.turns import MAXIMUM_TURNS, turns
from api.paging import cursor_of
from api.protocol.parameters import Identifier

MAXIMUM_START = 10_000_000


def routes(site: Site) -> APIRouter:
    """The pages ``/threads/{id}`` and ``/unanswered``."""
    router = APIRouter()

    @page_at(router, "/threads/{thread_id}")
    def thread_page(
        visit: CurrentVisit,
        thread_id: Identifier,
        start: Annotated[int, Query(ge=0, le=MAXIMUM_START)] = 0,
    ) -> HTMLResponse:
        found = thread(
            site.context, thread_id, reader=visit.reader, start=start, limit=MAXIMUM_TURNS
        )
        shown = turns(found, plain=visit.plain)
        following = start + len(shown)
        return site.page(
            visit,
            "thread.html",
            title=found.subject or visit.translate.plain("message.no_subject"),
            json_url=f"/api/v1{found.url}",
            holds_bodies=True,
            thread=found,
            turns=shown,
            total=found.total,
            hidden_before=start,
            next_start=following if shown and following < found.total else None,
        )

    @page_at(router, "/unanswered")
    def unanswered_page(
        visit: CurrentVisit, list_address: ListAddress = None, cursor: Cursor = None
    ) -> HTMLResponse:
        found = threads(
            site.context,
            reader=visit.reader,
            list_address=list_address or None,
            unanswered=True,
            page=part(cursor),
        )
        return site.page(
            visit,
            "unanswered.html",
            title=visit.translate.plain("unanswered.title"),
            current="/unanswered",
            json_url="/api/v1/threads?unanswered=true",
            threads=found,
            cursor=cursor_of(found.next),
            chosen_list=list_address or "",
        )

    return router
