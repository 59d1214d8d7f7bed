"""Routes that add, rename, merge, split, pin and hide topics."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from fastapi import Request, Response
from sqlalchemy.orm import Session

from api import schemas
from api.answers.decisions import decide_on_topic
from api.answers.topics import topic
from api.protocol.bearers import Caller
from api.protocol.caching import entity_tag, matches
from api.protocol.parameters import CurrentModerator, Segment
from api.protocol.problems import ProblemError, documented
from api.routes.decisions.moderators import DECIDING, grounds, moderators_router
from reputation.tables import Topic
from reputation.topics import curation

router = moderators_router()
decision = partial(router.post, openapi_extra=DECIDING)


@decision("/topics", status_code=201)
def post_topic(
    moderator: CurrentModerator, body: schemas.NewTopic, response: Response
) -> schemas.DecidedTopic:
    """Add a topic."""
    add = partial(curation.add_topic, **body.model_dump(exclude={"reason"}))
    return _located(response, _decide(moderator, "add", body, add))


@router.patch("/topics/{slug}", responses=documented(412), openapi_extra=DECIDING)
def patch_topic(
    request: Request, moderator: CurrentModerator, slug: Segment, body: schemas.TopicLabels
) -> schemas.DecidedTopic:
    """Give a topic other labels; its slug and links stay. ``If-Match`` is heeded."""

    def rename(session: Session) -> Topic:
        _refuse_if_changed(request, moderator, slug)
        topic = curation.find_topic(session, slug)
        named = body.model_dump(include={"label_id", "label_en"}, exclude_unset=True)
        languages = {"label_id": topic.label_id, "label_en": topic.label_en, **named}
        label = topic.label if body.label is None else body.label
        return curation.rename(session, slug, label, **languages)

    # To compute a view writes, so it is there before the decision's transaction begins.
    moderator.context.view(moderator.reader)
    return _decide(moderator, "rename", body, rename)


@decision("/topics/{slug}/split", status_code=201)
def split_topic(
    moderator: CurrentModerator, slug: Segment, body: schemas.TopicSplit, response: Response
) -> schemas.DecidedTopic:
    """Make a new topic of some of a topic's words."""
    split = partial(curation.split, slug=slug, terms=body.terms, label=body.label)
    return _located(response, _decide(moderator, "split", body, split))


@decision("/topics/{slug}/merge")
def merge_topic(
    moderator: CurrentModerator, slug: Segment, body: schemas.TopicMerge
) -> schemas.DecidedTopic:
    """Merge a topic into another one, which takes over its words; old links lead there."""
    return _decide(moderator, "merge", body, partial(curation.merge, slug=slug, into=body.into))


@decision("/topics/{slug}/parent")
def put_topic_under(
    moderator: CurrentModerator, slug: Segment, body: schemas.TopicParent
) -> schemas.DecidedTopic:
    """Say which broader topic a topic is part of, or that it is part of none."""
    put_under = partial(curation.put_under, slug=slug, parent=body.parent)
    return _decide(moderator, "parent", body, put_under)


@decision("/topics/{slug}/pin")
def pin_topic(
    moderator: CurrentModerator, slug: Segment, body: schemas.TopicPin
) -> schemas.DecidedTopic:
    """Keep a topic for good, or say that a thread is about it, or is not."""
    pin = partial(curation.pin, slug=slug, message_id=body.thread, included=body.about)
    return _decide(moderator, "pin", body, pin)


@decision("/topics/{slug}/hide")
def hide_topic(
    moderator: CurrentModerator, slug: Segment, body: schemas.Deciding
) -> schemas.DecidedTopic:
    """Take a topic out of lists and rankings; it is not suggested again."""
    return _decide(moderator, "hide", body, partial(curation.hide, slug=slug))


@decision("/topics/{slug}/unhide")
def unhide_topic(
    moderator: CurrentModerator, slug: Segment, body: schemas.Deciding
) -> schemas.DecidedTopic:
    """Show a hidden topic again."""
    return _decide(moderator, "unhide", body, partial(curation.unhide, slug=slug))


def _decide(
    moderator: Caller, kind: str, body: schemas.Deciding, act: Callable[[Session], Topic]
) -> schemas.DecidedTopic:
    database = moderator.context.database
    return decide_on_topic(database, act, kind=kind, **grounds(moderator, body))


def _located(response: Response, made: schemas.DecidedTopic) -> schemas.DecidedTopic:
    """Return ``made``, and add the new topic's address to the answer as ``Location``."""
    response.headers["Location"] = f"/api/v1/topics/{quote(made.slug, safe='')}"
    return made


def _refuse_if_changed(request: Request, moderator: Caller, slug: str) -> None:
    """Refuse if ``If-Match`` names another state of the topic (RFC 9110, section 13.1.1).

    This runs inside the transaction that writes, so no other decision can intervene.
    """
    wanted = request.headers.get("if-match")
    if wanted is None:
        return
    shown = topic(moderator.context, slug, reader=moderator.reader)
    if not matches(wanted, entity_tag(shown.__pydantic_serializer__.to_json(shown))):
        raise ProblemError(412, "topic-changed")
