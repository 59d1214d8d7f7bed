"""Quotes whose marks bear a name or initials."""

from __future__ import annotations

import pytest

from tests.archive.mail.text.reading import own, split


@pytest.mark.parametrize("mark", ["AL>", "AL>>", " AL>", "Ayu>", "  Ayu>", "Ayu Lestari>", "al>"])
@pytest.mark.parametrize(
    "attribution",
    [
        "Ayu Lestari wrote:",
        "Monday March 01 2004, Ayu Lestari wrote to All:",
        "On 1/2/2003 10:00, Ayu Lestari <ayu@example.com> wrote:\n",
    ],
)
def test_lines_with_a_name_before_the_mark_are_quoted_below_an_attribution(
    mark: str, attribution: str
) -> None:
    text = f"Use it.\n\n{attribution}\n{mark} Which one?\n{mark} This?\n\nYes."
    assert own(text) == "Use it.\nYes."


@pytest.mark.parametrize(
    "attribution",
    [
        '>>>>> "Ayu" == Ayu Lestari <ayu@example.com> writes:',
        ">>>>> On Mon, 5 Jan 2015 09:00:00 +0700, Ayu Lestari <ayu@example.com> said:",
        '"Ayu" == Ayu Lestari <ayu@example.com> writes:',
    ],
)
def test_supercite_names_whom_it_quotes(attribution: str) -> None:
    text = f"Use it.\n\n{attribution}\n\n    Ayu> Which one?\n    Ayu> This?\n\nYes."
    assert split(text) == [
        ("authored", "Use it."),
        ("attribution", attribution),
        ("quoted", "Ayu> Which one?\n    Ayu> This?"),
        ("authored", "Yes."),
    ]


def test_initials_that_a_reply_repeats_are_marks_and_prompts_are_none() -> None:
    assert own("Hi.\n\nAL> Which one?\nAL> This?\n\nYes.") == "Hi.\nYes."
    once = "Hi.\n\nAL> Which one?\n\nYes."
    assert own(once) == once
    prompts = "Try:\n\nSQL> select 1;\nSQL> select 2;\n\nmysql> show tables;\nmysql> exit"
    assert own(prompts) == prompts
