"""The worked example of ``docs/method.md`` says what the code computes."""

from __future__ import annotations

import math
import re

import pytest

from benchmarks.worked_example import Example, sample_example, tables
from tests.paths import REPOSITORY

DIGITS = 1e-4
"""Numbers of the tables are rounded to four digits; a sum of thirty of them is off by more."""
OF_THE_FORMULAS = {"0", "0.1", "0.3", "0.5", "0.9", "1", "2", "4", "10", "25"}
"""Numbers of the text that stand in the formulas, not in the tables."""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return sample_example(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def section() -> str:
    document = (REPOSITORY / "docs" / "method.md").read_text(encoding="utf-8")
    return document.split("\n## A worked example\n")[1].split("\n## ")[0]


def cells(table: str) -> list[list[str]]:
    """The rows of a table below its head."""
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]


def test_the_document_holds_the_tables_that_the_program_prints(
    example: Example, section: str
) -> None:
    printed = tables(example)

    assert re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE) == [f"{one}\n" for one in printed]


def test_every_number_of_the_text_is_one_of_the_tables_or_the_formulas(
    example: Example, section: str
) -> None:
    text = re.sub(r"^\|.*$|^#.*$|`[^`]*`", "", section, flags=re.MULTILINE)
    known = set(re.findall(r"\d+(?:\.\d+)?", "\n".join(tables(example))))

    assert set(re.findall(r"\d+(?:\.\d+)?", text)) - known - OF_THE_FORMULAS == set()


def test_the_weights_of_the_posts_are_products_of_what_stands_beside_them(
    example: Example,
) -> None:
    for *_, in_thread, of_pair, share, trust, weight in cells(tables(example)[0]):
        product = float(share) * float(trust) / float(in_thread) / float(of_pair) ** 0.25
        assert float(weight) == pytest.approx(product, abs=DIGITS)


def test_the_rows_on_the_topic_add_up_to_the_score(example: Example) -> None:
    *rows, others, total = cells(tables(example)[3])
    value = {symbol: number for symbol, number, _ in cells(tables(example)[4])}
    sums = [sum(float(row[column]) for row in (*rows, others)) for column in (3, 7, 8)]

    assert [float(total[column]) for column in (3, 7, 8)] == pytest.approx(sums, abs=0.01)
    assert [value["Z"], value["V"]] == total[7:]
    work, topic, steady, helped, months = (float(value[one]) for one in "WZVNY")
    consistency = (topic + 2 * float(value["b"])) / (work + 2)
    product = steady * math.sqrt(consistency) * helped / (helped + 3) * months / (months + 24)
    assert float(value["S"]) == pytest.approx(product, rel=DIGITS)
    root = math.sqrt(product)
    assert float(value["score"]) == pytest.approx(100 * root / (root + 0.5), abs=0.05)


def test_theta_is_the_cube_of_the_share_of_the_best_score_unless_pinned(example: Example) -> None:
    *threads, _ = cells(tables(example)[2])

    for _, pinned, _, share, theta in threads:
        expected = 1.0 if pinned == "yes" else float(share) ** 3
        assert float(theta) == pytest.approx(expected, abs=DIGITS)
