"""``/people``, their topic histories, their evidence, their works."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import schemas
from api.answers import people, person_evidence, person_history, person_works
from api.context import Context
from api.protocol.caching import json_answer
from api.protocol.parameters import (
    CurrentReader,
    EvidenceParameters,
    HistoryParameters,
    Identifier,
    PageParameters,
    Parameters,
    PeopleParameters,
)
from api.protocol.problems import documented


def routes(context: Context) -> APIRouter:
    """The routes of people."""
    router = APIRouter(tags=["people"])

    @router.get("/people", response_model=schemas.Page[schemas.Person])
    def get_people(
        request: Request, reader: CurrentReader, query: Annotated[PeopleParameters, Query()]
    ) -> Response:
        """People by name; ``q`` is part of a name, or a whole e-mail address."""
        found = people.people(context, reader=reader, query=query.q, page=query.page)
        return json_answer(request, found)

    @router.get(
        "/people/{person_id}", response_model=schemas.Person, responses=documented(301, 404)
    )
    def get_person(
        request: Request,
        reader: CurrentReader,
        person_id: Identifier,
        _: Annotated[Parameters, Query()],
    ) -> Response:
        """One person; one merged into another answers 301."""
        return json_answer(request, people.person(context, person_id, reader=reader))

    @router.get(
        "/people/{person_id}/topics",
        response_model=schemas.TopicHistory,
        responses=documented(301, 404),
    )
    def get_person_topics(
        request: Request,
        reader: CurrentReader,
        person_id: Identifier,
        query: Annotated[HistoryParameters, Query()],
    ) -> Response:
        """The person's topics and focus over time."""
        epoch = context.epoch_id()
        found = person_history.person_topics(
            context,
            person_id,
            reader=reader,
            granularity=query.granularity,
            start=query.start,
            end=query.end,
        )
        return json_answer(request, found, epoch=epoch if context.epoch_id() == epoch else None)

    @router.get(
        "/people/{person_id}/evidence",
        response_model=schemas.Page[schemas.Evidence],
        responses=documented(301, 404),
    )
    def get_person_evidence(
        request: Request,
        reader: CurrentReader,
        person_id: Identifier,
        query: Annotated[EvidenceParameters, Query()],
    ) -> Response:
        """The posts behind the person's score, the largest contribution first."""
        found = person_evidence.person_evidence(
            context, person_id, reader=reader, topic=query.topic, page=query.page
        )
        return json_answer(request, found)

    @router.get(
        "/people/{person_id}/works",
        response_model=schemas.Page[schemas.Work],
        responses=documented(301, 404),
    )
    def get_person_works(
        request: Request,
        reader: CurrentReader,
        person_id: Identifier,
        query: Annotated[PageParameters, Query()],
    ) -> Response:
        """Articles, books, talks and code the person announced, the latest first."""
        found = person_works.person_works(context, person_id, reader=reader, page=query.page)
        return json_answer(request, found)

    return router
