"""A reader's visit to a page: the language, and links that keep it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request

from api.languages import LANGUAGES, choose_language
from api.pages.translations import Translator
from api.readers import Reader

MAXIMUM_SEGMENT = 2_000


@dataclass(frozen=True)
class Visit:
    """Language and address of one request.

    query: the request's parameters except ``lang``.
    chosen: the language named by ``?lang=``. Links repeat it, so the choice lasts
        without a cookie.
    """

    path: str
    query: tuple[tuple[str, str], ...]
    language: str
    chosen: str | None = None

    @cached_property
    def translate(self) -> Translator:
        """The texts in the language of the visit."""
        return Translator(self.language)

    @property
    def reader(self) -> Reader:
        """Anyone: pages show only what everybody may see."""
        return Reader(language=self.language)

    def link(self, path: str, **query: object) -> str:
        """``path`` (already percent-encoded) with ``query``; empty values are left out."""
        if path.startswith(("http:", "https:")):
            path = urlsplit(path).path
        stated = {name: value for name, value in query.items() if value not in (None, "")}
        if self.chosen:
            stated["lang"] = self.chosen
        return f"{path}?{urlencode(stated)}" if stated else path

    def in_language(self, language: str) -> str:
        """The same page in another language."""
        parameters = [(name, value) for name, value in self.query if name != "lang"]
        return f"{quote(self.path, safe='/@')}?{urlencode([*parameters, ('lang', language)])}"


def visit_of(request: Request) -> Visit:
    """The visit that a request makes."""
    asked = request.query_params.get("lang")
    return Visit(
        path=request.url.path if request.url.path.isascii() else request.scope["path"],
        query=tuple(request.query_params.multi_items())[:20],
        language=choose_language(asked, request.headers.get("accept-language")),
        chosen=asked if asked in LANGUAGES else None,
    )


def segment(value: str) -> str:
    """``value`` percent-encoded as one path segment."""
    return quote(value[:MAXIMUM_SEGMENT], safe="@")
