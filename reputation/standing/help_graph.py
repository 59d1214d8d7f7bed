"""The help graph: who answered whom, as a networkx graph to explain, draw and export."""

from __future__ import annotations

import networkx as nx
import numpy as np

from reputation.arrays import SPAN, Floats, Integers, joined, sums
from reputation.evidence.ledger import Kind, Ledger


def help_graph(ledger: Ledger, entries: Integers, mass: Floats) -> nx.DiGraph[int]:
    """The help that some rows of the ledger show: person ids, an edge from asker to answerer.

    mass: of each of ``entries``, z · w on a topic, w for all work. Edges carry
    ``weight``, the root of its sum, and ``answers``, how many there were.
    """
    answers = ledger.kind[entries] != Kind.WORK
    entries, mass = entries[answers], mass[answers]
    keys = joined(ledger.asker[entries], ledger.person[entries])
    pairs, place, count = np.unique(keys, return_inverse=True, return_counts=True)
    weight = np.sqrt(sums(place, mass, len(pairs)))
    asker, helper = ledger.people[pairs // SPAN].tolist(), ledger.people[pairs % SPAN].tolist()
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(dict.fromkeys([*helper, *asker]))
    for source, target, strength, number in zip(
        asker, helper, weight.tolist(), count.tolist(), strict=True
    ):
        graph.add_edge(source, target, weight=strength, answers=number)
    return graph
