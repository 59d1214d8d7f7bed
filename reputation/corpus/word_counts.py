"""Word counts of every post, in a growing store of memory-mapped arrays.

The store is a sequence of *segments*; each holds the counts of the posts of one
``add``. Saving writes only new segments and then replaces the manifest, so a reader, or
a start after a crash, sees either the complete old state or the complete new one. The
counts are derived: if they cannot be read, they are simply counted again.
"""

from __future__ import annotations

import copy
import json
import os
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from reputation.arrays import Integers, spread
from reputation.language.words import TEXT_VERSION, tokens

FORMAT_VERSION: Final = 2
MANIFEST: Final = "manifest.json"
MAXIMUM_SEGMENTS: Final = 12
STRAY_SECONDS: Final = 3600
"""A file that no manifest names is removed when it is older than this. A younger one may belong
to a writer that is still working."""

TermIds = NDArray[np.int32]
Counts = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Segment:
    """Counts of k posts. Post i has the entries ``start[i]:start[i + 1]`` of terms and counts."""

    messages: Integers
    readings: Integers
    """The reader version (``Message.reader_version``) of the text that was counted."""
    subject_start: Integers
    subject_terms: TermIds
    subject_counts: Counts
    own_start: Integers
    own_terms: TermIds
    own_counts: Counts


COLUMNS: Final = tuple(field.name for field in fields(Segment))


class TermCounts:
    """How often each word occurs in each post's subject and own text.

    A message that was added twice has the counts of the later call.
    """

    def __init__(self) -> None:
        self._words: dict[str, int] = {}
        self._segments: list[Segment] = []
        self._names: list[tuple[str, int]] = []
        """Names of the saved segments, each with the number of words known after it."""
        self._folder: Path | None = None
        self._order: Integers = np.zeros(0, dtype=np.int64)
        self._sorted: Integers = np.zeros(0, dtype=np.int64)
        self._readings: Integers = np.zeros(0, dtype=np.int64)
        self._width: int | None = None
        """For a snapshot: the number of words at that time."""

    @property
    def vocabulary(self) -> dict[str, int]:
        """Maps each word to its column. The caller must not change it."""
        return self._words

    def __len__(self) -> int:
        return len(np.unique(self._sorted))

    def snapshot(self) -> TermCounts:
        """The store as it is now, unaffected by later additions; the words are shared."""
        now = copy.copy(self)
        now._segments, now._names = list(self._segments), list(self._names)
        now._width = len(self._words)
        return now

    def missing(self, message_ids: Integers, readings: Integers | None = None) -> Integers:
        """Those of ``message_ids`` that were never added, in the same order.

        readings: the reader version wanted for each; None means any.
        """
        wanted = np.asarray(message_ids, dtype=np.int64)
        positions = self._positions(wanted)
        lacking = positions < 0
        if readings is not None and len(self._readings):
            lacking |= self._readings[positions] != readings
        return wanted[lacking]

    def add(
        self,
        message_ids: Sequence[int] | Integers,
        subjects: Iterable[str],
        texts: Iterable[str],
        readings: Sequence[int] | None = None,
    ) -> None:
        """Count the words of posts, given as parallel sequences; ``readings`` as in ``missing``.

        Raises ``ValueError`` when the sequences have different lengths.
        """
        subject, own = _Writer(self._words), _Writer(self._words)
        for line, text in zip(subjects, texts, strict=True):
            subject.write(line)
            own.write(text)
        messages = np.asarray(message_ids, dtype=np.int64)
        if len(messages) != subject.rows:
            raise ValueError("as many message ids as texts are needed")
        if len(messages):
            read = np.zeros(len(messages), dtype=np.int64)
            if readings is not None:
                read[:] = readings
            self._segments.append(Segment(messages, read, *subject.arrays(), *own.arrays()))
            self._index()

    def rows(self, message_ids: Integers) -> tuple[csr_array, csr_array]:
        """Counts (float32) of subjects and of own texts, one row per given message.

        Both tables are len(message_ids) x words; a message that was never added has an
        empty row.
        """
        positions = self._positions(np.asarray(message_ids, dtype=np.int64))
        return self._gather(positions, "subject"), self._gather(positions, "own")

    def save(self, folder: Path) -> None:
        """Write the store to ``folder``, atomically; fast when little is new."""
        folder.mkdir(parents=True, exist_ok=True)
        if self._folder != folder or len(self._segments) > MAXIMUM_SEGMENTS:
            self._names = []
            if len(self._segments) > 1:
                self._merge()
        words = list(self._words)
        for segment in self._segments[len(self._names) :]:
            known = self._names[-1][1] if self._names else 0
            name = f"{int(time.time())}-{secrets.token_hex(6)}"
            _write_segment(folder, name, segment, words[known:])
            self._names.append((name, len(words)))
        self._folder = folder
        manifest = {"format": FORMAT_VERSION, "text": TEXT_VERSION, "segments": self._names}
        _write_atomically(folder / MANIFEST, json.dumps(manifest).encode())
        _remove_strays(folder, {name for name, _ in self._names})

    @classmethod
    def load(cls, folder: Path) -> TermCounts:
        """Load the store from ``folder``; empty if it is missing, damaged or of another version.

        The caller then adds what is ``missing``, which builds it again.
        """
        store = cls()
        try:
            manifest = json.loads((folder / MANIFEST).read_bytes())
            if (manifest["format"], manifest["text"]) != (FORMAT_VERSION, TEXT_VERSION):
                return store
            for name, known in manifest["segments"]:
                segment, words = _read_segment(folder, str(name))
                for word in words:
                    store._words.setdefault(word, len(store._words))
                if len(store._words) != known or not _is_sound(segment, known):
                    return cls()
                store._segments.append(segment)
                store._names.append((name, known))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()
        store._folder = folder
        store._index()
        return store

    def _index(self) -> None:
        messages = [segment.messages for segment in self._segments]
        everything = np.concatenate([np.zeros(0, dtype=np.int64), *messages])
        self._order = np.argsort(everything, kind="stable")
        self._sorted = everything[self._order]
        self._readings = np.concatenate(
            [np.zeros(0, dtype=np.int64), *(segment.readings for segment in self._segments)]
        )

    def _positions(self, messages: Integers) -> Integers:
        """For each message, the row of its latest counts over all segments; -1 for none."""
        if not len(self._sorted):
            return np.full(len(messages), -1, dtype=np.int64)
        place = np.searchsorted(self._sorted, messages, side="right") - 1
        found = (place >= 0) & (self._sorted[place] == messages)
        return np.where(found, self._order[place], -1)

    def _gather(self, positions: Integers, part: str) -> csr_array:
        """The rows at ``positions``, from the columns ``part`` of all segments."""
        lengths = np.zeros(len(positions), dtype=np.int64)
        offset, plans = 0, []
        for segment in self._segments:
            size = len(segment.messages)
            here = np.flatnonzero((positions >= offset) & (positions < offset + size))
            if len(here):
                start: Integers = getattr(segment, f"{part}_start")
                local = positions[here] - offset
                lengths[here] = start[local + 1] - start[local]
                plans.append((segment, here, start[local]))
            offset += size
        pointer = np.concatenate([[0], np.cumsum(lengths)])
        terms = np.zeros(pointer[-1], dtype=np.int32)
        counts = np.zeros(pointer[-1], dtype=np.float32)
        for segment, here, begin in plans:
            source, target = spread(begin, lengths[here]), spread(pointer[here], lengths[here])
            terms[target] = getattr(segment, f"{part}_terms")[source]
            counts[target] = getattr(segment, f"{part}_counts")[source]
        width = len(self._words) if self._width is None else self._width
        return csr_array((counts, terms, pointer), shape=(len(positions), width))

    def _merge(self) -> None:
        """Merge all segments into one, without superseded counts."""
        last = np.append(self._sorted[1:] != self._sorted[:-1], True)
        keep = np.sort(self._order[last])
        messages = np.concatenate([segment.messages for segment in self._segments])[keep]
        columns: list[Any] = [self._readings[keep]]
        for part in ("subject", "own"):
            table = self._gather(keep, part)
            columns += [
                table.indptr.astype(np.int64),
                table.indices.astype(np.int32),
                table.data.astype(np.uint16),
            ]
        self._segments = [Segment(messages, *columns)]
        self._index()


