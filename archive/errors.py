"""The errors that Pakar raises on purpose.

Each message is one clear sentence for the person who must act on it. These classes know
nothing of HTTP or exit codes; the package ``api`` maps them to both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from archive.wording.catalogue import sentence


class PakarError(Exception):
    """Base class of every error whose message is fit for a user.

    code: a stable word for what is wrong; values: what its sentence names. An error that
    readers can meet is made by ``of``, so that its sentence is in the catalogue in their
    language; one that only a command can meet may be made of its sentence.
    """

    code: str = "refused"
    values: Mapping[str, object]

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.values = {"sentence": message}

    @classmethod
    def of(cls, code: str, /, **values: object) -> Self:
        """The error of a code of the catalogue; its message is the English sentence."""
        error = cls(sentence(code, values))
        error.code, error.values = code, values
        return error


class UsageError(PakarError):
    """The request itself is wrong, for example a malformed setting, date, address or query."""


class NotFoundError(PakarError):
    """The requested thing does not exist."""


class MergedError(PakarError):
    """The requested thing was merged into another, which its values name."""

    @property
    def successor(self) -> str:
        """The slug or id of the other one."""
        return str(self.values["successor"])


class ConflictError(PakarError):
    """The request is as it should be, but cannot be done as things are."""


class RefusedError(PakarError):
    """The input is not acceptable; nothing of it was stored."""


class TooLargeError(RefusedError):
    """The input is larger than the configured limit."""


class NameServiceError(PakarError):
    """No DNS resolver answers now; a later attempt may succeed."""


class StoreUnavailableError(PakarError):
    """The store cannot be read or written now: it is locked, full, down or read-only."""
