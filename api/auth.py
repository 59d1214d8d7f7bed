"""Who reads: anyone, or a holder of an API token.

The archive issues no tokens yet, so the HTTP API refuses every one it is
shown; the command line reads as the operator.
"""

from __future__ import annotations

from dataclasses import dataclass


class AuthenticationError(Exception):
    """The request carries credentials that are not valid."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom an answer is made.

    ``operator`` readers see private lists, hidden people and whole addresses;
    ``language`` is ``en`` or ``id``, for texts meant for people.
    """

    operator: bool = False
    language: str = "en"


ANYONE = Reader()
OPERATOR = Reader(operator=True)


def reader_for(authorization: str | None, language: str) -> Reader:
    """The reader behind an ``Authorization`` header value (RFC 6750).

    Raises ``AuthenticationError`` for any credentials: there are none that would be valid.
    """
    if authorization is None:
        return Reader(language=language)
    scheme, _, _ = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise AuthenticationError("only Bearer tokens are understood")
    raise AuthenticationError("the token is not known")
