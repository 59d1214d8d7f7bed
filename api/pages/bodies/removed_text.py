"""Messages whose text list software took out, with a note in its place (pipermail, demime)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from api.schemas import Span
from archive.mail.message import SpanKind
from archive.mail.text.footers import is_list_software_line

_LEFT = re.compile(r"\bURL ?: ?<?(https?://[^\s<>\"']{1,1000})", re.IGNORECASE)
_WORD = re.compile(r"\w")
_SMALL_PRINT = frozenset({SpanKind.FOOTER, SpanKind.SIGNATURE, SpanKind.DISCLAIMER})
MAXIMUM_NOTE = 20_000
"""Most characters of a note that are looked at."""


@dataclass(frozen=True, slots=True)
class RemovedText:
    """A text that the list software removed; ``address`` is where it put it, or empty."""

    address: str


def removed_text(text: str, spans: Sequence[Span]) -> RemovedText | None:
    """What became of a message's text, if a note of the list software is all that is left of it."""
    note = ""
    for span in spans:
        part = text[span.start : min(span.end, span.start + MAXIMUM_NOTE)]
        if span.kind not in _SMALL_PRINT and _WORD.search(part):
            return None
        if span.kind == SpanKind.FOOTER and not note and _is_note(part):
            note = part
    if not note:
        return None
    left = _LEFT.search(note)
    return RemovedText(left[1] if left else "")


def _is_note(part: str) -> bool:
    return any(is_list_software_line(line) for line in part.split("\n", 50)[:50])
