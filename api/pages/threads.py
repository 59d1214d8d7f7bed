"""The page of a thread, and the page of threads that nobody has answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator

from api.answers.lists import mailing_lists
from api.answers.thread import thread
from api.answers.threads import threads
from api.answers.topics import topics
from api.pages.routing import CurrentVisit, Cursor, ListAddress, page_at, part
from api.pages.site import Site
from api.pages.turns import MAXIMUM_TURNS, turns
from api.paging import MAX_LIMIT, PageRequest, cursor_of
from api.protocol.parameters import Identifier

MAXIMUM_START = 10_000_000
Slug = Annotated[str, Query(max_length=120)]
# A form sends its empty fields too.
Day = Annotated[date | None, BeforeValidator(lambda value: value or None), Query()]


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
        visit: CurrentVisit,
        list_address: ListAddress = None,
        topic: Slug = "",
        after: Day = None,
        before: Day = None,
        *,
        cursor: Cursor = None,
    ) -> HTMLResponse:
        whole = PageRequest(limit=MAX_LIMIT)
        found = threads(
            site.context,
            reader=visit.reader,
            list_address=list_address or None,
            topic=topic or None,
            unanswered=True,
            after=_midnight(after),
            before=_midnight(before),
            page=part(cursor),
        )
        given = {"list": list_address, "topic": topic, "after": after, "before": before}
        asked = {name: str(value or "") for name, value in given.items()}
        stated = {name: value for name, value in asked.items() if value}
        return site.page(
            visit,
            "unanswered.html",
            title=visit.translate.plain("unanswered.title"),
            current="/unanswered",
            json_url=f"/api/v1/threads?{urlencode({'unanswered': 'true', **stated})}",
            threads=found,
            lists=mailing_lists(site.context, reader=visit.reader, page=whole).items,
            topics=topics(site.context, reader=visit.reader, page=whole).items,
            asked=asked,
            filtered=bool(stated),
            cursor=cursor_of(found.next),
        )

    return router


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)
