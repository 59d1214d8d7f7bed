"""The help graph: who answered whom, as a networkx graph to explain, draw and export."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import networkx as nx
import numpy as np

from reputation.arrays import SPAN, Floats, Integers, joined, sums
from reputation.evidence.ledger import Kind, Ledger
from reputation.standing.model import StandingModel, TopicState

Attributes = Callable[[int], Mapping[str, str | int | float | bool]]


def topic_graph(
    model: StandingModel, state: TopicState, attributes: Attributes | None = None
) -> nx.DiGraph[int]:
    """The help graph of a topic: edges weighted by √ of the summed z · w."""
    return _graph(model.ledger, state.entries, state.evidence.mass, attributes)


def archive_graph(ledger: Ledger, attributes: Attributes | None = None) -> nx.DiGraph[int]:
    """The help graph of everything: edges weighted by √ of the summed w."""
    weight = ledger.weight()
    entries = np.flatnonzero(weight > 0)
    return _graph(ledger, entries, weight[entries], attributes)


def _graph(
    ledger: Ledger, entries: Integers, mass: Floats, attributes: Attributes | None
) -> nx.DiGraph[int]:
    """Nodes are person ids; an edge leads from who asked to who answered.

    Edges carry ``weight`` and ``answers`` (how many); ``attributes`` gives
    further ones of each person.
    """
    answers = ledger.kind[entries] != Kind.WORK
    entries, mass = entries[answers], mass[answers]
    keys = joined(ledger.asker[entries], ledger.person[entries])
    pairs, place, count = np.unique(keys, return_inverse=True, return_counts=True)
    weight = np.sqrt(sums(place, mass, len(pairs)))
    asker, helper = ledger.people[pairs // SPAN].tolist(), ledger.people[pairs % SPAN].tolist()
    graph: nx.DiGraph[int] = nx.DiGraph()
    for person in dict.fromkeys([*helper, *asker]):
        graph.add_node(person, **(attributes(person) if attributes else {}))
    for source, target, strength, number in zip(
        asker, helper, weight.tolist(), count.tolist(), strict=True
    ):
        graph.add_edge(source, target, weight=strength, answers=number)
    return graph
