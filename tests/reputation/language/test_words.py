"""The analyser: words of two languages and of code, and the language guess."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.language.stopwords import STOP_WORDS, STOP_WORDS_INDONESIAN
from reputation.language.words import MAXIMUM_CHARACTERS, MAXIMUM_LENGTH, language, tokens


def _has(text: str, expected: Iterable[str]) -> None:
    found = tokens(text)
    missing = [word for word in expected if word not in found]
    assert not missing, f"{missing} not in {found}"


def test_words_are_lower_case_in_order_and_repeated() -> None:
    assert tokens("Kriging, variogram; KRIGING!") == ["kriging", "variogram", "kriging"]


def test_stop_words_of_both_languages_are_dropped() -> None:
    assert tokens("saya sudah pasang squid di server yang baru") == [
        "pasang",
        "squid",
        "server",
        "baru",
    ]
    assert tokens("I have installed the squid on my new server") == ["installed", "squid", "server"]


def test_words_that_ask_and_words_that_name_technical_things_are_kept() -> None:
    _has("masalah cara tanya kasus", ["masalah", "cara", "tanya", "kasus"])
    _has("point line index hid io", ["point", "line", "index", "hid", "io"])


def test_chat_spelling_and_list_etiquette_are_stop_words() -> None:
    assert tokens("yg dgn gmn mas trims tks japri cmiiw terima kasih mohon") == []


def test_ambiguous_short_words_are_stopped_only_in_indonesian_text() -> None:
    assert "org" in tokens("org mode export")
    assert "org" not in tokens("org itu tidak tahu mode export")


def test_code_words_stand_whole_and_in_parts() -> None:
    _has("data.frame read_csv", ["data.frame", "frame", "read_csv", "csv"])
    _has("drivers/input/goodix.c", ["drivers", "input", "goodix.c", "goodix"])
    _has("spdep log4j2 0x046d 046d:c52b", ["spdep", "log4j2", "0x046d", "046d", "c52b"])
    _has("hid-logitech-hidpp", ["hid-logitech-hidpp", "logitech", "hidpp"])


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("syarat2nya", "syarat"),
        ("permasalahan2", "permasalahan"),
        ("menu-2x", "menu"),
        ("ikuik-2an", "ikuik"),
        ("surat2", "surat"),
    ],
)
def test_reduplication_written_with_two_gives_the_base_and_keeps_the_raw_word(
    word: str, base: str
) -> None:
    assert tokens(word) == [word, base]


@pytest.mark.parametrize("word", ["IMAP2", "PS2", "log4j2", "Java2", "web2", "h2"])
def test_version_numbers_are_no_reduplication(word: str) -> None:
    found = tokens(word)
    assert word.lower() in found
    assert word.lower().rstrip("2") not in found


def test_a_word_doubled_with_a_hyphen_counts_once() -> None:
    assert tokens("domain-domain") == ["domain"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("di-install", ["install"]),
        ("nge-hang", ["hang"]),
        ("me-reply", ["reply"]),
        ("server-nya", ["server"]),
        ("cache_dir-nya", ["cache_dir", "cache", "dir"]),
    ],
)
def test_hyphened_affixes_are_cut(word: str, expected: list[str]) -> None:
    assert tokens(word) == expected


def test_apostrophes_and_clitics_do_not_split_words() -> None:
    assert tokens("bivand's krige doesn't jum'at") == ["bivand", "krige", "jumat"]


def test_short_numbers_dates_and_decimals_are_dropped_codes_and_versions_kept() -> None:
    assert tokens("7 42 2006-07-08 46.123456") == []
    _has("EPSG:4326 kernel 2.6.32", ["epsg", "4326", "2.6.32"])


def test_urls_leave_host_and_path_words_and_addresses_nothing() -> None:
    found = tokens("http://www.example.org/paket/gstat/index.html?sesi=12#kriging")
    assert {"example.org", "paket", "gstat"} <= set(found)
    assert not {"sesi", "kriging", "www.example.org"} & set(found)
    assert tokens("ayu.lestari@milis.example") == []


def test_base64_and_long_hexadecimal_are_dropped() -> None:
    line = "TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24sIGJ1dCBieSB0"
    assert tokens(f"{line}\n{line}\n") == []
    assert tokens("d41d8cd98f00b204e9800998ecf8427e deadbeef01") == []


def test_words_with_accents_meet_in_one_form() -> None:
    assert tokens("Go\u0301mez") == tokens("G\u00f3mez") == ["g\u00f3mez"]


def test_only_the_first_characters_are_read() -> None:
    assert tokens("a " * (MAXIMUM_CHARACTERS // 2) + "variogram") == []


@given(st.text(max_size=400))
def test_every_word_is_bounded_and_no_stop_word(text: str) -> None:
    for word in tokens(text):
        assert 2 <= len(word) <= MAXIMUM_LENGTH
        assert word not in STOP_WORDS


def test_indonesian_stop_words_include_the_common_ones() -> None:
    assert STOP_WORDS < STOP_WORDS_INDONESIAN


@pytest.mark.parametrize(
    "pattern", ["a.", "a-", "-", "a", "@", "a@", "http://", " >", "a'", "1.", "._", "A" * 51 + "\n"]
)
def test_hostile_text_costs_no_more_than_linear_time(pattern: str) -> None:
    def cost(size: int) -> float:
        text = (pattern * size)[:size]
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            tokens(text)
            best = min(best, time.process_time() - start)
        return best

    # Ten times the text may take about ten times as long, never a hundred times.
    assert cost(60_000) < 40 * max(cost(6_000), 0.0005)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kabelnya sudah saya ganti tapi masih putus juga, kenapa ya?", "id"),
        ("The cable has been replaced but it still drops, does anybody know why?", "en"),
        ("Saya sudah coba restart router tapi the connection is still dropping", "mixed"),
        ("Sudah saya restore dari backup tp servernya belum bisa", "mixed"),
        ("x <- 1", None),
        ("", None),
    ],
)
def test_the_language_is_guessed_from_function_words(text: str, expected: str | None) -> None:
    assert language(text) == expected


def test_logs_and_code_have_no_vote_on_the_language() -> None:
    log = "> the device is not on the bus [  12.3] and the driver = to be in\n" * 20
    assert language(log + "Kenapa kabelnya masih putus ya pak?") == "id"


@pytest.mark.corpus
def test_indonesian_and_english_snippets_are_told_apart(shared_data: Path) -> None:
    lines = (shared_data / "cases/indonesian/snippets.jsonl").read_text("utf-8").splitlines()
    for case in map(json.loads, lines):
        found = language(case["own"])
        if case["language"] == "en":
            assert found == "en", case
        elif found is not None:
            assert found in {"id", "mixed"}, case


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全文検索は遅い", ["全文", "文検", "検索", "索は", "は遅", "遅い"]),
        ("PHP検索v2", ["php", "検索", "v2"]),
        ("서버가 멈춤", ["서버", "버가", "멈춤"]),
        ("ค้นหา", ["คนห", "นหา"]),
        ("ﾃﾞｰﾀ ＰＨＰ ﬁle", ["デー", "ータ", "php", "file"]),
        ("İstanbul Straße", ["istanbul", "strasse"]),
        ("字", []),
    ],
)
def test_scripts_without_blanks_give_groups_of_letters_and_letters_one_form(
    text: str, expected: list[str]
) -> None:
    assert tokens(text) == expected
