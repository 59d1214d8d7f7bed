"""Tokens in the store, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.database import Database
from archive.errors import NotFoundError, UsageError
from archive.tokens import (
    PREFIX,
    Scope,
    create_token,
    find_bearer,
    note_use,
    revoke_token,
    tokens,
)


def test_a_token_holds_from_its_making_to_its_end(database: Database) -> None:
    with database.transaction() as session:
        text, _ = create_token(session, "sari", Scope.CURATE)
        other, _ = create_token(session, "bot", Scope.READ)
    assert text.startswith(PREFIX)
    assert len({text, other}) == 2

    with database.transaction() as session:
        bearer = find_bearer(session, text)
        assert bearer is not None
        assert (bearer.name, bearer.scope, bearer.last_used) == ("sari", Scope.CURATE, None)
        used = datetime(2026, 1, 1, tzinfo=UTC)
        note_use(session, bearer, used)
        again = find_bearer(session, text)
        assert again is not None
        assert again.last_used == used
        for wrong in (text[:-1], text.upper(), f"{text}x", "", "a" * 10_000):
            assert find_bearer(session, wrong) is None
        revoke_token(session, "sari")
        assert find_bearer(session, text) is None
        with pytest.raises(NotFoundError):
            revoke_token(session, "sari")
        fresh, _ = create_token(session, "sari", Scope.READ)
        assert find_bearer(session, text) is None
        assert find_bearer(session, fresh) is not None
        assert [one.name for one in tokens(session)] == ["bot", "sari"]
        assert [one.name for one in tokens(session, revoked=True)] == ["bot", "sari", "sari"]


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 101, "-a", "a\0b", "sari"])
def test_a_name_is_one_line_and_nobody_elses(sqlite_database: Database, name: str) -> None:
    with sqlite_database.transaction() as session:
        create_token(session, "sari", Scope.READ)
        with pytest.raises(UsageError):
            create_token(session, name, Scope.READ)


def test_each_scope_includes_those_before_it() -> None:
    assert [[one.includes(other) for other in Scope] for one in Scope] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
