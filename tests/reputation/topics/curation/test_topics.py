"""Curation: people's word on topics lasts, is reversible where said, and refuses nonsense."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import ConflictError, MergedError, NotFoundError, PakarError, UsageError
from archive.lists.registry import add_list
from archive.settings import Settings
from archive.store.store import Incoming, Store
from archive.tables import Message
from reputation.corpus.reader import CorpusReader
from reputation.epochs.scorer import Scorer
from reputation.tables import Topic, TopicPin, TopicTerm
from reputation.topics.curation import (
    add_topic,
    add_topics,
    find_topic,
    hide,
    merge,
    parse_terms,
    pin,
    rename,
    split,
    unhide,
)
from reputation.topics.queries import load_topics
from tests.archive.messages import mail

THREADS = {
    "q1@example.org": "vpn putus tiap sore",
    "q2@example.org": "faktur pajak belum terbit",
}


@pytest.fixture
def store(database: Database, settings: Settings) -> Store:
    """Two questions, each answered by somebody else."""
    kept = Store(database, settings)
    with database.transaction() as session:
        number = add_list(session, "talk@lists.example.org").id
    posts = []
    for day, (identifier, subject) in enumerate(THREADS.items()):
        posts.append(mail(identifier, subject=subject, day=day))
        posts.append(
            mail(
                f"a{identifier}",
                author="Budi Santoso <budi@example.net>",
                subject=f"Re: {subject}",
                day=day + 0.5,
                text="Coba ganti kabel vpn, lalu periksa faktur pajak yang lama.",
                reply_to=identifier,
            )
        )
    moment = datetime(2024, 2, 1, tzinfo=UTC)
    kept.keep([Incoming(raw, number, "import", moment) for raw in posts])
    kept.settle()
    return kept


@pytest.fixture
def scorer(store: Store) -> Scorer:
    return Scorer(store.database, CorpusReader(store.database, store.settings.terms_folder))


def terms_of(session: Session, topic: Topic) -> dict[str, float]:
    rows = session.scalars(select(TopicTerm).where(TopicTerm.topic_id == topic.id))
    return {row.term: row.weight for row in rows}


def threads_of(session: Session, topic: Topic, *, included: bool) -> set[int | None]:
    return set(
        session.scalars(
            select(Message.thread_id)
            .join(TopicPin, TopicPin.message_id == Message.id)
            .where(TopicPin.topic_id == topic.id, TopicPin.included.is_(included))
        )
    )


def test_an_added_topic_is_kept_from_models_and_scored(store: Store) -> None:
    with store.database.transaction() as session:
        added = add_topic(
            session,
            "  Jaringan  &\nVPN ",
            terms={"VPN": 1.0, "kabel": 0.5, "windows": -1.0},
            label_id="Jaringan",
            label_en="Networks",
            threads=["<q1@example.org>"],
            not_threads=["q2@example.org"],
        )
        (loaded,) = load_topics(session)

        assert (added.label, added.slug) == ("Jaringan & VPN", "jaringan-vpn")
        assert (added.label_id, added.label_en) == ("Jaringan", "Networks")
        assert (added.state, added.curated) == ("pinned", True)
        assert loaded.terms == {"vpn": 1.0, "kabel": 0.5, "windows": -1.0}
        assert len(loaded.pinned) == len(loaded.excluded) == 1
        assert loaded.pinned.isdisjoint(loaded.excluded)


def test_two_topics_of_one_label_have_two_slugs(store: Store) -> None:
    with store.database.transaction() as session:
        slugs = [add_topic(session, "VPN", terms={"vpn": 1.0}).slug for _ in range(3)]

    assert slugs == ["vpn", "vpn-2", "vpn-3"]


@pytest.mark.parametrize(
    ("label", "terms", "reason"),
    [
        ("", {"vpn": 1.0}, "a letter or a digit"),
        (" \n ", {"vpn": 1.0}, "a letter or a digit"),
        ("_\x07", {"vpn": 1.0}, "a letter or a digit"),
        ("v" * 201, {"vpn": 1.0}, "at most 200 characters"),
        ("VPN", {}, "at least one word or pinned thread"),
        ("VPN", {"vpn": -1.0}, "at least one word or pinned thread"),
        ("VPN", {"yang": 1.0}, "is not one word"),
        ("VPN", {"vpn putus": 1.0}, "is not one word"),
        ("VPN", {"vpn": 2.0}, "is not between"),
        ("VPN", {"vpn": float("nan")}, "is not between"),
        ("VPN", {f"word{number}x": 1.0 for number in range(201)}, "at most 200 words"),
    ],
)
def test_a_topic_without_sense_is_refused(
    store: Store, label: str, terms: dict[str, float], reason: str
) -> None:
    with store.database.transaction() as session, pytest.raises(PakarError, match=reason):
        add_topic(session, label, terms=terms)


def test_a_label_loses_what_cannot_be_shown(store: Store) -> None:
    with store.database.transaction() as session:
        assert add_topic(session, "bell\x07 \n rings", terms={"vpn": 1.0}).label == "bell rings"


def test_renaming_keeps_the_slug(store: Store) -> None:
    with store.database.transaction() as session:
        add_topic(session, "VPN", terms={"vpn": 1.0}, label_id="lama", label_en="old")
        renamed = rename(session, "vpn", "Tunnels", label_id="Terowongan")

        assert (renamed.slug, renamed.label) == ("vpn", "Tunnels")
        assert (renamed.label_id, renamed.label_en) == ("Terowongan", None)


def test_a_merged_topic_leads_to_the_one_that_took_its_words_and_threads(store: Store) -> None:
    with store.database.transaction() as session:
        one = add_topic(
            session, "VPN", terms={"vpn": 1.0, "kabel": -1.0}, threads=["q1@example.org"]
        )
        other = add_topic(session, "Kabel", terms={"kabel": 0.7, "vpn": 0.2})
        into = merge(session, "vpn", "kabel")

        assert into.id == other.id
        assert (one.state, one.merged_into) == ("merged", other.id)
        assert terms_of(session, other) == {"kabel": 0.7, "vpn": 1.0}
        assert len(threads_of(session, other, included=True)) == 1
        assert [topic.slug for topic in load_topics(session)] == ["kabel"]
        with pytest.raises(MergedError, match="'kabel'") as caught:
            find_topic(session, "vpn")
        assert caught.value.successor == "kabel"


def test_repeated_merges_lead_to_the_last_topic_in_one_step(store: Store) -> None:
    with store.database.transaction() as session:
        made = [add_topic(session, label, terms={label: 1.0}) for label in ("vpn", "lan", "wan")]
        merge(session, "vpn", "lan")
        merge(session, "lan", "wan")
        session.expire_all()

        assert [topic.merged_into for topic in made] == [made[2].id, made[2].id, None]


def test_merges_in_a_circle_or_into_the_hidden_are_refused(store: Store) -> None:
    with store.database.transaction() as session:
        for label in ("vpn", "lan", "wan"):
            add_topic(session, label, terms={label: 1.0})
        merge(session, "vpn", "lan")
        hide(session, "wan")

        with pytest.raises(ConflictError, match="itself"):
            merge(session, "lan", "lan")
        with pytest.raises(ConflictError, match="circle"):
            merge(session, "lan", "vpn")
        with pytest.raises(ConflictError, match="hidden"):
            merge(session, "lan", "wan")
        with pytest.raises(MergedError):
            merge(session, "vpn", "wan")
        assert merge(session, "vpn", "lan").slug == "lan"
        with pytest.raises(NotFoundError):
            merge(session, "lan", "nowhere")


def test_a_split_moves_words_to_a_new_topic(store: Store) -> None:
    with store.database.transaction() as session:
        whole = add_topic(session, "Kantor", terms={"vpn": 1.0, "kabel": 0.5, "faktur": 0.25})
        part = split(session, "kantor", ["kabel", "faktur"], "Kabel")

        assert terms_of(session, whole) == {"vpn": 1.0}
        assert terms_of(session, part) == {"kabel": 1.0, "faktur": 0.5}
        with pytest.raises(ConflictError, match="'pajak' is no word of topic 'kabel'"):
            split(session, "kabel", ["pajak"], "Pajak")
        with pytest.raises(ConflictError, match="nothing would be left"):
            split(session, "kabel", ["kabel", "faktur"], "Semua")
        with pytest.raises(ConflictError, match="at least one word"):
            split(session, "kabel", [], "Tanpa")


def test_the_last_word_on_a_thread_counts(store: Store) -> None:
    with store.database.transaction() as session:
        topic = add_topic(session, "VPN", terms={"vpn": 1.0})
        pin(session, "vpn", "q1@example.org")
        pin(session, "vpn", "aq1@example.org", included=False)

        assert threads_of(session, topic, included=True) == set()
        assert len(threads_of(session, topic, included=False)) == 1
        with pytest.raises(NotFoundError, match="no message <gone@example"):
            pin(session, "vpn", "gone@example.org")


def test_a_hidden_topic_is_shown_again_when_asked(store: Store) -> None:
    with store.database.transaction() as session:
        add_topic(session, "VPN", terms={"vpn": 1.0})
        hide(session, "vpn")
        assert load_topics(session) == []
        unhide(session, "vpn")
        assert unhide(session, "vpn").state == "pinned"
        assert [topic.slug for topic in load_topics(session)] == ["vpn"]


def test_every_decision_is_taken_up_by_the_next_ranking(store: Store, scorer: Scorer) -> None:
    scorer.run()
    with store.database.session() as session:
        assert not scorer.is_stale(session)
    decisions: tuple[Callable[[Session], object], ...] = (
        lambda session: add_topic(session, "VPN", terms={"vpn": 1.0}),
        lambda session: rename(session, "vpn", "Tunnels"),
        lambda session: pin(session, "vpn", "q1@example.org"),
        lambda session: hide(session, "vpn"),
        lambda session: unhide(session, "vpn"),
        lambda session: add_topic(session, "Kabel", terms={"kabel": 1.0, "faktur": 0.5}),
        lambda session: split(session, "kabel", ["faktur"], "Faktur"),
        lambda session: merge(session, "faktur", "kabel"),
    )
    for decide in decisions:
        with store.database.transaction() as session:
            decide(session)
        with store.database.session() as session:
            assert scorer.is_stale(session)
        scorer.run()
        with store.database.session() as session:
            assert not scorer.is_stale(session)


def test_a_decision_during_a_ranking_makes_the_next_one_due(
    store: Store, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer.run()
    with store.database.transaction() as session:
        add_topic(session, "VPN", terms={"vpn": 1.0})
    from reputation.epochs import publication
    from reputation.epochs import scorer as module

    publish = publication.publish

    def curated_meanwhile(session: Session, *arguments: object) -> None:
        hide(session, "vpn")
        publish(session, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "publish", curated_meanwhile)
    scorer.run()
    monkeypatch.undo()

    with store.database.session() as session:
        assert scorer.is_stale(session)
    assert scorer.run().topics == {}
    with store.database.session() as session:
        assert not scorer.is_stale(session)


def test_weighted_and_excluding_words_are_read() -> None:
    assert parse_terms("router, wifi=0.5,, -windows ") == {
        "router": 1.0,
        "wifi": 0.5,
        "windows": -1.0,
    }
    with pytest.raises(UsageError, match="'much' is no weight for 'wifi'"):
        parse_terms("wifi=much")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("[[topic]\n", "topics: "),
        ('[[topic]]\nlabel = "VPN"\n', r"topic\.0\.terms"),
        ('[[topic]]\nlabel = "VPN"\nterms = { vpn = 1 }\ncolour = "red"\n', "colour"),
        ('[[topic]]\nlabel = "VPN"\nterms = { vpn = "much" }\n', "terms"),
    ],
)
def test_a_malformed_file_of_topics_is_one_clear_line(
    store: Store, document: str, reason: str
) -> None:
    with store.database.transaction() as session, pytest.raises(UsageError, match=reason) as error:
        add_topics(session, document)
    assert "\n" not in str(error.value)
