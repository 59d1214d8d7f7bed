"""Signatures without a separator: blocks that a post may end with, and what is stored of them.

A post stores eight octets of the mark of its signature, zeros where none is known, and then,
if it may end with a signature without a separator, one octet and the marks of those blocks,
the shortest first. The octet tells which of them is a signature: 1 is the first, 0 none.
A block's mark is the one that ``archive.mail.fingerprints`` would give it below a separator.
``archive.upkeep.repeated_signatures`` finds which blocks an author repeats.
"""

from __future__ import annotations

import re
from dataclasses import replace

from archive.mail.fingerprints import MARK_OCTETS, mark_of_signature, signature_mark
from archive.mail.message import ParsedMessage, Span, SpanKind
from archive.mail.text.last_blocks import MAX_BLOCKS, last_blocks

_UNKNOWN = bytes(MARK_OCTETS)
_RULES = "-_=*~#+.–— \t\n"
_WORD = re.compile(r"[^\W_]+")


def stored_marks(parsed: ParsedMessage) -> bytes | None:
    """What is stored of the signature of a post, and of the blocks it may end with."""
    known, found = signature_mark(parsed), _candidates(parsed)
    return (known or _UNKNOWN) + b"\0" + b"".join(found) if found else known


def known_mark(stored: bytes | None) -> bytes | None:
    """The mark of the signature; None while none is known."""
    known = (stored or _UNKNOWN)[:MARK_OCTETS]
    return None if known == _UNKNOWN else known


def candidates(stored: bytes) -> tuple[bytes, ...]:
    """The marks of the blocks that the post may end with, the shortest first."""
    starts = range(MARK_OCTETS + 1, len(stored), MARK_OCTETS)
    return tuple(stored[start : start + MARK_OCTETS] for start in starts)


def choice(stored: bytes | None) -> int:
    """Which candidate is a signature, counted from 1; 0 for none."""
    return stored[MARK_OCTETS] if stored and len(stored) > MARK_OCTETS else 0


def chosen_mark(stored: bytes | None) -> bytes | None:
    """The mark of the candidate that is a signature; None for none."""
    number = choice(stored)
    return candidates(stored)[number - 1] if stored is not None and number else None


def with_chosen(fresh: bytes | None, chosen: bytes | None) -> bytes | None:
    """What is stored of a post just read, when its candidate with the mark ``chosen`` is one.

    ``fresh`` itself without such a candidate. A mark of a signature below a separator stays.
    """
    if fresh is None or chosen is None or chosen not in candidates(fresh):
        return fresh
    number = 1 + candidates(fresh).index(chosen)
    return (known_mark(fresh) or chosen) + bytes((number,)) + fresh[MARK_OCTETS + 1 :]


def read_repeated(parsed: ParsedMessage, stored: bytes | None) -> ParsedMessage:
    """``parsed`` with the block as signature that ``stored`` says is one.

    The same message when none is chosen, or the block is not found.
    """
    chosen = chosen_mark(stored)
    block = None if chosen is None else _candidates(parsed).get(chosen)
    return parsed if block is None else replace(parsed, spans=_cut(parsed.spans, *block))


def _candidates(parsed: ParsedMessage) -> dict[bytes, tuple[int, int]]:
    """The blocks by mark; of blocks that say the same, the longest."""
    found: dict[bytes, tuple[int, int]] = {}
    if parsed.automation is not None:
        return found
    names = frozenset(_WORD.findall(parsed.author.name.casefold()))
    for start, end in last_blocks(parsed.text, parsed.spans, names):
        # Without a rule over it, which of five dashes would be taken for a cryptographic one's.
        said = parsed.text[start:end].lstrip(_RULES)
        mark = mark_of_signature(said, parsed.author.name)
        if mark is not None and (mark in found or len(found) < MAX_BLOCKS):
            found[mark] = start, end
    return found


def _cut(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    """The spans with a signature from ``start`` to ``end``, the end of one of them."""
    cut: list[Span] = []
    for span in spans:
        if span.end == end:
            if start > span.start:
                cut.append(span._replace(end=start))
            cut.append(Span(SpanKind.SIGNATURE, max(start, span.start), end))
        else:
            cut.append(span)
    return tuple(cut)
