"""The page of all topics, and the page of one topic with the people who know about it."""

from __future__ import annotations

from typing import Annotated

import networkx as nx
from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api import schemas
from api.answers.experts import topic_experts
from api.answers.graph import graph
from api.answers.lists import mailing_lists
from api.answers.threads import threads
from api.answers.topic_history import topic_course
from api.answers.topics import topic, topics
from api.pages.course import leads
from api.pages.reply_picture import reply_picture
from api.pages.routing import CurrentVisit, Cursor, ListAddress, page_at, part
from api.pages.site import Site
from api.pages.visit import Visit, segment
from api.paging import PageRequest, cursor_of
from reputation.standing.levels import Level

PEOPLE_SHOWN = 15
THREADS_SHOWN = 10


def routes(site: Site) -> APIRouter:
    """The pages ``/topics`` and ``/topics/{slug}``."""
    router = APIRouter()

    @page_at(router, "/topics")
    def topics_page(
        visit: CurrentVisit,
        q: Annotated[str, Query(max_length=200)] = "",
        cursor: Cursor = None,
    ) -> HTMLResponse:
        query = q.strip()
        found = topics(site.context, reader=visit.reader, query=query or None, page=part(cursor))
        return site.page(
            visit,
            "topics.html",
            title=visit.translate.plain("topics.title"),
            current="/topics",
            json_url="/api/v1/topics",
            topics=found,
            query=query,
            cursor=cursor_of(found.next),
        )

    @page_at(router, "/topics/{slug}")
    def topic_page(
        visit: CurrentVisit, slug: str, list_address: ListAddress = None, cursor: Cursor = None
    ) -> HTMLResponse:
        found = topic(site.context, slug, reader=visit.reader)
        return _topic_page(site, visit, found, list_address or None, cursor or None)

    return router


def _topic_page(
    site: Site,
    visit: Visit,
    found: schemas.Topic,
    list_address: str | None,
    cursor: str | None,
) -> HTMLResponse:
    context, reader = site.context, visit.reader
    ranking = topic_experts(
        context,
        found.slug,
        reader=reader,
        list_address=list_address,
        page=part(cursor, PEOPLE_SHOWN),
    )
    conversations = threads(
        context,
        reader=reader,
        topic=found.slug,
        list_address=list_address,
        page=PageRequest(limit=THREADS_SHOWN),
    )
    course = topic_course(context, found.slug, reader=reader)
    path = segment(found.slug)
    return site.page(
        visit,
        "topic.html",
        title=found.label,
        description=", ".join(found.keywords),
        json_url=f"/api/v1/topics/{path}/experts",
        topic=found,
        ranking=ranking,
        known=[item for item in ranking.items if item.level != Level.NOT_ENOUGH],
        others=[item for item in ranking.items if item.level == Level.NOT_ENOUGH],
        cursor=cursor,
        next_cursor=cursor_of(ranking.next),
        chosen_list=list_address or "",
        lists=mailing_lists(context, reader=reader, page=PageRequest(limit=200)).items,
        threads=conversations,
        course=course,
        leads=leads(course),
        history_url=f"/api/v1/topics/{path}/history",
        picture=_picture(site, visit, found),
        graph_url=f"/api/v1/graph/{path}",
    )


def _picture(site: Site, visit: Visit, found: schemas.Topic) -> Markup:
    """Who answers whom; hidden people are not drawn."""
    t = visit.translate
    whole = graph(site.context, found.slug, reader=visit.reader)
    linked: nx.DiGraph[int | str] = nx.DiGraph(
        nx.node_link_graph(
            {"nodes": whole.nodes, "edges": whole.edges},
            directed=True,
            multigraph=False,
            edges="edges",
        )
    )
    people = {node: data for node, data in linked.nodes(data=True) if data.get("url")}
    return reply_picture(
        linked,
        {node: str(data["name"]) for node, data in people.items()},
        label=t.plain("topic.graph_label", topic=found.label, count=t.number(len(people))),
        link=lambda node: visit.link(str(people[node]["url"])),
        describe=lambda name, helped, asked: t.plain(
            "topic.graph_person", name=name, helped=t.number(helped), asked=t.number(asked)
        ),
        describe_edge=lambda answerer, asker: t.plain(
            "topic.graph_edge", answerer=answerer, asker=asker
        ),
    )
