"""The errors Pakar raises on purpose.

Each carries one clear sentence for the person who must act on it.
The tree knows nothing of HTTP or of exit codes: the ``api`` floor maps the
classes to both.
"""

from __future__ import annotations


class PakarError(Exception):
    """Base of every error with a sentence fit for a user."""


class UsageError(PakarError):
    """The request itself is wrong: a malformed setting, date, address or query."""


class NotFoundError(PakarError):
    """The thing asked for does not exist."""


class MergedError(PakarError):
    """The thing asked for lives on under another name.

    ``successor`` is the slug or id that answers now.
    """

    def __init__(self, message: str, successor: str) -> None:
        super().__init__(message)
        self.successor = successor


class RefusedError(PakarError):
    """The input is not what it should be; nothing of it was stored."""


class TooLargeError(RefusedError):
    """The input is over the configured size."""


class NameServiceError(PakarError):
    """No DNS resolver answers now; asking later may help."""


class StoreUnavailableError(PakarError):
    """The store cannot be reached or written now: locked, full, down, read-only."""
