"""What tests look at in the JSON of a thread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from fastapi.testclient import TestClient

MESSAGE_FIELDS = {
    "message_id",
    "author",
    "date",
    "subject",
    "text",
    "own_text",
    "ghost",
    "parent_source",
}


def walk(messages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    waiting = list(messages)
    while waiting:
        message = waiting.pop()
        yield message
        waiting += message["children"]


def thread_of(client: TestClient, message_id: str) -> dict[str, Any]:
    message = client.get(f"/api/v1/messages/{quote(message_id, safe='')}").json()
    thread: dict[str, Any] = client.get(f"/api/v1/threads/{message['thread']['id']}").json()
    return thread
