"""Whether a reply thanks for help received, or reports the problem solved.

Decides on the opening of the author's own text, in Indonesian and English.
Thanks in advance, the formal thanks that closes a question and reports of
failure are not endorsements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from reputation.language.solved import (
    PAIRS,
    WORDS,
    WORDS_OF_PAIRS,
    has_failed,
    is_solved,
    may_be_solved,
)
from reputation.language.typos import within_edits

OPENING_LINES: Final = 6
OPENING_CHARACTERS: Final = 400
WORDS_KEPT: Final = 1 << 16
"""Different words remembered: most words of a post are those of the posts before it."""

_WORDS: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[)\"'’]*\s+|\n\s*\n|(?<=,)\n|\s+[:;]-?\)\s*")
_LETTERS: Final = re.compile(r"[^\W_]+")
_BETWEEN_WORDS_ASCII: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
_STRETCHED: Final = re.compile(r"(\w)\1{2,}")

_GREETING: Final = re.compile(
    r"\A(?:dear|hi|hai|hello|hey|halo|hallo|yth|ass\w*|salam|salaam\w*|good (?:morning|day)"
    r"|selamat (?:pagi|siang|sore|malam))\b[^,.!?:\n]{0,60}[,.!:]?",
    re.IGNORECASE,
)

# One word that thanks. Variants are listed where a typo distance would reach "think" or "trims".
_THANKS: Final = frozenset(
    """
    thanks thank thank's thx thnx tnx thanx thankyou thks tks tq thnaks thansk thaks tanks thans
    trims
    trim's trimakasih makasih makasi mksh mkasih maksih makacih terimakasih tengkyu tengkiu tengkiyu
    nuwun suwun nuhun suksma mauliate jazakallah jazakumullah jazakalloh syukron syukran
    tarimakasih tarimokasih tarimokasi tarimakase grateful appreciate appreciated berterimakasih
    """.split()
)
_THANKS_FIRST: Final = ("terima", "tarimo", "trima", "berterima")
_THANKS_LONG: Final = ("terimakasih", "makasih", "appreciated")
_THANKS_INITIALS: Final = frozenset(word[0] for word in (*_THANKS_FIRST, *_THANKS_LONG))
"""``within_edits`` allows no other first letters."""

_WHOLE, _FIRST = 1, 2


class _Sign(IntEnum):
    """What makes a post worth a closer look."""

    NOTHING = 0
    THANKS = 1
    SOLVED = 2


_ADVANCE: Final = frozenset(
    """
    advance advanced adv advnace anticipation before beforehand b4 ahead sebelumnya sblmnya sblumnya
    sebelum sblm dimuka muka thanking advace
    """.split()
)
_ADVANCE_LONG: Final = ("sebelumnya", "beforehand", "anticipation")

_REQUEST: Final = frozenset(
    """
    please pls plz mohon tolong minta harap dimohon anyone anybody wondering tanya numpang bertanya
    gimana bgmn bagaimana caranya knp kenapa mengapa
    """.split()
)
_STRONG_REQUEST: Final = frozenset(
    "please pls plz mohon tolong minta harap dimohon anyone anybody welcome".split()
)

# What only an answer brings; after "thanks for" it marks thanks for help received.
_RECEIVED: Final = frozenset(
    """
    again reply replies replying answer answers answering response responses responding respond tip
    tips suggestion suggestions suggesting advice hint hints pointer pointers pointing explanation
    explanations explaining info information link links solution solutions quick prompt fast speedy
    feedback clarification clarifying clarify patch fix fixing insight insights comment comments
    sharing detailed helpful helping kind script code example everyone everybody guys
    jawaban jawabannya penjelasan penjelasannya info infonya informasi informasinya saran sarannya
    masukan masukannya tip tipnya tips tipsnya sharing sharingnya solusi solusinya balasan
    balasannya tanggapan tanggapannya respon responnya responsnya pencerahannya petunjuknya
    koreksi koreksinya linknya lagi
    """.split()
)


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
    # Most posts hold no word of either, and their sentences need not be told apart.
    lowered = opening.lower()
    words = _distinct_words(lowered)
    signs = set(map(_sign, words))
    if "'" in lowered:
        pieces = [piece for piece in lowered.split() if "'" in piece]
        signs.update(_sign(word) for piece in pieces for word in _WORDS.findall(piece))
    said = _Sign.THANKS in signs
    solved = _Sign.SOLVED in signs or any(pair <= words for pair in PAIRS)
    if not said and not solved:
        return False
    claims = solved and may_be_solved(_flat(opening))
    if not said and not claims:
        return False
    sentences = _sentences(opening)
    if claims and any(not one.question and is_solved(one.text) for one in sentences):
        return True
    return said and _thanked(sentences, complete)


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
    """The different runs of letters and digits."""
    if text.isascii():
        return set(text.translate(_BETWEEN_WORDS_ASCII).split())
    return set(_LETTERS.findall(text))


@lru_cache(maxsize=WORDS_KEPT)
def _sign(word: str) -> _Sign:
    """What a word may be part of; stretched words count as what they are without."""
    plain = _STRETCHED.sub(r"\1", word)
    if plain in WORDS or (plain != word and plain in WORDS_OF_PAIRS):
        return _Sign.SOLVED
    if plain not in _THANKS and plain[0] not in _THANKS_INITIALS:
        return _Sign.NOTHING
    return _Sign.THANKS if _gratitude(plain) else _Sign.NOTHING


def _flat(text: str) -> str:
    """Lower-case on one line, "thaaanks" without the stretching."""
    return _STRETCHED.sub(r"\1", " ".join(text.lower().split()))


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
    if word[0] not in _THANKS_INITIALS:
        return 0
    if any(within_edits(word, long) for long in _THANKS_LONG):
        return _WHOLE
    return _FIRST if any(within_edits(word, first) for first in _THANKS_FIRST) else 0


def _thanks_position(words: tuple[str, ...]) -> int | None:
    """Index of the first word after which thanks have been said, or None."""
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        kind = _gratitude(word)
        if kind == _WHOLE:
            return None if _not_gratitude(words, index) else index
        if kind == _FIRST and (within_edits(following, "kasih") or following in ("kasi", "ksh")):
            return None if _word_is(words, index + 2, "kembali") else index + 1
    return None


def _not_gratitude(words: tuple[str, ...], index: int) -> bool:
    """Whether it is "thanks to the new driver", "would appreciate" or "no thanks"."""
    before = words[max(0, index - 3) : index]
    word = words[index]
    if word in ("appreciate", "appreciated", "grateful"):
        return not {"would", "will", "be", "could", "can", "if", "any"}.isdisjoint(before)
    if _word_is(words, index + 1, "to"):
        return _word_is(words, index + 2, "the", "this", "a", "an", "its", "that", "these")
    return "no" in before or "not" in before


def _word_is(words: tuple[str, ...], index: int, *candidates: str) -> bool:
    return index < len(words) and words[index] in candidates


def _in_advance(words: tuple[str, ...], at: int) -> bool:
    """Whether the thanks at ``at`` are for help still to come."""
    after = words[at + 1 : at + 9]
    if not _ADVANCE.isdisjoint(after) or not _ADVANCE.isdisjoint(words[max(0, at - 2) : at]):
        return True
    if any(within_edits(word, long) for word in after for long in _ADVANCE_LONG):
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
