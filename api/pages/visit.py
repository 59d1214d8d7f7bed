"""One reader's visit to a page: language, links that keep it, and for whom data is read."""

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

    ``chosen`` is the language named by ``?lang=``: links then carry it on, so
    that the choice lasts without a cookie. ``query`` are the request's other parameters.
    """

    path: str
    query: tuple[tuple[str, str], ...]
    language: str
    chosen: str | None = None

    @cached_property
    def translate(self) -> Translator:
        """The texts in the visit's language."""
        return Translator(self.language)

    @property
    def reader(self) -> Reader:
        """Pages show what anyone may see."""
        return Reader(language=self.language)

    def link(self, path: str, **query: object) -> str:
        """``path``, already percent-encoded, with ``query`` (empty values left out)."""
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
    """The visit behind a request."""
    asked = request.query_params.get("lang")
    return Visit(
        path=request.url.path if request.url.path.isascii() else request.scope["path"],
        query=tuple(request.query_params.multi_items())[:20],
        language=choose_language(asked, request.headers.get("accept-language")),
        chosen=asked if asked in LANGUAGES else None,
    )


def segment(value: str) -> str:
    """``value`` percent-encoded as one segment of a path."""
    return quote(value[:MAXIMUM_SEGMENT], safe="@")
