"""Draw a topic's reply graph as a small SVG picture: who asks, who answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
from markupsafe import Markup

from api.pages.bodies.markup import one_line

_WIDTH, _HEIGHT, _MARGIN = 640, 400, 34
_SEED = 7
_LETTER_WIDTH, _LETTER_HEIGHT, _LINE_HEIGHT = 7.4, 10, 15
"""Approximate sizes of the style sheet's font, in units of the picture."""
_ARROW = Markup(
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
    'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
    '<path class="arrow" d="M0 0.8L8 4L0 7.2Z"/></marker></defs>'
)
_LARGE = 9.0
MAXIMUM_PEOPLE = 32
MAXIMUM_NAMES = 12


def reply_picture(
    graph: nx.DiGraph[Any],
    names: Mapping[Any, str],
    *,
    label: str,
    link: Callable[[Any], str],
    describe: Callable[[str, int, int], str],
    describe_edge: Callable[[str, str], str],
) -> Markup:
    """Draw the most active people of ``graph``, and who answered whom among them.

    graph: edges asker → answerer with an optional positive ``weight``.
    names: the people to show, by node; others are left out.
    label: text alternative of the picture.
    link: returns the URL of a node.
    describe: returns a hover title, given name, number of people helped and of people
        asked.
    describe_edge: returns a hover title, given answerer and asker.

    The area of a circle grows with the help given. The same graph always gives the same
    picture. Empty if nobody answered anybody.
    """
    core = _core(graph, names)
    if core.number_of_nodes() < 2:
        return Markup("")
    given = {node: _weight_in(core, node) for node in core}
    most = max(given.values()) or 1.0
    radius = {node: 5 + 13 * (weight / most) ** 0.5 for node, weight in given.items()}
    places = _places(core)
    marks = [
        _edge(
            places[asker],
            places[answerer],
            radius[answerer],
            weight / most,
            describe_edge(names[answerer], names[asker]),
        )
        for asker, answerer, weight in sorted(core.edges(data="weight", default=1.0), key=str)
    ]
    order = sorted(core, key=lambda node: (given[node], str(node)))
    for node in order:
        x, y = places[node]
        title = describe(names[node], graph.in_degree(node), graph.out_degree(node))
        marks.append(
            Markup(
                '<a href="{}" tabindex="-1"><circle class="node" cx="{:.1f}" cy="{:.1f}" '
                'r="{:.1f}"><title>{}</title></circle></a>'
            ).format(link(node), x, y, radius[node], title)
        )
    blocked = [(*places[node], radius[node]) for node in order if radius[node] > _LARGE]
    labels = _apart((_labels(names[n], places[n], radius[n]) for n in reversed(order)), blocked)
    marks.extend(label.drawn() for label in labels[:MAXIMUM_NAMES])
    return Markup(
        '<svg class="graph" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>'
    ).format(_WIDTH, _HEIGHT, label, _ARROW, Markup("").join(marks))


def _core(graph: nx.DiGraph[Any], names: Mapping[Any, str]) -> nx.DiGraph[Any]:
    """The subgraph of the people who gave most help, without people who have no edge in it."""
    known = [node for node in graph if node in names]
    busiest = sorted(
        known,
        key=lambda node: (-_weight_in(graph, node), -graph.out_degree(node), str(node)),
    )
    core: nx.DiGraph[Any] = nx.DiGraph(graph.subgraph(busiest[:MAXIMUM_PEOPLE]))
    core.remove_edges_from(list(nx.selfloop_edges(core)))
    core.remove_nodes_from(list(nx.isolates(core)))
    return core


def _weight_in(graph: nx.DiGraph[Any], node: Any) -> float:
    return sum(max(float(w), 0.0) for _, _, w in graph.in_edges(node, data="weight", default=1.0))


