"""Find Indonesian and English words with the same meaning, from the mail itself.

There are two signs, chosen to be reliable rather than complete: a loanword and the
English word it comes from (``cognates``), and a gloss such as ``jaringan (network)``
written by several people (Lin and others 2008, Mining parenthetical translations from
the Web). In both cases one word must be more frequent in Indonesian posts and the other
in English ones, and the posts around them must be more similar than those around three
quarters of random pairs of words. An archive in one language has no synonyms.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array, csr_array, diags_array
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.database import in_parts
from archive.tables import OwnText
from reputation.arrays import Floats, Integers, sum_rows
from reputation.corpus.reader import Corpus
from reputation.language.stopwords import GENERIC_WORDS
from reputation.language.words import language

MINIMUM_LENGTH: Final = 5
"""Shorter words match by chance."""

_ENDINGS: Final = (
    ("tion", "si"),
    ("sion", "si"),
    ("ity", "itas"),
    ("ive", "if"),
    ("ical", "ik"),
    ("ics", "ik"),
    ("ic", "ik"),
    ("gy", "gi"),
)
_LETTERS: Final = (
    ("ph", "f"),
    ("ch", "k"),
    ("th", "t"),
    ("qu", "ku"),
    ("x", "ks"),
    ("y", "i"),
)
_SOFT_C: Final = re.compile(r"c(?=[ei])")
_DOUBLED: Final = re.compile(r"(.)\1")
_FINAL_T: Final = re.compile(r"(?<=[npks])t$")
LEAST_POSTS: Final = 30
"""With fewer posts in either language, an archive is not mixed."""
LEAST_AUTHORS: Final = 2
LEANING: Final = 2.0
"""The ratio of a word's frequency in Indonesian posts to that in English ones must be this many
times higher for the Indonesian word than for the English one."""
ALIKE: Final = 0.75
CHANCE_PAIRS: Final = 200
MOST_POSTS: Final = 30_000
"""Only the latest posts are read; fewer are enough to know a language."""
SAMPLE: Final = 1_000
MIXED: Final = 0.02
"""Least share of a sample in the second language. About one guess in a thousand is wrong."""
CHARACTERS: Final = 4_000
COMMON: Final = 0.25
"""Words in more than this share of the posts say nothing about their neighbours."""

_GLOSS: Final = re.compile(r"(?<![\w/.-])([^\W\d_]{3,30}) ?\(([^\W\d_]{3,30})\)")

Pair = tuple[str, str]


def english_key(word: str) -> str:
    """The key of a lower-case English word: its spelling in Indonesian, without a final e."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending):
            word = word.removesuffix(ending) + instead
            break
    for letters, instead in _LETTERS:
        word = word.replace(letters, instead)
    word = _SOFT_C.sub("s", word).replace("c", "k")
    word = _DOUBLED.sub(r"\1", word).removesuffix("e")
    return _FINAL_T.sub("", word)


def indonesian_key(word: str) -> str:
    """The key of a lower-case Indonesian word; equal to ``english_key`` of its origin."""
    return _DOUBLED.sub(r"\1", word).removesuffix("e")


