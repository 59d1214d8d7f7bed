"""Words that mean the same: said by people, found in mixed mail, and sought together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import ConflictError
from archive.lists.registry import add_list
from archive.settings import Settings
from archive.store.store import Incoming, Store
from reputation.corpus.reader import Corpus, CorpusReader
from reputation.topics.curation.decisions import TOPICS
from reputation.topics.curation.synonyms import add_synonym, remove_synonym
from reputation.topics.synonym_finder import english_key, find_synonyms, indonesian_key
from reputation.topics.synonyms import all_synonyms, keep_found, synonyms_in
from reputation.topics.topicality import text_weights
from tests.archive.messages import mail
from tests.reputation.builders import Archive

NETWORK = {"jaringan": ["network"], "network": ["jaringan"]}


def said(session: Session) -> dict[tuple[str, str], str]:
    return {(row.one, row.other): row.state for row in all_synonyms(session)}


def test_people_add_and_remove_synonyms_and_take_that_back(database: Database) -> None:
    with database.transaction() as session:
        _, added = add_synonym(session, "Networking", "jaringan", author="Sari", reason="asked")
        assert added is not None
        assert add_synonym(session, "jaringan", "networking", author="Sari")[1] is None
        assert synonyms_in(session, "Jaringan kantor") == {"jaringan": ["networking"]}
        _, removed = remove_synonym(session, "networking", "jaringan", author="Dewi")
        assert removed is not None
        assert synonyms_in(session, "jaringan") == {}
        with pytest.raises(ConflictError, match=f"decision {removed.id} is about the same"):
            TOPICS.undo(session, added.id, author="Sari")
        TOPICS.undo(session, removed.id, author="Sari")
        assert synonyms_in(session, "networking") == {"networking": ["jaringan"]}
        TOPICS.undo(session, added.id, author="Sari")
        assert said(session) == {}
        assert [one.kind for one in TOPICS.decisions(session)] == ["unsynonym", "synonym"]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("kabel", "Kabel", "one word, not two"),
        ("kabel jaringan", "cable", "not one word"),
        ("yang", "cable", "not one word"),
        ("", "cable", "not one word"),
    ],
)
def test_what_is_no_pair_of_words_is_refused(
    database: Database, one: str, other: str, reason: str
) -> None:
    with database.transaction() as session, pytest.raises(ConflictError, match=reason):
        add_synonym(session, one, other, author="")


def test_a_word_has_eight_synonyms_at_most(database: Database) -> None:
    with database.transaction() as session:
        for number in range(8):
            add_synonym(session, "jaringan", f"network{number}x", author="")
        with pytest.raises(ConflictError, match="has 8 synonyms already"):
            add_synonym(session, "jaringan", "networking", author="")


def test_a_text_seeks_either_of_two_words_that_mean_the_same() -> None:
    assert text_weights("jaringan kantor", NETWORK) == {"jaringan|network": 1.0, "kantor": 1.0}
    assert text_weights("network jaringan", NETWORK) == {"network|jaringan": 1.0}
    assert text_weights("jaringan jaringan") == {"jaringan": 1.0}


def test_threads_and_answers_with_either_word_count_alike_and_with_both_no_more() -> None:
    archive = Archive()
    texts = ("jaringan putus", "network putus", "jaringan network", "printer macet", "nasi goreng")
    for number, text in enumerate(texts):
        question = archive.ask(1, number * 10, subject=text)
        archive.reply(2 + number, number * 10 + 1, question, text)
    topicality = archive.model().topicality

    query = topicality.query(text_weights("jaringan", NETWORK))
    theta, coverage = topicality.theta(query), topicality.coverage(query)

    assert theta[:3] == pytest.approx([1.0, 1.0, 1.0], abs=0.05)
    assert theta[3:].tolist() == [0.0, 0.0]
    assert coverage.tolist() == [1.0, 1.0, 1.0, 0.0, 0.0]
    single = topicality.theta(topicality.query(text_weights("jaringan")))
    assert single[1] == 0.0


@pytest.mark.parametrize(
    ("indonesian", "english"),
    [
        ("konfigurasi", "configuration"),
        ("koneksi", "connection"),
        ("aktivitas", "activity"),
        ("pasif", "passive"),
        ("teknologi", "technology"),
        ("grafik", "graphics"),
        ("indeks", "index"),
        ("kualitas", "quality"),
        ("klien", "client"),
        ("metode", "method"),
        ("sistem", "system"),
    ],
)
def test_a_loanword_has_the_key_of_what_it_was(indonesian: str, english: str) -> None:
    assert indonesian_key(indonesian) == english_key(english)


@pytest.mark.parametrize(
    ("indonesian", "english"), [("kabel", "cable"), ("berkas", "file"), ("situs", "site")]
)
def test_other_words_have_keys_of_their_own(indonesian: str, english: str) -> None:
    assert indonesian_key(indonesian) != english_key(english)


def mixed(store: Store, *, english: bool = True) -> Corpus:
    """Threads of Indonesian and English posts on the same matters, by several people."""
    with store.database.transaction() as session:
        number = add_list(session, "talk@lists.example.org").id
    raws = []
    for turn in range(40):
        author = f"Orang {turn % 7} <orang{turn % 7}@example.org>"
        for matter, (indonesian, foreign) in enumerate(MATTERS):
            texts = [f"Saya sudah mencoba {indonesian} di kantor tetapi belum bisa, mohon bantuan."]
            if english:
                texts.append(f"I have tried the {foreign} at the office but it does not work yet.")
            raws += [
                mail(f"{turn}.{matter}.{at}@x", author=author, text=text, day=turn, subject="tanya")
                for at, text in enumerate(texts)
                if (turn + at) % 3 == matter % 3
            ]
    moment = datetime(2024, 6, 1, tzinfo=UTC)
    store.keep([Incoming(raw, number, "import", moment) for raw in raws])
    store.settle()
    return CorpusReader(store.database, store.settings.terms_folder).read()


MATTERS = (
    ("konfigurasi router mikrotik", "configuration of the router, mikrotik"),
    ("jaringan (network) switch vlan", "network switch vlan"),
    ("printer epson macet tinta", "printer epson with ink"),
    ("direksi rapat bulanan", "direction to the harbour by boat"),
    ("excel pivot tabel", "excel pivot sheet"),
    ("domain dns hosting", "domain dns hosting"),
)


def test_loanwords_and_glosses_of_a_mixed_archive_are_found(
    sqlite_database: Database, settings: Settings
) -> None:
    corpus = mixed(Store(sqlite_database, settings))
    with sqlite_database.transaction() as session:
        found = find_synonyms(session, corpus)

        assert {(one.indonesian, one.english) for one in found} == {
            ("konfigurasi", "configuration"),
            ("jaringan", "network"),
        }
        remove_synonym(session, "jaringan", "network", author="Sari")
        keep_found(session, found)
        keep_found(session, found)
        assert said(session) == {
            ("configuration", "konfigurasi"): "found",
            ("jaringan", "network"): "removed",
        }


def test_an_archive_of_one_language_has_none(sqlite_database: Database, settings: Settings) -> None:
    corpus = mixed(Store(sqlite_database, settings), english=False)
    with sqlite_database.session() as session:
        assert find_synonyms(session, corpus) == []
