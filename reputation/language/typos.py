"""Words written with a slip of the finger."""

from __future__ import annotations


def within_edits(word: str, target: str) -> bool:
    """Whether ``word`` is ``target`` with at most one typo, two on ten letters or more.

    A typo is an inserted, missing, wrong or swapped letter (optimal string
    alignment distance). Words are short, so the quadratic table is bounded.
    """
    if word == target:
        return True
    allowed = 2 if len(target) >= 10 else 1
    if abs(len(word) - len(target)) > allowed or word[:1] != target[:1]:
        return False
    # A typo takes away one letter at most; this tells most words apart without the table.
    if len(set(target).difference(word)) > allowed:
        return False
    earlier: list[int] = []
    previous = list(range(len(target) + 1))
    for row, letter in enumerate(word, 1):
        current = [row]
        for column, wanted in enumerate(target, 1):
            cost = min(
                previous[column] + 1,
                current[column - 1] + 1,
                previous[column - 1] + (letter != wanted),
            )
            swapped = (
                row > 1 and column > 1 and letter == target[column - 2] and word[row - 2] == wanted
            )
            current.append(min(cost, earlier[column - 2] + 1) if swapped else cost)
        if min(current) > allowed:
            return False
        earlier, previous = previous, current
    return previous[-1] <= allowed
