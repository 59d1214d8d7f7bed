"""The help graph as networkx sees it."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from reputation.evidence.ledger import Ledger
from reputation.standing.help_graph import help_graph
from reputation.standing.model import StandingModel
from reputation.topics.topicality import text_weights
from tests.reputation.builders import Archive


def two_helpers() -> Archive:
    archive = Archive()
    for number in range(3):
        archive.answered(1, 2, 20 * number, "kriging variogram", subject="kriging")
    archive.answered(3, 2, 100, "shapefile layer", subject="shapefile")
    archive.answered(3, 4, 120, "raster crop", subject="raster")
    return archive


def graph_of_all(ledger: Ledger) -> nx.DiGraph[int]:
    return help_graph(ledger, np.arange(len(ledger)), ledger.weight())


def graph_of_topic(model: StandingModel, text: str) -> nx.DiGraph[int]:
    state = model.topic(text_weights(text))
    return help_graph(model.ledger, state.entries, state.evidence.mass)


def test_edges_lead_from_who_asked_to_who_answered() -> None:
    graph = graph_of_all(two_helpers().ledger())

    assert set(graph.edges) == {(1, 2), (3, 2), (3, 4)}
    assert graph.edges[1, 2]["answers"] == 3
    assert graph.edges[1, 2]["weight"] == pytest.approx((1 + 2**-0.25 + 3**-0.25) ** 0.5)


def test_a_topic_has_only_the_edges_of_its_threads() -> None:
    graph = graph_of_topic(two_helpers().model(), "kriging")

    assert set(graph.edges) == {(1, 2)}
    assert graph.edges[1, 2]["weight"] <= (1 + 2**-0.25 + 3**-0.25) ** 0.5


def test_a_reviewed_work_is_no_edge() -> None:
    archive = Archive()
    archive.reply(2, 1, archive.ask(1, 0, offers=True))

    assert set(graph_of_all(archive.ledger()).edges) == {(1, 2)}


def test_an_empty_archive_has_an_empty_graph() -> None:
    model = Archive().model()

    assert len(graph_of_all(model.ledger)) == 0
    assert len(graph_of_topic(model, "anything")) == 0
