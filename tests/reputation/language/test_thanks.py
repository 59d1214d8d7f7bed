"""Real thanks and reports of success, told from politeness."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation.language.thanks import thanks
from reputation.language.typos import within_edits

RECEIVED = [
    "Terima kasih banyak pak Ketut, sudah jalan.",
    "trimakasih mas, infonya sangat membantu",
    "Terimaksih bang atas jawabannya",
    "Terima ksih mbak penjelasannya",
    "makasiiih banyak ya om",
    "Matur nuwun mas",
    "Hatur nuhun kang",
    "Tarimo kasih Mak",
    "Mauliate lae",
    "syukron ustadz",
    "Tks bung, nanti saya coba",
    "Saya ucapkan terima kasih kepada pak Hendra atas penjelasannya.",
    "Thanks Rina!",
    "Thanks.",
    "Thnaks Budi, that worked fine.",
    "Thank's for your advice!",
    "Many thanks to all who replied.",
    "Thanks a lot for your quick reply. One more question: how do I plot it?",
    "Dear Rina,\n\nThank you very much for your reply. I will try it tomorrow.",
    "Hi Rina, thanks for your prompt reply. I tried it but got a different result.",
]
SOLVED = [
    "It works now.",
    "That did the trick.",
    "The problem is gone after upgrading to 1.2.",
    "it still failed until I rebooted, but now it works.",
    "That was exactly what I was looking for.",
    "Masalahnya sudah beres mas, ternyata kabelnya.",
    "Udah ketemu mas, salah konfigurasi.",
    "Berkat saran pak Budi sekarang servernya sudah normal lagi.",
    "Alhamdulillah sudah bisa.",
]
NOT_SOLVED = [
    "Sudah saya coba mas, belum berhasil.",
    "blm bisa jg om",
    "masih error mas",
    "Still does not work.",
    "I tried that but it still does not work",
    "It is not working.",
    "Thanks, but it still fails with the same error.",
    "I hope it works for you",
    "Kalau sudah berhasil kabari ya",
    "Does it work now?",
]
IN_ADVANCE = [
    "Thanks in advance",
    "Many thanks in advance for any help",
    "Terima kasih sebelumnya",
    "makasih sblmnya",
    "terima kasih sebelmnya",
    "thx b4",
    "Mohon bantuannya, terima kasih.",
    "Any ideas? Thanks!",
    "How can I do this? Thanks for your help.",
    "Kenapa ya dok?\nAtas bantuannya saya ucapkan terima kasih.",
    "I would appreciate any help.",
]
CLOSINGS = [
    "Here is the output you asked for. It is version 2.4 with 300 rows.\n\nThanks,\nBudi",
    "Sudah saya ganti kabelnya, lampunya menyala hijau di kedua ujung.\n\nTerima kasih,\nAndi",
]
OTHER = [
    "thanks to the new driver the kernel crashes",
    "No, thanks.",
    "Sama-sama, terima kasih kembali.",
    "I think it is the datum.",
    "kasih makan ikan",
    "",
    "\n\n\n",
]


@pytest.mark.parametrize("text", RECEIVED)
def test_thanks_for_help_received_count(text: str) -> None:
    assert thanks(text)


@pytest.mark.parametrize("text", SOLVED)
def test_a_report_of_success_counts(text: str) -> None:
    assert thanks(text)


@pytest.mark.parametrize("text", NOT_SOLVED)
def test_a_report_of_failure_does_not_count(text: str) -> None:
    assert not thanks(text)


@pytest.mark.parametrize("text", IN_ADVANCE)
def test_thanks_in_advance_do_not_count(text: str) -> None:
    assert not thanks(text)


@pytest.mark.parametrize("text", CLOSINGS)
def test_the_formal_closing_of_a_post_does_not_count(text: str) -> None:
    assert not thanks(text)


@pytest.mark.parametrize("text", OTHER)
def test_other_uses_of_the_words_do_not_count(text: str) -> None:
    assert not thanks(text)


def test_only_the_opening_is_read() -> None:
    assert thanks("Terima kasih, sudah jalan.\n" + "baris lain\n" * 50)
    assert not thanks("Isi pesan yang lain sama sekali.\n" * 8 + "Terima kasih, sudah jalan.")


@pytest.mark.parametrize(
    ("word", "target", "alike"),
    [
        ("sebelumnya", "sebelumnya", True),
        ("sebekumnya", "sebelumnya", True),
        ("sebekumnay", "sebelumnya", True),
        ("sebkumnay", "sebelumnya", False),
        ("makash", "makasih", True),
        ("mkash", "makasih", False),
        ("amkasih", "makasih", False),
        ("", "makasih", False),
    ],
)
def test_one_typo_is_allowed_and_two_on_long_words(word: str, target: str, alike: bool) -> None:
    assert within_edits(word, target) is alike


@given(st.text(max_size=600))
def test_any_text_has_an_answer(text: str) -> None:
    assert thanks(text) in {True, False}


@pytest.mark.parametrize(
    "pattern", ["thanks ", "a", "terima ", "not ", "still ", "it ", "\n", "? "]
)
def test_a_huge_text_is_answered_at_once(pattern: str) -> None:
    start = time.process_time()
    thanks(pattern * 200_000)
    assert time.process_time() - start < 0.5


@pytest.mark.corpus
def test_the_snippets_agree(shared_data: Path) -> None:
    lines = (shared_data / "cases/indonesian/snippets.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    assert len(cases) == 30
    wrong = [case["own"] for case in cases if thanks(case["own"]) != case["thanks"]]
    assert wrong == []
