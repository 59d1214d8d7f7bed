"""Typos, counted by a library, against the textbook's recurrence."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from reputation.language.typos import within_edits

WORDS = st.text("abcé", max_size=14)


def typos(word: str, target: str) -> int:
    """The optimal string alignment distance (Damerau 1964; Boytsov 2011, 2.2)."""

    @cache
    def distance(row: int, column: int) -> int:
        if not (row and column):
            return row + column
        same = word[row - 1] == target[column - 1]
        found = min(
            distance(row - 1, column) + 1,
            distance(row, column - 1) + 1,
            distance(row - 1, column - 1) + (not same),
        )
        swapped = target[column - 2 : column][::-1]
        if row > 1 and column > 1 and word[row - 2 : row] == swapped:
            found = min(found, distance(row - 2, column - 2) + 1)
        return found

    return distance(len(word), len(target))


@st.composite
def near_words(draw: st.DrawFn) -> tuple[str, str]:
    """A word and what three slips of the finger at most make of it."""
    target = draw(WORDS)
    word = target
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(word)))
        word = draw(
            st.sampled_from(
                [
                    word[:at] + "a" + word[at:],
                    word[:at] + word[at + 1 :],
                    word[:at] + "b" + word[at + 1 :],
                    word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
                ]
            )
        )
    return word, target


@settings(max_examples=1_000)
@given(near_words() | st.tuples(WORDS, WORDS))
def test_typos_are_counted_as_the_textbook_counts_them(pair: tuple[str, str]) -> None:
    word, target = pair
    allowed = 2 if len(target) >= 10 else 1
    first = word[:1] == target[:1]

    assert within_edits(word, target) is (first and typos(word, target) <= allowed)
