"""Routes that merge, split and hide people."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from api import schemas
from api.answers.decisions import PEOPLE, about_people
from api.answers.people import find_person
from api.answers.visibility import visibility
from api.protocol.bearers import Caller
from api.protocol.parameters import CurrentModerator, Identifier
from api.routes.decisions.moderators import DECIDING, grounds, moderators_router
from archive.people import decisions as people_decisions
from archive.tables import Decision

router = moderators_router()
decision = partial(router.post, openapi_extra=DECIDING)


@decision("/people/{person_id}/merge")
def merge_person(
    moderator: CurrentModerator, person_id: Identifier, body: schemas.OtherPerson
) -> schemas.PeopleDecision:
    """Say that two people are one, for good; old links lead on."""
    return _decide(moderator, body, people_decisions.merge, person_id, body.other)


@decision("/people/{person_id}/distinct")
def tell_apart(
    moderator: CurrentModerator, person_id: Identifier, body: schemas.OtherPerson
) -> schemas.PeopleDecision:
    """Say that two people are two: never joined, never suggested again."""
    return _decide(moderator, body, people_decisions.tell_apart, person_id, body.other)


@decision("/people/{person_id}/split")
def split_person(
    moderator: CurrentModerator, person_id: Identifier, body: schemas.PersonSplit
) -> schemas.PeopleDecision:
    """Say that some addresses of a person are somebody else's."""
    split = partial(people_decisions.split, leaving=body.addresses)
    return _decide(moderator, body, split, person_id)


@decision("/people/{person_id}/hide")
def hide_person(
    moderator: CurrentModerator, person_id: Identifier, body: schemas.Deciding
) -> schemas.PeopleDecision:
    """Take a person's name, addresses and page from readers."""
    return _decide(moderator, body, people_decisions.hide, person_id)


@decision("/people/{person_id}/unhide")
def unhide_person(
    moderator: CurrentModerator, person_id: Identifier, body: schemas.Deciding
) -> schemas.PeopleDecision:
    """Show a hidden person again."""
    return _decide(moderator, body, partial(people_decisions.hide, hidden=False), person_id)


def _decide(
    moderator: Caller, body: schemas.Deciding, act: Callable[..., Decision], *people: int
) -> schemas.PeopleDecision:
    """Decide about people whom the moderator may see; a person merged into another is 409."""

    def find(session: Session, person: int) -> int:
        return find_person(session, visibility(session, moderator.reader), person).id

    acts = about_people(find, act, *people)
    return PEOPLE.make(moderator.context.database, acts, **grounds(moderator, body))
