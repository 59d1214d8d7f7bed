"""Signatures, with and without a separator."""

from __future__ import annotations

import pytest

from tests.archive.mail.text.reading import own, split


def test_signature_ends_where_a_quote_begins() -> None:
    text = "Yes.\n\n-- \nAyu\nKebun Raya\n\nRudi wrote:\n> well?"
    assert [kind for kind, _ in split(text)] == ["authored", "signature", "attribution", "quoted"]


def test_two_signature_separators() -> None:
    text = "Yes.\n\n-- \nAyu\n\n-- \n--[surat-l]------\nMilis ini untuk diskusi.\nHenti Langgan: x"
    assert own(text) == "Yes."


def test_a_bare_separator_before_much_text_is_no_signature() -> None:
    text = "One.\n--\n" + "\n".join(f"line {number}" for number in range(40))
    assert own(text) == text


def test_dashes_inside_a_line_are_no_signature() -> None:
    text = "And here is a fix -- this is no signature.\n\nbye"
    assert own(text) == text


def test_signed_text_loses_its_armour() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nIt is so.\n\n"
        "-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----"
    )
    assert own(text) == "It is so."


def test_a_contact_block_is_a_signature() -> None:
    block = "Rudi Hartanto\nDept. of Geography\nrudi@example.com\nTel. +62 21 555 0100"
    titled = block.replace("Hartanto", "Hartanto, S.T., Ph.D.")
    for end in (block, titled, "Rudi Hartanto\nvia mobile"):
        assert split(f"Use sf.\n\n{end}") == [("authored", "Use sf."), ("signature", end)]
    quoted = f"Use sf.\n\n{block}\n\nOn 1/2/2003 10:00, Ayu <a@example.com> wrote:\n> how?"
    assert split(quoted)[1] == ("signature", block)


@pytest.mark.parametrize(
    "end",
    [
        "Rudi",
        "Salam,\nRudi Hartanto",
        "See\nhttps://example.com/one\nhttps://example.com/two",
        "Ask one of them:\nayu@example.com\nbudi@example.com",
        "x <- c(1, 2)\n5550100\n5550200",
    ],
)
def test_what_only_resembles_a_contact_block_is_the_authors(end: str) -> None:
    assert own(f"Use sf.\n\n{end}") == f"Use sf.\n\n{end}"


def test_below_a_closing_a_contact_block_may_have_several_paragraphs() -> None:
    block = (
        "ir. Ayu Lestari\nStatisticus\nRESEARCH INSTITUTE FOR WATER\nayu@example.com\n"
        "Havenlaan 88 bus 73\nwww.example.com\n\n/////////////\nThe plural of anecdote is not "
        "data. ~ R. Brinner\n/////////////\n\n<https://www.example.com>"
    )
    assert split(f"Use sf.\n\nBest regards,\n\n{block}") == [
        ("authored", "Use sf.\n\nBest regards,"),
        ("signature", block),
    ]
    assert own(f"Use sf.\n\n{block}").startswith("Use sf.\n\nir. Ayu")
    named = "Use sf.\n\nBest regards,\n\nAyu Lestari\nStatisticus"
    assert own(named) == named
