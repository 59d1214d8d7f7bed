"""Questions, and posts that only let others know of something."""

from __future__ import annotations

import time

import pytest

from reputation.language.questions import informs


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Online course: maps in R", "We are pleased to announce our upcoming course. Register."),
        ("What is a map? - free seminar", "We are excited to offer a free seminar on maps."),
        ("PhD position", "We are hiring! Do you love maps? The application deadline is 1 May."),
        ("Call for papers", "The submission deadline is extended to 3 May."),
        ("2026 user survey", "Please take part in our survey, it takes ten minutes."),
        ("pasar 1.2.0", "I would like to inform you that it is now on CRAN."),
        ("For users", "The package has been updated last week, with a bug fixed."),
        ("Maps on shiny: solved", "It works now, an update was missing."),
        ("A blog post", "Maps are coming."),
        ("Fwd: curso de mapas", "Abierta la inscripci\u00f3n."),
        ("Out of office", "I am out of the office until Monday."),
        ("Lowongan kerja", "Dibutuhkan segera dua orang staf, kirim lamaran."),
        ("Undangan", "Kami mengundang rekan-rekan hadir di seminar, pendaftaran gratis."),
        ("Pengumuman", "Panitia akan mengadakan pelatihan jaringan."),
        ("Webinar", ""),
    ],
)
def test_a_post_that_lets_know_asks_nothing(subject: str, text: str) -> None:
    assert informs(subject, text)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("How to draw a map?", "I am trying to draw one and get an error."),
        ("label position", "Is there a way to move the label? Thanks in advance."),
        ("[list] Conference data", "Does anyone know where the data of the course are?"),
        ("R 4.5.0 warning", "I get a warning since the release. What should I do?"),
        ("raster from points", ""),
        ("peta", "Mohon bantuan rekan-rekan, bagaimana caranya membuat peta?"),
        ("Tanya router", "Saya sudah coba tapi tidak bisa jalan."),
        ("seminar kemarin", "Ada yang punya bahan seminar kemarin? Mohon info."),
    ],
)
def test_a_question_asks(subject: str, text: str) -> None:
    assert not informs(subject, text)


def test_hostile_texts_take_linear_time() -> None:
    started = time.perf_counter()
    for text in ("is it possible " * 5_000, "a" * 200_000, "?" * 100_000, "https://x" * 20_000):
        informs(text, text)
    assert time.perf_counter() - started < 1.0
