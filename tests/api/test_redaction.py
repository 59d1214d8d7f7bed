"""Addresses and hidden names in what anyone may read."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.redaction import Redaction, names_pattern
from archive.mail.message import Span, SpanKind
from archive.mail.obfuscation import address_ranges, obfuscate_address, obfuscate_text
from archive.mail.text.spans import own_text


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ayu.lestari@example.com", "ayu…@example.com"),
        ("budi@example.org", "bu…@example.org"),
        ("ab@example.org", "a…@example.org"),
        ("a@example.org", "…@example.org"),
        ("no address at all", "no address at all"),
    ],
)
def test_at_most_half_of_a_local_part_is_shown(address: str, shown: str) -> None:
    assert obfuscate_address(address) == shown


def test_every_address_in_a_text_is_obfuscated_in_the_same_way() -> None:
    text = "Ayu <ayu.lestari@example.com> menulis: balas ke ayu.lestari@example.com."

    assert obfuscate_text(text) == "Ayu <ayu…@example.com> menulis: balas ke ayu…@example.com."


def test_addresses_of_lists_stand() -> None:
    text = "Post to Bitcoin@Lists.example.org, not to eko.putra@example.org"

    shown = obfuscate_text(text, keep={"bitcoin@lists.example.org"})

    assert shown == "Post to Bitcoin@Lists.example.org, not to eko…@example.org"


def test_links_to_archived_messages_keep_working() -> None:
    link = "https://lore.example.org/r/20231124.123456-1@example.com/raw"

    assert obfuscate_text(link) == link


def test_an_address_in_a_link_query_is_obfuscated() -> None:
    text = "https://example.org/unsubscribe?who=ayu.lestari1234567@example.com"

    assert "ayu.lestari" not in obfuscate_text(text)


@pytest.mark.parametrize("text", ["@", "a@", "@b.c", "a@b", "a @ b.example", "@@@", "x@.example"])
def test_what_is_no_address_stays(text: str) -> None:
    assert obfuscate_text(text) == text


@pytest.mark.parametrize("piece", ["a", "a@", "@a.b", ".", "a.", "https://a@b.c/"])
def test_crafted_text_takes_linear_time(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    began = time.perf_counter()

    obfuscate_text(text)

    assert time.perf_counter() - began < 5.0


@given(st.text(alphabet="ab.@ <>/:?é1\n", max_size=200))
def test_ranges_are_ascending_and_disjoint(text: str) -> None:
    ranges = address_ranges(text)

    limits = [limit for pair in ranges for limit in pair]
    assert limits == sorted(limits)
    assert all("@" in text[start:end] for start, end in ranges)


def test_names_of_hidden_people_go_from_text() -> None:
    redaction = Redaction(addresses=True, names=names_pattern(["Citra Dewi", "Citra"]))

    assert redaction.text("citra dewi wrote to Citra") == "[…] wrote to Citra"


def test_the_address_of_a_hidden_person_goes_whole() -> None:
    redaction = Redaction(addresses=False, names=names_pattern(["citra@example.com"]))

    assert redaction.text("<citra@example.com>") == "<[…]>"


def test_without_hidden_names_there_is_no_pattern() -> None:
    assert names_pattern([]) is None
    assert names_pattern(["Citra"]) is None


def test_spans_still_fit_after_addresses_became_shorter() -> None:
    text = "ayu.lestari@example.com wrote:\n> ask eko.putra@example.com\nDone, budi.s@example.com"
    limits = [0, text.index("> "), text.index("Done"), len(text)]
    kinds = [SpanKind.ATTRIBUTION, SpanKind.QUOTED, SpanKind.AUTHORED]
    spans = [Span(kind, *pair) for kind, pair in zip(kinds, pairwise(limits), strict=True)]
    spans[1] = spans[1]._replace(author="ayu.lestari@example.com")

    shown, moved = Redaction(addresses=True).spans(text, spans)

    assert shown == "ayu…@example.com wrote:\n> ask eko…@example.com\nDone, bud…@example.com"
    assert [shown[span.start : span.end].strip() for span in moved] == shown.split("\n")
    assert own_text(shown, moved) == "Done, bud…@example.com"
    assert [span.author for span in moved] == ["", "ayu…@example.com", ""]
