from __future__ import annotations

from archive.mail.parts.flowed import unflow


def test_flowed_lines_are_joined_and_fixed_lines_stay() -> None:
    assert unflow("one \ntwo \nthree\nfour") == "one two three\nfour"


def test_delsp_drops_the_space_that_flows() -> None:
    assert unflow("日本 \n語\nx", delsp=True) == "日本語\nx"


def test_space_stuffing_is_undone() -> None:
    assert unflow(" From here\n >not a quote\n  two") == "From here\n>not a quote\n two"


def test_quoted_paragraphs_flow_within_their_depth() -> None:
    assert unflow("> a \n> b\n>> c \n>> d\ne") == "> a b\n>> c d\ne"


def test_a_change_of_depth_ends_a_paragraph() -> None:
    assert unflow("> a \nb \n> c") == "> a \nb \n> c"


def test_the_signature_separator_is_never_flowed() -> None:
    assert unflow("bye \n-- \nAyu") == "bye \n-- \nAyu"
    assert unflow("> x\n> -- \n> Ayu") == "> x\n> -- \n> Ayu"


def test_text_without_flow_is_unchanged() -> None:
    text = "one\ntwo\n\nthree"
    assert unflow(text) == text


def test_a_last_line_that_flows_is_kept() -> None:
    assert unflow("a \n") == "a "
    assert unflow("a \nb ") == "a b "


def test_hostile_depth_is_bounded() -> None:
    assert len(unflow(">" * 100_000 + " x \ny")) < 200_000
