"""``/synonyms``: routes that list, add and remove words with one meaning."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from api import schemas
from api.answers.decisions import decide_on_synonym
from api.answers.synonyms import synonyms
from api.protocol.caching import json_answer
from api.protocol.parameters import Asked, CurrentModerator, PageParameters
from api.protocol.problems import documented
from api.routes.decisions.moderators import DECIDING, grounds, moderators_router
from reputation.topics.curation import synonyms as synonym_decisions

# Found ones may come from private lists, so reading needs a curator's token too.
router = APIRouter(tags=["curation"], responses=documented(403))
deciding = moderators_router()


@router.get("/synonyms", response_model=schemas.Page[schemas.SynonymPair], openapi_extra=DECIDING)
def get_synonyms(
    request: Request, moderator: CurrentModerator, query: Asked[PageParameters]
) -> Response:
    """Words that mean the same, found in the mail or said so, by the alphabet."""
    return json_answer(request, synonyms(moderator.context, query.page))


@deciding.post("/synonyms", openapi_extra=DECIDING)
def post_synonym(moderator: CurrentModerator, body: schemas.TwoWords) -> schemas.DecidedSynonym:
    """Say that two words mean the same."""
    add = partial(synonym_decisions.add_synonym, one=body.one, other=body.other)
    return decide_on_synonym(moderator.context.database, add, **grounds(moderator, body))


@deciding.post("/synonyms/remove", openapi_extra=DECIDING)
def remove_synonym(moderator: CurrentModerator, body: schemas.TwoWords) -> schemas.DecidedSynonym:
    """Say that two words do not mean the same, whatever the mail shows."""
    remove = partial(synonym_decisions.remove_synonym, one=body.one, other=body.other)
    return decide_on_synonym(moderator.context.database, remove, **grounds(moderator, body))


router.include_router(deciding)
