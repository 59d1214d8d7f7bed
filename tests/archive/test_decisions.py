"""Decisions whatever they are about, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.decisions import MAX_AUTHOR, MAX_REASON, Subject, refuse_before_later
from archive.errors import ConflictError, NotFoundError
from archive.tables import Decision, ThreadClaim


def _nothing(session: Session, decision: Decision) -> None:
    """A subject whose decisions change nothing but their own row."""


PEOPLE, TOPICS = Subject("people", _nothing), Subject("topics", _nothing)


def test_a_decision_keeps_who_why_and_when_within_bounds(database: Database) -> None:
    with database.transaction() as session:
        made = PEOPLE.record(session, "merge", author="ratna", reason="told by mail")
        long = PEOPLE.record(session, "hide", author="r" * 999, reason="w" * 9_999)
        bare = TOPICS.record(session, "pin", author="sari")

        assert (made.kind, made.author, made.reason) == ("merge", "ratna", "told by mail")
        assert (len(long.author), len(long.reason)) == (MAX_AUTHOR, MAX_REASON)
        assert (bare.reason, bare.undone, bare.undone_by) == ("", None, None)
        assert made.made.microsecond == 0
        assert [one.id for one in PEOPLE.decisions(session)] == [long.id, made.id]
        assert TOPICS.decisions(session) == [bare]


def test_a_decision_is_undone_once_and_by_its_own_subject_alone(database: Database) -> None:
    with database.transaction() as session:
        number = PEOPLE.record(session, "merge", author="ratna").id

        for subject, wrong in ((TOPICS, number), (PEOPLE, number + 1)):
            with pytest.raises(NotFoundError, match=f"no decision {wrong} in"):
                subject.undo(session, wrong, author="sari")
        undone = PEOPLE.undo(session, number, author="s" * 999)
        assert undone.undone_by == "s" * MAX_AUTHOR
        with pytest.raises(ConflictError, match=f"decision {number} was undone already"):
            PEOPLE.undo(session, number, author="sari")
        assert PEOPLE.decisions(session) == [undone]


def _restore_last(session: Session, decision: Decision) -> None:
    """Put a message back, and find only then that a later decision is about it."""
    claim = session.get_one(ThreadClaim, decision.id)
    claim.parent = "elsewhere@example.org"
    session.flush()
    same = select(ThreadClaim.decision_id).where(ThreadClaim.message_id == claim.message_id)
    refuse_before_later(session, decision, same)


def test_what_a_later_decision_stands_on_is_left_as_it_was(database: Database) -> None:
    threads = Subject("threads", _restore_last)
    with database.transaction() as session:
        first, later = (threads.record(session, "split", author="ratna").id for _ in range(2))
        session.add_all(
            ThreadClaim(decision_id=one, message_id="q1@example.org") for one in (first, later)
        )
        with pytest.raises(ConflictError, match=f"decision {later} is about the same; undo"):
            threads.undo(session, first, author="sari")

    with database.transaction() as session:
        assert session.get_one(Decision, first).undone is None
        assert session.get_one(ThreadClaim, first).parent is None
        threads.undo(session, later, author="sari")
        assert threads.undo(session, first, author="sari").undone_by == "sari"
