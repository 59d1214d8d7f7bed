"""Words whose accents mail has lost."""

from __future__ import annotations

from archive.mail.words.spellings import with_lost_accents


def test_accents_are_dropped_replaced_or_read_as_another_charset() -> None:
    assert with_lost_accents(["écrit"]) == (
        "écrit", "ecrit", "?crit", "\ufffdcrit", "ã©crit",
    )  # fmt: skip


def test_ascii_and_other_scripts_are_left_as_they_are() -> None:
    assert with_lost_accents(["wrote", "написал", "写道"]) == ("wrote", "написал", "写道")


def test_words_that_would_be_nearly_nothing_are_not_spelt() -> None:
    assert with_lost_accents(["sø"]) == ("sø", "so", "sã¸")


def test_a_turkish_dotless_i_is_found_in_capitals_too() -> None:
    assert "yazdi" in with_lost_accents(["yazdı"])
