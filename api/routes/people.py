"""``/people``, their topic histories, their evidence, their works."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api import schemas
from api.answers import people, person_evidence, person_history, person_works
from api.protocol.caching import json_answer
from api.protocol.parameters import (
    Asked,
    CurrentCaller,
    EvidenceParameters,
    HistoryParameters,
    Identifier,
    PageParameters,
    Parameters,
    PeopleParameters,
)
from api.protocol.problems import documented

router = APIRouter(tags=["people"])


@router.get("/people", response_model=schemas.Page[schemas.Person])
def get_people(request: Request, caller: CurrentCaller, query: Asked[PeopleParameters]) -> Response:
    """People by name; ``q`` is part of a name, or a whole e-mail address."""
    found = people.people(caller.context, reader=caller.reader, query=query.q, page=query.page)
    return json_answer(request, found)


@router.get("/people/{person_id}", response_model=schemas.Person, responses=documented(301, 404))
def get_person(
    request: Request, caller: CurrentCaller, person_id: Identifier, _: Asked[Parameters]
) -> Response:
    """One person; one merged into another answers 301."""
    return json_answer(request, people.person(caller.context, person_id, reader=caller.reader))


@router.get(
    "/people/{person_id}/topics",
    response_model=schemas.TopicHistory,
    responses=documented(301, 404),
)
def get_person_topics(
    request: Request, caller: CurrentCaller, person_id: Identifier, query: Asked[HistoryParameters]
) -> Response:
    """The person's topics and focus over time."""
    epoch = caller.context.epoch_id()
    found = person_history.person_topics(
        caller.context,
        person_id,
        reader=caller.reader,
        granularity=query.granularity,
        start=query.start,
        end=query.end,
    )
    return json_answer(request, found, epoch=epoch if caller.context.epoch_id() == epoch else None)


@router.get(
    "/people/{person_id}/evidence",
    response_model=schemas.Page[schemas.Evidence],
    responses=documented(301, 404),
)
def get_person_evidence(
    request: Request, caller: CurrentCaller, person_id: Identifier, query: Asked[EvidenceParameters]
) -> Response:
    """The posts behind the person's score, the largest contribution first."""
    found = person_evidence.person_evidence(
        caller.context, person_id, reader=caller.reader, topic=query.topic, page=query.page
    )
    return json_answer(request, found)


@router.get(
    "/people/{person_id}/works",
    response_model=schemas.Page[schemas.Work],
    responses=documented(301, 404),
)
def get_person_works(
    request: Request, caller: CurrentCaller, person_id: Identifier, query: Asked[PageParameters]
) -> Response:
    """Articles, books, talks and code the person announced, the latest first."""
    found = person_works.person_works(
        caller.context, person_id, reader=caller.reader, page=query.page
    )
    return json_answer(request, found)
