"""Disjoint sets against a graph library, whatever is joined in whatever order."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from archive.disjoint_sets import DisjointSets

NAMES = st.text("abcdef", max_size=2)


@given(st.lists(st.tuples(NAMES, NAMES)))
def test_sets_are_the_components_of_what_was_joined(pairs: list[tuple[str, str]]) -> None:
    sets = DisjointSets()
    for one, other in pairs:
        sets.join(one, other)

    graph = nx.Graph(pairs)
    for component in nx.connected_components(graph):
        assert {sets.find(name) for name in component} == {min(component)}
    assert sets.find("new") == "new"
