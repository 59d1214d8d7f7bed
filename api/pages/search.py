"""Search: messages that match, and people and topics that the words point to."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api import schemas
from api.answers.experts import text_experts
from api.answers.lists import mailing_lists
from api.answers.people_named import people_named
from api.answers.search import MAX_QUERY_CHARACTERS, By, Sort, search
from api.pages.routing import CurrentVisit, Cursor, ListAddress, page_at, part
from api.pages.site import Site
from api.pages.visit import Visit
from api.paging import PageRequest, cursor_of
from archive.errors import UsageError
from archive.wording.catalogue import sentence

OPERATORS = (
    ('"bridge vlan"', "phrase"),
    ("-modem", "not"),
    ("OSPF OR BGP", "or"),
    ("rout*", "prefix"),
    ("from:ayu", "from"),
    ("subject:firewall", "subject"),
    ("topic:vlan", "topic"),
    ("after:2019-01-01 before:2020-01-01", "dates"),
    ("has:attachment", "attachment"),
    ("is:answer", "answer"),
)
PEOPLE_SHOWN = 4
HITS_SHOWN = 20


def routes(site: Site) -> APIRouter:
    """The page ``/search``."""
    router = APIRouter()

    @page_at(router, "/search")
    def search_page(
        visit: CurrentVisit,
        q: Annotated[str, Query(max_length=MAX_QUERY_CHARACTERS)] = "",
        list_address: ListAddress = None,
        sort: Sort = "relevance",
        cursor: Cursor = None,
        *,
        by: By = "message",
    ) -> HTMLResponse:
        query, address = q.strip(), list_address or None
        found: schemas.SearchPage | None = None
        problem = ""
        if query:
            try:
                found = search(
                    site.context,
                    query,
                    reader=visit.reader,
                    list_address=address,
                    sort=sort,
                    by=by,
                    page=part(cursor, HITS_SHOWN),
                )
            except UsageError as error:
                problem = sentence(error.code, error.values, visit.language)
        ranking = _ranking(site, visit, query, address) if found and not cursor else None
        named = people_named(site.context, query, reader=visit.reader) if ranking else []
        lists = mailing_lists(site.context, reader=visit.reader, page=PageRequest(limit=200))
        asked = {"q": query, **({"list": address} if address else {}), "sort": sort, "by": by}
        return site.page(
            visit,
            "search.html",
            title=query or visit.translate.plain("search.title"),
            current="/search",
            status=422 if problem else 200,
            json_url=f"/api/v1/search?{urlencode(asked)}" if query else None,
            query=query,
            problem=problem,
            found=found,
            named=named,
            experts=ranking.items if ranking else [],
            touched=ranking.topics or [] if ranking else [],
            lists=lists.items if len(lists.items) > 1 else [],
            chosen_list=address or "",
            sort=sort,
            by=by,
            cursor=cursor_of(found.next) if found else None,
            operators=OPERATORS,
        )

    return router


def _ranking(site: Site, visit: Visit, query: str, address: str | None) -> schemas.Ranking | None:
    """People recognised for the words; None if the query has no word to rank by."""
    try:
        return text_experts(
            site.context,
            query,
            reader=visit.reader,
            list_address=address,
            page=PageRequest(limit=PEOPLE_SHOWN),
        )
    except UsageError:
        return None
