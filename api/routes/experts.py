"""``/experts`` for free text, and ``/match``."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from api import schemas
from api.answers import experts, matching
from api.protocol.bearers import Caller
from api.protocol.caching import json_answer
from api.protocol.parameters import Asked, CurrentCaller, MatchParameters, TextRankingParameters
from api.protocol.problems import documented, wrong_media_type
from api.schemas.matching import MAX_QUESTION_CHARACTERS
from archive.errors import TooLargeError

_BODIES = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Question"}},
            "message/rfc822": {"schema": {"type": "string", "format": "binary"}},
            "text/plain": {"schema": {"type": "string", "pattern": r"\S"}},
        },
    }
}

router = APIRouter(tags=["experts"])


@router.get("/experts", response_model=schemas.Ranking, responses=documented(404))
def get_experts(
    request: Request, caller: CurrentCaller, query: Asked[TextRankingParameters]
) -> Response:
    """People recognised on what ``q`` says, with the topics it touches."""
    epoch = caller.context.epoch_id()
    found = experts.text_experts(
        caller.context,
        query.q,
        reader=caller.reader,
        list_address=query.list,
        as_of=query.as_of,
        page=query.page,
    )
    return json_answer(request, found, epoch=epoch if caller.context.epoch_id() == epoch else None)


@router.post(
    "/match",
    response_model=schemas.Match,
    responses=documented(404, 413, 415),
    openapi_extra=_BODIES,
)
async def post_match(
    request: Request, caller: CurrentCaller, query: Asked[MatchParameters]
) -> Response:
    """Who is likely to answer a question, and earlier threads that treat the like."""
    body = await request.body()
    content_type = request.headers.get("content-type", "")

    def answer() -> Response:
        question = _question(caller, content_type, body)
        if len(question.body) > MAX_QUESTION_CHARACTERS:
            raise TooLargeError.of("question-too-long", most=MAX_QUESTION_CHARACTERS)
        if query.list is not None:
            question = question.model_copy(update={"list": query.list})
        found = matching.match(
            caller.context, question, reader=caller.reader, as_of=query.as_of, limit=query.limit
        )
        return json_answer(request, found)

    return await run_in_threadpool(answer)


def _question(caller: Caller, content_type: str, body: bytes) -> schemas.Question:
    """The question in a request's body, by its media type."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/json":
        try:
            return schemas.Question.model_validate_json(body)
        except ValidationError as error:
            found = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
            raise RequestValidationError(found) from None
    if media_type == "message/rfc822":
        return matching.question_of(caller.context, body, reader=caller.reader)
    if media_type == "text/plain":
        return schemas.Question(body=body.decode("utf-8", "replace"))
    raise wrong_media_type(media_type, "application/json", "message/rfc822", "text/plain")
