"""Rankings: who is a recognised expert on a topic, or on any text."""

from __future__ import annotations

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
from reputation.results import Ranking
from reputation.topics.queries import topics_in_text
from reputation.topics.synonyms import synonyms_in

EVIDENCE_SHOWN = 5
MAX_QUERY_CHARACTERS = 1_000
_CURSOR = "experts"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A ranking that was asked for: below ``path``, with ``parameters``, a page of it.

    topic: what it is of, or topics: those that its text touches.
    """

    path: str
    parameters: dict[str, str | datetime | None]
    page: PageRequest
    topic: schemas.TopicReference | None = None
    topics: schemas.TopicReferences | None = None

    def next(self, offset: int) -> str | None:
        """The URL of the page that begins at ``offset``."""
        parameters = {**self.parameters, "limit": self.page.limit}
        return next_url(self.path, parameters, encode_cursor(_CURSOR, (offset,)))


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
    view = context.view(reader)
    view.prepare(as_of)
    path = f"/topics/{quote(slug, safe='')}/experts"
    parameters = {"list": list_address, "as_of": as_of}
    with context.database.session() as session:
        limits = visibility(session, reader)
        topic = find_topic(session, limits, slug)
        list_id = visible_list_id(session, limits, list_address)
        ranking = view.topic_ranking(topic.id, list_id=list_id, as_of=as_of)
        named = references.topic_reference(topic, reader)
        asked = _Asked(path, parameters, page, topic=named)
        return _answer(session, limits, view, ranking, asked)


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
        raise UsageError.of("text-missing")
    if len(query) > MAX_QUERY_CHARACTERS:
        raise UsageError.of("text-too-long", most=MAX_QUERY_CHARACTERS)
    view = context.view(reader)
    view.prepare(as_of)
    parameters = {"q": query, "list": list_address, "as_of": as_of}
    with context.database.session() as session:
        limits = visibility(session, reader)
        synonyms = synonyms_in(session, query)
        touched = topics_in_text(view.topics.values(), query, synonyms=synonyms)
        list_id = visible_list_id(session, limits, list_address)
        topics = list(topics_by_id(session, limits, touched).values())
        ranking = view.text_ranking(query, list_id=list_id, as_of=as_of, synonyms=synonyms)
        asked = _Asked("/experts", parameters, page, topics=topics)
        return _answer(session, limits, view, ranking, asked)


def _answer(
    session: Session,
    limits: Visibility,
    view: ReputationView,
    ranking: Ranking,
    asked: _Asked,
) -> schemas.Ranking:
    offset = offset_of(asked.page.cursor, _CURSOR)
    end = offset + asked.page.limit
    shown = visible_people(session, limits, [item.person for item in ranking.items])
    items = [item for item in ranking.items if item.person in shown]
    explained = view.with_evidence(ranking, items[offset:end], limit=EVIDENCE_SHOWN)
    people = references.people(session, limits, [one.person for one in explained])
    posts = references.evidence(
        session, limits, [item for one in explained for item in one.evidence]
    )
    return schemas.Ranking.of(
        ranking,
        topic=asked.topic,
        list=asked.parameters["list"],
        query=asked.parameters.get("q"),
        topics=asked.topics,
        computed_at=ranking.computed,
        items=[
            schemas.Expert.of(
                one,
                person=people[one.person],
                components=one,
                evidence=[posts[item.message] for item in one.evidence if item.message in posts],
            )
            for one in explained
        ],
        next=asked.next(end) if end < len(items) else None,
        total=len(items),
    )
