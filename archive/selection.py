"""Many values in one question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_SELECTION = 500
"""Values in one IN list: well under the limits of SQLite and PostgreSQL."""


def parts(values: Sequence[int] | Sequence[str]) -> Iterator[Sequence[int] | Sequence[str]]:
    """``values`` in slices that fit one IN list."""
    for start in range(0, len(values), _SELECTION):
        yield values[start : start + _SELECTION]
