"""What is shown of a hit."""

from __future__ import annotations

import html
import re

import pytest

from archive.search.snippet import MAX_TEXT
from tests.archive.search.searcher.library import Archive, mail


def marks(snippet: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r"<mark>(.*?)</mark>", snippet)]


def snippet_of(archive: Archive, query: str, **options: object) -> str:
    [hit] = archive.page(query, **options).hits
    return hit.snippet


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("percent", ["percent"]),
        ("LOCKS percent", ["locks", "percent"]),
        ('"ninety percent"', ["ninety", "percent"]),
        ("perc*", ["percent"]),
        ("ninety -wallet", ["ninety"]),
        ("ninety from:budi", ["ninety"]),
        ("budi is:answer", []),
        ("activate is:answer", ["activate"]),
    ],
)
def test_the_searched_words_are_marked(shelf: Archive, query: str, marked: list[str]) -> None:
    assert marks(snippet_of(shelf, query)) == marked


def test_a_snippet_shows_own_words_first_and_quoted_ones_only_where_they_answer(
    shelf: Archive,
) -> None:
    assert snippet_of(shelf, "upgrade ninety").startswith("It locks in")
    assert "When does" in snippet_of(shelf, "activate is:answer")


def test_accents_and_case_are_marked_as_written(local: Archive) -> None:
    local.keep(mail("m", "s", "Di Kafé itu kata KUNCI."))
    assert marks(snippet_of(local, "kafe kunci")) == ["Kafé", "KUNCI"]


def test_markup_in_mail_is_harmless(local: Archive) -> None:
    local.keep(
        mail(
            "m", "s", '<script>alert("kunci")</script> <b onclick=x>kunci</b> & <mark>kunci</mark>'
        )
    )
    snippet = snippet_of(local, "kunci")
    assert "<" not in re.sub(r"</?mark>", "", snippet)
    assert '"' not in snippet
    assert marks(snippet) == ["kunci"] * 3


def test_a_long_text_is_cut_around_the_densest_place(local: Archive) -> None:
    text = "kunci " + "lorem ipsum " * 300 + "satu kunci dan satu gembok " + "dolor amet " * 300
    local.keep(mail("m", "s", text))
    snippet = snippet_of(local, "kunci gembok")
    assert marks(snippet) == ["kunci", "gembok"]
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(re.sub(r"<[^>]*>", "", snippet)) < 300


def test_a_mask_is_applied_before_words_are_marked(local: Archive) -> None:
    local.keep(mail("m", "s", "Write to ayu@example.org about kunci."))
    masked = snippet_of(local, "kunci example", mask=lambda text: text.replace("@example", "@…"))
    assert "example" not in masked
    assert marks(masked) == ["kunci"]


def test_an_address_at_the_end_of_what_is_looked_at_is_masked_too(local: Archive) -> None:
    filler = "kata " * ((MAX_TEXT - 20) // 5)
    local.keep(mail("m", "s", f"{filler}\r\nkunci ayu.lestari@example.org"))

    shown = snippet_of(local, "kunci", mask=lambda text: re.sub(r"\S+@\S+\.\S+", "…", text))
    assert marks(shown) == ["kunci"]
    assert "lestari" not in shown
