"""Suggest topics from the store, and match the suggestions with existing topics."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from scipy.sparse import csr_array
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.lists.audience import Audience
from archive.tables import AddressName, MailingList, Message
from reputation.arrays import Integers, numbers_in, sum_rows
from reputation.corpus.posts import Posts
from reputation.corpus.reader import Corpus
from reputation.tables import Topic, TopicTerm, seen_by
from reputation.topics.factorisation import (
    SAME,
    SMALL_ARCHIVE,
    TINY_ARCHIVE,
    Suggestion,
    cosine,
    match_topics,
    suggest,
    topic_count,
)
from reputation.topics.queries import LIVE_STATES, unused_slug
from reputation.topics.synonym_finder import find_synonyms
from reputation.topics.synonyms import keep_found
from reputation.topics.tag_topics import declare_tags
from reputation.topics.thread_language import languages_of_threads

SUGGEST_AFTER_GROWTH = 1.25
"""Topics are suggested again when the archive has grown by this factor."""
WORDS_AFTER_GROWTH = 2
"""An existing topic takes new words only when the archive has grown by this factor."""

_NAME_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class _Standing:
    """An existing topic in any state, with its words.

    own: it is of the audience for which topics are suggested, not of the public.
    words_message: id of the newest message when its words were taken.
    """

    id: int
    own: bool
    state: str
    curated: bool
    terms: dict[str, float]
    words_message: int


def refresh_topics(session: Session, corpus: Corpus) -> int:
    """Suggest topics of ``corpus`` and add the new ones; return how many were added.

    Existing topics keep id, slug and labels for ever, and get a label in a language
    that they lack. If a suggestion closely matches an existing topic, the topic takes
    its words, but only after the archive has doubled, so that threads do not change
    topic at every refresh. Topics that people curated never take new words. Topics that
    people hid or merged are not suggested again. No more topics are added than suit the
    archive.

    What is added is seen by the audience of ``corpus`` alone, and unless that is the
    public, topics of the public stay as they are, and so do synonyms.
    """
    readers = corpus.audience
    declare_tags(session, readers)
    if not readers.name:
        keep_found(session, find_synonyms(session, corpus))
    standing = _standing(session, readers)
    live = [topic.terms for topic in standing if topic.state in LIVE_STATES]
    suggestions, fitting = _suggestions(session, corpus, live)
    matched = match_topics([topic.terms for topic in standing], suggestions)
    taken = set(session.scalars(select(Topic.slug)))
    room = max(0, fitting - len(live))
    messages = corpus.posts.message
    seen = int(messages.max(initial=0))
    added = 0
    for suggestion, number in zip(suggestions, matched, strict=True):
        if number is None:
            if added < room:
                _add(session, suggestion, taken, seen, readers)
                added += 1
            continue
        topic = standing[number]
        close = topic.own and cosine(topic.terms, suggestion.terms) >= SAME
        if close and not topic.curated:
            _name(session.get_one(Topic, topic.id), suggestion)
        # Counted, for ids also number the mail of other lists.
        counted = int((messages <= topic.words_message).sum())
        grown = len(messages) >= WORDS_AFTER_GROWTH * counted
        if close and grown and topic.state in LIVE_STATES and not topic.curated:
            session.get_one(Topic, topic.id).words_message_id = seen
            session.execute(delete(TopicTerm).where(TopicTerm.topic_id == topic.id))
            _add_terms(session, topic.id, suggestion)
    session.flush()
    return added


def _standing(session: Session, readers: Audience) -> list[_Standing]:
    """Every existing topic that ``readers`` see, by id."""
    terms: defaultdict[int, dict[str, float]] = defaultdict(dict)
    rows = session.execute(
        select(TopicTerm.topic_id, TopicTerm.term, TopicTerm.weight).order_by(
            TopicTerm.weight.desc(), TopicTerm.term
        )
    )
    for topic, term, weight in rows:
        terms[topic][term] = weight
    return [
        _Standing(
            row.id,
            row.audience == readers.name,
            row.state,
            row.curated,
            terms[row.id],
            row.words_message_id,
        )
        for row in session.scalars(select(Topic).where(seen_by(readers)).order_by(Topic.id))
    ]


def _suggestions(
    session: Session, corpus: Corpus, warm: Sequence[dict[str, float]]
) -> tuple[list[Suggestion], int]:
    """Suggestions, and how many topics suit the archive."""
    posts = corpus.posts
    threads, roots = _threads(posts)
    human = ~posts.automatic
    thread_of_post = np.where(human, numbers_in(threads, posts.thread), -1)
    thread_terms = csr_array(
        sum_rows(corpus.own_terms, thread_of_post, len(threads)) + corpus.subject_terms[roots]
    )
    people, person_of_post = np.unique(posts.person, return_inverse=True)
    by_person = sum_rows(corpus.own_terms, np.where(human, person_of_post, -1), len(people))
    term_authors = np.bincount(by_person.indices, minlength=by_person.shape[1])
    # Ids and columns depend on the order of arrival. Sort threads by their beginning and words
    # by the alphabet, so that the same mail gives the same topics in any order of arrival.
    by_beginning = np.argsort(roots, kind="stable")
    roots = roots[by_beginning]
    words = sorted(corpus.vocabulary, key=corpus.vocabulary.__getitem__)[: thread_terms.shape[1]]
    by_alphabet = sorted(range(len(words)), key=words.__getitem__)
    thread_terms = csr_array(thread_terms[by_beginning][:, by_alphabet])
    thread_terms.sort_indices()
    subjects = _subjects(session, posts.message[roots])
    found = suggest(
        thread_terms,
        [words[column] for column in by_alphabet],
        term_authors[by_alphabet],
        subjects,
        posts.person[roots].tolist(),
        warm=warm,
        names=_names(session, corpus.audience),
        languages=languages_of_threads(session, posts, roots),
    )
    return found, topic_count(len(threads))


def _threads(posts: Posts) -> tuple[Integers, Integers]:
    """The threads from which topics are made, by id, with the row of each one's first human post.

    In a small archive, threads with a single author (announcements, adverts, unanswered
    posts) would distort the topics; they are left out if enough others remain.
    """
    human = np.flatnonzero(~posts.automatic)
    threads, first = np.unique(posts.thread[human], return_index=True)
    pairs = np.unique(np.stack([posts.thread[human], posts.person[human]]), axis=1)
    shared = np.bincount(numbers_in(threads, pairs[0]), minlength=len(threads)) >= 2
    if len(threads) < SMALL_ARCHIVE and int(shared.sum()) >= TINY_ARCHIVE:
        return threads[shared], human[first[shared]]
    return threads, human[first]


def _subjects(session: Session, messages: Integers) -> list[str]:
    """Base subjects of messages, in the given order."""
    known: dict[int, str] = {}
    wanted = [int(message) for message in messages]
    for part in in_parts(wanted):
        rows = session.execute(select(Message.id, Message.base_subject).where(Message.id.in_(part)))
        known.update((message, subject) for message, subject in rows)
    return [known.get(message, "") for message in wanted]


def _names(session: Session, readers: Audience) -> set[str]:
    """Words of the names and addresses of people and lists, which never become labels."""
    used = select(AddressName.name).where(AddressName.list_id.not_in(readers.closed))
    lists = session.execute(
        select(MailingList.name, MailingList.address).where(MailingList.id.not_in(readers.closed))
    ).all()
    names = [
        *session.scalars(used.distinct()),
        *(row.name for row in lists),
        *(row.address.partition("@")[0] for row in lists),
    ]
    return {word for name in names for word in _NAME_WORD.findall(name.casefold())}


def _add(
    session: Session, suggestion: Suggestion, taken: set[str], seen: int, readers: Audience
) -> None:
    """Add a suggested topic for ``readers``; ``seen`` is the id of the newest message."""
    slug = unused_slug(suggestion.label, taken, readers.name)
    taken.add(slug)
    topic = Topic(
        audience=readers.name,
        slug=slug,
        label=suggestion.label,
        created=datetime.now(UTC),
        last_message_id=seen,
        words_message_id=seen,
    )
    _name(topic, suggestion)
    session.add(topic)
    session.flush()
    _add_terms(session, topic.id, suggestion)


def _name(topic: Topic, suggestion: Suggestion) -> None:
    """Give a topic labels in the languages that it lacks; existing labels stay."""
    topic.label_id = topic.label_id or suggestion.in_language.get("id")
    topic.label_en = topic.label_en or suggestion.in_language.get("en")


def _add_terms(session: Session, topic: int, suggestion: Suggestion) -> None:
    session.add_all(
        TopicTerm(topic_id=topic, term=term[:100], weight=weight)
        for term, weight in suggestion.terms.items()
    )
