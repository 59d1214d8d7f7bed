"""The help graph as networkx sees it."""

from __future__ import annotations

import pytest

from reputation.standing.help_graph import archive_graph, topic_graph
from reputation.topics.topicality import text_weights
from tests.reputation.builders import Archive


def two_helpers() -> Archive:
    archive = Archive()
    for number in range(3):
        archive.answered(1, 2, 20 * number, "kriging variogram", subject="kriging")
    archive.answered(3, 2, 100, "shapefile layer", subject="shapefile")
    archive.answered(3, 4, 120, "raster crop", subject="raster")
    return archive


def test_edges_lead_from_who_asked_to_who_answered() -> None:
    graph = archive_graph(two_helpers().ledger())

    assert set(graph.edges) == {(1, 2), (3, 2), (3, 4)}
    assert graph.edges[1, 2]["answers"] == 3
    assert graph.edges[1, 2]["weight"] == pytest.approx((1 + 2**-0.25 + 3**-0.25) ** 0.5)


def test_a_topic_has_only_the_edges_of_its_threads() -> None:
    model = two_helpers().model()

    graph = topic_graph(model, model.topic(text_weights("kriging")))

    assert set(graph.edges) == {(1, 2)}
    assert graph.edges[1, 2]["weight"] <= (1 + 2**-0.25 + 3**-0.25) ** 0.5


def test_people_carry_the_attributes_they_are_given() -> None:
    graph = archive_graph(two_helpers().ledger(), lambda person: {"name": f"person {person}"})

    assert graph.nodes[2] == {"name": "person 2"}


def test_a_reviewed_work_is_no_edge() -> None:
    archive = Archive()
    archive.reply(2, 1, archive.ask(1, 0, offers=True))

    assert set(archive_graph(archive.ledger()).edges) == {(1, 2)}


def test_an_empty_archive_has_an_empty_graph() -> None:
    model = Archive().model()

    assert len(archive_graph(model.ledger)) == 0
    assert len(topic_graph(model, model.topic(text_weights("anything")))) == 0
