"""Obfuscate e-mail addresses for readers without a token, and remove names of hidden people.

``ayu.lestari@example.com`` becomes ``ayu…@example.com``, everywhere in the same way, so
a reader can still distinguish two people. Text is hostile: the work for every ``@`` is
bounded, so the total is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from archive.mail.message import Span

MAX_LOCAL_PART = 64
"""RFC 5321, section 4.5.3.1.1."""
MAX_DOMAIN = 255
"""RFC 5321, section 4.5.3.1.2."""
SHOWN_CHARACTERS = 3
REMOVED = "[…]"

_LOCAL_PART = re.compile(r"[^\s<>()\[\]{}\"',;:@|/\\?&=*]+\Z")
_DOMAIN = re.compile(r"[^\W_](?:[\w-]|\.(?=[\w-]))*")
_URL_START = re.compile(r"https?://\S*\Z")
_DIGITS_OF_A_MESSAGE_ID = 6


def obfuscate_address(address: str) -> str:
    """Show ``local@domain`` with at most three characters, and at most half, of the local part.

    Text without an ``@`` is returned unchanged.
    """
    local, at, domain = address.rpartition("@")
    if not at:
        return address
    shown = min(SHOWN_CHARACTERS, len(local) // 2)
    return f"{local[:shown].rstrip('.')}…@{domain}"


def address_ranges(text: str) -> list[tuple[int, int]]:
    """The places of e-mail addresses in a text: ``(start, end)``, ascending, disjoint.

    Message-IDs in the path of a web link are left out, because links to archives need
    them.
    """
    found: list[tuple[int, int]] = []
    end = 0
    at = text.find("@")
    while at >= 0:
        local = _LOCAL_PART.search(text, max(end, at - MAX_LOCAL_PART), at)
        domain = _DOMAIN.match(text, at + 1, at + 1 + MAX_DOMAIN)
        if local and domain and "." in domain.group():
            if not _is_link_to_a_message(text, local.start(), local.group()):
                found.append((local.start(), domain.end()))
            end = domain.end()
        at = text.find("@", max(at + 1, end))
    return found


def obfuscate_text(text: str, keep: Collection[str] = ()) -> str:
    """Obfuscate every e-mail address in ``text``, except those in ``keep``.

    keep: lower-case addresses that are public anyway, such as those of lists.
    """
    if "@" not in text:
        return text
    parts: list[str] = []
    done = 0
    for start, end in address_ranges(text):
        address = text[start:end]
        if address.lower() not in keep:
            parts.extend((text[done:start], obfuscate_address(address)))
            done = end
    parts.append(text[done:])
    return "".join(parts)


def _is_link_to_a_message(text: str, start: int, local_part: str) -> bool:
    if sum(character.isdigit() for character in local_part) < _DIGITS_OF_A_MESSAGE_ID:
        return False
    before = _URL_START.search(text, max(0, start - 200), start)
    return before is not None and "?" not in before.group()


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
