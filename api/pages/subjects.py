"""Turn subjects into headings: without reply marks, and without the tag of the list."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection

from api.pages.bodies.markup import one_line

_MAXIMUM_MARKS = 20
_LEADING = re.compile(
    r"(?:re|bls|balas|aw|sv|antw|odp)\s{0,3}(?:\[\d{1,4}\]|\(\d{1,4}\))?\s{0,3}:\s{0,9}"
    r"|\[([^\[\]]{1,80})\]\s{0,9}",
    re.IGNORECASE,
)


def heading(subject: str, tags: Collection[str], limit: int = 300) -> str:
    """``subject`` on one line, without leading reply marks and without ``tags``.

    tags: lower-case. Other tags, such as [PATCH 2/7] or [jual], say something and stay.

    A subject that consists only of these is returned whole.
    """
    line = one_line(subject, limit)
    position = 0
    for _ in range(_MAXIMUM_MARKS):
        match = _LEADING.match(line, position)
        if not match or (match[1] is not None and match[1].strip().lower() not in tags):
            break
        position = match.end()
    return line[position:] or line


class ListTags:
    """The tags of the archive's lists, reloaded at most once a minute."""

    SECONDS_KEPT = 60.0

    def __init__(self, ask: Callable[[], Collection[str]]) -> None:
        self._ask = ask
        self._tags: Collection[str] = frozenset()
        self._until = 0.0

    def __call__(self) -> Collection[str]:
        """The tags, lower-case."""
        now = time.monotonic()
        if now >= self._until:
            self._tags = self._ask()
            self._until = now + self.SECONDS_KEPT
        return self._tags
