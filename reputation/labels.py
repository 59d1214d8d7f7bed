"""Names for topics: phrases that several authors put in subjects, else the best words.

A label must be recognised by a reader of the list, so it is taken from what
subjects say: the phrase most characteristic of the topic's threads.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reputation.stopwords import HONORIFICS, STOP_WORDS_INDONESIAN

Loads = NDArray[np.float64]
"""Threads × topics: how much of a thread a topic explains; rows sum to 1 or 0."""

SUBJECT_CHARACTERS: Final = 200
MAXIMUM_SLUG: Final = 60
TERMS_IN_LABEL: Final = 2

GENERIC_VERBS: Final = frozenset(
    """
    add adding added allow announce avoid calculate calculating change check cleanup convert correct
    create creating disable does doesn don drop enable ensure fail failed fails find finding fix
    fixed fixes follow generate get handle improve introduce keep loading make minor move moving
    prevent read reading refactor remove rename replace replied reply request return revert run
    running select set show simplify solve solved solving switch understanding update updated use
    user users using way working write writing wrong
    aktif bantu buat buka cari dibuka dicari dimohon dipakai dipisah gagal ganti habis hilang jawab
    kena kirim konek lapor mati mau mencari mendapat minta mohon muncul naik nanya perlu pindah
    pisah salah tanya terbuka tolong tukar tutup
    """.split()
)
"""Words of what one does: they stand in no label."""

GENERIC_NOUNS: Final = frozenset(
    """
    advice announcement answer argument arguments available bug bugs cannot code command data
    default device devices difference different digest doubt driver drivers easy email error errors
    example examples file files found function functions general guide hello help helper idea info
    information input introduction issue issues job jobs latest library list lists mail mails
    message messages method methods misc missing multiple name names newbie newbies object objects
    option options output package packages patch patches phd pointer position posting problem
    problems question questions quick reading reminder result results rfc script search series
    setting simple solution some specific strange struct stuff subject suggestion suggestions
    support test testing tests thread trouble type types unable unused urgent value values variable
    variables various version warning warnings
    mb gb kb mhz ghz meter cm km kg inci
    aman aneh artikel aturan bantuan baru beda berat berita bulan cara cepat daftar error hal hari
    info informasi jam jawaban kabar kacau lama lambat laporan malam masalah menit milis minggu
    murah nomor online otomatis pagi pengumuman penuh pertanyaan ringan saran sehat siang soal sore
    tahun tanggal tempat tips umum undangan waktu
    """.split()
)
"""Words that name nothing unless another word stands beside them."""

GENERIC_WORDS: Final = GENERIC_VERBS | GENERIC_NOUNS

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


def slug(label: str) -> str:
    """An ASCII name for addresses: lower-case words joined by hyphens, 1 to 60 characters."""
    plain = unicodedata.normalize("NFKD", label[:1000]).encode("ascii", "ignore").decode("ascii")
    short = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[: MAXIMUM_SLUG + 1]
    if len(short) > MAXIMUM_SLUG:
        short = short.rpartition("-")[0] or short[:MAXIMUM_SLUG]
    return short or "topic"


def label_topics(
    topics: Sequence[Mapping[str, float]],
    loads: Loads,
    subjects: Sequence[str],
    thread_authors: Sequence[int],
    *,
    names: Collection[str] = (),
) -> list[str]:
    """A distinct label for each topic, in the order given.

    topics: each topic's words with weights, largest 1. loads: threads × topics.
    subjects, thread_authors: base subject and root author of each thread.
    names: lower-case words of people's names; none of them is a label.
    """
    people = {name.lower() for name in names} | _addressed(subjects)
    phrases = _phrases(subjects, thread_authors, people)
    neutral = _neutral(phrases, len(subjects))
    taken: list[set[str]] = []
    labels = [""] * len(topics)
    for topic in np.argsort(-loads.sum(axis=0), kind="stable"):
        candidates = _candidates(phrases, topics[topic], neutral, loads[:, topic], loads)
        label = _choose([one for one in candidates if one.content not in taken])
        labels[topic] = label or _best_words(topics[topic], taken, people)
        taken.append(_content(labels[topic]))
    return labels


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


def _phrases(
    subjects: Sequence[str], thread_authors: Sequence[int], people: Collection[str]
) -> list[_Phrase]:
    """Phrases of one to three words that enough different authors used in subjects."""
    threads: defaultdict[Key, list[int]] = defaultdict(list)
    surfaces: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for thread, subject in enumerate(subjects):
        seen: set[Key] = set()
        for surface in _runs(subject[:SUBJECT_CHARACTERS].lower()):
            key = tuple(fold(word) for word in surface)
            surfaces[key][" ".join(surface)] += 1
            if key not in seen:
                seen.add(key)
                threads[key].append(thread)
    enough = 3 if len(subjects) >= 60 else 2
    return [
        _Phrase(key, _commonest(surfaces[key]), rows)
        for key, rows in threads.items()
        if len({thread_authors[row] for row in rows}) >= enough
        and not all(word in people for word in key)
    ]


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
    if any(len(word) < 2 or word.replace(".", "").isdigit() for word in content):
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
    return {word for word, count in after.items() if count >= 0.3 * total[word]}
