"""API tokens: what each scope sees, how the others are refused, what is kept of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.service.app import create_app
from archive.tables import AccessToken
from archive.tokens import Scope, revoke_token
from tests.api.archives import BOARD, COINS, Archive

Headers = dict[str, str]


@pytest.fixture(scope="module")
def bearers(story: Archive) -> dict[str, Headers]:
    """Headers of a token of each scope."""
    opened = {Scope.READ: [BOARD]}
    return {
        scope: story.token(f"reads as {scope}", scope, *opened.get(scope, [])) for scope in Scope
    }


def test_a_private_list_is_there_for_tokens_alone(
    client: TestClient, bearers: dict[str, Headers]
) -> None:
    path = f"/api/v1/lists/{BOARD}"

    assert client.get(path).status_code == 404
    for headers in bearers.values():
        assert client.get(path, headers=headers).json()["private"] is True
    found = client.get("/api/v1/search?q=rahasia", headers=bearers["read"]).json()
    assert found["total"] == client.get("/api/v1/search?q=rahasia").json()["total"] + 1


def test_addresses_are_whole_for_tokens_and_obfuscated_for_anyone(
    client: TestClient, bearers: dict[str, Headers], story: Archive
) -> None:
    path = f"/api/v1/people/{story.person('ayu.lestari@example.com')}"

    assert client.get(path).json()["addresses"] == ["ayu…@example.com"]
    for headers in bearers.values():
        assert client.get(path, headers=headers).json()["addresses"] == ["ayu.lestari@example.com"]
    # The answer for anyone does not follow a bearer's out of a cache.
    assert client.get(path).json()["addresses"] == ["ayu…@example.com"]


def test_only_the_widest_scope_sees_receiving_addresses(
    client: TestClient, bearers: dict[str, Headers]
) -> None:
    seen = {
        scope: "receiving_address" in client.get(f"/api/v1/lists/{COINS}", headers=headers).json()
        for scope, headers in bearers.items()
    }

    assert seen == {"read": False, "curate": False, "admin": True}


def test_what_curators_hid_is_shown_to_curators(archive: Archive, own_client: TestClient) -> None:
    person = archive.person("ayu.lestari@example.com")
    archive.change_person(person, hidden=True)
    archive.add_topic("advert", "advert", {"rendang": 1.0}, state="hidden")
    statuses = {
        scope: [
            own_client.get(path, headers=headers).status_code
            for path in (f"/api/v1/people/{person}", "/api/v1/topics/advert")
        ]
        for scope in Scope
        for headers in [archive.token(scope, scope)]
    }

    assert statuses == {"read": [404, 404], "curate": [200, 200], "admin": [200, 200]}


@pytest.mark.parametrize(
    "credentials",
    [
        "Bearer secret",
        "Basic YTpi",
        "Bearer",
        "",
        f"Bearer pakar_{43 * 'a'}",
        f"Bearer {9_000 * 'a'}",
    ],
)
def test_what_is_no_token_is_refused_without_a_word_of_it(
    client: TestClient, credentials: str
) -> None:
    refused = client.get("/api/v1/lists", headers={"Authorization": credentials})

    assert refused.status_code == 401
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Cache-Control"] == "no-store"
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="pakar", error="invalid_token"'
    assert credentials[7:] not in refused.text or len(credentials) < 8


def test_a_revoked_token_is_refused_at_once(story: Archive, client: TestClient) -> None:
    headers = story.token("for a day", Scope.READ)
    assert client.get("/api/v1/lists", headers=headers).status_code == 200

    with story.database.transaction() as session:
        revoke_token(session, "for a day")

    assert client.get("/api/v1/lists", headers=headers).status_code == 401
    assert client.get("/api/v1/lists", headers=story.token("for a day", Scope.READ)).is_success


def test_no_shared_cache_may_keep_what_a_bearer_gets(
    client: TestClient, bearers: dict[str, Headers]
) -> None:
    paths = [
        "/api/v1/topics/coin-selection/experts",
        "/api/v1/graph/coin-selection?format=gexf",
        "/api/v1/search?q=coin",
    ]
    for path in paths:
        answer = client.get(path, headers=bearers["read"])
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Vary"].lower().count("authorization") == 1
        again = {**bearers["read"], "If-None-Match": answer.headers["ETag"]}
        assert client.get(path, headers=again).status_code == 304
        assert "authorization" in client.get(path).headers["Vary"].lower()


def test_the_store_keeps_the_hash_and_the_last_use(story: Archive) -> None:
    headers = story.token("counted", Scope.READ)
    secret = headers["Authorization"].removeprefix("Bearer ")
    mine = AccessToken.name == "counted"
    client = TestClient(create_app(story.context))

    def row() -> AccessToken:
        with story.database.session() as session:
            return session.scalars(select(AccessToken).where(mine)).one()

    assert row().last_used is None
    client.get("/api/v1/lists", headers=headers)
    used = row().last_used
    assert used is not None
    assert datetime.now(UTC) - used < timedelta(minutes=1)
    earlier = used - timedelta(hours=1)
    with story.database.transaction() as session:
        session.execute(update(AccessToken).where(mine).values(last_used=earlier))
    client.get("/api/v1/lists", headers=headers)
    later = row().last_used
    assert later is not None
    assert later > earlier
    assert all(
        secret.encode() not in path.read_bytes()
        for path in story.context.settings.data_dir.rglob("*")
        if path.is_file()
    )
