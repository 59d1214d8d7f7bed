"""Mails that were once read wrong, one fault each: whose words they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.mail.message import ParsedMessage, SpanKind, parse_message

pytestmark = pytest.mark.corpus

_OTHERS = (SpanKind.QUOTED, SpanKind.FORWARDED)


def _read(shared_data: Path, name: str) -> ParsedMessage:
    (path,) = (shared_data / "faults").glob(f"{name}-*.eml")
    return parse_message(path.read_bytes())


@pytest.mark.parametrize(
    ("name", "beginning", "end", "author"),
    [
        ("03", "Duly noted.", "Kenn", "vera sasha"),
        ("03b", "Merci", "noté.", "Vera S"),
        ("04", "What", "referring to?", "Dewi Duta"),
        ("05", "Thank", "much.", "Rémi Dupuis"),
        ("05b", "Danke.", "Danke.", "Test user"),
        ("05c", "Works", "for me.", "john@mail.example"),
        ("05d", "Salud", "Salud", ""),
        ("06", "A binomial", "will do.", "Fajar E"),
        ("06b", "A binomial", "will do.", "The Engine"),
        ("07", "Dear all,", "No.", "Hadi M"),
        ("08", "Now, if", "2.43  -2.12", "Ann"),
        ("08b", "Use a", "That is all.", "Ann"),
        ("09", "Yes, see", "vignette.", "Widi Hartono"),
        ("10", "You cannot", "Best regards,", "Marcos"),
        ("10b", "Good", "Rolf", ""),
    ],
)
def test_own_text_and_the_author_of_the_quote(
    shared_data: Path, name: str, beginning: str, end: str, author: str
) -> None:
    message = _read(shared_data, name)
    assert message.own_text.startswith(beginning)
    assert message.own_text.endswith(end)
    authors = [span.author for span in message.spans if span.kind in _OTHERS]
    assert (authors or [""])[-1] == author
    assert not any(span.kind is SpanKind.AUTHORED and span.author for span in message.spans)


def test_the_authors_console_is_own_text_and_the_attributed_quote_is_none(
    shared_data: Path,
) -> None:
    assert "> coef(fm1)\n> fixef(fm2)" in _read(shared_data, "08").own_text
    assert '>>> d["x"]\n1' in _read(shared_data, "08b").own_text
    assert "Which is it?" not in _read(shared_data, "08").own_text
