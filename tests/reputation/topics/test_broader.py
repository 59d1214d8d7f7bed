"""Broader topics: told by shared threads and labels, decided by people, never in a circle."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import ConflictError
from reputation.topics.broader import Placed, broader_topics
from reputation.topics.curation import add_topic, hide, merge, put_under
from reputation.topics.curation.decisions import TOPICS, decide


def both_ways(**pairs: int) -> dict[tuple[int, int], int]:
    """Shared threads of pairs named like ``a1_2``."""
    found = {}
    for name, count in pairs.items():
        one, other = (int(part) for part in name[1:].split("_"))
        found[one, other] = found[other, one] = count
    return found


def test_a_topic_is_part_of_the_narrowest_one_that_has_its_threads() -> None:
    topics = {
        1: Placed("data", 1_000),
        2: Placed("raster", 100),
        3: Placed("netcdf", 10),
        4: Placed("kriging", 50),
        5: Placed("tiny", 4),
    }
    shared = both_ways(p1_2=90, p2_3=8, p1_3=10, p2_4=39, p1_5=4)

    assert broader_topics(topics, shared) == {2: 1, 3: 2}


def test_a_label_with_more_words_needs_half_of_the_threads() -> None:
    topics = {1: Placed("raster", 100), 2: Placed("Raster stacks", 10), 3: Placed("grid", 10)}

    assert broader_topics(topics, both_ways(p1_2=5, p1_3=5)) == {2: 1}
    assert broader_topics(topics, both_ways(p1_2=4)) == {}


def test_what_people_decided_goes_before_and_makes_no_circle() -> None:
    topics = {
        1: Placed("network", 100, decided=True, parent=2),
        2: Placed("router", 10),
        3: Placed("cable", 10, decided=True),
    }

    assert broader_topics(topics, both_ways(p1_2=10, p1_3=10)) == {1: 2}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_nobody_stands_above_himself(data: st.DataObject) -> None:
    numbers = range(6)
    decided = {
        number: data.draw(st.none() | st.integers(min_value=number + 1, max_value=6))
        for number in numbers
    }
    topics = {
        number: Placed("x", data.draw(st.integers(0, 20)), decided=above is not None, parent=above)
        for number, above in decided.items()
    }
    shared = {
        (one, other): data.draw(st.integers(0, 20))
        for one in numbers
        for other in numbers
        if one != other
    }

    above = broader_topics(topics, shared)

    for start in numbers:
        steps, current = 0, above.get(start)
        while current is not None:
            assert current != start
            steps, current = steps + 1, above.get(current)
            assert steps <= len(topics)


def made(session: Session) -> None:
    for label in ("jaringan", "router", "mikrotik"):
        add_topic(session, label, terms={label: 1.0})


def test_a_topic_is_put_under_another_and_taken_back(database: Database) -> None:
    with database.transaction() as session:
        made(session)
        topic, decision = decide(
            session, "parent", lambda own: put_under(own, "router", "jaringan"), author="Sari"
        )
        assert decision is not None
        assert topic.parent_decided
        again = decide(
            session, "parent", lambda own: put_under(own, "router", "jaringan"), author="Sari"
        )
        assert again[1] is None
        TOPICS.undo(session, decision.id, author="Sari")
        assert (topic.parent_id, topic.parent_decided) == (None, False)


def test_a_topic_is_no_part_of_itself_or_of_its_parts(database: Database) -> None:
    with database.transaction() as session:
        made(session)
        put_under(session, "router", "jaringan")
        put_under(session, "mikrotik", "router")
        for parent, way in (("jaringan", "itself"), ("mikrotik", "which is part of it")):
            with pytest.raises(ConflictError, match=way):
                put_under(session, "jaringan", parent)
        hide(session, "jaringan")
        with pytest.raises(ConflictError, match="hidden"):
            put_under(session, "mikrotik", "jaringan")
        assert put_under(session, "mikrotik", None).parent_id is None
        merge(session, "mikrotik", "router")
