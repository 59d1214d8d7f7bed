"""Topics added, renamed, merged, split, pinned and hidden by whoever holds a token for it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from api import schemas
from api.answers.decisions import decide_on_topic
from api.answers.topics import topic
from api.context import Context
from api.protocol.caching import entity_tag, matches
from api.protocol.parameters import CurrentCurator, Segment
from api.protocol.problems import documented
from api.readers import Reader
from api.routes.deciding import DECIDING, decided, deciding_router
from reputation.tables import Topic
from reputation.topics import curation


def routes(context: Context) -> APIRouter:
    """The routes that change topics."""
    router = deciding_router("curation")
    _add_labels_and_words(router, context)
    _add_standing(router, context)
    return router


def _decide(
    context: Context,
    curator: Reader,
    kind: str,
    body: schemas.Deciding,
    act: Callable[[Session], Topic],
) -> schemas.DecidedTopic:
    return decide_on_topic(context.database, kind, act, author=curator.name, reason=body.reason)


def _unless_changed(
    context: Context,
    request: Request,
    curator: Reader,
    slug: str,
    act: Callable[[Session], Topic],
) -> Callable[[Session], Topic]:
    """``act``, refused where ``If-Match`` names another state (RFC 9110, section 13.1.1).

    No other decision can come between: ``act`` runs while the store is held for writing.
    """
    wanted = request.headers.get("if-match")
    if wanted is None:
        return act

    def check_and_act(session: Session) -> Topic:
        shown = topic(context, slug, reader=curator)
        if not matches(wanted, entity_tag(shown.__pydantic_serializer__.to_json(shown))):
            raise HTTPException(412, "the topic is not as it was when you got it; get it again")
        return act(session)

    return check_and_act


def _add_labels_and_words(router: APIRouter, context: Context) -> None:
    @router.post(
        "/topics", status_code=201, response_model=schemas.DecidedTopic, openapi_extra=DECIDING
    )
    def post_topic(curator: CurrentCurator, body: schemas.NewTopic) -> Response:
        """Add a topic."""

        def act(session: Session) -> Topic:
            return curation.add_topic(
                session,
                body.label,
                terms=body.terms,
                label_id=body.label_id,
                label_en=body.label_en,
                threads=body.threads,
                not_threads=body.not_threads,
            )

        made = _decide(context, curator, "add", body, act)
        return decided(made, status=201, location=f"/api/v1/topics/{quote(made.slug, safe='')}")

    @router.patch(
        "/topics/{slug}",
        response_model=schemas.DecidedTopic,
        responses=documented(412),
        openapi_extra=DECIDING,
    )
    def patch_topic(
        request: Request, curator: CurrentCurator, slug: Segment, body: schemas.TopicLabels
    ) -> Response:
        """Give a topic other labels; its slug and links stay. ``If-Match`` is heeded."""

        def act(session: Session) -> Topic:
            topic = curation.find_topic(session, slug)
            named = body.model_dump(include={"label_id", "label_en"}, exclude_unset=True)
            languages = {"label_id": topic.label_id, "label_en": topic.label_en, **named}
            label = topic.label if body.label is None else body.label
            return curation.rename(session, slug, label, **languages)

        guarded = _unless_changed(context, request, curator, slug, act)
        return decided(_decide(context, curator, "rename", body, guarded))

    @router.post(
        "/topics/{slug}/split",
        status_code=201,
        response_model=schemas.DecidedTopic,
        openapi_extra=DECIDING,
    )
    def split_topic(curator: CurrentCurator, slug: Segment, body: schemas.TopicSplit) -> Response:
        """Make a new topic of some of a topic's words."""

        def act(session: Session) -> Topic:
            return curation.split(session, slug, body.terms, body.label)

        made = _decide(context, curator, "split", body, act)
        return decided(made, status=201, location=f"/api/v1/topics/{quote(made.slug, safe='')}")


def _add_standing(router: APIRouter, context: Context) -> None:
    @router.post(
        "/topics/{slug}/merge", response_model=schemas.DecidedTopic, openapi_extra=DECIDING
    )
    def merge_topic(curator: CurrentCurator, slug: Segment, body: schemas.TopicMerge) -> Response:
        """Merge a topic into another one, which takes over its words; old links lead there."""

        def act(session: Session) -> Topic:
            return curation.merge(session, slug, body.into)

        return decided(_decide(context, curator, "merge", body, act))

    @router.post(
        "/topics/{slug}/parent", response_model=schemas.DecidedTopic, openapi_extra=DECIDING
    )
    def put_topic_under(
        curator: CurrentCurator, slug: Segment, body: schemas.TopicParent
    ) -> Response:
        """Say which broader topic a topic is part of, or that it is part of none."""

        def act(session: Session) -> Topic:
            return curation.put_under(session, slug, body.parent)

        return decided(_decide(context, curator, "parent", body, act))

    @router.post("/topics/{slug}/pin", response_model=schemas.DecidedTopic, openapi_extra=DECIDING)
    def pin_topic(curator: CurrentCurator, slug: Segment, body: schemas.TopicPin) -> Response:
        """Keep a topic for good, or say that a thread is about it, or is not."""

        def act(session: Session) -> Topic:
            return curation.pin(session, slug, body.thread, included=body.about)

        return decided(_decide(context, curator, "pin", body, act))

    @router.post("/topics/{slug}/hide", response_model=schemas.DecidedTopic, openapi_extra=DECIDING)
    def hide_topic(curator: CurrentCurator, slug: Segment, body: schemas.Deciding) -> Response:
        """Take a topic out of lists and rankings; it is not suggested again."""

        def act(session: Session) -> Topic:
            return curation.hide(session, slug)

        return decided(_decide(context, curator, "hide", body, act))

    @router.post(
        "/topics/{slug}/unhide", response_model=schemas.DecidedTopic, openapi_extra=DECIDING
    )
    def unhide_topic(curator: CurrentCurator, slug: Segment, body: schemas.Deciding) -> Response:
        """Show a hidden topic again."""

        def act(session: Session) -> Topic:
            return curation.unhide(session, slug)

        return decided(_decide(context, curator, "unhide", body, act))
