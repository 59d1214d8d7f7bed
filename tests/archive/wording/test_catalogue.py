"""Every error that readers can meet says the same in both languages, and is documented."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from archive.errors import UsageError
from archive.wording.catalogue import _tables, expectation, sentence, wordings

ROOT = Path(__file__).parents[3]
FLOORS = ("archive", "reputation", "api")
# Made of parts or of plain sentences, so no place in the code names all of their values.
FREE = {"refused", "values-invalid", "header-too-large", "target-too-long"}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def named_in_code() -> Iterator[tuple[str, set[str], str]]:
    """The codes that the code names, each with the values that it gives, and where."""
    for file in (path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            given = {keyword.arg for keyword in call.keywords if keyword.arg}
            function = ast.unparse(call.func)
            if function.endswith("Error.of") and isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value), given, file.name
            elif function == "ProblemError" and isinstance(call.args[1], ast.Constant):
                yield str(call.args[1].value), given, file.name


def test_both_languages_have_the_same_codes_with_the_same_places() -> None:
    english, indonesian = wordings("en"), wordings("id")

    assert list(english) == list(indonesian)
    for code, wording in english.items():
        assert places(wording.detail) == places(indonesian[code].detail), code
        assert wording.title
        assert indonesian[code].title
        assert wording.detail != indonesian[code].detail or code in FREE, code


def test_both_languages_say_the_same_of_values() -> None:
    english, indonesian = _tables("en")["values"], _tables("id")["values"]

    assert list(english) == list(indonesian)
    assert all(places(text) == places(indonesian[kind]) for kind, text in english.items())


def test_what_the_code_raises_is_in_the_catalogue_with_the_values_it_names() -> None:
    found = list(named_in_code())

    assert len(found) > 80
    for code, given, file in found:
        assert code in wordings("en"), f"{file}: {code}"
        assert places(wordings("en")[code].detail) <= given or code in FREE, f"{file}: {code}"


def test_no_code_is_left_over() -> None:
    sources = "".join(
        path.read_text("utf-8") for floor in FLOORS for path in (ROOT / floor).rglob("*.py")
    )

    assert [code for code in wordings("en") if f'"{code}"' not in sources] == []


def test_every_code_is_documented_with_its_title() -> None:
    document = (ROOT / "docs" / "errors.md").read_text("utf-8")

    for code, wording in wordings("en").items():
        assert f"| `{code}` | {wording.title} |" in document


def test_an_error_is_its_english_sentence_and_keeps_its_code_and_values() -> None:
    error = UsageError.of("query-quote-open", position=7)

    assert str(error) == "the quote opened at character 7 is not closed"
    assert sentence(error.code, error.values, "id") == (
        "tanda kutip yang dibuka pada karakter ke-7 tidak ditutup"
    )


def test_a_plain_sentence_stays_as_it_is() -> None:
    error = UsageError("say {what}")

    assert sentence(error.code, error.values, "id") == str(error) == "say {what}"


def test_values_that_look_like_places_are_no_places() -> None:
    error = UsageError.of("not-one-word", word="{position}")

    assert "{position}" in str(error)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "'year' or 'day'"), ("id", "'year' atau 'day'")]
)
def test_alternatives_are_joined_in_the_language(language: str, words: str) -> None:
    found = expectation("literal_error", {"expected": "'year' or 'day'"}, language)

    assert found is not None
    assert words in found
    assert expectation("no_such_kind", {}, language) is None
