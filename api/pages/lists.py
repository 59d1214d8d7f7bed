"""The page of a mailing list: its size, its topics, its latest threads."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.answers.lists import mailing_list
from api.answers.threads import threads
from api.answers.topics import topics
from api.pages.routing import CurrentVisit, Cursor, page_at, part
from api.pages.site import Site
from api.pages.visit import segment
from api.paging import PageRequest, cursor_of

TOPICS_SHOWN = 24


def routes(site: Site) -> APIRouter:
    """The pages ``/lists/{address}``."""
    router = APIRouter()

    @page_at(router, "/lists/{address}")
    def list_page(visit: CurrentVisit, address: str, cursor: Cursor = None) -> HTMLResponse:
        item = mailing_list(site.context, address, reader=visit.reader)
        conversations = threads(
            site.context, reader=visit.reader, list_address=item.address, page=part(cursor)
        )
        return site.page(
            visit,
            "list.html",
            title=item.name,
            description=item.description,
            json_url=f"/api/v1/lists/{segment(item.address)}",
            item=item,
            threads=conversations,
            cursor=cursor_of(conversations.next),
            topics=topics(
                site.context,
                reader=visit.reader,
                list_address=item.address,
                page=PageRequest(limit=TOPICS_SHOWN),
            ),
        )

    return router
