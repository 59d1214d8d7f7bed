"""Rankings: who is a recognised expert on a topic, or on any text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy.orm import Session

from api import schemas
from api.answers import references
from api.answers.topics import find_topic, topics_by_id
from api.answers.visibility import Visibility, visibility, visible_list_id, visible_people
from api.context import Context
from api.paging import FIRST_PAGE, PageRequest, encode_cursor, next_url, offset_of
from api.readers import ANYONE, Reader
from archive.errors import UsageError
from reputation.epochs.view import ReputationView
from reputation.results import Ranking, Standing
from reputation.topics.queries import topics_in_text
from reputation.topics.synonyms import synonyms_in

EVIDENCE_SHOWN = 5
MAX_QUERY_CHARACTERS = 1_000
_CURSOR = "experts"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a ranking is of."""

    topic: schemas.TopicReference | None = None
    list: str | None = None
    query: str | None = None
    topics: schemas.TopicReferences | None = None


def topic_experts(
    context: Context,
    slug: str,
    *,
    reader: Reader = ANYONE,
    list_address: str | None = None,
    as_of: datetime | None = None,
    page: PageRequest = FIRST_PAGE,
) -> schemas.Ranking:
    """The ranking of a topic, on one list or on all, now or as known at ``as_of``.

    Raises ``NotFoundError``, or ``MergedError`` after a merge.
    """
    view = context.view()
    with context.database.session() as session:
        limits = visibility(session, reader)
        topic = find_topic(session, limits, slug)
        list_id = visible_list_id(session, limits, list_address)
        topic_id = topic.id
        heading = Heading(references.topic_reference(topic, reader), list_address)
    ranking = view.topic_ranking(topic_id, list_id=list_id, as_of=as_of)
    path = f"/topics/{quote(slug, safe='')}/experts"
    following = _Following(context, path, {"list": list_address, "as_of": as_of}, page)
    return _answer(limits, view, ranking, heading, following)


def text_experts(
    context: Context,
    query: str,
    *,
    reader: Reader = ANYONE,
    list_address: str | None = None,
    as_of: datetime | None = None,
    page: PageRequest = FIRST_PAGE,
) -> schemas.Ranking:
    """The ranking of a free text: a topic made on the spot, with the topics it touches.

    Raises ``UsageError`` for an empty or over-long query.
    """
    if not query.strip():
        raise UsageError("q: say what the experts are wanted for")
    if len(query) > MAX_QUERY_CHARACTERS:
        raise UsageError(f"q: at most {MAX_QUERY_CHARACTERS} characters")
    view = context.view()
    with context.database.session() as session:
        limits = visibility(session, reader)
        synonyms = synonyms_in(session, query)
        touched = topics_in_text(view.topics.values(), query, synonyms=synonyms)
        list_id = visible_list_id(session, limits, list_address)
        topics = list(topics_by_id(session, limits, touched).values())
    heading = Heading(list=list_address, query=query, topics=topics)
    ranking = view.text_ranking(query, list_id=list_id, as_of=as_of, synonyms=synonyms)
    parameters = {"q": query, "list": list_address, "as_of": as_of}
    following = _Following(context, "/experts", parameters, page)
    return _answer(limits, view, ranking, heading, following)


@dataclass(frozen=True, slots=True)
class _Following:
    """What the URL of the next page is made of."""

    context: Context
    path: str
    parameters: dict[str, str | datetime | None]
    page: PageRequest

    def url(self, offset: int) -> str | None:
        cursor = encode_cursor(_CURSOR, (offset,))
        parameters = {**self.parameters, "limit": self.page.limit}
        return next_url(self.path, parameters, cursor)


def _answer(
    limits: Visibility,
    view: ReputationView,
    ranking: Ranking,
    heading: Heading,
    following: _Following,
) -> schemas.Ranking:
    offset = offset_of(following.page.cursor, _CURSOR)
    end = offset + following.page.limit
    with following.context.database.session() as session:
        shown = visible_people(session, limits, [item.person for item in ranking.items])
    items = [item for item in ranking.items if item.person in shown]
    explained = view.with_evidence(ranking, items[offset:end], limit=EVIDENCE_SHOWN)
    with following.context.database.session() as session:
        experts = _experts(session, limits, explained)
    return schemas.Ranking(
        topic=heading.topic,
        list=heading.list,
        query=heading.query,
        topics=heading.topics,
        as_of=ranking.as_of,
        computed_at=ranking.computed,
        method=ranking.method,
        items=experts,
        next=following.url(end) if end < len(items) else None,
        total=len(items),
    )


def _experts(
    session: Session, limits: Visibility, standings: Sequence[Standing]
) -> list[schemas.Expert]:
    people = references.people(session, limits, [one.person for one in standings])
    posts = references.evidence(
        session, limits, [item for one in standings for item in one.evidence]
    )
    return [
        schemas.Expert(
            rank=one.rank,
            person=people[one.person],
            score=round(one.score, 2),
            low=round(one.low, 2),
            high=round(one.high, 2),
            level=one.level,
            components=components(one),
            posts=one.posts,
            answers=one.answers,
            thanks=one.thanks,
            first=one.first,
            last=one.last,
            evidence=[posts[item.message] for item in one.evidence if item.message in posts],
        )
        for one in standings
    ]


def components(standing: Standing) -> schemas.Components:
    """What the score is made of, to four digits."""
    return schemas.Components(
        authority=round(standing.authority, 4),
        recognition=round(standing.recognition, 4),
        consistency=round(standing.consistency, 4),
        presence=round(standing.presence, 4),
    )