def _places(core: nx.DiGraph[Any]) -> dict[Any, tuple[float, float]]:
    """Positions from a spring layout of the undirected graph, spread over the whole picture."""
    flat: nx.Graph[Any] = nx.Graph()
    # The layout depends on the order of nodes, so sort them instead of using the input's order.
    flat.add_nodes_from(sorted(core, key=str))
    pairs = {tuple(sorted(edge, key=str)) for edge in core.edges}
    flat.add_edges_from(sorted(pairs, key=str))
    # Groups without a link would drift apart, so link every node weakly to a centre.
    centre = object()
    flat.add_edges_from((centre, node, {"weight": 0.15}) for node in sorted(core, key=str))
    raw = nx.spring_layout(flat, seed=_SEED, k=2.2 / len(flat) ** 0.5, iterations=120)
    raw.pop(centre)
    across = _stretch({node: float(place[0]) for node, place in raw.items()}, _WIDTH)
    down = _stretch({node: float(place[1]) for node, place in raw.items()}, _HEIGHT)
    return {node: (across[node], down[node]) for node in raw}


def _stretch(values: dict[Any, float], extent: int) -> dict[Any, float]:
    """Spread positions over the whole extent: half by value, half by order, to separate crowds."""
    low, high = min(values.values()), max(values.values())
    span = (high - low) or 1.0
    order = sorted(values, key=lambda node: (values[node], str(node)))
    last = max(len(order) - 1, 1)
    return {
        node: _MARGIN + (extent - 2 * _MARGIN) * ((values[node] - low) / span + number / last) / 2
        for number, node in enumerate(order)
    }


def _edge(
    start: tuple[float, float],
    end: tuple[float, float],
    gap: float,
    strength: float,
    title: str,
) -> Markup:
    """A slightly bent arrow from the asker to the edge of the answerer's circle."""
    (x1, y1), (x2, y2) = start, end
    dx, dy = x2 - x1, y2 - y1
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    x2, y2 = x2 - dx / length * (gap + 2), y2 - dy / length * (gap + 2)
    bend = 0.12
    cx, cy = (x1 + x2) / 2 - dy * bend, (y1 + y2) / 2 + dx * bend
    width = 1 + 2.5 * min(max(strength, 0.0), 1.0)
    path = f"M{x1:.1f} {y1:.1f}Q{cx:.1f} {cy:.1f} {x2:.1f} {y2:.1f}"
    return Markup(
        '<path class="edge" d="{}" stroke-width="{:.1f}" marker-end="url(#arrow)">'
        "<title>{}</title></path>"
    ).format(path, width, title)


@dataclass(frozen=True, slots=True)
class _Label:
    """A name at a position; ``left`` and ``width`` estimate what it covers."""

    text: str
    x: float
    y: float
    anchor: str

    @property
    def left(self) -> float:
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return self.x - share * self.width

    @property
    def width(self) -> float:
        return _LETTER_WIDTH * len(self.text)

    def covers(self, other: _Label) -> bool:
        return (
            abs(self.y - other.y) < _LINE_HEIGHT
            and self.left < other.left + other.width
            and other.left < self.left + self.width
        )

    def lies_on(self, x: float, y: float, radius: float) -> bool:
        beside = self.left > x + radius or self.left + self.width < x - radius
        return not beside and y - radius < self.y and self.y - _LETTER_HEIGHT < y + radius

    def drawn(self) -> Markup:
        return Markup(
            '<text class="node-name" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>'
        ).format(self.x, self.y, self.anchor, self.text)


def _labels(name: str, place: tuple[float, float], radius: float) -> list[_Label]:
    """Positions for a name, the best first: above its circle, or below it."""
    x, y = place
    # Names near a side extend inwards, so that the edge of the picture does not cut them.
    anchor = "start" if x < _WIDTH * 0.16 else "end" if x > _WIDTH * 0.84 else "middle"
    places = (y - radius - 5, y + radius + 14)
    text = one_line(name, 24)
    return [_Label(text, x, at, anchor) for at in places if 12 < at < _HEIGHT - 4]


def _apart(
    wanted: Iterable[Sequence[_Label]], blocked: Sequence[tuple[float, float, float]]
) -> list[_Label]:
    """Keep one label of each group, in order, that covers no label kept before.

    blocked: circles (x, y, radius) that no name may cover.
    """
    kept: list[_Label] = []
    for places in wanted:
        free = (
            one
            for one in places
            if not any(one.covers(other) for other in kept)
            and not any(one.lies_on(*circle) for circle in blocked)
        )
        label = next(free, None)
        if label is not None:
            kept.append(label)
    return kept
