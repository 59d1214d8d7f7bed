"""Tokens in the store, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from archive.database import Database
from archive.errors import NotFoundError, UsageError
from archive.lists.registry import add_list
from archive.tables import AccessToken
from archive.tokens import (
    PREFIX,
    Scope,
    create_token,
    find_bearer,
    lists_opened,
    note_use,
    revoke_token,
    tokens,
)
from archive.upkeep.list_removal import remove_list


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


def test_a_token_ends_when_it_expires_and_its_name_is_free_again(
    database: Database,
) -> None:
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    with database.transaction() as session:
        text, _ = create_token(session, "guest", Scope.READ, expires=end)
        assert find_bearer(session, text) is not None
        with pytest.raises(UsageError, match="in the future"):
            create_token(session, "late", Scope.READ, expires=end - timedelta(days=2))
        session.execute(update(AccessToken).values(expires=end - timedelta(days=2)))

        assert find_bearer(session, text) is None
        again, _ = create_token(session, "guest", Scope.READ)
        assert find_bearer(session, again) is not None


def test_a_reading_token_opens_the_lists_it_names_and_larger_scopes_need_not_name_any(
    database: Database,
) -> None:
    with database.transaction() as session:
        board = add_list(session, "board@example.org", private=True)
        text, row = create_token(session, "sari", Scope.READ, lists=[board.id])
        bearer = find_bearer(session, text)
        assert bearer is not None
        assert bearer.lists == {board.id}
        assert lists_opened(session, [row.id]) == {row.id: ["board@example.org"]}
        with pytest.raises(UsageError, match="reads every list"):
            create_token(session, "budi", Scope.CURATE, lists=[board.id])
        remove_list(session, board)
        left = find_bearer(session, text)
        assert left is not None
        assert left.lists == frozenset()


def test_each_scope_includes_those_before_it() -> None:
    assert [[one.includes(other) for other in Scope] for one in Scope] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
