"""``/decisions``: what moderators decided, and the way back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api import schemas
from api.answers import decisions
from api.answers.decisions import AnyDecision, undo
from api.context import Context
from api.protocol.caching import json_answer
from api.protocol.parameters import MAX_IDENTIFIER, CurrentCurator, PageParameters
from api.protocol.problems import documented
from api.routes.deciding import DECIDING, decided, deciding_router


def routes(context: Context) -> APIRouter:
    """The routes of decisions; reasons may name people, so reading needs a curator's token too."""
    router = APIRouter(tags=["curation"], responses=documented(403))

    @router.get(
        "/decisions/topics",
        response_model=schemas.Page[schemas.TopicDecision],
        openapi_extra=DECIDING,
    )
    def get_topic_decisions(
        request: Request, _: CurrentCurator, query: Annotated[PageParameters, Query()]
    ) -> Response:
        """What was decided about topics, the newest first."""
        return json_answer(request, decisions.topic_decision_page(context, query.page))

    @router.get(
        "/decisions/people",
        response_model=schemas.Page[schemas.PeopleDecision],
        openapi_extra=DECIDING,
    )
    def get_people_decisions(
        request: Request, _: CurrentCurator, query: Annotated[PageParameters, Query()]
    ) -> Response:
        """What was decided about people, the newest first."""
        return json_answer(request, decisions.people_decision_page(context, query.page))

    @router.get(
        "/decisions/threads",
        response_model=schemas.Page[schemas.ThreadDecision],
        openapi_extra=DECIDING,
    )
    def get_thread_decisions(
        request: Request, _: CurrentCurator, query: Annotated[PageParameters, Query()]
    ) -> Response:
        """What was decided about messages, the newest first."""
        return json_answer(request, decisions.thread_decision_page(context, query.page))

    undoing = deciding_router("curation")

    @undoing.post("/decisions/{number}/undo", response_model=AnyDecision, openapi_extra=DECIDING)
    def undo_decision(
        curator: CurrentCurator, number: Annotated[int, Path(ge=1, le=MAX_IDENTIFIER)]
    ) -> Response:
        """Take a decision back; the last one on a topic first."""
        return decided(undo(context.database, number, author=curator.name))

    router.include_router(undoing)
    return router
