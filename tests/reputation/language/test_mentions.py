"""Whom a post asks by name, with whom it agrees, and what it cites."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.language.locators import work_key
from reputation.language.mentions import agrees, asked_names, cited

_TITLE = re.compile(r"^(?:pak|kang|dr\.?) ", re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Pak Gede, bisa tolong dijelaskan bedanya?", ("Gede",)),
        ("Dave, have you seen this on your board?", ("Dave",)),
        (
            "I did; it hangs at the same place. Full log attached. Dave, is yours the same?",
            ("Dave",),
        ),
        ("Mungkin mas Wayan Sudarsana bisa bantu?", ("Wayan Sudarsana",)),
        ("Could Roger comment on this?", ("Roger",)),
        ("Hi Roger,\n\nwhy does the second call fail?", ("Roger",)),
        ("Miko dan Ronal, koreksi ya kalau saya salah", ("Miko", "Ronal")),
        ("dr. Ratna, kalau anak umur 2 thn berapa ml ya dok?", ("Ratna",)),
        ("Dear all,\n\nwhat is a raster?", ()),
        ("Dear rekan-rekan milis,\n\nNumpang tanya, kenapa squid lambat?", ()),
        ("Pak Budi, paling aman di-dump dulu pakai mysqldump.", ()),
        ("Setuju dgn mbak Ayu. Akun itu masuk aktiva lancar.", ()),
        ("What is wrong here? Any hints?", ()),
        ("", ()),
    ],
)
def test_a_question_put_to_somebody_names_them(text: str, names: tuple[str, ...]) -> None:
    assert asked_names(text) == names


@pytest.mark.corpus
def test_the_snippets_agree_on_who_is_asked(shared_data: Path) -> None:
    lines = (shared_data / "cases/indonesian/snippets.jsonl").read_text("utf-8").splitlines()
    for case in map(json.loads, lines):
        expected = [_TITLE.sub("", name) for name in case["asks_by_name"]]
        assert list(asked_names(case["own"])) == expected, case["own"]


@pytest.mark.parametrize(
    "text",
    [
        "Setuju dengan pak Awal, itu bukan biaya.",
        "Nah, saya sependapat. Coba dulu.",
        "Satuju bana jo Mak Sutan.",
        "I agree with Roger here.",
        "+1 from me",
        "Exactly, that is what happens.",
        "You're right, the order matters.",
        "Looks good.\n\nReviewed-by: Ayu Lestari <ayu@example.org>",
        "Bener kata mas Rudi, partisinya penuh.",
    ],
)
def test_a_reply_that_agrees_is_told(text: str) -> None:
    assert agrees(text)


@pytest.mark.parametrize(
    "text",
    [
        "Saya kurang sependapat. Data baru menunjukkan hal lain.",
        "Maaf pak Darsono, saya tidak setuju.",
        "I don't agree with that.",
        "Setuju kalau harganya turun.",
        "Would you agree?",
        "The two files do not agree.",
        "",
    ],
)
def test_a_reply_that_does_not_agree_is_told_too(text: str) -> None:
    assert not agrees(text)


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("see https://www.Example.org/paper/ for more.", ("example.org/paper",)),
        (
            "<https://archive.example.org/r/a1.b2@mail.example.org/>",
            ("mid:a1.b2@mail.example.org",),
        ),
        (
            "https://archive.example.org/messages/a1b2c3%40mail.example",
            ("mid:a1b2c3@mail.example",),
        ),
        ("as in <a1b2@mail.example.org>", ("mid:a1b2@mail.example.org",)),
        ("doi 10.1000/ABC.1 and https://doi.org/10.1000/abc.1.", ("doi:10.1000/abc.1",)),
        ("ISBN 0-306-40615-2, ISBN 978-0-306-40615-7", ("urn:isbn:9780306406157",)),
        ("nothing here", ()),
    ],
)
def test_what_a_post_cites_has_one_spelling(text: str, targets: tuple[str, ...]) -> None:
    assert set(cited(text)) == set(targets)


def test_a_locator_and_its_citation_meet() -> None:
    assert work_key("https://doi.org/10.1000/x") == cited("DOI: 10.1000/X")[0]
    assert work_key("urn:isbn:0306406152") == cited("ISBN 9780306406157")[0]
    assert work_key("http://example.org/a/") == cited("https://www.example.org/a")[0]


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert len(asked_names(text)) <= 5
    assert len(cited(text)) <= 20
    agrees(text)


@pytest.mark.parametrize(
    "piece",
    ["A b, ", "Pak ", "Aa Bb Cc ", "<a@", "https://a/", "10.1000/", "isbn 1", "as x ", "? "],
)
def test_time_is_linear_whatever_is_repeated(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    started = time.perf_counter()

    asked_names(text)
    agrees(text)
    cited(text)

    assert time.perf_counter() - started < 2