@dataclass(frozen=True, slots=True)
class FoundSynonym:
    """An Indonesian and an English word with the same meaning, and the sign that shows it."""

    indonesian: str
    english: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the posts show.

    indonesian, english: rows of the posts in each language.
    glosses: for each glossed pair, person ids of those who wrote it.
    """

    indonesian: Integers
    english: Integers
    glosses: Mapping[Pair, set[int]]


def find_synonyms(session: Session, corpus: Corpus) -> list[FoundSynonym]:
    """The synonyms that the posts show, sorted by the Indonesian word; each word occurs once."""
    if not _is_mixed(session, corpus):
        return []
    reading = _read(session, corpus)
    if min(len(reading.indonesian), len(reading.english)) < LEAST_POSTS:
        return []
    words = _Words(corpus, reading)
    candidates = dict[Pair, str]()
    for pair in words.cognates():
        candidates[pair] = "a loanword"
    for (one, other), people in sorted(reading.glosses.items()):
        if len(people) < LEAST_AUTHORS:
            continue
        for pair in ((one, other), (other, one)):
            if words.lean(*pair):
                candidates.setdefault(pair, f"glossed by {len(people)} people")
    company = _Company(corpus)
    least = company.by_chance()
    scored = sorted(
        ((company.likeness(*pair), pair) for pair in candidates), key=lambda one: (-one[0], one[1])
    )
    taken: set[str] = set()
    found = []
    for likeness, pair in scored:
        if likeness > least and taken.isdisjoint(pair):
            taken.update(pair)
            found.append(FoundSynonym(*pair, candidates[pair]))
    return sorted(found, key=lambda one: one.indonesian)


def _is_mixed(session: Session, corpus: Corpus) -> bool:
    """Whether a sample of the posts has enough of both languages to read all posts."""
    human = np.flatnonzero(~corpus.posts.automatic)
    rows = human[:: max(1, len(human) // SAMPLE)].tolist()
    counts = {"id": 0, "en": 0}
    for part in in_parts(rows):
        for text in _texts(session, corpus.posts.message[part]).values():
            found = language(text)
            if found is not None:
                counts["en" if found == "en" else "id"] += 1
    return min(counts.values()) >= MIXED * sum(counts.values()) > 0


def _read(session: Session, corpus: Corpus) -> _Reading:
    posts = corpus.posts
    human = np.flatnonzero(~posts.automatic)[-MOST_POSTS:]
    spoken: dict[str, list[int]] = {"id": [], "en": []}
    glosses: defaultdict[Pair, set[int]] = defaultdict(set)
    for rows in in_parts(human.tolist()):
        texts = _texts(session, posts.message[rows])
        for row in rows:
            text = texts.get(int(posts.message[row]), "")
            found = language(text)
            if found is None:
                continue
            spoken["en" if found == "en" else "id"].append(row)
            for match in _GLOSS.finditer(text.lower()):
                glosses[match[1], match[2]].add(int(posts.person[row]))
    return _Reading(
        np.array(spoken["id"], dtype=np.int64), np.array(spoken["en"], dtype=np.int64), glosses
    )


def _texts(session: Session, messages: Integers) -> dict[int, str]:
    rows = session.execute(
        select(OwnText.message_id, func.substr(OwnText.text, 1, CHARACTERS)).where(
            OwnText.message_id.in_(messages.tolist())
        )
    )
    return {message: text for message, text in rows}  # noqa: C416 - rows are not pairs to mypy


class _Words:
    """Which words belong to which language, by the posts and people that use them."""

    def __init__(self, corpus: Corpus, reading: _Reading) -> None:
        self._place = corpus.vocabulary
        self._words = sorted(corpus.vocabulary, key=corpus.vocabulary.__getitem__)
        self._rates: list[Floats] = []
        self._authors: list[Integers] = []
        for rows in (reading.indonesian, reading.english):
            used = csr_array((corpus.own_terms[rows] + corpus.subject_terms[rows]) > 0)
            posts = np.bincount(used.indices, minlength=used.shape[1])
            # Add half a post to each count, so that no word has frequency 0 in a language.
            self._rates.append(np.asarray((posts + 0.5) / (len(rows) + 1.0), dtype=np.float64))
            people, person = np.unique(corpus.posts.person[rows], return_inverse=True)
            by_person = sum_rows(csr_array(used.astype(np.float32)), person, len(people))
            self._authors.append(np.bincount(by_person.indices, minlength=used.shape[1]))

    def lean(self, indonesian: str, english: str) -> bool:
        """Whether the words are more typical of Indonesian and of English posts, respectively."""
        if indonesian not in self._place or english not in self._place:
            return False
        ours, theirs = self._place[indonesian], self._place[english]
        if max(ours, theirs) >= len(self._rates[0]):
            return False
        ratio = self._rates[0] / self._rates[1]
        return bool(
            self._authors[0][ours] >= LEAST_AUTHORS
            and self._authors[1][theirs] >= LEAST_AUTHORS
            and ratio[ours] > 1
            and ratio[ours] >= LEANING * ratio[theirs]
        )

    def cognates(self) -> Iterator[Pair]:
        """Pairs of a loanword and its English origin that ``lean`` accepts."""
        english: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._of(1):
            english[english_key(word)].append(word)
        for word in self._of(0):
            for other in english.get(indonesian_key(word), ()):
                if other != word and self.lean(word, other):
                    yield word, other

    def _of(self, side: int) -> Iterator[str]:
        """Words that several people use in posts of one language."""
        for place in np.flatnonzero(self._authors[side] >= LEAST_AUTHORS).tolist():
            word = self._words[place]
            if len(word) >= MINIMUM_LENGTH and word.isalpha() and word not in GENERIC_WORDS:
                yield word


class _Company:
    """The context of a word: the sum of the TF-IDF vectors of the posts that contain it."""

    def __init__(self, corpus: Corpus) -> None:
        used = csr_array((corpus.own_terms + corpus.subject_terms) > 0).astype(np.float64)
        self._frequency = np.bincount(used.indices, minlength=used.shape[1])
        posts = max(1, used.shape[0])
        telling = (self._frequency >= 2) & (self._frequency <= COMMON * posts)
        idf = np.where(telling, np.log(posts / np.maximum(self._frequency, 1)), 0.0)
        weighted = csr_array(used @ diags_array(idf))
        length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        self._posts = csr_array(diags_array(1.0 / np.maximum(length, 1e-9)) @ weighted)
        self._columns = csc_array(used)
        self._place = corpus.vocabulary

    def likeness(self, one: str, other: str) -> float:
        """Cosine of the contexts of two words, without the words themselves, 0 to 1."""
        return self._cosine(self._place[one], self._place[other])

    def by_chance(self) -> float:
        """The likeness that three quarters of random pairs of words do not exceed."""
        usable = np.flatnonzero((self._frequency >= 4) & (self._frequency <= 400))
        if len(usable) < 2:
            return 1.0
        drawn = np.random.default_rng(0).choice(usable, size=(CHANCE_PAIRS, 2))
        return float(np.quantile([self._cosine(*pair) for pair in drawn.tolist()], ALIKE))

    def _cosine(self, one: int, other: int) -> float:
        left, right = self._around(one), self._around(other)
        left[[one, other]] = right[[one, other]] = 0.0
        length = float(np.sqrt((left @ left) * (right @ right)))
        return float(left @ right) / length if length > 0 else 0.0

    def _around(self, column: int) -> Floats:
        start = self._columns.indptr
        rows = self._columns.indices[start[column] : start[column + 1]]
        around: Floats = np.asarray(self._posts[rows].sum(axis=0)).ravel()
        return around
