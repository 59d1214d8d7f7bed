"""Readers: anyone, or the bearer of an API token. On the command line it is the operator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archive.errors import PakarError
from archive.tokens import Bearer, Scope


class AuthenticationError(PakarError):
    """The request needs credentials but has none, or has invalid ones."""

    code = "token-unknown"

    @property
    def missing(self) -> bool:
        """Whether it has none (then RFC 6750, section 3.1 wants no error code)."""
        return self.code == "token-missing"


class ForbiddenError(PakarError):
    """The token is valid, but its scope is too small."""

    @property
    def needed(self) -> str:
        """The scope that would be enough."""
        return str(self.values["needed"])


@dataclass(frozen=True, slots=True)
class Reader:
    """The person or program for whom an answer is made.

    scope: scope of the token; None for anyone.
    language: ``en`` or ``id``, for texts meant for people.
    name: name of the token, under which decisions are stored.
    lists: ids of the private lists that the token opens by name.
    """

    scope: Scope | None = None
    language: str = "en"
    name: str = ""
    lists: frozenset[int] = frozenset()

    @property
    def trusted(self) -> bool:
        """Whether the reader may see complete addresses."""
        return self.scope is not None

    @property
    def opened(self) -> frozenset[int] | None:
        """The private lists that the reader may read, by id; None for all."""
        return None if self.curator else self.lists

    @property
    def curator(self) -> bool:
        """Whether the reader may decide about topics, people and threads, and see hidden ones."""
        return self.scope is not None and self.scope.includes(Scope.CURATE)

    @property
    def operator(self) -> bool:
        """Whether the reader may see everything, including the secrets of receiving addresses."""
        return self.scope is Scope.ADMIN


ANYONE = Reader()
OPERATOR = Reader(Scope.ADMIN)


def bearer_of(authorization: str, find: Callable[[str], Bearer | None]) -> Bearer:
    """The bearer of the token in an ``Authorization`` header (RFC 6750, section 2.1).

    Raises ``AuthenticationError``, whose messages do not repeat the credentials.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise AuthenticationError.of("token-scheme")
    found = find(token.strip())
    if found is None:
        raise AuthenticationError.of("token-unknown")
    return found


def require(reader: Reader, needed: Scope) -> None:
    """Check that the reader has the scope ``needed``.

    Raises ``AuthenticationError`` without a token, ``ForbiddenError`` for too small a
    scope.
    """
    if reader.scope is None:
        raise AuthenticationError.of("token-missing")
    if not reader.scope.includes(needed):
        raise ForbiddenError.of("scope-too-small", needed=needed, held=reader.scope)
