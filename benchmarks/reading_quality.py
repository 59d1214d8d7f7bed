"""How well bodies are read: the kind of every line, against labels given by reading the bodies.

``data/reading_labels.tsv`` holds, for each message, its list, the SHA-256 of its raw bytes, how
many lines its text has up to the last that is not blank, and stretches of lines with their
kinds: ``a1 q2-37 p39-41``. Blank lines have no kind, nor has what stands for words left out of
a quote, such as ``[...]``. ``data/reading_labels_again.tsv`` labels some of the messages a
second time. Neither holds any text: messages are looked for in the archives by their digests.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from archive.importing.formats.reader import SourceReader
from archive.importing.formats.source import FoundMessage
from archive.mail.message import parse_message
from archive.mail.text.spans import OWN_KINDS, Span, SpanKind

DATA = Path(__file__).parent / "data"
ARCHIVES = Path(__file__).parents[2] / "shared" / "data" / "corpora"
WORDS_BAR = 0.015
ANY_LINE_BAR = 0.08
_MAX_MESSAGE_BYTES = 1 << 26
_STRETCH = re.compile(r"([pcxqwahsdfb])(\d{1,7})(?:-(\d{1,7}))?")
_ROW = re.compile(
    rf"([\w.-]+)\t([0-9a-f]{{64}})\t(\d{{1,7}})\t({_STRETCH.pattern}(?: {_STRETCH.pattern})*)"
)


class Kind(StrEnum):
    """What a line is for a person who reads it."""

    PROSE = "p"
    CODE = "c"
    PATCH = "x"
    QUOTE = "q"
    FORWARDED = "w"
    ATTRIBUTION = "a"
    HEADER_BLOCK = "h"
    SIGNATURE = "s"
    DEVICE = "d"
    FOOTER = "f"
    BANNER = "b"


_OWN = frozenset({Kind.PROSE, Kind.CODE, Kind.PATCH})
_ANOTHERS = frozenset({Kind.QUOTE, Kind.FORWARDED})
_ANOTHERS_SPANS = frozenset({SpanKind.QUOTED, SpanKind.FORWARDED})
_RIGHT: Mapping[Kind, frozenset[SpanKind]] = {
    Kind.PROSE: frozenset({SpanKind.AUTHORED}),
    # Spans tell code from prose only between fences.
    Kind.CODE: OWN_KINDS,
    Kind.PATCH: frozenset({SpanKind.CODE}),
    Kind.QUOTE: frozenset({SpanKind.QUOTED}),
    Kind.FORWARDED: frozenset({SpanKind.FORWARDED}),
    Kind.ATTRIBUTION: frozenset({SpanKind.ATTRIBUTION}),
    Kind.HEADER_BLOCK: frozenset({SpanKind.ATTRIBUTION}),
    Kind.SIGNATURE: frozenset({SpanKind.SIGNATURE}),
    Kind.DEVICE: frozenset({SpanKind.SIGNATURE}),
    Kind.FOOTER: frozenset({SpanKind.FOOTER}),
    Kind.BANNER: frozenset({SpanKind.DISCLAIMER}),
}


@dataclass(frozen=True, slots=True)
class Labels:
    """One labelled message; ``kinds`` is by the number of the line, the first being 1."""

    list: str
    digest: str
    lines: int
    kinds: Mapping[int, Kind]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One labelled message as it was read: a span's kind for each labelled line, and the lines."""

    labels: Labels
    read: Mapping[int, SpanKind]
    lines: tuple[str, ...]

    @property
    def wrong(self) -> list[int]:
        """The numbers of the lines that were read as another kind than they are."""
        kinds = self.labels.kinds
        return [number for number, span in self.read.items() if span not in _RIGHT[kinds[number]]]

    @property
    def swaps_words(self) -> bool:
        """Whether any of the author's words were taken for another's, or the reverse."""
        kinds = self.labels.kinds
        return any(
            (kinds[number] in _OWN and span in _ANOTHERS_SPANS)
            or (kinds[number] in _ANOTHERS and span in OWN_KINDS)
            for number, span in self.read.items()
        )


