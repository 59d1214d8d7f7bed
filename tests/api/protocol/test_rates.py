"""Who asks too much is told so; who a proxy names is counted, not the proxy."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.protocol import rates
from api.service.app import create_app
from archive.errors import UsageError
from archive.settings import RATE_LIMITS, Settings, load_settings
from tests.api.archives import Archive, limited

FAR = ("192.0.2.7", 40_000)


@pytest.fixture
def far(archive: Archive) -> TestClient:
    return TestClient(create_app(archive.context), client=FAR)


def test_answers_say_how_much_is_left(far: TestClient) -> None:
    first = far.get("/api/v1/search?q=wallet")
    second = far.get("/api/v1/search?q=wallet")

    assert first.headers["RateLimit-Limit"] == str(RATE_LIMITS["searching"])
    left = [int(one.headers["RateLimit-Remaining"]) for one in (first, second)]
    assert left[0] - left[1] == 1
    assert 1 <= int(first.headers["RateLimit-Reset"]) <= 60


def test_who_asks_too_much_is_turned_away_for_a_while(archive: Archive) -> None:
    far = TestClient(create_app(limited(archive, "searching=3")), client=FAR)
    found = [far.get(f"/api/v1/search?q=wallet{number}") for number in range(4)]

    assert [one.status_code for one in found] == [200, 200, 200, 429]
    assert found[3].headers["content-type"] == "application/problem+json"
    assert 1 <= int(found[3].headers["Retry-After"]) <= 60
    assert found[3].headers["X-Content-Type-Options"] == "nosniff"
    # What costs less goes on.
    assert far.get("/api/v1/lists").status_code == 200


def test_a_client_on_this_machine_is_told_and_never_turned_away(archive: Archive) -> None:
    near = TestClient(create_app(limited(archive, "searching=2")), client=("127.0.0.1", 1))
    found = [near.get(f"/api/v1/search?q=wallet{number}") for number in range(4)]

    assert [one.status_code for one in found] == [200] * 4
    assert found[3].headers["RateLimit-Remaining"] == "0"


def test_guessing_tokens_is_slow_from_everywhere(archive: Archive) -> None:
    client = TestClient(create_app(limited(archive, "wrong-tokens=3")), client=("127.0.0.1", 1))
    guess = {"Authorization": "Bearer pakar_" + "a" * 43}
    statuses = [client.get("/api/v1/lists", headers=guess).status_code for _ in range(5)]

    assert statuses == [401, 401, 401, 429, 429]
    assert client.get("/api/v1/lists").status_code == 200


@pytest.mark.parametrize(
    ("headers", "counted"),
    [
        ({"X-Forwarded-For": "198.51.100.9"}, "198.51.100.9"),
        ({"X-Forwarded-For": "10.9.9.9, 198.51.100.9"}, "198.51.100.9"),
        ({"X-Forwarded-For": "198.51.100.9, 192.0.2.8"}, "198.51.100.9"),
        ({"Forwarded": 'for="[2001:db8::1]:4711";proto=https'}, "2001:db8::/64"),
        ({"Forwarded": "for=198.51.100.9, for=192.0.2.8"}, "198.51.100.9"),
        ({"X-Forwarded-For": "nonsense"}, "192.0.2.7"),
        ({}, "192.0.2.7"),
    ],
)
def test_who_a_trusted_proxy_names_is_counted(
    settings: Settings,
    headers: dict[str, str],
    counted: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []
    original = rates._client

    def noted(scope: dict[str, object]) -> tuple[str, bool]:
        found = original(scope)
        seen.append(found[0])
        return found

    monkeypatch.setattr(rates, "_client", noted)
    trusting = settings.model_copy(update={"trusted_proxies": "192.0.2.0/24"})
    archive = Archive(trusting)
    client = TestClient(create_app(archive.context), client=FAR)
    client.get("/api/v1/lists", headers=headers)
    archive.close()

    assert seen == [counted]


def test_nobody_else_is_believed(archive: Archive) -> None:
    client = TestClient(create_app(limited(archive, "reading=1")), client=FAR)
    statuses = [
        client.get("/api/v1/lists", headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code
        for n in range(3)
    ]

    assert statuses == [200, 429, 429]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("http_host", ""),
        ("smtp_host", " "),
        ("mail_domain", "bad domain"),
        ("mail_domain", ""),
        ("trusted_proxies", "10.0.0.0/99"),
        ("rate_limit_store", "mongodb://x"),
        ("rate_limits", "reading"),
        ("rate_limits", "reading=0"),
        ("rate_limits", "cooking=5"),
        ("site_name", " "),
        ("site_name", "two\nlines"),
        ("site_name", "x" * 101),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"PAKAR_{name.upper()}"):
        load_settings(**{name: value})
