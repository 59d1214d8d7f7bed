"""Which lines of a text belong together, and as what they are shown.

Two states, prose and as sent, are laid over the lines so that the signs of all lines
together are met best and the state changes seldom (Viterbi's algorithm, IEEE Trans. Inf.
Theory 13, 1967): a neutral line goes with its neighbours. Linear in the number of lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.pages.bodies.grids import grids
from api.pages.bodies.signs import STRONG, Shape, Sign, sign
from api.pages.bodies.unwrapping import NARROWEST, is_item, unwrapped

FIXED = frozenset({Shape.CODE, Shape.CONSOLE, Shape.TABLE, Shape.DIFF, Shape.SENT})
"""The shapes whose lines stay as they were sent, in type of fixed width."""

_CHANGE = 1.5
"""What a change of state costs within a block of lines; a line with ``STRONG`` sign pays twice."""
_CHANGE_AT_BLANK = 0.25
_ALIGNED = 1.5
"""What two neighbouring lines gain whose columns begin at the same place."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are shown as one paragraph."""

    shape: Shape
    lines: tuple[str, ...]


def blocks(lines: Sequence[str]) -> Iterator[Block]:
    """The lines, without blank ones at the ends, as paragraphs of prose and of what is not.

    Prose ends at a blank line; what is shown as sent keeps blank lines within it.
    """
    lines = [line.rstrip() for line in lines]
    signs = _with_columns(lines, [sign(line) for line in lines])
    fixed = _states(lines, signs)
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and fixed[end] == fixed[start]:
            continue
        if fixed[start]:
            yield from _fixed_blocks(lines[start:end], signs[start:end])
        else:
            yield from _prose_blocks(lines[start:end], signs[start:end])
        start = end


def _with_columns(lines: Sequence[str], signs: list[Sign]) -> list[Sign]:
    """The signs, stronger where the gaps of two neighbouring lines stand one below the other."""
    before: set[int] = set()
    for number, line in enumerate(lines):
        places = _places(line)
        if places & before:
            for one in (number - 1, number):
                weight, shape = signs[one]
                shape = Shape.TABLE if shape is Shape.SENT else shape
                signs[one] = Sign(weight + _ALIGNED, shape)
        before = places
    return signs


def _places(line: str) -> set[int]:
    """Where the words behind gaps of two blanks and more begin."""
    places: set[int] = set()
    if "  " in (bare := line.strip()[:400]):
        position = len(line) - len(line.lstrip())
        for part in bare.split("  "):
            begins = position + len(part) - len(part.lstrip())
            if part and position > len(line) - len(line.lstrip()):
                places.add(begins)
            position += len(part) + 2
    return places


def _states(lines: Sequence[str], signs: Sequence[Sign]) -> list[bool]:
    """Whether each line is shown as sent; where both are as good, it is."""
    prose, fixed = 0.0, 0.0
    origins: list[tuple[bool, bool]] = []
    for number, one in enumerate(signs):
        blank = not lines[number] or (number > 0 and not lines[number - 1])
        cost = _CHANGE_AT_BLANK if blank else _CHANGE
        to_prose = fixed - cost > prose
        to_fixed = fixed >= prose - cost
        origins.append((to_prose, to_fixed))
        prose, fixed = (
            max(prose, fixed - cost) - one.weight / 2,
            max(fixed, prose - cost) + one.weight / 2,
        )
    state = fixed >= prose
    states: list[bool] = []
    for to_prose, to_fixed in reversed(origins):
        states.append(state)
        state = to_fixed if state else to_prose
    return states[::-1]


def _fixed_blocks(lines: Sequence[str], signs: Sequence[Sign]) -> Iterator[Block]:
    """What is shown as sent, and the tables in it whose cells can be told."""
    start = 0
    for begins, ends in grids(lines):
        yield from _fixed_block(lines[start:begins], signs[start:begins])
        yield Block(Shape.GRID, tuple(lines[begins:ends]))
        start = ends
    yield from _fixed_block(lines[start:], signs[start:])


def _fixed_block(lines: Sequence[str], signs: Sequence[Sign]) -> Iterator[Block]:
    kept = _trimmed(lines)
    if not kept:
        return
    weights: Counter[Shape] = Counter()
    for one in signs:
        if one.weight > 0:
            weights[one.shape] += min(int(one.weight * 4), int(STRONG * 4))
    shape = max(weights, key=lambda shape: weights[shape], default=Shape.SENT)
    yield Block(shape, kept)


def _trimmed(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without the blank ones at both ends."""
    filled = [number for number, line in enumerate(lines) if line]
    return tuple(lines[filled[0] : filled[-1] + 1]) if filled else ()


def _prose_blocks(lines: Sequence[str], signs: Sequence[Sign]) -> Iterator[Block]:
    """Paragraphs, parted by blank lines, with the breaks undone that a mail program made."""
    start = 0
    for end in range(len(lines) + 1):
        if end < len(lines) and lines[end]:
            continue
        if end > start:
            yield _prose_block(lines[start:end], [one.weight for one in signs[start:end]])
        start = end + 1


def _prose_block(lines: Sequence[str], weights: Sequence[float]) -> Block:
    meant = tuple(unwrapped(lines, weights))
    if sum(map(is_item, meant)) * 2 > len(meant):
        return Block(Shape.LIST, meant)
    flows = len(meant) == 1 and (len(lines) > 1 or len(meant[0]) >= NARROWEST)
    return Block(Shape.PROSE if flows else Shape.VERSE, meant)