def main() -> None:
    """Print the errors by list and kind, and how far the two labellings agree."""
    options = _options()
    try:
        labels = read_labels(options.labels)
        again = read_labels(options.again)
        outcomes, changed = measure(labels, options.archives)
    except FileNotFoundError as error:
        sys.exit(f"There is no file {error.filename}.")
    except ValueError as error:
        sys.exit(f"A table of labels cannot be read: {error}.")
    found = len(outcomes) + len(changed)
    print(f"{len(labels)} labelled messages, {found} found in the archives")
    for digest in changed:
        print(f"{digest[:12]}: its text has other lines than when it was labelled, left out")
    if not outcomes:
        sys.exit("None of the messages can be compared.")
    _print_lists(outcomes)
    _print_kinds(outcomes)
    if options.verbose:
        _print_lines(outcomes)
    _print_agreement(labels, again)


def read_labels(path: Path) -> dict[str, Labels]:
    """The labelled messages of a table by their digests. Raises ``ValueError`` if it is none."""
    found = {}
    for number, row in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], 2):
        match = _ROW.fullmatch(row)
        if match is None:
            raise ValueError(f"{path.name}, line {number}")
        name, digest, lines, stretches = match.group(1, 2, 3, 4)
        found[digest] = Labels(name, digest, int(lines), dict(_numbered(stretches)))
    return found


def measure(labels: Mapping[str, Labels], archives: Path) -> tuple[list[Outcome], list[str]]:
    """Look for the messages in ``<archives>/<list>.mbox.xz`` and read them.

    Returns what was read, and the digests of messages whose text has other lines than when it
    was labelled. Raises ``FileNotFoundError`` when the archive of a list is missing.
    """
    outcomes, changed = [], []
    for name in sorted({one.list for one in labels.values()}):
        wanted = {digest for digest, one in labels.items() if one.list == name}
        for raw in _messages(archives / f"{name}.mbox.xz"):
            digest = hashlib.sha256(raw).hexdigest()
            if digest not in wanted:
                continue
            wanted.remove(digest)
            outcome = _outcome(labels[digest], raw)
            if outcome is None:
                changed.append(digest)
            else:
                outcomes.append(outcome)
            if not wanted:
                break
    return outcomes, changed


def agreement(pairs: Iterable[tuple[Kind, Kind]]) -> tuple[float, float]:
    """The share of equal pairs, and Cohen's kappa (1960): that share beyond what chance gives."""
    counts = Counter(pairs)
    total = counts.total()
    equal = sum(count for (one, other), count in counts.items() if one == other) / total
    first: Counter[Kind] = Counter()
    second: Counter[Kind] = Counter()
    for (one, other), count in counts.items():
        first[one] += count
        second[other] += count
    chance = sum(first[kind] * second[kind] for kind in Kind) / total**2
    return equal, 1.0 if chance == 1 else (equal - chance) / (1 - chance)


def _numbered(stretches: str) -> Iterator[tuple[int, Kind]]:
    """``a1 q2-37`` as the number of each line with its kind."""
    for kind, first, last in _STRETCH.findall(stretches):
        for number in range(int(first), int(last or first) + 1):
            yield number, Kind(kind)


def _messages(archive: Path) -> Iterator[bytes]:
    if not archive.is_file():
        raise FileNotFoundError(errno.ENOENT, "no such archive", str(archive))
    for one in SourceReader("mbox", _MAX_MESSAGE_BYTES).read(archive):
        if isinstance(one, FoundMessage):
            yield one.raw


def _outcome(labels: Labels, raw: bytes) -> Outcome | None:
    """What was read of one message; None when its text has other lines than the labels tell."""
    message = parse_message(raw)
    lines = message.text.rstrip().split("\n")
    if len(lines) != labels.lines:
        return None
    read, start = {}, 0
    for number, line in enumerate(lines, 1):
        if number in labels.kinds and line.strip():
            # Where a line is of two kinds, its first letter decides.
            at = start + len(line) - len(line.lstrip())
            read[number] = _span_at(message.spans, at).kind
        start += len(line) + 1
    return Outcome(labels, read, tuple(lines))


