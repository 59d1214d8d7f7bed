"""Tables of HTML mail: those of data keep rows and cells, those that place things are none."""

from __future__ import annotations

import time

import pytest

from archive.mail.parts.markup import html_to_text


def test_a_table_of_data_keeps_its_rows_and_cells() -> None:
    html = (
        "<p>Today:</p><table><thead><tr><th>Thing</th><th>Price</th></tr></thead>"
        "<tr><td><p>Cable,<br>blue</p></td><td>12</td></tr><tr><td>Plug</td><td></td></tr></table>"
        "<p>Regards</p>"
    )

    assert html_to_text(html) == (
        "Today:\n\n| Thing | Price |\n| --- | --- |\n| Cable, blue | 12 |\n| Plug |  |\n\nRegards"
    )


def test_a_table_without_heads_has_its_rule_over_the_first_row() -> None:
    html = "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"

    assert html_to_text(html) == "| --- | --- |\n| a | b |\n| c | d |"


def test_cells_that_reach_over_others_leave_their_places_empty() -> None:
    html = (
        "<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr>"
        "<tr><td colspan=2>d</td></tr><tr><td>e</td><td>f</td></tr></table>"
    )

    assert html_to_text(html).split("\n")[1:] == ["| a | b |", "|  | c |", "| d |  |", "| e | f |"]


def test_a_bar_within_a_cell_is_no_border() -> None:
    html = "<table><tr><td>a|b</td><td>c</td></tr><tr><td>d</td><td>e</td></tr></table>"

    assert "| a\\|b | c |" in html_to_text(html)


def test_a_quoted_table_stays_quoted() -> None:
    html = (
        "<blockquote><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
        "</blockquote>"
    )

    assert all(line.startswith(">") for line in html_to_text(html).split("\n"))


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>only one cell with a whole letter in it</td></tr></table>",
        "<table><tr><td><img src=x></td><td>Ayu</td></tr><tr><td></td><td>Bali</td></tr></table>",
        f"<table><tr><td>{'word ' * 100}</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
        "<table><tr><td><ul><li>x</ul></td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
        "<table></table>",
        "<table><tr></tr><tr></tr></table>",
    ],
)
def test_a_table_that_only_places_things_is_read_like_other_blocks(html: str) -> None:
    assert "|" not in html_to_text(html)


def test_of_tables_within_tables_the_inner_one_holds_the_data() -> None:
    inner = "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    html = f"<table><tr><td>x</td><td>{inner}</td></tr><tr><td>y</td><td>z</td></tr></table>"

    assert "| a | b |" in html_to_text(html)
    assert "| x |" not in html_to_text(html)


@pytest.mark.parametrize(
    "html",
    [
        "<table>" * 300 + "<tr><td>a<td>b" * 3_000,
        "<table><tr>" + "<td>x" * 19_000,
        "<table>" + "<tr><td rowspan=999 colspan=999>b" * 9_000,
        "<table><tr><td>" + "x" * 1_000_000,
    ],
)
def test_hostile_tables_are_read_in_linear_time(html: str) -> None:
    started = time.process_time()
    html_to_text(html)
    assert time.process_time() - started < 2
