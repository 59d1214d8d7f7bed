"""Labels for topics: phrases that several authors use in subjects, else the best words.

A reader of the list must recognise a label, so it is taken from subjects: the phrase
most characteristic of the topic's threads.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reputation.language.stopwords import (
    GENERIC_NOUNS,
    GENERIC_VERBS,
    GENERIC_WORDS,
    HONORIFICS,
    STOP_WORDS_INDONESIAN,
)
from reputation.language.words import MAXIMUM_LENGTH

Loads = NDArray[np.float64]
"""Threads × topics: which share of a thread a topic explains; rows sum to 1 or 0."""

SUBJECT_CHARACTERS: Final = 200
TERMS_IN_LABEL: Final = 2

_WEAK_ALONE: Final = frozenset(
    "analysis build event image key line map matrix model modeling modelling number platform plot"
    " point shape size time world".split()
)
"""Folded words that are too general to be a label alone."""

_CHROME: Final = re.compile(
    r"mailing list|html version|version deleted|next part|attachment|scrubbed|digest vol|unsubscri"
)
_WORD: Final = re.compile(r"[^\W_]+(?:(?:__?|[.'’-])[^\W_]+)*")
_INNER: Final = frozenset(
    "in of to for and from with on by per di ke dari dan untuk pada dengan antar".split()
)
_LENGTH_BONUS: Final = (0.0, 1.0, 1.7, 2.0)
"""Factor of a phrase's score, by its number of words that are not generic."""

_NEUTRAL_SHARE: Final = 0.015
_NEUTRAL_WEIGHT: Final = 0.35
"""A word in at least 1.5 % of the subjects may be part of any topic's phrase, at this weight."""
LANGUAGES: Final = ("id", "en")
"""The languages in which topics have labels."""
MAIN_LANGUAGE: Final = 0.75
"""If this share of a topic's threads is in one language, the topic's label counts as one in that
language."""


def fold(word: str) -> str:
    """A key that is the same for the singular and the plural of an English word."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and word[-2] not in "sui":
        return word[:-1]
    return word


_PLAIN: Final = frozenset(fold(word) for word in GENERIC_NOUNS) | _INNER

_SURE_LOAD: Final = 6.0
"""A single word may be a label alone if the topic's load on the word's threads is this high."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase from subjects: folded words, the most common spelling, and its threads."""

    words: Key
    surface: str
    threads: list[int]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A phrase as a possible label of one topic.

    inside: the topic's load on the phrase's threads.
    share: this load as a share of all topics' load on these threads.
    """

    phrase: _Phrase
    score: float
    inside: float
    share: float

    @property
    def content(self) -> set[str]:
        """The phrase's words without function words."""
        return {word for word in self.phrase.words if word not in _INNER}


def label_topics(
    topics: Sequence[Mapping[str, float]],
    loads: Loads,
    subjects: Sequence[str],
    thread_authors: Sequence[int],
    *,
    names: Collection[str] = (),
    sure: bool = False,
) -> list[str]:
    """Find a distinct label for each topic, in the order given.

    topics: each topic's words with weights, the largest 1.
    loads: threads × topics.
    subjects, thread_authors: base subject and root author of each thread.
    names: words of the names of people and of the list; none of them becomes a label.
    sure: if no phrase from subjects fits, return an empty label instead of the best
        words.
    """
    addressed = _addressed(subjects)
    people = {name.lower() for name in names} | addressed
    # A word from a person's name may be an ordinary word within a phrase, so only phrases made
    # of such words alone are dropped. A person addressed by title is dropped in any phrase.
    phrases = [
        phrase
        for phrase in _phrases(subjects, thread_authors)
        if addressed.isdisjoint(phrase.words) and not people.issuperset(phrase.words)
    ]
    neutral = _neutral(phrases, len(subjects))
    taken: list[set[str]] = []
    labels = [""] * len(topics)
    for topic in np.argsort(-loads.sum(axis=0), kind="stable"):
        candidates = _candidates(phrases, topics[topic], neutral, loads[:, topic], loads)
        label = _choose([one for one in candidates if one.content not in taken])
        if not label or _content(label) in taken:
            label = "" if sure else _best_words(topics[topic], taken, people)
        if not label:
            continue
        labels[topic] = _numbered(label, labels)
        taken.append(_content(label))
    return labels


