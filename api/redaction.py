"""What must go from a text before a reader sees it: addresses, names of hidden people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.mail.message import Span
from archive.mail.obfuscation import obfuscate_text

REMOVED = "[…]"


@dataclass(frozen=True)
class Redaction:
    """What must be removed from a text before it is shown.

    addresses: whether to obfuscate addresses.
    names: matches full names and addresses of hidden people.
    keep: addresses of lists, which are public.
    """

    addresses: bool
    names: re.Pattern[str] | None = None
    keep: frozenset[str] = frozenset()

    def text(self, text: str) -> str:
        """``text`` after redaction."""
        if self.names is not None:
            text = self.names.sub(REMOVED, text)
        return obfuscate_text(text, self.keep) if self.addresses else text

    def spans(self, text: str, spans: Sequence[Span]) -> tuple[str, tuple[Span, ...]]:
        """The text after redaction, with spans that fit it.

        Each span is redacted separately, so that its limits stay exact. The spans cover
        the text without gaps.
        """
        if not self.addresses and self.names is None:
            return text, tuple(spans)
        parts: list[str] = []
        moved: list[Span] = []
        position = 0
        for span in spans:
            part = self.text(text[span.start : span.end])
            parts.append(part)
            author = self.text(span.author)
            moved.append(Span(span.kind, position, position + len(part), author))
            position += len(part)
        return "".join(parts), tuple(moved)


def names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for names and addresses of hidden people; None if there are none.

    Single words are left out, because they would match within ordinary sentences.
    """
    telling = sorted(
        {name.strip() for name in names if " " in name.strip() or "@" in name},
        key=lambda name: (-len(name), name),
    )
    if not telling:
        return None
    alternatives = "|".join(re.escape(name) for name in telling)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)