class _Writer:
    """Collects the counts of one text after another."""

    def __init__(self, words: dict[str, int]) -> None:
        self._words = words
        self._terms: list[int] = []
        self._counts: list[int] = []
        self._start = [0]

    @property
    def rows(self) -> int:
        return len(self._start) - 1

    def write(self, text: str) -> None:
        words = self._words
        for word, count in Counter(tokens(text)).items():
            self._terms.append(words.setdefault(word, len(words)))
            self._counts.append(min(count, 65_535))
        self._start.append(len(self._terms))

    def arrays(self) -> tuple[Integers, TermIds, Counts]:
        """Starts, terms and counts, as in ``Segment``."""
        return (
            np.array(self._start, dtype=np.int64),
            np.array(self._terms, dtype=np.int32),
            np.array(self._counts, dtype=np.uint16),
        )


def _write_segment(folder: Path, name: str, segment: Segment, words: list[str]) -> None:
    for column in COLUMNS:
        with (folder / f"{name}.{column}.npy").open("wb") as file:
            np.save(file, getattr(segment, column), allow_pickle=False)
            _sync(file)
    with (folder / f"{name}.words").open("wb") as file:
        # Every word ends with a line break, so that a truncated file is detected.
        file.write("".join(f"{word}\n" for word in words).encode("utf-8", "surrogatepass"))
        _sync(file)


def _read_segment(folder: Path, name: str) -> tuple[Segment, list[str]]:
    columns = {
        column: np.load(folder / f"{name}.{column}.npy", mmap_mode="r", allow_pickle=False)
        for column in COLUMNS
    }
    text = (folder / f"{name}.words").read_bytes().decode("utf-8", "surrogatepass")
    words = text.split("\n")
    if words.pop():
        raise ValueError("the words of a segment are cut short")
    return Segment(**columns), words


def _is_sound(segment: Segment, known: int) -> bool:
    """Whether the columns are consistent, so that no later look-up can fail."""
    size = len(segment.messages)
    parts = (
        (segment.subject_start, segment.subject_terms, segment.subject_counts),
        (segment.own_start, segment.own_terms, segment.own_counts),
    )
    return len(segment.readings) == size and all(
        len(start) == size + 1
        and start[0] == 0
        and bool(np.all(np.diff(start) >= 0))
        and start[-1] == len(terms) == len(counts)
        and (not len(terms) or (int(terms.min()) >= 0 and int(terms.max()) < known))
        for start, terms, counts in parts
    )


def _write_atomically(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    with draft.open("wb") as file:
        file.write(content)
        _sync(file)
    draft.replace(path)


def _sync(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _remove_strays(folder: Path, names: set[str]) -> None:
    """Remove old files of segments that the manifest does not name."""
    now = time.time()
    for path in folder.iterdir():
        if path.name == MANIFEST or path.name.partition(".")[0] in names:
            continue
        try:
            if now - path.stat().st_mtime > STRAY_SECONDS:
                path.unlink()
        except OSError:
            continue
