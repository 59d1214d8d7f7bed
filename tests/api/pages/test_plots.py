"""Server-made SVG: well-formed, to scale, escaped, and never broken by odd numbers."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from api.pages import plots
from api.pages.reply_picture import MAXIMUM_PEOPLE, reply_picture

HOSTILE = '</title><script>alert("1")</script>'
ANY_NUMBER = st.floats(allow_nan=True, allow_infinity=True)


def drawn(svg: Markup) -> ET.Element:
    """The picture parsed as XML, which fails on any unescaped text."""
    return ET.fromstring(str(svg))


def numbers(svg: Markup) -> list[float]:
    """Every coordinate and size in the picture."""
    return [float(value) for value in re.findall(r'[ "](-?\d+(?:\.\d+)?)(?=[ "LQZ])', str(svg))]


def titled(label: str, period: str, value: float) -> str:
    return f"{period} {label} {value:g}"


def test_stacked_bars_have_heights_in_proportion_and_stand_on_each_other() -> None:
    rows = [plots.Series("a", (2, 4)), plots.Series("b", (2, None))]

    root = drawn(plots.stacked_bars(["2019", "2020"], rows, label="posts", describe=titled))
    bars = {(rect.findtext("title")): rect.attrib for rect in root.iter("rect")}

    assert set(bars) == {"2019 a 2", "2019 b 2", "2020 a 4"}
    small, large = bars["2019 a 2"], bars["2020 a 4"]
    assert float(large["height"]) == pytest.approx(2 * float(small["height"]), abs=0.2)
    above = bars["2019 b 2"]
    assert float(above["y"]) + float(above["height"]) == pytest.approx(float(small["y"]), abs=0.2)
    assert small["class"] != above["class"]


def test_more_series_than_colours_share_the_last_colour() -> None:
    rows = [plots.Series(str(number), (1,)) for number in range(plots.SERIES_COLOURS + 3)]

    root = drawn(plots.stacked_bars(["2019"], rows, label="posts", describe=titled))
    colours = {rect.get("class") for rect in root.iter("rect")}

    assert colours == {f"series-{number}" for number in range(plots.SERIES_COLOURS)}


def test_a_line_breaks_where_there_is_no_value() -> None:
    row = plots.Series("a", (10, 20, None, 30, 40))

    periods = ["1", "2", "3", "4", "5"]
    root = drawn(plots.lines(periods, [row], top=100, label="score", describe=titled))

    assert len(list(root.iter("path"))) == 2
    assert len(list(root.iter("circle"))) == 4


def test_a_value_above_the_axis_is_drawn_at_its_top() -> None:
    row = plots.Series("a", (100, 5_000))

    root = drawn(plots.lines(["1", "2"], [row], top=100, label="score", describe=titled))

    assert len({circle.get("cy") for circle in root.iter("circle")}) == 1


def test_an_interval_bar_spans_low_to_high_with_the_score_inside() -> None:
    root = drawn(plots.interval_bar(50, 40, 70, label="score"))
    band = next(rect.attrib for rect in root.iter("rect") if rect.get("class") == "range")
    dot = next(root.iter("circle")).attrib
    left, right = float(band["x"]), float(band["x"]) + float(band["width"])

    assert left < float(dot["cx"]) < right
    assert (float(dot["cx"]) - left) < (right - float(dot["cx"]))


def test_a_sparkline_shows_even_one_post_and_says_what_each_column_is() -> None:
    svg = plots.sparkline([0, 1, 1_000], label="trend", titles=["Jan: 0", "Feb: 1", "Mar: 1000"])
    root = drawn(svg)
    bars = [rect for rect in root.iter("rect") if rect.get("class") == "bar"]

    assert [title.text for title in root.iter("title")] == ["Jan: 0", "Feb: 1", "Mar: 1000"]
    assert [float(bar.get("height", "")) > 1 for bar in bars] == [False, True, True]


def test_nothing_to_draw_gives_no_sparkline() -> None:
    assert plots.sparkline([], label="trend") == ""


def test_plots_without_periods_are_still_pictures() -> None:
    assert drawn(plots.stacked_bars([], [], label="empty", describe=titled)).get("role") == "img"
    assert drawn(plots.lines([], [], top=0, label="empty", describe=titled)).get("role") == "img"


def test_hostile_labels_are_text_in_every_plot() -> None:
    row = plots.Series(HOSTILE, (1, 2))
    graph = nx.DiGraph([(1, 2)])
    pictures = [
        plots.stacked_bars([HOSTILE, "2"], [row], label=HOSTILE, describe=titled),
        plots.lines([HOSTILE, "2"], [row], top=9, label=HOSTILE, describe=titled),
        plots.sparkline([1], label=HOSTILE, titles=[HOSTILE]),
        plots.interval_bar(1, 0, 2, label=HOSTILE),
        plots.part_bar(0.5, label=HOSTILE),
        picture(graph, {1: HOSTILE, 2: HOSTILE}),
    ]

    for svg in pictures:
        assert drawn(svg).get("aria-label") == HOSTILE
        assert not list(drawn(svg).iter("script"))


@given(st.lists(st.none() | ANY_NUMBER, min_size=2, max_size=6), ANY_NUMBER)
def test_odd_numbers_never_reach_the_picture(values: list[float | None], top: float) -> None:
    periods = [str(number) for number in range(len(values))]
    row = plots.Series("a", tuple(values))
    plain = [value or 0.0 for value in values]
    pictures = [
        plots.stacked_bars(periods, [row, row], label="x", describe=lambda *_: ""),
        plots.lines(periods, [row], top=top, label="x", describe=lambda *_: ""),
        plots.sparkline(plain, label="x"),
        plots.interval_bar(plain[0], plain[1], plain[-1], label="x"),
        plots.part_bar(plain[0], label="x"),
    ]

    for svg in pictures:
        drawn(svg)
        assert "nan" not in svg
        assert "inf" not in svg
        assert all(-1 <= number <= 1_000 for number in numbers(svg) if math.isfinite(number))


@given(st.floats(min_value=0, max_value=1e9))
def test_the_axis_reaches_over_the_largest_value_but_not_far(value: float) -> None:
    top = plots.nice_ceiling(value)

    assert top >= value or top == pytest.approx(value)
    assert top <= max(4, 2 * value) + 1e-6


def picture(graph: nx.DiGraph[int], names: dict[int, str]) -> Markup:
    return reply_picture(
        graph,
        names,
        label=next(iter(names.values()), ""),
        link=lambda node: f"/people/{node}",
        describe=lambda name, helped, asked: f"{name} {helped} {asked}",
        describe_edge=lambda answerer, asker: f"{answerer} answered {asker}",
    )


def test_the_reply_picture_links_people_and_draws_who_answered_whom() -> None:
    graph = nx.DiGraph([(1, 7, {"weight": 3.0}), (2, 7, {"weight": 1.0})])

    root = drawn(picture(graph, {1: "Budi", 2: "Citra", 7: "Ayu"}))
    links = {link.get("href"): link.findtext("circle/title") for link in root.iter("a")}

    assert links == {"/people/1": "Budi 0 1", "/people/2": "Citra 0 1", "/people/7": "Ayu 2 0"}
    assert {path.findtext("title") for path in root.iter("path") if path.find("title") is not None
            } == {"Ayu answered Budi", "Ayu answered Citra"}  # fmt: skip


def test_who_helped_most_has_the_largest_circle() -> None:
    graph = nx.DiGraph([(1, 7), (2, 7), (3, 7), (7, 1)])

    root = drawn(picture(graph, {1: "Budi", 2: "Citra", 3: "Dian", 7: "Ayu"}))
    sizes = {a.get("href"): float(a[0].get("r", "0")) for a in root.iter("a")}

    assert max(sizes, key=lambda link: sizes[link]) == "/people/7"


def test_the_same_graph_gives_the_same_picture_whatever_its_order() -> None:
    edges = [(asker, answerer) for asker in range(6) for answerer in range(asker)]
    names = {number: f"person {number}" for number in range(6)}

    assert picture(nx.DiGraph(edges), names) == picture(nx.DiGraph(edges[::-1]), names)


def test_people_without_a_name_to_show_and_those_left_alone_are_not_drawn() -> None:
    graph = nx.DiGraph([(1, 2), (3, 4)])
    graph.add_node(5)

    svg = picture(graph, {1: "Budi", 2: "Ayu", 3: "Citra", 5: "Dian"})

    assert "/people/1" in svg
    assert not any(f"/people/{gone}" in svg for gone in (3, 4, 5))


def test_a_large_graph_is_cut_to_its_busiest_people_inside_the_frame() -> None:
    graph = nx.DiGraph([(number, 0) for number in range(1, 500)])
    graph.add_edges_from((number, number + 1) for number in range(1, 499))

    root = drawn(picture(graph, {number: f"person {number}" for number in range(500)}))
    circles = list(root.iter("circle"))

    assert 2 <= len(circles) <= MAXIMUM_PEOPLE
    assert all(0 < float(circle.get("cx", "")) < 640 for circle in circles)
    assert all(0 < float(circle.get("cy", "")) < 400 for circle in circles)


def test_a_topic_on_which_nobody_answered_anybody_has_no_picture() -> None:
    assert picture(nx.DiGraph(), {}) == ""
    assert picture(nx.DiGraph([(1, 1)]), {1: "Budi"}) == ""
