"""What pages make of code: the share of code-like lines that keep their line and fixed width.

The yardstick is a rough rule of its own, which knows nothing of how pages tell code from
prose: runs of three lines or more of the author's own text that hold operators, brackets
or prompts. ``--show`` prints posts as pages break them, for reading by eye.
"""

from __future__ import annotations

import argparse
import html
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from api.pages.bodies.passages import Paragraph, Passage, passages
from api.schemas import Span
from archive.mail.message import ParsedMessage, parse_message
from archive.mail.text.spans import OWN_KINDS
from benchmarks.import_rate import SAMPLE, split

_CODE_LIKE = re.compile(
    r"<-|[;{}]\s*$|^\s*(?:>|>>>|\+|\$|%|[\w.-]+@[\w.-]+.{0,40}[$#])\s|\w\(.*\)|[=!<>]=|\w\s?=\s?\S"
    r"|^\s*\[\d+(?:,\d*)?\]|\w\[[\w,\"' :]*\]|\w\$\w|&&|\|\||^\s*[)}\]]|::"
)
_LEAST_RUN = 3
_TAG = re.compile(r"<[^>]*>")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def main() -> None:
    """Measure, and print how many code-like lines are kept, only kept apart, or joined."""
    options = _options()
    everything = list(split(options.archive))
    count = min(options.posts, len(everything))
    chosen = random.Random(options.seed).sample(everything, count)
    found: Counter[str] = Counter()
    damaged = 0
    for number, raw in enumerate(chosen):
        message = parse_message(raw)
        shown = _passages(message)
        outcomes = list(_outcomes(message, shown))
        found.update(outcome for outcome, _ in outcomes)
        damaged += any(outcome == "joined" for outcome, _ in outcomes)
        if options.faults:
            for outcome, line in outcomes:
                if outcome != "fixed width":
                    print(f"{number}\t{outcome}\t{line}")
        if number < options.show:
            _print(number, shown)
    total = sum(found.values())
    print(f"{options.archive.name}: {count} posts, {total} code-like lines")
    for outcome in ("fixed width", "own line", "joined"):
        share = found[outcome] / total if total else 0.0
        print(f"{outcome:12}{found[outcome]:8}{share:9.1%}")
    print(f"posts with a joined line: {damaged}")


def code_like(lines: Sequence[str]) -> Iterator[str]:
    """The lines in runs of three or more that hold operators, brackets or prompts."""
    run: list[str] = []
    for line in [*lines, ""]:
        if line.strip() and _CODE_LIKE.search(line[:500]):
            run.append(line)
            continue
        if len(run) >= _LEAST_RUN:
            yield from run
        run = []


def _passages(message: ParsedMessage) -> list[Passage]:
    spans = [Span(kind=one.kind.value, start=one.start, end=one.end) for one in message.spans]
    return passages(message.text, spans)


def _outcomes(message: ParsedMessage, shown: Sequence[Passage]) -> Iterator[tuple[str, str]]:
    fixed: Counter[str] = Counter()
    apart: Counter[str] = Counter()
    for passage in shown:
        for paragraph in passage.paragraphs:
            lines = _lines(paragraph)
            if paragraph.fixed:
                fixed.update(line.rstrip() for line in lines)
            apart.update(line.strip() for line in lines)
    for span in message.spans:
        if span.kind not in OWN_KINDS:
            continue
        for sent in code_like(message.text[span.start : span.end].split("\n")):
            line = _CONTROL.sub("", sent).rstrip()
            if fixed[line]:
                yield "fixed width", line
            elif apart[line.strip()]:
                yield "own line", line
            else:
                yield "joined", line


def _lines(paragraph: Paragraph) -> list[str]:
    """The lines of a paragraph as a reader sees them."""
    return html.unescape(_TAG.sub("", paragraph.html)).split("\n")


def _print(number: int, shown: Sequence[Passage]) -> None:
    """One post as its page breaks it: each line behind the shape of its paragraph."""
    print(f"=== {number}")
    for passage in shown:
        for paragraph in passage.paragraphs:
            for line in _lines(paragraph):
                print(f"{passage.kind[:6]:6} {paragraph.shape[:7]:7}|{line}")
            print("-")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, default=SAMPLE, help="an mbox file (.gz, .xz)")
    parser.add_argument("--posts", type=int, default=1_500, help="posts drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="print so many of the posts")
    parser.add_argument("--faults", action="store_true", help="print the lines not kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
