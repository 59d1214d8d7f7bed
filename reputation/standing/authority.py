"""Seeded PageRank on the help graph: the authority facet, as a sparse kernel.

An edge leads from who asked to who answered. The random reader starts over at
established people, so that rank can only flow from them outward.

Source: J. Zhang, M. Ackerman, L. Adamic, Expertise Networks in Online
Communities, WWW 2007; Z. Gyöngyi, H. Garcia-Molina, J. Pedersen, Combating Web
Spam with TrustRank, VLDB 2004.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import coo_array, csr_array

from reputation.arrays import Flags, Floats, Integers

DAMPING: Final = 0.85
TOLERANCE: Final = 1e-9
MAXIMUM_STEPS: Final = 300


def help_matrix(source: Integers, target: Integers, weight: Floats, people: int) -> csr_array:
    """Square roots of the summed weights of what each target did for each source."""
    matrix = coo_array((weight, (source, target)), shape=(people, people)).tocsr()
    matrix.eliminate_zeros()
    return csr_array((np.sqrt(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)


def page_rank(
    edges: csr_array,
    teleport: Floats,
    *,
    damping: float = DAMPING,
    tolerance: float = TOLERANCE,
    steps: int = MAXIMUM_STEPS,
) -> tuple[Floats, Floats]:
    """Stationary visits of each node (sum 1), and the part of them that came along edges.

    ``edges[i, j]`` is the weight from i to j, not negative; ``teleport`` are
    the weights of starting over, also used where a node leads nowhere
    (networkx: ``personalization`` and ``dangling``). Stops once the visits
    change by less than ``tolerance`` in sum.
    """
    count = edges.shape[0]
    total = float(teleport.sum())
    if not count or total <= 0:
        return np.zeros(count), np.zeros(count)
    start = teleport / total
    outgoing = edges.sum(axis=1)
    dangling = outgoing <= 0
    share = np.divide(1.0, outgoing, out=np.zeros(count), where=~dangling)
    incoming = csr_array(edges.T)
    visits = start.copy()
    along = np.zeros(count)
    for _ in range(steps):
        along = damping * (incoming @ (visits * share))
        following = along + (damping * float(visits[dangling].sum()) + 1 - damping) * start
        change = float(np.abs(following - visits).sum())
        visits = following
        if change < tolerance:
            break
    return visits, along


def authority(source: Integers, target: Integers, weight: Floats, established: Flags) -> Floats:
    """Authority g of each person, in units of the median established person; 0 unseen.

    The rank a person got along edges, so without their own teleport. Where no
    established person takes part, the reader starts over anywhere.
    """
    people = len(established)
    nodes = np.unique(np.concatenate([source, target]))
    if not len(nodes):
        return np.zeros(people)
    number = np.zeros(people, dtype=np.int64)
    number[nodes] = np.arange(len(nodes))
    edges = help_matrix(number[source], number[target], weight, len(nodes))
    seeds = established[nodes]
    teleport = seeds.astype(np.float64) if seeds.any() else np.ones(len(nodes))
    _, along = page_rank(edges, teleport)
    ranked = along > 0
    unit = along[ranked & seeds] if (ranked & seeds).any() else along[ranked]
    result = np.zeros(people)
    if len(unit):
        result[nodes] = along / np.median(unit)
    return result
