"""The first page: what this is, search, a question box, and what the archive contains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api import schemas
from api.answers.experts import topic_experts
from api.answers.lists import mailing_lists
from api.answers.topics import topics
from api.pages.routing import CurrentVisit, page_at
from api.pages.site import Site
from api.pages.visit import Visit
from api.paging import PageRequest
from archive.errors import MergedError, NotFoundError
from reputation.standing.levels import Level

TOPICS_SHOWN = 9
PEOPLE_SHOWN = 6
TOPICS_ASKED = 8
"""From how many topics the first people are candidates for the first page."""
PEOPLE_ASKED = 3


@dataclass(frozen=True, slots=True)
class Recognised:
    """A recognised person, with the topic."""

    expert: schemas.Expert
    topic: schemas.TopicReference


def routes(site: Site) -> APIRouter:
    """The first page, ``/``."""
    router = APIRouter()

    @page_at(router, "/")
    def home(visit: CurrentVisit) -> HTMLResponse:
        lists = mailing_lists(site.context, reader=visit.reader, page=PageRequest(limit=100))
        shown = topics(site.context, reader=visit.reader, page=PageRequest(limit=TOPICS_SHOWN))
        return site.page(
            visit,
            "home.html",
            title=site.name,
            current="/",
            json_url="/api/v1/lists",
            lists=lists,
            topics=shown,
            recognised=_recognised(site, visit, shown.items[:TOPICS_ASKED]),
        )

    return router


def _recognised(site: Site, visit: Visit, busiest: Sequence[schemas.Topic]) -> list[Recognised]:
    """The first people of the busiest topics, each once, the most recently active first."""
    found: list[Recognised] = []
    for topic in busiest:
        try:
            ranking = topic_experts(
                site.context, topic.slug, reader=visit.reader, page=PageRequest(limit=PEOPLE_ASKED)
            )
        except (NotFoundError, MergedError):
            # Somebody curated the topic away since it was listed, so leave it out.
            continue
        found.extend(
            Recognised(expert, topic)
            for expert in ranking.items
            if expert.level != Level.NOT_ENOUGH
        )
    best: dict[int | None, Recognised] = {}
    for entry in found:
        person = entry.expert.person.id
        if person not in best or entry.expert.score > best[person].expert.score:
            best[person] = entry
    # Show participants only if the archive has nobody with a higher level yet.
    known = [entry for entry in best.values() if entry.expert.level != Level.PARTICIPANT]
    latest = sorted(known or best.values(), key=lambda entry: entry.expert.last, reverse=True)
    return latest[:PEOPLE_SHOWN]
