"""The errors that Pakar raises on purpose.

Each message is one clear sentence for the person who must act on it. These classes know
nothing of HTTP or exit codes; the package ``api`` maps them to both.
"""

from __future__ import annotations


class PakarError(Exception):
    """Base class of every error whose message is fit for a user."""


class UsageError(PakarError):
    """The request itself is wrong, for example a malformed setting, date, address or query."""


class NotFoundError(PakarError):
    """The requested thing does not exist."""


class MergedError(PakarError):
    """The requested thing was merged into another.

    ``successor`` is the slug or id of the other one.
    """

    def __init__(self, message: str, successor: str) -> None:
        super().__init__(message)
        self.successor = successor


class RefusedError(PakarError):
    """The input is not acceptable; nothing of it was stored."""


class TooLargeError(RefusedError):
    """The input is larger than the configured limit."""


class NameServiceError(PakarError):
    """No DNS resolver answers now; a later attempt may succeed."""


class StoreUnavailableError(PakarError):
    """The store cannot be read or written now: it is locked, full, down or read-only."""
