"""Sentences for every phrase of the tables, and small mail to read them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archive.mail.message import ParsedMessage, parse_message
from archive.mail.text.footers import DEVICES
from archive.mail.words.language import Language
from archive.mail.words.phrases import Slots, Words, segments
from archive.mail.words.registry import LANGUAGES

SLOTS: Slots = {"device": DEVICES}
FILLER = "xyz"
"""What stands in a gap."""


def ways(phrase: str, slots: Slots = SLOTS) -> Iterator[str]:
    """Sentences that ``phrase`` stands for: each way of each of its pieces at least once."""
    pieces = [piece or ("",) for piece in segments(phrase, slots)]
    for number in range(max(map(len, pieces))):
        chosen = [piece[number % len(piece)] for piece in pieces]
        yield f" {FILLER} ".join(chosen).strip()


def in_three_cases(text: str) -> tuple[str, str, str]:
    """In small letters, with a capital, and in capitals."""
    return text, text[:1].upper() + text[1:], text.upper()


def by_language(field: Callable[[Language], Words]) -> list[tuple[str, Words]]:
    """Code and entries of each language that has any in a field."""
    return [(language.code, field(language)) for language in LANGUAGES if field(language)]


HEAD = """From: Ayu Lestari <ayu@example.com>
Subject: stok
Message-ID: <2@example.com>
In-Reply-To: <1@example.com>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

"""


def read(text: str) -> ParsedMessage:
    """A reply with ``text``, as it comes by the door."""
    return parse_message(f"{HEAD}{text}".encode())


def kinds(message: ParsedMessage) -> list[str]:
    """The kinds of a message's spans with text."""
    return [
        span.kind.value for span in message.spans if message.text[span.start : span.end].strip()
    ]
