"""``/synonyms``: words that mean the same."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import schemas
from api.answers.synonyms import decide_on_synonym, synonyms
from api.context import Context
from api.protocol.caching import json_answer
from api.protocol.parameters import CurrentCurator, PageParameters
from api.routes.deciding import DECIDING, decided, deciding_router


def routes(context: Context) -> APIRouter:
    """The routes of synonyms; found ones may come from private lists, so reading needs a token."""
    router = APIRouter(tags=["curation"])

    @router.get(
        "/synonyms",
        response_model=schemas.Page[schemas.SynonymPair],
        openapi_extra=DECIDING,
    )
    def get_synonyms(
        request: Request, _: CurrentCurator, query: Annotated[PageParameters, Query()]
    ) -> Response:
        """Words that mean the same, found in the mail or said so, by the alphabet."""
        return json_answer(request, synonyms(context, query.page))

    deciding = deciding_router("curation")

    @deciding.post("/synonyms", response_model=schemas.DecidedSynonym, openapi_extra=DECIDING)
    def post_synonym(curator: CurrentCurator, body: schemas.TwoWords) -> Response:
        """Say that two words mean the same."""
        return decided(_decide(context, curator.name, body, same=True))

    @deciding.post(
        "/synonyms/remove", response_model=schemas.DecidedSynonym, openapi_extra=DECIDING
    )
    def remove_synonym(curator: CurrentCurator, body: schemas.TwoWords) -> Response:
        """Say that two words do not mean the same, whatever the mail shows."""
        return decided(_decide(context, curator.name, body, same=False))

    router.include_router(deciding)
    return router


def _decide(
    context: Context, author: str, body: schemas.TwoWords, *, same: bool
) -> schemas.DecidedSynonym:
    return decide_on_synonym(
        context.database, body.one, body.other, same=same, author=author, reason=body.reason
    )
