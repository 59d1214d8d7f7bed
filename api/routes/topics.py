"""``/topics``, a topic's ranking, its reply graph."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api import schemas
from api.answers import experts, graph, topic_history, topics
from api.context import Context
from api.protocol.caching import conditional, entity_tag, json_answer
from api.protocol.parameters import (
    Asked,
    CourseParameters,
    CurrentCaller,
    GraphParameters,
    Parameters,
    RankingParameters,
    Segment,
    TopicParameters,
)
from api.protocol.problems import documented

GRAPH_MEDIA_TYPES = {"graphml": "application/graphml+xml", "gexf": "application/gexf+xml"}

_FILES = {media_type: {"schema": {"type": "string"}} for media_type in GRAPH_MEDIA_TYPES.values()}

router = APIRouter(tags=["topics"])


@router.get("/topics", response_model=schemas.Page[schemas.Topic], responses=documented(404))
def get_topics(request: Request, caller: CurrentCaller, query: Asked[TopicParameters]) -> Response:
    """Topics, those of most threads first."""
    found = topics.topics(
        caller.context,
        reader=caller.reader,
        list_address=query.list,
        query=query.q,
        page=query.page,
    )
    return json_answer(request, found)


@router.get("/topics/{slug}", response_model=schemas.Topic, responses=documented(301, 404))
def get_topic(
    request: Request, caller: CurrentCaller, slug: Segment, _: Asked[Parameters]
) -> Response:
    """One topic; a merged one answers 301."""
    return json_answer(request, topics.topic(caller.context, slug, reader=caller.reader))


@router.get(
    "/topics/{slug}/experts", response_model=schemas.Ranking, responses=documented(301, 404)
)
def get_topic_experts(
    request: Request, caller: CurrentCaller, slug: Segment, query: Asked[RankingParameters]
) -> Response:
    """People recognised on a topic, with the evidence for it."""
    epoch = caller.context.epoch_id()
    found = experts.topic_experts(
        caller.context,
        slug,
        reader=caller.reader,
        list_address=query.list,
        as_of=query.as_of,
        page=query.page,
    )
    return json_answer(request, found, epoch=_unchanged(caller.context, epoch))


@router.get(
    "/topics/{slug}/history", response_model=schemas.TopicCourse, responses=documented(301, 404)
)
def get_topic_history(
    request: Request, caller: CurrentCaller, slug: Segment, query: Asked[CourseParameters]
) -> Response:
    """Who led a topic when, who rises and returned, on how many people it rests."""
    epoch = caller.context.epoch_id()
    found = topic_history.topic_course(
        caller.context, slug, reader=caller.reader, granularity=query.granularity
    )
    return json_answer(request, found, epoch=_unchanged(caller.context, epoch))


@router.get(
    "/graph/{slug}",
    tags=["graph"],
    response_model=schemas.Graph,
    responses=documented(301, 404) | {200: {"content": _FILES}},
)
def get_graph(
    request: Request, caller: CurrentCaller, slug: Segment, query: Asked[GraphParameters]
) -> Response:
    """The topic's reply graph, asker to answerer."""
    epoch = caller.context.epoch_id()
    if query.format == "json":
        found = graph.graph(caller.context, slug, reader=caller.reader)
        return json_answer(request, found, epoch=_unchanged(caller.context, epoch))
    content = graph.graph_file(caller.context, slug, query.format, reader=caller.reader)
    headers = {
        "ETag": entity_tag(content, epoch),
        "Cache-Control": "no-cache",
        "Content-Disposition": f'attachment; filename="graph.{query.format}"',
        "Vary": "Accept-Language, Authorization",
    }
    response = Response(content, headers=headers, media_type=GRAPH_MEDIA_TYPES[query.format])
    return conditional(request, response, epoch=_unchanged(caller.context, epoch))


def _unchanged(context: Context, epoch: int) -> int | None:
    """The epoch, if it is still the same: then nothing of the answer is of another."""
    return epoch if context.epoch_id() == epoch else None