def _span_at(spans: tuple[Span, ...], position: int) -> Span:
    return spans[bisect_right(spans, position, key=lambda span: span.start) - 1]


def _print_lists(outcomes: list[Outcome]) -> None:
    heads = f"{'messages':>9}{'words':>7}{'':8}{'any line':>9}{'':8}{'lines':>8}{'wrong':>7}"
    print(f"\n{'list':18}{heads}")
    for name in [*sorted({one.labels.list for one in outcomes}), "all"]:
        those = [one for one in outcomes if name in {"all", one.labels.list}]
        swapped = sum(one.swaps_words for one in those)
        faulty = sum(bool(one.wrong) for one in those)
        lines = sum(len(one.read) for one in those)
        wrong = sum(len(one.wrong) for one in those)
        print(
            f"{name:18}{len(those):9}{swapped:7}{swapped / len(those):8.1%}"
            f"{faulty:9}{faulty / len(those):8.1%}{lines:8}{wrong:7}{wrong / lines:8.1%}"
        )
    print(
        "words: messages with another's words as own or the reverse, at most "
        f"{WORDS_BAR:.1%}\n"
        f"any line: messages with any line of the wrong kind, at most {ANY_LINE_BAR:.0%}"
    )


def _print_kinds(outcomes: list[Outcome]) -> None:
    total: Counter[Kind] = Counter()
    wrong: dict[Kind, Counter[SpanKind]] = {kind: Counter() for kind in Kind}
    messages: Counter[Kind] = Counter()
    for one in outcomes:
        kinds = one.labels.kinds
        total.update(kinds[number] for number in one.read)
        for number in one.wrong:
            wrong[kinds[number]][one.read[number]] += 1
        messages.update({kinds[number] for number in one.wrong})
    print(f"\n{'kind':14}{'lines':>8}{'wrong':>7}{'':8}{'messages':>9}  read as")
    for kind in Kind:
        if not total[kind]:
            continue
        missed = wrong[kind].total()
        taken = ", ".join(f"{span} {count}" for span, count in wrong[kind].most_common())
        print(
            f"{kind.name.lower().replace('_', ' '):14}{total[kind]:8}{missed:7}"
            f"{missed / total[kind]:8.1%}{messages[kind]:9}  {taken}".rstrip()
        )


def _print_lines(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        mark = ", words" if one.swaps_words else ""
        if one.wrong:
            print(f"\n{one.labels.digest[:12]} {one.labels.list}{mark}")
        for number in one.wrong:
            kind = one.labels.kinds[number].name.lower()
            print(f"{number:6} {kind:12} {one.read[number]:12} {one.lines[number - 1][:100]}")


def _print_agreement(labels: Mapping[str, Labels], again: Mapping[str, Labels]) -> None:
    both = [(labels[digest], other) for digest, other in again.items() if digest in labels]
    pairs = [
        (one.kinds[number], other.kinds[number])
        for one, other in both
        for number in one.kinds.keys() & other.kinds.keys()
    ]
    if not pairs:
        return
    equal, kappa = agreement(pairs)
    print(
        f"\nlabelled twice: {len(both)} messages, {len(pairs)} lines, "
        f"{equal:.1%} equal, Cohen's kappa {kappa:.3f}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archives", type=Path, default=ARCHIVES, help="folder of <list>.mbox.xz")
    parser.add_argument("--labels", type=Path, default=DATA / "reading_labels.tsv")
    parser.add_argument("--again", type=Path, default=DATA / "reading_labels_again.tsv")
    parser.add_argument("--verbose", action="store_true", help="print the lines that are wrong")
    return parser.parse_args()


if __name__ == "__main__":
    main()
