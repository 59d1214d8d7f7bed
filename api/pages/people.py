"""The page of a person: standing by topic, its history, and the posts behind it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.answers.people import person
from api.answers.person_evidence import person_evidence
from api.answers.person_history import Granularity, person_topics
from api.answers.person_posts import person_posts
from api.pages.course import telling_events
from api.pages.history import history_plots
from api.pages.ladder import ladder
from api.pages.routing import CurrentVisit, Cursor, page_at, part
from api.pages.site import Site
from api.paging import cursor_of
from api.protocol.parameters import Identifier
from reputation.standing.levels import Level

TOPICS_SHOWN = 12
"""Topics shown with rank and score; the others are only named."""
EVIDENCE_SHOWN = 10


def routes(site: Site) -> APIRouter:
    """The pages ``/people/{id}``."""
    router = APIRouter()

    @page_at(router, "/people/{person_id}")
    def person_page(
        visit: CurrentVisit,
        person_id: Identifier,
        granularity: Granularity = "year",
        cursor: Cursor = None,
    ) -> HTMLResponse:
        context, reader = site.context, visit.reader
        found = person(context, person_id, reader=reader)
        known = [item for item in found.topics if item.level != Level.NOT_ENOUGH]
        unknown = [item for item in found.topics if item.level == Level.NOT_ENOUGH]
        history = person_topics(context, person_id, reader=reader, granularity=granularity)
        posts = person_posts(context, person_id, reader=reader, granularity=granularity)
        evidence = person_evidence(
            context, person_id, reader=reader, page=part(cursor, EVIDENCE_SHOWN)
        )
        return site.page(
            visit,
            "person.html",
            title=found.name,
            json_url=f"/api/v1/people/{found.id}",
            person=found,
            known=known[:TOPICS_SHOWN],
            others=known[TOPICS_SHOWN:] + unknown,
            former_names=[name for name in found.names if name != found.name][:12],
            ladder=ladder(found),
            history=history_plots(history, posts, visit.translate),
            events=telling_events(history),
            granularity=granularity,
            evidence=evidence,
            evidence_cursor=cursor_of(evidence.next),
        )

    return router
