"""Archives with hardly anything in them: every answer is clear, and no number is not one."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.service.app import create_app
from archive.settings import Settings
from tests.api.archives import AYU, BUDI, COINS, Archive, post

BEFORE_ALL_MAIL = "1990-01-01"
ASKED = "How are coins of a wallet chosen, and by whom?"
POSTS: dict[str, list[bytes]] = {
    "nothing": [],
    "one person": [post("a@example.org", AYU, "Coins?", ASKED)],
    "one author": [
        post(
            f"{number}@example.org",
            AYU,
            f"Coins of wallet {number // 3}",
            f"{ASKED} This is letter {number} about wallets.",
            day=9 * number,
            answers=[f"{number - 1}@example.org"] if number % 3 else [],
        )
        for number in range(30)
    ],
    "one answer": [
        post("q@example.org", AYU, "Coins?", ASKED),
        post("r@example.org", BUDI, "Re: Coins?", ASKED, day=1, answers=["q@example.org"]),
    ],
}
"""What each archive holds."""


@pytest.fixture(params=list(POSTS))
def small(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Archive]:
    """An archive of next to nothing, ranked, with a topic that its posts are about."""
    opened = Archive(settings)
    opened.add_list(COINS)
    opened.add_topic("coins", "coins", {"coins": 1.0, "wallet": 1.0})
    opened.keep(COINS, *POSTS[request.param])
    with warnings.catch_warnings():
        # Whatever the libraries below would complain of.
        warnings.simplefilter("error")
        opened.rank()
    yield opened
    opened.close()


def refuse(word: str) -> None:
    raise AssertionError(f"{word} in JSON")


def test_every_answer_is_clear(small: Archive) -> None:
    client = TestClient(create_app(small.context))
    people = client.get("/api/v1/topics/coins/experts").json()["items"]
    numbers = [line["person"]["id"] for line in people] or [1]

    def ask(path: str, **parameters: str) -> Any:
        found = client.get(f"/api/v1{path}", params=parameters)
        assert found.status_code in {200, 404}, (path, found.text)
        return json.loads(found.text, parse_constant=refuse)

    for path in ("/topics", "/topics/coins", "/topics/coins/history", "/threads", "/people"):
        ask(path)
    for number in numbers:
        for path in ("", "/topics", "/evidence", "/works"):
            ask(f"/people/{number}{path}")
    past = ask("/topics/coins/experts", as_of=BEFORE_ALL_MAIL)
    assert (past["items"], past["as_of"]) == ([], "1990-01-01T00:00:00Z")
    matched = client.post("/api/v1/match", json={"subject": "Coins?", "body": ASKED})
    assert matched.status_code == 200
    experts = json.loads(matched.text, parse_constant=refuse)["experts"]
    # Nobody but the one who answered somebody else can be recommended.
    assert [one["person"]["name"] for one in experts] == [line["person"]["name"] for line in people]
    for page in ("/", "/topics", "/topics/coins", f"/people/{numbers[0]}", "/unanswered"):
        shown = client.get(page)
        assert shown.status_code in {200, 404}, (page, shown.text)
        assert "nan" not in shown.text.lower().split()
