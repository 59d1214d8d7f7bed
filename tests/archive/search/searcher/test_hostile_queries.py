"""Queries made to break something."""

from __future__ import annotations

import pytest

from archive.errors import UsageError
from tests.archive.search.searcher.library import Archive, mail


@pytest.fixture
def hostile() -> list[str]:
    return [
        "x" * 1_000,
        " ".join(f"-w{n}" for n in range(64)),
        " OR ".join(f"w{n}*" for n in range(60)),
        '"' + "a " * 490 + '"',
        "\ud800 kunci",
        "kunci\x00kunci",
        "\u202ekunci",
        "(((((" * 100,
        "from:" + "@" * 900,
        ".*+?[](){}|^$\\*",
        "kunci.**",
        "ku[n*",
    ]


def test_hostile_queries_are_answered_or_refused(local: Archive, hostile: list[str]) -> None:
    local.keep(mail("m", "s", "kunci"))
    for query in hostile:
        try:
            page = local.page(query)
        except UsageError:
            continue
        assert page.total in (0, 1), query
