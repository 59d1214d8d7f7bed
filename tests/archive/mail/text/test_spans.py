"""What holds for the spans of any text."""

from __future__ import annotations

import time

import pytest

from archive.mail.message import SpanKind
from archive.mail.text.spans import find_spans


def test_empty_and_blank_texts() -> None:
    assert find_spans("") == ()
    assert [span.kind for span in find_spans("\n \n")] == [SpanKind.AUTHORED]


@pytest.mark.parametrize(
    "unit",
    [
        "On a a a ",
        "On 1/1/2001 10:00 a <a@b> wrote:\n\n",
        "From: a\n",
        "-- \n",
        "Dari: a\n\n\n",
        "> a\nb\n",
        "__________\n",
        "wrote:\n",
        "a wrote:\n| b\n",
        "-----Original Message-----\n> \n",
        "Sent from my iPhone\n",
        "To unsubscribe, x\n",
        "-----BEGIN PGP SIGNATURE-----\n",
        "writes in message ",
        "\n",
        " > a\n\n",
    ],
)
def test_hostile_texts_take_linear_time(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    started = time.process_time()
    spans = find_spans(text)
    assert time.process_time() - started < 6
    assert spans[-1].end == len(text)
