"""API tokens as the operator sees them: everything but the token."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from api.schemas import Schema
from archive.tables import AccessToken


class TokenFacts(Schema):
    """A token; ``last_used`` is to the minute."""

    name: str
    scope: str
    created: datetime
    last_used: datetime | None
    revoked: datetime | None


class NewToken(TokenFacts):
    """A token just made, with its text."""

    token: str


def access_tokens(rows: Iterable[AccessToken]) -> list[TokenFacts]:
    """What is known of each token."""
    return [TokenFacts.model_validate(row, from_attributes=True) for row in rows]
