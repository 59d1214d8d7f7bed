"""Who reads or decides: anyone, or the bearer of an API token; the command line is the operator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archive.tokens import Bearer, Scope


class AuthenticationError(Exception):
    """The request carries no valid credentials though it must, or credentials that are not valid.

    ``missing``: it carries none at all (RFC 6750, section 3.1: no error code then).
    """

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


class ForbiddenError(Exception):
    """The token is valid, but its scope is too small; ``needed`` would do."""

    def __init__(self, message: str, needed: Scope) -> None:
        super().__init__(message)
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom an answer is made.

    ``scope`` is None for anyone. ``name`` is the token's, under which decisions
    are kept. ``language`` is ``en`` or ``id``, for texts meant for people.
    """

    scope: Scope | None = None
    language: str = "en"
    name: str = ""

    @property
    def trusted(self) -> bool:
        """Sees private lists and whole addresses."""
        return self.scope is not None

    @property
    def curator(self) -> bool:
        """Decides about topics, people and threads; sees those that are hidden."""
        return self.scope is not None and self.scope.includes(Scope.CURATE)

    @property
    def operator(self) -> bool:
        """Sees all there is, the secrets of receiving addresses too."""
        return self.scope is Scope.ADMIN


ANYONE = Reader()
OPERATOR = Reader(Scope.ADMIN)


def bearer_of(authorization: str, find: Callable[[str], Bearer | None]) -> Bearer:
    """Who shows the token of an ``Authorization`` header value (RFC 6750, section 2.1).

    Raises ``AuthenticationError``; no message of it repeats the credentials.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise AuthenticationError("only Bearer tokens are understood")
    found = find(token.strip())
    if found is None:
        raise AuthenticationError("the token is not known, or was revoked")
    return found


def require(reader: Reader, needed: Scope) -> None:
    """Raises ``AuthenticationError`` without a token, ``ForbiddenError`` for too small a scope."""
    if reader.scope is None:
        raise AuthenticationError("this needs an API token: `pakar token create`", missing=True)
    if not reader.scope.includes(needed):
        raise ForbiddenError(
            f"this needs a token of scope {needed}; this one may {reader.scope}", needed
        )
