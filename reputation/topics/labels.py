"""Names for topics: phrases that several authors put in subjects, else the best words.

A label must be recognised by a reader of the list, so it is taken from what
subjects say: the phrase most characteristic of the topic's threads.
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
"""Threads × topics: how much of a thread a topic explains; rows sum to 1 or 0."""

SUBJECT_CHARACTERS: Final = 200
TERMS_IN_LABEL: Final = 2

_WEAK_ALONE: Final = frozenset(
    "analysis build event image key line map matrix model modeling modelling number platform plot"
    " point shape size time world".split()
)
"""Folded words too wide for a label, unless with another word."""

_CHROME: Final = re.compile(
    r"mailing list|html version|version deleted|next part|attachment|scrubbed|digest vol|unsubscri"
)
_WORD: Final = re.compile(r"[^\W_]+(?:(?:__?|[.'’-])[^\W_]+)*")
_INNER: Final = frozenset(
    "in of to for and from with on by per di ke dari dan untuk pada dengan antar".split()
)
_LENGTH_BONUS: Final = (0.0, 1.0, 1.7, 2.0)
"""By the number of words that are not generic: what a phrase says more than a word."""

_NEUTRAL_SHARE: Final = 0.015
_NEUTRAL_WEIGHT: Final = 0.35
"""A word in 1.5 % of the subjects may stand in a phrase without being one of the topic's terms."""
LANGUAGES: Final = ("id", "en")
"""Those that topics have labels in."""
MAIN_LANGUAGE: Final = 0.75
"""A topic this share of whose threads are in one language has its label from them."""


def fold(word: str) -> str:
    """A key under which an English singular and plural meet."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and word[-2] not in "sui":
        return word[:-1]
    return word


_PLAIN: Final = frozenset(fold(word) for word in GENERIC_NOUNS) | _INNER

_SURE_LOAD: Final = 6.0
"""A single word names a topic alone when it stands in the subjects of so many of its threads."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase of subjects: folded words, commonest spelling, the threads it stands in."""

    words: Key
    surface: str
    threads: list[int]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A phrase as a name for one topic.

    inside: the topic's load on the phrase's threads; share: that of their whole load.
    """

    phrase: _Phrase
    score: float
    inside: float
    share: float

    @property
    def content(self) -> set[str]:
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
    """A distinct label for each topic, in the order given.

    sure: an empty label where no phrase of subjects will do, instead of the topic's best words.

    topics: each topic's words with weights, largest 1. loads: threads × topics.
    subjects, thread_authors: base subject and root author of each thread.
    names: words of people's names and of the list's own name; none of them is a label.
    """
    addressed = _addressed(subjects)
    people = {name.lower() for name in names} | addressed
    # A word of somebody's name may be an ordinary word beside others; an addressed person is not.
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
    """The label with a number if another topic bears it already."""
    numbers = (label if number == 1 else f"{label} {number}" for number in count(1))
    return next(name for name in numbers if name not in labels)


def _neutral(phrases: Sequence[_Phrase], subjects: int) -> set[str]:
    """Words so common in subjects that they say little, and may go with any topic's words."""
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
    """Phrases that consist of the topic's words, the best name first."""
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
    """Mean weight in the topic of a phrase's words; 0 if one is foreign or none is strong."""
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
    """The phrase that covers enough of the topic, else one word or two; empty if none will do."""
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
    """A longer phrase around the chosen one, if it stands in nearly as many subjects."""
    for longer in phrases:
        if longer.content > chosen.content and longer.inside >= 0.5 * chosen.inside:
            return longer
    return chosen


def _best_words(
    terms: Mapping[str, float], taken: Sequence[set[str]], people: Collection[str]
) -> str:
    """Two or more of the heaviest words that are no names, until no other label has them."""
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
    """Of equally common spellings the first by alphabet."""
    return min(surfaces, key=lambda text: (-surfaces[text], text))


def _phrases(subjects: Sequence[str], thread_authors: Sequence[int]) -> list[_Phrase]:
    """Phrases of one to three words that enough different authors used in subjects."""
    enough = 3 if len(subjects) >= 60 else 2
    # Most runs of words stand in one subject only: counting first keeps the rest small.
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
    """The phrases of a subject by their folded words."""
    return {
        tuple(fold(word) for word in run): " ".join(run)
        for run in _runs(subject[:SUBJECT_CHARACTERS].lower())
    }


def _runs(subject: str) -> Iterator[Key]:
    """Runs of one to three content words; one function word may stand inside."""
    if _CHROME.search(subject):
        return
    # Other punctuation than a space separates phrases: "raster: crop" is no phrase.
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
    """Words that subjects mostly put after a title: "pak budi" makes ``budi`` a name."""
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
    """Each topic's labels by language, as far as they are known.

    labels: what ``label_topics`` gave. spoken: ``id``, ``en`` or None of each
    thread. A topic that is nearly all in one language has its label in that
    one; in the other it is what subjects there call it, where several authors
    agree on a phrase.
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
