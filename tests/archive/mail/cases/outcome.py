"""What comparing one case with its expectation found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.importing.formats.mbox import read_mbox
from archive.importing.formats.source import FoundMessage


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case: its name and every difference found, none when it passed."""

    name: str
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


class Comparison:
    """Collects the differences of one case."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._differences: list[str] = []

    def equal_text(self, what: str, found: str, expected: str) -> None:
        """Note a difference; what the expectation itself lost (U+FFFD) may be anything."""
        lost = {number for number, letter in enumerate(expected) if letter == "\ufffd"}
        if lost and len(found) == len(expected):
            found = "".join("\ufffd" if n in lost else c for n, c in enumerate(found))
        self.equal(what, found, expected)

    def equal(self, what: str, found: object, expected: object) -> None:
        """Note a difference unless both are equal."""
        if found != expected:
            self._differences.append(f"{what}: {found!r:.300} where {expected!r:.300} is expected")

    def outcome(self) -> Outcome:
        """The case with what was noted."""
        return Outcome(self.name, tuple(self._differences))


def words(text: str) -> str:
    """``text`` with every run of white space made one space."""
    return " ".join(text.split())


def mbox_messages(path: Path) -> list[bytes]:
    """The messages of an mbox; raises ``RefusedError`` when it is none."""
    with path.open("rb") as stream:
        found = list(read_mbox(stream, path.name, path.stat().st_size + 1))
    return [one.raw for one in found if isinstance(one, FoundMessage)]
