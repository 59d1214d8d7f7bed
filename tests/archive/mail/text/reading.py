"""Texts told apart into what is whose."""

from __future__ import annotations

from archive.mail.text.spans import find_spans, own_text


def split(text: str, is_reply: bool = True) -> list[tuple[str, str]]:
    """Kind and trimmed text of every span that has text."""
    spans = find_spans(text, is_reply)
    assert "".join(text[span.start : span.end] for span in spans) == text
    parts = [(span.kind.value, text[span.start : span.end].strip()) for span in spans]
    return [part for part in parts if part[1]]


def own(text: str, is_reply: bool = True) -> str:
    """What the author wrote, spans joined by a newline."""
    return own_text(text, find_spans(text, is_reply))