def _numbered(label: str, labels: Sequence[str]) -> str:
    """The label, with a number if another topic already has it."""
    numbers = (label if number == 1 else f"{label} {number}" for number in count(1))
    return next(name for name in numbers if name not in labels)


def _neutral(phrases: Sequence[_Phrase], subjects: int) -> set[str]:
    """Words so common in subjects that they may be combined with any topic's words."""
    return {
        phrase.words[0]
        for phrase in phrases
        if len(phrase.words) == 1 and len(phrase.threads) >= max(4, _NEUTRAL_SHARE * subjects)
    }


def _candidates(
    phrases: Sequence[_Phrase],
    terms: Mapping[str, float],
    neutral: set[str],
    load: NDArray[np.float64],
    loads: Loads,
) -> list[_Candidate]:
    """Phrases that consist of the topic's words, the best label first."""
    weights: dict[str, float] = {}
    for term, weight in terms.items():
        weights[fold(term)] = max(weight, weights.get(fold(term), 0.0))
    found = []
    for phrase in phrases:
        strength = _strength(phrase.words, weights, neutral)
        if strength <= 0:
            continue
        inside = float(load[phrase.threads].sum())
        share = inside / (float(loads[phrase.threads].sum()) + 2.0)
        if share >= 0.15:
            bonus = _LENGTH_BONUS[sum(word not in _PLAIN for word in phrase.words)]
            score = bonus * strength * share * float(np.log1p(inside))
            found.append(_Candidate(phrase, score, inside, share))
    return sorted(found, key=lambda one: (-one.score, one.phrase.words))


def _strength(words: Key, weights: Mapping[str, float], neutral: set[str]) -> float:
    """Mean weight of a phrase's words in the topic; 0 if a word does not fit or none is strong."""
    content = [word for word in words if word not in _INNER]
    if max(weights.get(word, 0.0) for word in content) < 0.1:
        return 0.0
    found = [
        weights.get(word, 0.0)
        or (_NEUTRAL_WEIGHT if len(content) > 1 and (word in neutral or word in _PLAIN) else 0.0)
        for word in content
    ]
    return 0.0 if min(found) < 0.04 else sum(found) / len(found)


def _choose(candidates: Sequence[_Candidate]) -> str:
    """The phrase that covers enough of the topic, else one or two words; empty if none fits."""
    word = next((one for one in candidates if len(one.content) == 1), None)
    phrases = [one for one in candidates if len(one.content) > 1]
    if word is None:
        return _longest(phrases[0], phrases).phrase.surface if phrases else ""
    for phrase in phrases:
        covers = phrase.inside >= 0.12 * word.inside and phrase.score >= 0.5 * word.score
        if covers and phrase.content - word.content - _PLAIN:
            return _longest(phrase, phrases).phrase.surface
    weak = not _WEAK_ALONE.isdisjoint(word.content)
    if word.share >= 0.3 and word.inside >= _SURE_LOAD and not weak:
        return word.phrase.surface
    for phrase in phrases:
        if phrase.content > word.content and phrase.inside >= 0.03 * word.inside:
            return _longest(phrase, phrases).phrase.surface
    (stem,) = (content[:4] for content in word.content)
    for second in candidates:
        alike = any(content.startswith(stem) for content in second.content)
        if not alike and second.score >= 0.05 * word.score:
            return f"{word.phrase.surface}, {second.phrase.surface}"
    return "" if weak or word.inside < _SURE_LOAD else word.phrase.surface


def _longest(chosen: _Candidate, phrases: Sequence[_Candidate]) -> _Candidate:
    """A longer phrase that contains the chosen one, if it is in nearly as many subjects."""
    for longer in phrases:
        if longer.content > chosen.content and longer.inside >= 0.5 * chosen.inside:
            return longer
    return chosen


def _best_words(
    terms: Mapping[str, float], taken: Sequence[set[str]], people: Collection[str]
) -> str:
    """The topic's best words that are no names: at least two, until no other label is the same."""
    ordered = sorted(terms, key=lambda term: (-terms[term], term))
    usable = [term for term in ordered if term not in people and term not in GENERIC_WORDS]
    chosen: list[str] = []
    for term in usable or ordered:
        if all(fold(term) not in other and other not in fold(term) for other in chosen):
            chosen.append(term)
        if len(chosen) >= TERMS_IN_LABEL and _content(" ".join(chosen)) not in taken:
            break
    return ", ".join(chosen)


