"""Works whose title is certain, and links that are no work."""

from __future__ import annotations

import time

import pytest

from reputation.language.package_names import SELF
from reputation.language.titles import is_place_of_a_work, titled_works

PAGE = "https://pkg.example.org/pasar/"


def told(subject: str, text: str, *, informing: bool = True) -> list[tuple[str, str | None]]:
    """Titles and makers."""
    return [(work.title, maker) for work, maker in titled_works(subject, text, informing=informing)]


@pytest.mark.parametrize(
    "subject",
    [
        "pasar 1.2.0 released on CRAN",
        "[list] pasar_0.4-1 (and kebun_0.2-17) released",
        "Release of pasar 2.0",
        "New package: pasar",
        "New R package pasar for markets",
        "pasar package released to CRAN",
        "pasar: prices of vegetables",
        "New package for prices: pasar",
        'New "pasar" package for prices',
    ],
)
def test_an_announced_package_is_called_by_its_name(subject: str) -> None:
    text = f"I have just released the package, see {PAGE} for more."
    assert told(subject, text) == [("pasar", None)]
    assert titled_works(subject, text, informing=True)[0][0].locator == PAGE


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("New package removal because of its size", "The package was removed from CRAN."),
        ("Simple features now on CRAN", "I have just released the package."),
        ("which package allows this", "I released it."),
        ("Prices: a question", "The package itself was released."),
    ],
)
def test_a_word_that_nothing_shows_to_be_a_package_is_no_title(subject: str, text: str) -> None:
    assert told(subject, text) == []


def test_a_question_under_such_a_subject_announces_nothing() -> None:
    text = f"Does the package {PAGE} work for you?"
    assert told("pasar 1.2.0 released on CRAN", text, informing=False) == []
    assert told("Re: pasar 1.2.0 released", f"I released the package: {PAGE}") == []


@pytest.mark.parametrize(
    "text",
    [
        f"I am the maintainer of pasar, {PAGE}, a package that fails.",
        f"My package, pasar ({PAGE}), fails.",
        f"We see this in our pasar package, {PAGE} .",
        f"I have recently submitted the package `pasar` ({PAGE}) to CRAN.",
    ],
)
def test_who_says_that_a_package_is_theirs_is_believed(text: str) -> None:
    assert told("check fails", text, informing=False) == [("pasar", SELF)]


def test_a_package_that_one_only_uses_is_not_one_s_own() -> None:
    used = "My raster package is old: library(raster), raster_1.9-19, raster::extract."
    quoted = f"> I am the maintainer of pasar, {PAGE}, a package.\nPlease read the manual."
    for text in (used, quoted, "My package fails its checks.", "I have just updated the package."):
        assert told("check fails", text, informing=False) == []


def test_a_report_of_checks_names_the_maintainer() -> None:
    text = (
        "* this is package ?pasar? version ?0.3.5?\n"
        "Maintainer: ?Rini Astuti <rini@example.org>?\nThe package fails.\n"
    )
    assert told("check fails", text, informing=False) == [("pasar", "Rini Astuti")]


def test_books_have_the_title_that_is_quoted() -> None:
    text = 'Our new book "Markets of the World" has been published by Example Press.'
    assert told("New book", text) == [("Markets of the World", None)]
    assert told("New book", "Our new book on markets has been published.") == []


@pytest.mark.parametrize(
    "link",
    [
        "http://R-Forge.R-project.org",
        "https://github.com/",
        "https://github.com/rini",
        "https://github.com/rini/pasar/issues/7",
        "https://lists.example.org/pipermail/talk/2020/1.html",
        "https://win-builder.r-project.org/x/00check.log",
        "https://www.rdocumentation.org/packages/pasar",
        "https://bugs.example.org/7",
        "https://[broken",
    ],
)
def test_front_pages_archives_trackers_and_manuals_are_no_works(link: str) -> None:
    assert not is_place_of_a_work(link)


@pytest.mark.parametrize("link", [PAGE, "https://github.com/rini/pasar", "urn:isbn:9780306406157"])
def test_pages_of_works_are(link: str) -> None:
    assert is_place_of_a_work(link)


def test_hostile_texts_take_linear_time() -> None:
    started = time.perf_counter()
    for piece in ("my package ", "I am the maintainer of a package ", "new package ", '"', "> "):
        titled_works(piece * 500, piece * 20_000, informing=True)
    assert time.perf_counter() - started < 2.0
