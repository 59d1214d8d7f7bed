"""``/decisions``: routes that list decisions and undo them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api import schemas
from api.answers.decisions import PEOPLE, THREADS, TOPICS, AnyDecision, Decisions, undo
from api.protocol.caching import json_answer
from api.protocol.parameters import MAX_IDENTIFIER, Asked, CurrentModerator, PageParameters
from api.protocol.problems import documented
from api.routes.decisions.moderators import DECIDING, moderators_router

# Reasons may name people, so reading needs a curator's token too.
router = APIRouter(tags=["curation"], responses=documented(403))
undoing = moderators_router()


def _add_list(about: Decisions[Any], page: type[schemas.Page[Any]], name: str, what: str) -> None:
    @router.get(
        f"/decisions/{about.subject.name}",
        name=name,
        description=f"What was decided about {what}, the newest first.",
        response_model=page,
        openapi_extra=DECIDING,
    )
    def get_decisions(
        request: Request, moderator: CurrentModerator, query: Asked[PageParameters]
    ) -> Response:
        return json_answer(request, about.page(moderator.context, query.page))


_add_list(TOPICS, schemas.Page[schemas.TopicDecision], "get_topic_decisions", "topics")
_add_list(PEOPLE, schemas.Page[schemas.PeopleDecision], "get_people_decisions", "people")
_add_list(THREADS, schemas.Page[schemas.ThreadDecision], "get_thread_decisions", "messages")


@undoing.post("/decisions/{number}/undo", openapi_extra=DECIDING)
def undo_decision(
    moderator: CurrentModerator, number: Annotated[int, Path(ge=1, le=MAX_IDENTIFIER)]
) -> AnyDecision:
    """Take a decision back; the last one on a topic first."""
    return undo(moderator.context.database, number, author=moderator.reader.name)


router.include_router(undoing)