def _content(label: str) -> set[str]:
    return {fold(word) for word in _WORD.findall(label)} - _INNER


def _commonest(surfaces: Counter[str]) -> str:
    """The most common spelling; of equally common ones, the first in the alphabet."""
    return min(surfaces, key=lambda text: (-surfaces[text], text))


def _phrases(subjects: Sequence[str], thread_authors: Sequence[int]) -> list[_Phrase]:
    """Phrases of one to three words that enough different authors used in subjects."""
    enough = 3 if len(subjects) >= 60 else 2
    # Most sequences of words occur in only one subject; counting first drops them cheaply.
    frequency = Counter(key for subject in subjects for key in _spellings(subject))
    common = {key for key, times in frequency.items() if times >= enough}
    threads: defaultdict[Key, list[int]] = defaultdict(list)
    surfaces: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for thread, subject in enumerate(subjects):
        for key, surface in _spellings(subject).items():
            if key in common:
                threads[key].append(thread)
                surfaces[key][surface] += 1
    return [
        _Phrase(key, _commonest(surfaces[key]), rows)
        for key, rows in threads.items()
        if len({thread_authors[row] for row in rows}) >= enough
    ]


def _spellings(subject: str) -> dict[Key, str]:
    """The phrases of a subject, by their folded words."""
    return {
        tuple(fold(word) for word in run): " ".join(run)
        for run in _runs(subject[:SUBJECT_CHARACTERS].lower())
    }


def _runs(subject: str) -> Iterator[Key]:
    """Sequences of one to three content words, with at most one function word between them."""
    if _CHROME.search(subject):
        return
    # Punctuation separates phrases: "raster: crop" is not a phrase.
    for clause in re.split(r"[^\w\s.'’-]+|\.\s", subject):
        words = _WORD.findall(clause)
        for start in range(len(words)):
            for length in range(1, 5):
                run = tuple(words[start : start + length])
                if len(run) == length and _names_something(run):
                    yield run


def _names_something(run: Key) -> bool:
    content = [word for word in run if word not in STOP_WORDS_INDONESIAN]
    inner = len(run) - len(content)
    if not 1 <= len(content) <= 3 or inner > 1 or run[0] not in content or run[-1] not in content:
        return False
    if inner and (len(content) != 2 or run[1] not in _INNER):
        return False
    if any(
        not 2 <= len(word) <= MAXIMUM_LENGTH or word.replace(".", "").isdigit() for word in content
    ):
        return False
    if any(word in GENERIC_VERBS for word in content):
        return False
    return any(word not in GENERIC_NOUNS for word in content)


def _addressed(subjects: Iterable[str]) -> set[str]:
    """Words that mostly follow a title in subjects: "pak budi" makes ``budi`` a name."""
    after: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for subject in subjects:
        words = _WORD.findall(subject[:SUBJECT_CHARACTERS].lower())
        total.update(words)
        after.update(word for title, word in pairwise(words) if title in HONORIFICS)
    return {word for word, times in after.items() if times >= max(2, 0.3 * total[word])}


def labels_by_language(
    topics: Sequence[Mapping[str, float]],
    loads: Loads,
    subjects: Sequence[str],
    thread_authors: Sequence[int],
    *,
    labels: Sequence[str],
    spoken: Sequence[str | None],
    names: Collection[str] = (),
) -> list[dict[str, str]]:
    """The labels of each topic by language, as far as they are known.

    labels: the result of ``label_topics``.
    spoken: ``id``, ``en`` or None for each thread.

    If nearly all threads of a topic are in one language, its label counts as one in
    that language. In another language, the label is a phrase from the subjects in it,
    if several authors agree on one.
    """
    found = [dict[str, str]() for _ in topics]
    whole = np.maximum(loads.sum(axis=0), 1e-12)
    for language in LANGUAGES:
        here = [place for place, one in enumerate(spoken) if one == language]
        shares = loads[here].sum(axis=0) / whole
        called = [""] * len(topics)
        if np.any((shares > 0) & (shares < MAIN_LANGUAGE)):
            called = label_topics(
                topics,
                loads[here],
                [subjects[place] for place in here],
                [thread_authors[place] for place in here],
                names=names,
                sure=True,
            )
        for topic, own in enumerate(found):
            if shares[topic] >= MAIN_LANGUAGE:
                own[language] = labels[topic]
            elif called[topic] and "," not in called[topic]:
                own[language] = called[topic]
    return found
