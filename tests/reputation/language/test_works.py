"""Works a post offers or announces, and what is none."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.language.works import AnnouncedWork, offers, works

BOOK = (
    'Alhamdulillah buku saya "Jaringan Kecil" sudah terbit'
    " (Penerbit Contoh, ISBN 978-000-000-000-2)."
)


@pytest.mark.parametrize(
    "subject",
    [
        "[PATCH] input: fix debounce",
        "[PATCH v3 2/7] input: fix debounce",
        "[PATCH 0/7] input: cleanups",
        "[PATCHv2 1/2] input",
        "[PATCH net-next v2 3/4] tcp",
        "[net-next PATCH] tcp",
        "[rfc] new interface",
        "[RFC PATCH 1/3] new interface",
        "[GIT PULL] input updates",
        "[ANN] paket 1.0",
        "[Mandiri] [ANN] paket 1.0",
        "ANN: paket 1.0",
    ],
)
def test_a_subject_tag_offers_work(subject: str) -> None:
    assert offers(subject, "")


@pytest.mark.parametrize(
    "subject",
    [
        "Re: [PATCH] input: fix debounce",
        "Bls: [ANN] paket 1.0",
        "[RFC 5322] header question",
        "dispatch [dispatch] error",
        "patch area of a polygon",
        "[jual] router bekas",
        "annual meeting",
        "",
    ],
)
def test_other_subjects_offer_nothing(subject: str) -> None:
    assert not offers(subject, "")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (BOOK, "book"),
        ('Telah terbit buku "Jaringan Kecil" karangan saya, silakan dipesan.', "book"),
        ('artikel saya "Harga Pokok Warung"\ndimuat di majalah Usaha Contoh.', "article"),
        ("Saya baru saja merilis aplikasi pencatat kas, bisa dicoba.", "code"),
        ("My new package gstatx is now available on CRAN.", "code"),
        ("I have just released version 2.1 of the library.", "code"),
        ("We are pleased to announce the first release of the toolbox.", "code"),
        (
            "Our paper on river networks has been published: https://doi.org/10.1234/abc.5",
            "article",
        ),
        ('Undangan: seminar "Open Source". Pembicara: saya sendiri dan bu Lestari.', "talk"),
        ("I will be giving a talk on river networks at the autumn meeting.", "talk"),
    ],
)
def test_an_own_work_announced_in_the_text_is_offered(text: str, kind: str) -> None:
    assert offers("kabar", text)
    assert [work.kind for work in works("kabar", text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        'Baru beli buku "Belajar Akuntansi" karangan pak Hartono, bagus sekali.',
        "ada lowongan programmer PHP, kirim CV ke hrd@lowongan.example. Lowongan ditutup April.",
        "Dijual notebook bekas, mulus, Rp 2,5 jt nego.",
        "My package is not available on CRAN because of an error.",
        "Is my package available on CRAN now?",
        "Apakah artikel saya sudah dimuat?",
        "How do I publish a package?",
        "We are happy to announce a position for a postdoc. The position is open; send a paper.",
        "",
    ],
)
def test_adverts_questions_and_the_works_of_others_are_none(text: str) -> None:
    assert works("kabar", text) == []
    assert not offers("kabar", text)


def test_a_reply_announces_nothing() -> None:
    assert works("Re: kabar", BOOK) == []


def test_title_and_isbn_are_found() -> None:
    assert works("kabar", BOOK) == [
        AnnouncedWork("book", "Jaringan Kecil", "urn:isbn:9780000000002")
    ]


def test_an_isbn_with_a_wrong_check_digit_is_no_locator() -> None:
    (work,) = works("kabar", BOOK.replace("000-2", "000-3"))
    assert work.locator is None


def test_a_doi_is_given_as_its_address() -> None:
    (work,) = works("kabar", "Our paper has been published, doi:10.1234/abc.5.")
    assert work.locator == "https://doi.org/10.1234/abc.5"


def test_a_url_keeps_its_whole_length() -> None:
    url = "https://example.org/" + "paket/" * 12 + "gstatx"
    (work,) = works("kabar", f"I have just released version 2.1 of package gstatx, see {url}.")
    assert work == AnnouncedWork("code", "gstatx", url)


def test_an_announcing_subject_names_the_release() -> None:
    (work,) = works("[Mandiri] gstatx 1.4-2 on CRAN", "See the change log.")
    assert (work.kind, work.title) == ("code", "gstatx")


def test_an_announced_course_is_no_work() -> None:
    assert works("Announcing a course on kriging", "Seats are few.") == []


def test_at_most_five_works_of_one_post() -> None:
    text = "".join(
        f'Buku saya "Jaringan Jilid {n}" sudah terbit tahun ini.\n' * 2 for n in range(9)
    )
    assert len(works("kabar", text)) <= 5


@given(st.text(max_size=300), st.text(max_size=600))
def test_any_post_has_an_answer(subject: str, text: str) -> None:
    for work in works(subject, text):
        assert work.title


@pytest.mark.parametrize(
    "pattern",
    [
        "buku saya ",
        "my package ",
        "[PATCH ",
        "10.1234/",
        "ISBN 9",
        '"',
        "*",
        "http://",
        "I released ",
    ],
)
def test_a_huge_post_is_answered_at_once(pattern: str) -> None:
    start = time.process_time()
    offers(pattern * 20_000, pattern * 100_000)
    assert time.process_time() - start < 1.0


@pytest.mark.corpus
def test_the_snippets_agree(shared_data: Path) -> None:
    lines = (shared_data / "cases/indonesian/snippets.jsonl").read_text("utf-8").splitlines()
    for case in map(json.loads, lines):
        found = [{"kind": work.kind, "title": work.title} for work in works("", case["own"])]
        assert found == ([case["work"]] if case["work"] else []), case["own"]
