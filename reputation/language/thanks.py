"""Whether a reply thanks for help received, or reports the problem solved.

Decides on the opening of the author's own text, in every language that knows such words.
Thanks in advance, the formal thanks that closes a question, thanks said in
anger and reports of failure are not endorsements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from archive.mail.words.phrases import expression
from archive.mail.words.registry import gather
from reputation.language.solved import has_failed, is_solved, may_be_solved
from reputation.language.typos import within_edits

OPENING_LINES: Final = 6
OPENING_CHARACTERS: Final = 400
WORDS_KEPT: Final = 1 << 16
"""Different words remembered: most words of a post are those of the posts before it."""

_WORDS: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[)\"'’]*\s+|\n\s*\n|(?<=,)\n|\s+[:;]-?\)\s*")
_BETWEEN_WORDS_ASCII: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
_STRETCHED: Final = re.compile(r"(\w)\1{2,}")

_GREETING: Final = re.compile(
    rf"\A{expression(gather(lambda language: language.thanks.greetings))}"
    r"[^,.!?:\n]{0,60}[,.!:]?",
    re.IGNORECASE,
)
_THANKS: Final = frozenset(gather(lambda language: language.thanks.words))
_PAIRS: Final = tuple(
    (first, second)
    for first, second in map(str.split, gather(lambda language: language.thanks.pairs))
)
_MISSPELT: Final = gather(lambda language: language.thanks.misspelt)
_FIRSTS: Final = tuple(dict.fromkeys(first for first, _ in _PAIRS))
_INITIALS: Final = frozenset(word[0] for word in (*_FIRSTS, *_MISSPELT))
"""``within_edits`` allows no other first letters."""
_HOPED: Final = frozenset(gather(lambda language: language.thanks.hoped))
_HOPING: Final = frozenset(gather(lambda language: language.thanks.hoping))
_NOT_AFTER: Final = frozenset(gather(lambda language: language.thanks.not_after))
_NOT_BEFORE: Final = frozenset(gather(lambda language: language.thanks.not_before))
_ADVANCE: Final = frozenset(gather(lambda language: language.thanks.advance))
_ADVANCE_MISSPELT: Final = gather(lambda language: language.thanks.advance_misspelt)
_REQUEST: Final = frozenset(gather(lambda language: language.thanks.requests))
_STRONG_REQUEST: Final = frozenset(gather(lambda language: language.thanks.strong_requests))
_RECEIVED: Final = frozenset(gather(lambda language: language.thanks.received))
_ANGRY: Final = re.compile(expression(gather(lambda language: language.thanks.angry)))
_WHOLE, _FIRST = 1, 2


@dataclass(frozen=True, slots=True)
class _Sentence:
    """``words`` are lower-case; ``question``: ends with a question mark."""

    text: str
    words: tuple[str, ...]
    question: bool
    emphatic: bool


def thanks(own_text: str) -> bool:
    """Whether the opening of ``own_text`` thanks for help received or reports success.

    The caller asks only about an asker's later posts in the thread. Reads the
    first six non-blank lines, at most 400 characters; linear time.
    """
    opening, complete = _opening(own_text)
    flat = _flat(opening)
    # Most posts hold no word of either, and their sentences need not be told apart.
    said = any(map(_gratitude, _distinct_words(flat)))
    claims = may_be_solved(flat)
    if not said and not claims:
        return False
    sentences = _sentences(opening)
    if claims and any(not one.question and is_solved(one.text) for one in sentences):
        return True
    return said and not _ANGRY.search(flat) and _thanked(sentences, complete)


def _thanked(sentences: list[_Sentence], complete: bool) -> bool:
    """Whether one of the sentences thanks, and none reports failure.

    complete: they are the whole text, so that the last of them may be a formal close.
    """
    polite = asked = False
    for position, sentence in enumerate(sentences):
        at = _thanks_position(sentence.words)
        if at is not None and not _in_advance(sentence.words, at):
            if _received(sentence.words, at) and not has_failed(sentence.text):
                return True
            polite |= not asked and not (complete and _closes(sentences, position))
        asked |= sentence.question or not _REQUEST.isdisjoint(sentence.words[:at])
    return polite and not any(has_failed(sentence.text) for sentence in sentences)


def _opening(text: str) -> tuple[str, bool]:
    """The first lines without a greeting, and whether they are the whole text."""
    bounded = text.lstrip()[: OPENING_CHARACTERS * 3]
    lines: list[str] = []
    count = 0
    for line in bounded.splitlines():
        count += bool(line.strip())
        if count > OPENING_LINES:
            break
        lines.append(line.strip())
    opening = "\n".join(lines).replace("’", "'")[:OPENING_CHARACTERS]
    complete = len(opening) >= len(text.strip()) - len(lines)
    return _GREETING.sub("", opening, count=1), complete


def _distinct_words(text: str) -> set[str]:
    """The different runs of letters and digits; those with an apostrophe whole, too."""
    if not text.isascii():
        return set(_WORDS.findall(text))
    found = set(text.translate(_BETWEEN_WORDS_ASCII).split())
    if "'" in text:
        found.update(_WORDS.findall(text))
    return found


def _flat(text: str) -> str:
    """Lower-case on one line, "thaaanks" without the stretching."""
    return " ".join(map(_unstretched, text.lower().split()))


@lru_cache(maxsize=WORDS_KEPT)
def _unstretched(word: str) -> str:
    return _STRETCHED.sub(r"\1", word)


def _sentences(opening: str) -> list[_Sentence]:
    found = []
    for piece in _SENTENCE_END.split(opening):
        text = _flat(piece)
        words = tuple(_WORDS.findall(text))
        if words:
            found.append(_Sentence(text, words, "?" in text, "!" in text))
    return found


@lru_cache(maxsize=WORDS_KEPT)
def _gratitude(word: str) -> int:
    """Whether a word thanks: 0 no, or as the whole or the first word of it."""
    if word in _THANKS:
        return _WHOLE
    if word[0] not in _INITIALS:
        return 0
    if any(within_edits(word, long) for long in _MISSPELT):
        return _WHOLE
    return _FIRST if any(within_edits(word, first) for first in _FIRSTS) else 0


def _thanks_position(words: tuple[str, ...]) -> int | None:
    """Index of the first word after which thanks have been said, or None."""
    for index, word in enumerate(words):
        kind = _gratitude(word)
        if kind == _FIRST and index + 1 < len(words) and _is_pair(word, words[index + 1]):
            return None if _not_gratitude(words, index, index + 1) else index + 1
        if kind == _WHOLE:
            return None if _not_gratitude(words, index, index) else index
    return None


def _is_pair(word: str, following: str) -> bool:
    return any(
        within_edits(word, first) and within_edits(following, second) for first, second in _PAIRS
    )


def _not_gratitude(words: tuple[str, ...], first: int, last: int) -> bool:
    """Whether it is "thanks to the new driver", "would appreciate" or "no thanks"."""
    before = words[max(0, first - 3) : first]
    if words[last] in _HOPED:
        return not _HOPING.isdisjoint(before)
    after = words[last + 1 : last + 3]
    if after and (after[0] in _NOT_AFTER or " ".join(after) in _NOT_AFTER):
        return True
    return not _NOT_BEFORE.isdisjoint(before)


def _in_advance(words: tuple[str, ...], at: int) -> bool:
    """Whether the thanks at ``at`` are for help still to come."""
    after = words[at + 1 : at + 9]
    if not _ADVANCE.isdisjoint(after) or not _ADVANCE.isdisjoint(words[max(0, at - 2) : at]):
        return True
    if any(within_edits(word, long) for word in after for long in _ADVANCE_MISSPELT):
        return True
    return not _STRONG_REQUEST.isdisjoint(words[:at])


def _received(words: tuple[str, ...], at: int) -> bool:
    """Whether the sentence names what only an answer brings, near the thanks."""
    return not _RECEIVED.isdisjoint(words[max(0, at - 6) : at + 9])


def _closes(sentences: list[_Sentence], position: int) -> bool:
    """Whether the sentence is the bare formal thanks before the writer's name."""
    sentence = sentences[position]
    before = sum(len(earlier.words) for earlier in sentences[:position])
    after = sum(len(later.words) for later in sentences[position + 1 :])
    bare = len(sentence.words) <= 4 and not sentence.emphatic
    return bare and before > 8 and after <= 6
