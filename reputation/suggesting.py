"""Topic suggestions from the store, matched to the topics that stand already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from scipy.sparse import csr_array
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.models import AddressName, Message
from reputation.arrays import numbers_in
from reputation.corpus import Corpus
from reputation.grouping import sum_rows
from reputation.labels import unused_slug
from reputation.models import Topic, TopicTerm
from reputation.posts import Integers
from reputation.topic_queries import load_topics
from reputation.topics import SAME, Suggestion, cosine, match_topics, suggest

SUGGEST_AFTER_GROWTH = 1.25
"""Topics are suggested anew when the archive has grown by this factor."""

_NAME_WORD = re.compile(r"[^\W\d_]{2,}")


def refresh_topics(session: Session, corpus: Corpus) -> int:
    """Suggest topics of ``corpus``; add the new ones. Returns how many were added.

    Standing topics keep id, slug and label for ever. One that a suggestion
    matches closely takes over its words, unless a person curated it.
    """
    standing = load_topics(session)
    suggestions = _suggestions(session, corpus, [topic.terms for topic in standing])
    matched = match_topics([topic.terms for topic in standing], suggestions)
    taken = set(session.scalars(select(Topic.slug)))
    curated = set(session.scalars(select(Topic.id).where(Topic.curated)))
    added = 0
    for suggestion, number in zip(suggestions, matched, strict=True):
        if number is None:
            _add(session, suggestion, taken)
            added += 1
            continue
        topic = standing[number]
        close = cosine(topic.terms, suggestion.terms) >= SAME
        if close and topic.id not in curated:
            session.execute(delete(TopicTerm).where(TopicTerm.topic_id == topic.id))
            _add_terms(session, topic.id, suggestion)
    session.flush()
    return added


def _suggestions(
    session: Session, corpus: Corpus, warm: Sequence[dict[str, float]]
) -> list[Suggestion]:
    posts = corpus.posts
    human = ~posts.automatic
    threads, first_rows = np.unique(posts.thread[human], return_index=True)
    roots = np.flatnonzero(human)[first_rows]
    thread_of_post = np.where(human, numbers_in(threads, posts.thread), -1)
    thread_terms = csr_array(
        sum_rows(corpus.own_terms, thread_of_post, len(threads)) + corpus.subject_terms[roots]
    )
    people, person_of_post = np.unique(posts.person, return_inverse=True)
    by_person = sum_rows(corpus.own_terms, np.where(human, person_of_post, -1), len(people))
    term_authors = np.bincount(by_person.indices, minlength=by_person.shape[1])
    subjects = _subjects(session, posts.message[roots])
    words = sorted(corpus.vocabulary, key=corpus.vocabulary.__getitem__)
    width = thread_terms.shape[1]
    return suggest(
        thread_terms,
        words[:width],
        term_authors,
        subjects,
        posts.person[roots].tolist(),
        warm=warm,
        names=_names(session),
    )


def _subjects(session: Session, messages: Integers) -> list[str]:
    """Base subjects of messages, in their order."""
    known: dict[int, str] = {}
    wanted = [int(message) for message in messages]
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        rows = session.execute(select(Message.id, Message.base_subject).where(Message.id.in_(part)))
        known.update((message, subject) for message, subject in rows)
    return [known.get(message, "") for message in wanted]


def _names(session: Session) -> set[str]:
    """The words of people's names, which never make a topic's label."""
    return {
        word
        for name in session.scalars(select(AddressName.name).distinct())
        for word in _NAME_WORD.findall(name.casefold())
    }


def _add(session: Session, suggestion: Suggestion, taken: set[str]) -> None:
    slug = unused_slug(suggestion.label, taken)
    taken.add(slug)
    topic = Topic(slug=slug, label=suggestion.label, created=datetime.now(UTC))
    session.add(topic)
    session.flush()
    _add_terms(session, topic.id, suggestion)


def _add_terms(session: Session, topic: int, suggestion: Suggestion) -> None:
    session.add_all(
        TopicTerm(topic_id=topic, term=term[:100], weight=weight)
        for term, weight in suggestion.terms.items()
    )
