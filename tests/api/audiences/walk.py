"""Every answer that a reader can be given: paths of the OpenAPI document, and all that links."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from fastapi.testclient import TestClient

ROOTS = ("/", "/openapi.json", "/healthz", "/readyz", "/metrics", "/robots.txt", "/sitemap.xml")
KEPT_HEADERS = ("content-type", "etag", "location", "link", "vary", "cache-control")
_LINK = re.compile(r'(?:href|src|action)="([^"]+)"')
_PARAMETER = re.compile(r"\{(\w+)(?::path)?\}")

Answer = tuple[int, Mapping[str, str], bytes]


def walk(
    client: TestClient,
    seeds: Mapping[str, list[str]],
    *,
    headers: Mapping[str, str] | None = None,
    at_most: int = 4_000,
) -> dict[str, Answer]:
    """Every answer to a GET by path, from the roots along links, in the order found.

    seeds: what to put in the place of each parameter of a path, and queries (``?``) by
        path.
    """
    waiting = deque([*ROOTS, *_documented(client, seeds)])
    found: dict[str, Answer] = {}
    while waiting and len(found) < at_most:
        path = waiting.popleft()
        if path in found:
            continue
        answer = client.get(path, headers=dict(headers or {}))
        kept = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        found[path] = (answer.status_code, kept, answer.content)
        for link in _links(path, answer.headers.get("content-type", ""), answer.text):
            if link not in found:
                waiting.append(link)
    return found


def _documented(client: TestClient, seeds: Mapping[str, list[str]]) -> Iterator[str]:
    """The GET paths of the OpenAPI document, filled with ``seeds``."""
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        if "get" not in operations:
            continue
        names = _PARAMETER.findall(path)
        values = [seeds.get(name, ["1"]) for name in names]
        for place in range(max(map(len, values), default=1)):
            filled = path
            for name, options in zip(names, values, strict=True):
                value = quote(options[place % len(options)], safe="@")
                for form in (f"{{{name}}}", f"{{{name}:path}}"):
                    filled = filled.replace(form, value)
            yield filled
            for query in seeds.get(path, []):
                yield f"{filled}?{query}"


def _links(base: str, media: str, text: str) -> Iterator[str]:
    if "html" in media:
        for link in _LINK.findall(text):
            yield from _inside(base, unescape(link))
    elif "json" in media and base != "/openapi.json":
        for link in _urls(json.loads(text)):
            yield from _inside(base, link)


def _urls(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if isinstance(one, str) and (name == "next" or name.endswith("url")):
                yield one
            else:
                yield from _urls(one)
    elif isinstance(value, list):
        for one in value:
            yield from _urls(one)


def _inside(base: str, link: str) -> Iterator[str]:
    """A link to the same service, without its host."""
    parts = urlsplit(urldefrag(urljoin(base, link)).url)
    if not parts.scheme and not parts.netloc and "lang=" not in parts.query:
        yield f"{parts.path}?{parts.query}" if parts.query else parts.path
