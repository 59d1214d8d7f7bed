"""Suggestions from a store: fewer and plain in small archives, and never against people's word."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.database import Database
from archive.importing.importer import Importer
from archive.lists.registry import add_list
from archive.settings import Settings
from archive.tables import AddressName, MailingList
from reputation.corpus.reader import Corpus, CorpusReader
from reputation.tables import Topic, TopicTerm
from reputation.topics.curation import add_topics, hide, merge, rename
from reputation.topics.factorisation import topic_count
from reputation.topics.renewal import refresh_topics
from reputation.topics.thread_language import languages_of_threads
from tests.paths import SAMPLE

LIST = "mandiri@milis.example"


@pytest.fixture
def sample(sqlite_database: Database, settings: Settings) -> Corpus:
    """The corpus of the sample archive, kept in ``sqlite_database``."""
    with sqlite_database.transaction() as session:
        add_list(session, LIST, name="Mandiri")
    Importer(sqlite_database, settings, LIST, jobs=1).run([SAMPLE / "mandiri.mbox"])
    return CorpusReader(sqlite_database, settings.terms_folder).read()


def labels(session: Session) -> list[str]:
    return list(session.scalars(select(Topic.label).order_by(Topic.id)))


def terms(session: Session) -> dict[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = {}
    for row in session.scalars(select(TopicTerm)):
        found.setdefault(row.topic_id, {})[row.term] = row.weight
    return found


def test_a_small_archive_has_few_topics_of_words_that_subjects_use(
    sqlite_database: Database, sample: Corpus
) -> None:
    with sqlite_database.transaction() as session:
        added = refresh_topics(session, sample)
        words = {word for label in labels(session) for word in label.split(", ")}

        assert 4 <= added <= 8
        assert words & {"mikrotik", "jaringan", "router", "ip"}
        assert words & {"wifi", "kabel"}
        assert words & {"buku", "naskah", "isbn"}
        assert words & {"klien", "harga"}
        assert words.isdisjoint({"jam", "malam", "mb", "dua", "satu", "ketiga", "dibaca"})


def test_neither_the_list_nor_people_name_a_topic(
    sqlite_database: Database, sample: Corpus
) -> None:
    with sqlite_database.transaction() as session:
        refresh_topics(session, sample)
        words = {word for label in labels(session) for word in label.split(", ")}
        people = {
            word
            for name in session.scalars(select(AddressName.name))
            for word in name.casefold().split()
        }

        assert "mandiri" not in words
        assert words.isdisjoint(people)


def test_suggesting_again_changes_and_adds_nothing(
    sqlite_database: Database, sample: Corpus
) -> None:
    with sqlite_database.transaction() as session:
        refresh_topics(session, sample)
        before = labels(session)

        assert refresh_topics(session, sample) == 0
        assert labels(session) == before


def test_hidden_and_merged_topics_are_not_suggested_again(
    sqlite_database: Database, sample: Corpus
) -> None:
    with sqlite_database.transaction() as session:
        refresh_topics(session, sample)
        first, second, third = session.scalars(select(Topic).order_by(Topic.id)).all()[:3]
        hidden_label, merged_label = first.label, second.label
        hide(session, first.slug)
        merge(session, second.slug, third.slug)
        refresh_topics(session, sample)

        assert (first.state, second.state) == ("hidden", "merged")
        assert labels(session).count(hidden_label) == 1
        assert labels(session).count(merged_label) == 1


def test_words_of_a_curated_topic_are_left_alone(sqlite_database: Database, sample: Corpus) -> None:
    with sqlite_database.transaction() as session:
        refresh_topics(session, sample)
        topic = session.scalars(select(Topic).order_by(Topic.id)).first()
        assert topic is not None
        rename(session, topic.slug, "Apa pun")
        session.add(TopicTerm(topic_id=topic.id, term="tetap", weight=0.9))
        session.flush()
        before = terms(session)[topic.id]
        refresh_topics(session, sample)

        assert topic.label == "Apa pun"
        assert terms(session)[topic.id] == before


def test_an_archive_with_its_fill_of_curated_topics_gets_no_more(
    sqlite_database: Database, sample: Corpus
) -> None:
    with sqlite_database.transaction() as session:
        curated = add_topics(session, (SAMPLE / "topics.toml").read_text(encoding="utf-8"))
        before = terms(session)

        assert len(curated) >= topic_count(len(set(sample.posts.thread.tolist()))) - 2
        assert refresh_topics(session, sample) == 0
        assert terms(session) == before


def test_suggested_topics_are_named_in_the_language_their_list_is_written_in(
    sqlite_database: Database, sample: Corpus
) -> None:
    with sqlite_database.transaction() as session:
        refresh_topics(session, sample)
        topics = session.scalars(select(Topic)).all()
        spoken = languages_of_threads(session, sample.posts, np.arange(len(sample.posts)))

        assert {topic.label_id for topic in topics} == {topic.label for topic in topics}
        assert {topic.label_en for topic in topics} == {None}
        assert spoken.count("id") > 3 * spoken.count("en") > 0
        session.execute(update(MailingList).values(language="en"))
        everything = np.arange(len(sample.posts))
        assert set(languages_of_threads(session, sample.posts, everything)) == {"en"}
