"""Match: who is likely to answer a question now, and what answered the like before."""

from __future__ import annotations

from datetime import datetime
from itertools import chain

from sqlalchemy.orm import Session

from api import schemas
from api.answers import references
from api.answers.match_reasons import in_words
from api.answers.visibility import Visibility, visibility, visible_list_id, visible_people
from api.context import Context
from api.readers import ANYONE, Reader
from archive.errors import UsageError
from archive.mail.message import parse_message
from reputation.results import Answerer, Match, Standing
from reputation.topics.synonyms import synonyms_in

MAX_EXPERTS = 200
MAX_TEXT_CHARACTERS = 20_000
"""What a question is judged by; the longest honest ones are a tenth of it."""
_WHY = {
    "en": "It treats the same words: {terms}.",
    "id": "Membahas kata-kata yang sama: {terms}.",
}


def match(
    context: Context,
    question: schemas.Question,
    *,
    reader: Reader = ANYONE,
    as_of: datetime | None = None,
    limit: int = 20,
) -> schemas.Match:
    """Who is likely to answer ``question``, best first, and earlier threads like it.

    Raises ``UsageError`` for a question without words, ``NotFoundError`` for an unknown list.
    """
    if not 1 <= limit <= MAX_EXPERTS:
        raise UsageError.of("limit-out-of-range", most=MAX_EXPERTS)
    if not (question.subject.strip() or question.body.strip()):
        raise UsageError.of("question-empty")
    view = context.view(reader)
    view.prepare(as_of)
    body = question.body[:MAX_TEXT_CHARACTERS]
    with context.database.session() as session:
        limits = visibility(session, reader)
        list_id = visible_list_id(session, limits, question.list)
        text = f"{question.subject}\n{body}"[:MAX_TEXT_CHARACTERS]
        synonyms = synonyms_in(session, text)
        also = " ".join(dict.fromkeys(chain.from_iterable(synonyms.values())))
        found = view.match(
            question.subject, f"{body}\n{also}", list_id=list_id, as_of=as_of, limit=MAX_EXPERTS
        )
        standings = view.text_ranking(text, list_id=list_id, as_of=as_of, synonyms=synonyms)
        standing = {item.person: item for item in standings.items}
        return _answer(session, limits, found, standing, limit)


def question_of(context: Context, raw: bytes, *, reader: Reader = ANYONE) -> schemas.Question:
    """The question in an RFC 5322 message: its own words, and the list it is for.

    The list is None when the message names none that the reader may see.
    """
    parsed = parse_message(raw)
    named = {*parsed.recipients, *(list_id.lower() for list_id in parsed.list_ids)}
    with context.database.session() as session:
        known = sorted(visibility(session, reader).addresses)
    address = next((one for one in known if one in named or one.replace("@", ".") in named), None)
    body = parsed.own_text or parsed.text
    return schemas.Question(
        subject=parsed.subject[:1_000], body=body[:MAX_TEXT_CHARACTERS], list=address
    )


def _answer(
    session: Session,
    limits: Visibility,
    found: Match,
    standing: dict[int, Standing],
    limit: int,
) -> schemas.Match:
    shown = visible_people(session, limits, [one.person for one in found.experts])
    experts = [one for one in found.experts if one.person in shown][:limit]
    people = references.people(session, limits, [one.person for one in experts])
    posts = references.evidence(session, limits, [item for one in experts for item in one.evidence])
    threads = references.threads(session, limits, [one.thread for one in found.threads])
    language = limits.reader.language
    return schemas.Match.of(
        found,
        experts=[
            _answerer(one, people[one.person], standing.get(one.person), posts, language)
            for one in experts
        ],
        threads=[
            schemas.SimilarThread.of(
                one,
                thread=threads[one.thread],
                why=_WHY[language].format(terms=", ".join(one.shared_terms)),
            )
            for one in found.threads
            if one.thread in threads
        ],
    )


_FACTS = ("low", "high", "level", "posts", "answers", "thanks", "first", "last")
"""What of a person's standing is told beside their place in a match."""


def _answerer(
    one: Answerer,
    person: schemas.PersonReference,
    standing: Standing | None,
    posts: dict[int, schemas.Evidence],
    language: str,
) -> schemas.Answerer:
    strongest = sorted(one.reasons, key=lambda reason: -reason.contribution)
    reasons = [schemas.MatchReason.of(reason) for reason in strongest]
    facts: dict[str, object] = {}
    if standing is not None:
        facts = {name: getattr(standing, name) for name in _FACTS}
        facts |= {"standing": standing.score, "components": standing}
    return schemas.Answerer.of(
        one,
        person=person,
        why=in_words(one, language),
        reasons=reasons,
        evidence=[posts[item.message] for item in one.evidence if item.message in posts],
        **facts,
    )
