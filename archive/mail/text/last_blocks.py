"""The last lines of a text that may be a signature without a separator.

One post alone does not tell. The blocks found here count only after their author has
repeated them, so they may say less than a contact block (``archive.mail.text.signatures``),
but a sentence, thanks, a closing, code or a trailer such as ``Reviewed-by:`` is never
part of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.mail.text.footers import bare, is_list_software_line
from archive.mail.text.signatures import CLOSINGS, REACH
from archive.mail.text.spans import OWN_KINDS, Span, SpanKind
from archive.mail.words.registry import gather

MAX_BLOCKS = 4
_MAX_CHARACTERS = 2_000
_MAX_LINES = 14
_MAX_WIDTH = 90
_MAX_NAMED_WORDS = 10
_SENTENCE_WORDS = 4
"""From this many words on, a line in small letters, or one with a full stop, is a sentence."""
_WORD = re.compile(r"[^\W_]+")
_MAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|[(\[<{]\s?at\s?[)\]>}])\s?[\w-]{1,60}(?:\.[\w-]{1,60}){1,5}",
    re.IGNORECASE,
)
_PLACE = re.compile(r"https?://\S{4}|www\.\S{4}", re.IGNORECASE)
_CODE = re.compile(
    r"<-|[{}=$^~`\\]|[a-z_]\((?!\w{1,6}\))|\[\d|^\s*[#>+@%|]|^\s*\d+[:.)]\s|^(?:--- |\+\+\+|diff )"
)
_TRAILER = re.compile(r"[A-Z][a-z]+(?:-[a-z]+){0,3}-(?:by|to|from|id|commit):|(?:Fixes|Link|Cc):")
_FOOTNOTE = re.compile(r"\s*\[\d+\]")
_ADDED = re.compile(r"\S ?[,|(/–—]|\s-\s")
"""What parts a name from what is said of its bearer on the same line."""
_RULE = re.compile(r"\W+\Z")
_LABELLED = re.compile(r"[^\W\d_][\w -]{0,11}:\s?\S")
_THANKS = frozenset(gather(lambda language: language.thanks.words))
_THANKS_PAIRS = tuple(
    pair.replace("_", " ") for pair in gather(lambda language: language.thanks.pairs)
)
_AFTER_CLOSING = " \t,.!;:-–—"


def last_blocks(
    text: str, spans: Sequence[Span], names: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """First character, and the one after the last, of each block; the shortest block first.

    All end where the author's own text ends, and some of that stands before each.
    names: the words of the author's name, in lower case.
    """
    own = [span for span in spans if span.kind in OWN_KINDS]
    while own and not text[own[-1].start : own[-1].end].strip():
        own.pop()
    if not own or own[-1].kind is not SpanKind.AUTHORED:
        return
    span = own.pop()
    begins = any(text[one.start : one.end].strip() for one in own)
    start = max(span.start, span.end - _MAX_CHARACTERS)
    cut = start > span.start
    lines = text[start : span.end].split("\n")
    if cut:
        lines = lines[1:]
    yield from _blocks(lines, span.end, names, begins=begins or cut)


def _blocks(
    lines: Sequence[str], end: int, names: frozenset[str], *, begins: bool
) -> Iterator[tuple[int, int]]:
    """The blocks of lines that end at character ``end``; ``begins``: own text stands before."""
    at, filled, reached = end + 1, 0, False
    first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        at -= len(line) + 1
        if not line.strip() or (len(line) <= _MAX_WIDTH and _RULE.match(line)):
            continue
        filled += 1
        words = _WORD.findall(line[: _MAX_WIDTH + 1].casefold())
        if filled > _MAX_LINES or _is_prose(line, words, names) or (index == first and not begins):
            return
        reached = reached or bool(_MAIL.search(line) or REACH.match(line))
        above = next((one for one in reversed(lines[:index]) if one.strip()), "")
        named = _is_named(words, names)
        closed = _is_closing(above, names)
        opens = named or closed or index == 0 or not lines[index - 1].strip()
        if filled == 1:
            # ``TIA, Name <address>`` is a greeting's end; ``Name, Institute`` says who wrote.
            signs = reached or (len(words) > 2 and _ADDED.search(line) is not None)
            signs = signs and (words[0] in names or REACH.match(line) is not None)
        else:
            signs = reached or named or closed
        if opens and signs:
            yield at - _rule_above(lines, index, first, begins=begins), end


def _rule_above(lines: Sequence[str], index: int, first: int, *, begins: bool) -> int:
    """How many characters a rule right above line ``index`` has, with its line end."""
    above = index - 1
    if above < (first if begins else first + 1) or len(lines[above]) > _MAX_WIDTH:
        return 0
    ruled = lines[above].strip() and _RULE.match(lines[above])
    return len(lines[above]) + 1 if ruled else 0


def _is_named(words: Sequence[str], names: frozenset[str]) -> bool:
    return len(words) <= _MAX_NAMED_WORDS and any(len(word) > 2 and word in names for word in words)


def _is_closing(line: str, names: frozenset[str]) -> bool:
    """The line closes a letter, with or without the author's name."""
    if len(line) > _MAX_WIDTH:
        return False
    said = bare(line).rstrip(_AFTER_CLOSING)
    return (
        said in CLOSINGS
        or " ".join(word for word in _WORD.findall(said) if word not in names) in CLOSINGS
    )


def _is_prose(line: str, words: Sequence[str], names: frozenset[str]) -> bool:
    """Something that a signature does not say, however often its author repeats it."""
    if len(line) > _MAX_WIDTH or line.rstrip()[-1] in "!:" or is_list_software_line(line.strip()):
        return True
    if (
        _TRAILER.match(line)
        or _FOOTNOTE.match(line)
        or _is_closing(line, names)
        or not _THANKS.isdisjoint(words)
    ):
        return True
    said = " ".join(words)
    if any(pair in said for pair in _THANKS_PAIRS):
        return True
    written: list[str] = _PLACE.split(line)[0].split()
    small = sum(word[:1].islower() for word in written)
    if REACH.match(line):
        return False
    if _MAIL.search(line) or _PLACE.search(line):
        # Prose that leads to an address has many small words before it.
        return small > _SENTENCE_WORDS
    if _CODE.search(line):
        return True
    if len(written) < _SENTENCE_WORDS or _LABELLED.match(line):
        return small > _SENTENCE_WORDS or (line.rstrip()[-1] == "?" and 2 * small >= len(written))
    return 3 * small >= 2 * len(written) or (line.rstrip()[-1] in ".?" and 2 * small > len(written))
