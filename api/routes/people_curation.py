"""Who is who, who is hidden, and where messages belong, decided by whoever holds a token for it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from api import schemas
from api.answers.decisions import decide_on_people, decide_on_thread
from api.answers.people import find_person
from api.answers.visibility import visibility
from api.context import Context
from api.protocol.parameters import CurrentCurator, Identifier, Segment
from api.readers import Reader
from api.routes.deciding import DECIDING, decided, deciding_router
from archive.people import decisions as people_curation
from archive.tables import Decision
from archive.threads import decisions as thread_curation


def routes(context: Context) -> APIRouter:
    """The routes that change people and threads."""
    router = deciding_router("curation")
    _add_identities(router, context)
    _add_visibility(router, context)
    _add_threads(router, context)
    return router


def _decide(
    context: Context, curator: Reader, people: tuple[int, ...], act: Callable[[Session], Decision]
) -> Response:
    """Decide about people who are there; one merged away answers 409."""

    def check_and_act(session: Session) -> Decision:
        limits = visibility(session, curator)
        for person in people:
            find_person(session, limits, person)
        return act(session)

    return decided(decide_on_people(context.database, check_and_act))


def _add_identities(router: APIRouter, context: Context) -> None:
    @router.post(
        "/people/{person_id}/merge", response_model=schemas.PeopleDecision, openapi_extra=DECIDING
    )
    def merge_person(
        curator: CurrentCurator, person_id: Identifier, body: schemas.OtherPerson
    ) -> Response:
        """Say that two people are one, for good; old links lead on."""

        def act(session: Session) -> Decision:
            return people_curation.merge(
                session, person_id, body.other, author=curator.name, reason=body.reason
            )

        return _decide(context, curator, (person_id, body.other), act)

    @router.post(
        "/people/{person_id}/distinct",
        response_model=schemas.PeopleDecision,
        openapi_extra=DECIDING,
    )
    def tell_apart(
        curator: CurrentCurator, person_id: Identifier, body: schemas.OtherPerson
    ) -> Response:
        """Say that two people are two: never joined, never suggested again."""

        def act(session: Session) -> Decision:
            return people_curation.tell_apart(
                session, person_id, body.other, author=curator.name, reason=body.reason
            )

        return _decide(context, curator, (person_id, body.other), act)

    @router.post(
        "/people/{person_id}/split", response_model=schemas.PeopleDecision, openapi_extra=DECIDING
    )
    def split_person(
        curator: CurrentCurator, person_id: Identifier, body: schemas.PersonSplit
    ) -> Response:
        """Say that some addresses of a person are somebody else's."""

        def act(session: Session) -> Decision:
            return people_curation.split(
                session, person_id, body.addresses, author=curator.name, reason=body.reason
            )

        return _decide(context, curator, (person_id,), act)


def _add_visibility(router: APIRouter, context: Context) -> None:
    @router.post(
        "/people/{person_id}/hide", response_model=schemas.PeopleDecision, openapi_extra=DECIDING
    )
    def hide_person(
        curator: CurrentCurator, person_id: Identifier, body: schemas.Deciding
    ) -> Response:
        """Take a person's name, addresses and page from readers."""

        def act(session: Session) -> Decision:
            return people_curation.hide(session, person_id, author=curator.name, reason=body.reason)

        return _decide(context, curator, (person_id,), act)

    @router.post(
        "/people/{person_id}/unhide", response_model=schemas.PeopleDecision, openapi_extra=DECIDING
    )
    def unhide_person(
        curator: CurrentCurator, person_id: Identifier, body: schemas.Deciding
    ) -> Response:
        """Show a hidden person again."""

        def act(session: Session) -> Decision:
            return people_curation.hide(
                session, person_id, hidden=False, author=curator.name, reason=body.reason
            )

        return _decide(context, curator, (person_id,), act)


def _add_threads(router: APIRouter, context: Context) -> None:
    @router.post(
        "/messages/{message_id:path}/attach",
        response_model=schemas.ThreadDecision,
        openapi_extra=DECIDING,
    )
    def attach_message(
        curator: CurrentCurator, message_id: Segment, body: schemas.NewParent
    ) -> Response:
        """Hang a message, with all that answers it, under another one."""

        def act(session: Session) -> Decision:
            return thread_curation.attach(
                session, message_id, body.parent, author=curator.name, reason=body.reason
            )

        return decided(decide_on_thread(context.database, act))

    @router.post(
        "/messages/{message_id:path}/split",
        response_model=schemas.ThreadDecision,
        openapi_extra=DECIDING,
    )
    def split_message(
        curator: CurrentCurator, message_id: Segment, body: schemas.Deciding
    ) -> Response:
        """Make a message, with all that answers it, a thread of its own."""

        def act(session: Session) -> Decision:
            return thread_curation.split(
                session, message_id, author=curator.name, reason=body.reason
            )

        return decided(decide_on_thread(context.database, act))
