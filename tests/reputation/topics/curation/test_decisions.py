"""Curation as decisions: kept with author and time, undone whole, in order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import ConflictError, NotFoundError
from archive.tables import Decision
from reputation.tables import Topic
from reputation.topics import curation
from reputation.topics.curation.decisions import TOPICS, decide, topics_of
from reputation.topics.queries import TopicQuery, load_topics


def act(session: Session, kind: str, do: Callable[[Session], Topic], reason: str = "") -> Decision:
    """A decision that changes something."""
    decision = decide(session, kind, do, author="Sari", reason=reason)[1]
    assert decision is not None
    return decision


def made(session: Session, label: str, *words: str) -> Decision:
    def add(own: Session) -> Topic:
        return curation.add_topic(own, label, terms=dict.fromkeys(words, 1.0))

    return act(session, "add", add)


def live(session: Session) -> dict[str, TopicQuery]:
    session.flush()
    return {topic.slug: topic for topic in load_topics(session)}


def test_a_decision_keeps_who_why_when_and_which_topics(database: Database) -> None:
    with database.transaction() as session:
        made(session, "VPN", "vpn")
        made(session, "Pajak", "pajak")
        merged = act(
            session, "merge", lambda own: curation.merge(own, "vpn", "pajak"), "one and the same"
        )

        assert [one.kind for one in TOPICS.decisions(session)] == ["merge", "add", "add"]
        assert (merged.author, merged.reason, merged.undone) == ("Sari", "one and the same", None)
        assert topics_of(session, merged.id) == ["vpn", "pajak"]


def test_undoing_puts_labels_words_and_merges_back(database: Database) -> None:
    with database.transaction() as session:
        made(session, "VPN", "vpn", "tunnel")
        made(session, "Pajak", "pajak")
        before = live(session)
        merged = act(session, "merge", lambda own: curation.merge(own, "vpn", "pajak"))
        assert set(live(session)) == {"pajak"}
        undone = TOPICS.undo(session, merged.id, author="Dewi")

        assert live(session) == before
        assert undone.undone is not None
        assert undone.undone_by == "Dewi"


def test_undoing_a_split_hides_the_part_and_makes_the_old_topic_whole(database: Database) -> None:
    with database.transaction() as session:
        made(session, "VPN", "vpn", "tunnel", "kabel")
        before = live(session)
        parted = act(session, "split", lambda own: curation.split(own, "vpn", ["kabel"], "Kabel"))
        TOPICS.undo(session, parted.id, author="Sari")

        assert live(session) == before
        part: Topic = curation.find_topic(session, "kabel")
        assert part.state == "hidden"


def test_a_decision_that_another_one_stands_on_is_undone_after_it(database: Database) -> None:
    with database.transaction() as session:
        added = made(session, "VPN", "vpn")
        renamed = act(session, "rename", lambda own: curation.rename(own, "vpn", "Terowongan"))
        with pytest.raises(ConflictError, match=f"decision {renamed.id} is about the same"):
            TOPICS.undo(session, added.id, author="Sari")
        TOPICS.undo(session, renamed.id, author="Sari")
        assert live(session)["vpn"].label == "VPN"
        with pytest.raises(ConflictError, match="undone already"):
            TOPICS.undo(session, renamed.id, author="Sari")
        with pytest.raises(NotFoundError):
            TOPICS.undo(session, 999, author="Sari")


def test_what_is_so_already_is_no_decision(database: Database) -> None:
    with database.transaction() as session:
        made(session, "VPN", "vpn")
        made(session, "Pajak", "pajak")
        act(session, "merge", lambda own: curation.merge(own, "vpn", "pajak"))

        repeated = [
            decide(session, "merge", lambda own: curation.merge(own, "vpn", "pajak"), author=""),
            decide(session, "pin", lambda own: curation.pin(own, "pajak"), author=""),
            decide(
                session, "rename", lambda own: curation.rename(own, "pajak", "Pajak"), author=""
            ),
        ]

        assert [(topic.slug, decision) for topic, decision in repeated] == [("pajak", None)] * 3
        assert len(TOPICS.decisions(session)) == 3
