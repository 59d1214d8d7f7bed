"""Mail written in Javanese, ngoko and krama, read with its own table."""

from __future__ import annotations

import pytest

from tests.archive.mail.words.examples import kinds, read


@pytest.mark.parametrize(
    "attribution",
    [
        "Ing tanggal 7 Juli 2006 20:25, Sari Wulandari <sari@example.com> nyerat:",
        "Dinten Senen, 3 Juli 2006 tabuh 09.12, Sari Wulandari nyerat:",
        "Sari Wulandari nulis:",
        "SARI WULANDARI NULIS:",
    ],
)
def test_attributions(attribution: str) -> None:
    message = read(f"Matur nuwun.\n\n{attribution}\n> kados pundi?\n\nSampun saged.")
    assert kinds(message) == ["authored", "attribution", "quoted", "authored"]
    assert message.spans[2].author.lower() == "sari wulandari"
    assert message.own_text == "Matur nuwun.\nSampun saged."


def test_a_header_block_with_its_rule() -> None:
    block = "-----Layang Asli-----\nSaka: Sari\nDikirim: Senen\nKanggo: kebun\nBab: pari"
    message = read(f"Inggih.\n\n{block}\n\nKados pundi?")
    assert kinds(message) == ["authored", "attribution", "quoted"]
    assert message.spans[-1].author == "Sari"


@pytest.mark.parametrize(
    "line",
    [
        "Dikirim saka HP",
        "dipunkintun saking Samsung Galaxy",
        "Kakintun saking hape kula",
        "kanggo mandheg langganan: kebun-unsubscribe@example.org",
    ],
)
def test_endings(line: str) -> None:
    assert read(f"Inggih, sampun.\n\n{line}").own_text == "Inggih, sampun."


def test_a_name_that_is_also_a_word_of_dates_stays_whole() -> None:
    message = read("Dina Lestari nulis:\n> kados pundi?\n\nSampun.")
    assert message.spans[1].author == "Dina Lestari"
