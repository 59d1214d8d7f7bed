"""The sparse kernels agree with networkx, and authority flows from established people."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from reputation.evaluation.baselines import hits
from reputation.standing.authority import authority, help_matrix, page_rank

Edges = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(0.1, 5)),
    min_size=1,
    max_size=40,
    unique_by=lambda edge: edge[:2],
)


def both_forms(edges: list[tuple[int, int, float]]) -> tuple[csr_array, nx.DiGraph[int]]:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(10))
    graph.add_weighted_edges_from(edges)
    return csr_array(nx.to_scipy_sparse_array(graph, nodelist=list(range(10)))), graph


@given(Edges, st.sets(st.integers(0, 9), min_size=1))
def test_page_rank_equals_networkx(edges: list[tuple[int, int, float]], seeds: set[int]) -> None:
    matrix, graph = both_forms(edges)
    teleport = np.array([1.0 if node in seeds else 0.0 for node in range(10)])

    ours, _ = page_rank(matrix, teleport, tolerance=1e-13)
    theirs = nx.pagerank(
        graph, alpha=0.85, personalization=dict.fromkeys(seeds, 1.0), tol=1e-14, max_iter=2000
    )

    assert ours == pytest.approx([theirs[node] for node in range(10)], abs=1e-9)


@given(Edges)
def test_the_part_that_came_along_edges_is_the_rank_without_its_own_teleport(
    edges: list[tuple[int, int, float]],
) -> None:
    matrix, graph = both_forms(edges)

    visits, along = page_rank(matrix, np.ones(10), tolerance=1e-13)

    for node in range(10):
        received = sum(
            0.85 * visits[source] * matrix[source, node] / matrix[[source]].sum()
            for source in graph.predecessors(node)
        )
        assert along[node] == pytest.approx(received, abs=1e-9)


def test_page_rank_of_a_ring_is_even_and_of_nothing_is_nothing() -> None:
    ring, _ = both_forms([(node, (node + 1) % 10, 1.0) for node in range(10)])

    visits, _ = page_rank(ring, np.ones(10))
    none, _ = page_rank(csr_array((0, 0)), np.zeros(0))

    assert visits == pytest.approx(np.full(10, 0.1))
    assert len(none) == 0


def test_hits_equals_networkx() -> None:
    matrix, graph = both_forms([(0, 1, 1.0), (2, 1, 2.0), (2, 3, 1.0), (4, 3, 1.0), (1, 3, 1.0)])
    _, theirs = nx.hits(graph, max_iter=1000, tol=1e-12)

    assert hits(matrix, steps=1000) == pytest.approx([theirs[node] for node in range(10)], abs=1e-6)


def test_hits_without_edges_is_zero() -> None:
    assert hits(csr_array((3, 3))).tolist() == [0.0, 0.0, 0.0]


def test_edges_weigh_the_root_of_their_sum() -> None:
    matrix = help_matrix(np.array([0, 0, 1]), np.array([1, 1, 0]), np.array([3.0, 6.0, 4.0]), 2)

    assert matrix.toarray().tolist() == [[0.0, 3.0], [2.0, 0.0]]


def test_who_is_helped_only_by_strangers_gives_no_authority() -> None:
    established = np.array([True, False, False, False, False])
    # 0 is established and was answered by 1; 2 and 3 are strangers answered by 4.
    gain = authority(np.array([0, 2, 3]), np.array([1, 4, 4]), np.ones(3), established)

    assert gain[1] > 0
    assert gain[4] == 0.0


def test_the_median_established_person_has_authority_one() -> None:
    established = np.array([True, True, True, False])
    source, target = np.array([0, 1, 2, 3, 3]), np.array([1, 2, 0, 0, 1])

    gain = authority(source, target, np.ones(5), established)

    assert np.median(gain[:3]) == pytest.approx(1.0)


def test_authority_without_edges_is_zero() -> None:
    nothing = np.zeros(0, dtype=np.int64)

    assert authority(nothing, nothing, np.zeros(0), np.array([True])).tolist() == [0.0]
