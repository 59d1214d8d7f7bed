"""Other forms of words, results by thread, other spellings."""

from __future__ import annotations

import pytest

from archive.mail.message import ParsedMessage
from archive.search import searcher as search_module
from archive.search.searcher import SearchPage
from tests.archive.search.searcher.library import Archive, mail


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kirim", {"kirim"}),
        ("mengirim", {"kirim"}),
        ("dikirimkan", {"kirim"}),
        ("tulis", {"kirim"}),
        ("konfigurasi", {"kirim"}),
        ("configure", {"english"}),
        ("configuring", {"english"}),
        ("kernel", {"english"}),
        ('"configure"', set()),
        ("subject:configurations", {"english"}),
        ("body:servers", {"english"}),
        ("masalah", {"kirim"}),
        ("mit", set()),
        ("kata -mengirim", {"other"}),
    ],
)
def test_a_word_finds_its_other_forms(local: Archive, query: str, names: set[str]) -> None:
    text = "Saya sudah mengirim tulisan dan mengkonfigurasi mesinnya, ada masalah2nya, kata dia."
    local.keep(mail("kirim", "pengiriman", text))
    english = "The kernels are configured, and it is permitted to restart the server of the list."
    local.keep(mail("english", "configuration", english))
    local.keep(mail("other", "kata", "kata lain"))

    assert local.found(query) == names


def test_the_form_that_was_written_comes_first_and_all_are_marked(local: Archive) -> None:
    local.keep(mail("other", "x", "untuk siapa kita mengirim paket ini"))
    local.keep(mail("same", "y", "untuk siapa kita kirim paket ini"))

    page = local.page("kirim")

    assert local.names("kirim") == ["same", "other"]
    assert "<mark>kirim</mark>" in page.hits[0].snippet
    assert "<mark>mengirim</mark>" in page.hits[1].snippet


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("menaikkan", "naik"),
        ("menilai", "nilai"),
        ("memulai", "mulai"),
        ("mulai", "memulai"),
        ("pemilik", "milik"),
        ("meminta", "dimintakan"),
        ("memilih", "pilih"),
        ("menulis", "tulis"),
    ],
)
def test_a_prefix_that_ends_with_the_first_letter_of_a_word_is_seen_through(
    local: Archive, query: str, written: str
) -> None:
    local.keep(mail("one", "x", f"untuk siapa kita {written} paket ini"))

    assert local.found(query) == {"one"}


def test_who_wrote_something_comes_before_who_has_but_the_subject(local: Archive) -> None:
    local.keep(mail("empty", "taproot", "", date="2024-06-17"))
    local.keep(mail("quoting", "Re: taproot", "> taproot", date="2024-06-18"))
    local.keep(mail("said", "lain", "soal taproot", date="2024-06-16"))
    local.keep(mail("both", "taproot", "soal ini", date="2024-06-15"))

    assert local.names("taproot")[:2] == ["both", "said"]
    assert local.found("subject:taproot") == {"empty", "quoting", "both"}


def test_words_that_stand_near_each_other_come_first(local: Archive) -> None:
    between = " ".join(f"kata{number}" for number in range(20))
    local.keep(mail("apart", "lain", f"kabel {between} putus", date="2024-06-18"))
    local.keep(mail("near", "lain", f"kabel itu putus {between}", date="2024-06-16"))
    local.keep(mail("turned", "lain", f"putus pula kabel {between}", date="2024-06-15"))
    for number in range(20):
        local.keep(mail(f"m{number}", "lain", "sesuatu"))

    assert local.names("kabel putus") == ["near", "turned", "apart"]
    assert local.names("kabel -putus") == []


def test_who_says_it_comes_before_who_answers_under_the_subject_alone(local: Archive) -> None:
    local.keep(mail("thanks", "Re: taproot", "terima kasih banyak", date="2024-06-18"))
    local.keep(mail("said", "Re: taproot", "soal taproot begini", date="2024-06-15"))

    assert local.names("taproot") == ["said", "thanks"]


def test_only_a_few_messages_of_a_page_are_read_again(
    local: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(search_module.READ_AGAIN + 2):
        local.keep(mail(f"m{number}", "lain", f"> soal taproot\n\nJawaban {number}."))
    local.page("taproot")
    read: list[int] = []

    def reading(message: int) -> ParsedMessage:
        read.append(message)
        return local.store.parsed(message)

    monkeypatch.setattr(local.indexes.public, "read", reading)

    page = local.page("taproot")

    assert [one.message for one in page.hits[: search_module.READ_AGAIN]] == read
    assert all("<mark>taproot</mark>" in one.snippet for one in page.hits[: len(read)])
    assert "Jawaban" in page.hits[-1].snippet


def test_a_name_of_an_attachment_is_found(local: Archive) -> None:
    local.keep(mail("with", "laporan", "terlampir", attachment=True))

    assert local.found("pdf") == {"with"}


def test_by_thread_only_the_best_message_of_each_is_found(archive: Archive) -> None:
    archive.keep(mail("root", "taproot", "taproot taproot"))
    archive.keep(mail("reply", "Re: taproot", "soal taproot", reply_to="root"))
    archive.keep(mail("alone", "lain", "juga tentang taproot"))

    assert archive.found("taproot", by_thread=True) == {"root", "alone"}
    assert archive.found("taproot") == {"root", "reply", "alone"}


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("mikrotk", "mikrotik"),
        ("from:ayu mikrotk -kabel", "from:ayu mikrotik -kabel"),
        ("konfigurassi subject:mikrotk", "konfigurasi subject:mikrotik"),
        ("zzzzzz", None),
        ("xyz", None),
        ("mikrotk*", None),
    ],
)
def test_what_nobody_wrote_is_offered_as_somebody_did(
    local: Archive, query: str, suggestion: str | None
) -> None:
    local.keep(mail("one", "mikrotik", "konfigurasi mikrotik untuk kantor"))

    page = local.page(query)

    assert (page.total, page.suggestion) == (0, suggestion)


def test_where_no_message_has_all_words_those_that_lack_one_are_found(local: Archive) -> None:
    local.keep(mail("both", "lain", "kabel serat optik di gudang", date="2020-01-01"))
    local.keep(mail("one", "lain", "kabel tembaga di rumah"))
    local.keep(mail("none", "lain", "kabar dari kantor di gudang"))

    page = local.page("kabel serat putus")
    assert page.but_one
    assert local.names("kabel serat putus") == ["both"]
    assert set(local.names("putus gudang")) == {"both", "none"}
    # What chooses must hold all the same, and a single word is not given up.
    assert local.names("putus kabel after:2021") == ["one"]
    assert local.names("putus kabel -tembaga") == ["both"]
    assert not local.page("kabel serat").but_one
    assert local.page("putus after:2021") == SearchPage(0, ())
    assert {*local.names("putus kabel", by_thread=True)} == {"both", "one"}


def test_no_word_of_a_private_list_is_offered(local: Archive) -> None:
    local.keep(mail("hidden", "rahasia", "mikrotik"), "secret")
    assert local.page("mikrotk").suggestion == "mikrotik"

    local.make_private("secret")

    assert local.page("mikrotk").suggestion is None
    assert local.page("mikrotk", audience=local.readers("secret")).suggestion == "mikrotik"
