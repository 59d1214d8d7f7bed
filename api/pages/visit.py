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
VIEWS = ("flowing", "plain")
"""How bodies are shown: in passages that fit the page, or as they were sent."""
VIEW_COOKIE = "view"
_A_YEAR = 365 * 24 * 3600


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
    view: str = VIEWS[0]
    chosen_view: str | None = None
    """The view named by ``?view=``; the browser is asked to remember it."""

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

    @property
    def plain(self) -> bool:
        """Whether bodies are shown as they were sent."""
        return self.view == "plain"

    def in_language(self, language: str) -> str:
        """The same page in another language."""
        return self._with("lang", language)

    def in_view(self, view: str) -> str:
        """The same page with bodies shown in another way."""
        return self._with("view", view)

    def _with(self, name: str, value: str) -> str:
        kept = [(other, words) for other, words in self.query if other != name]
        if name != "lang" and self.chosen:
            kept = [*((n, v) for n, v in kept if n != "lang"), ("lang", self.chosen)]
        return f"{quote(self.path, safe='/@')}?{urlencode([*kept, (name, value)])}"

    def view_cookie(self, secure: bool) -> str | None:
        """The value of Set-Cookie that remembers a view just chosen, or forgets the last one.

        It holds one word and nothing of the reader (RFC 6265); scripts cannot read it.
        """
        if self.chosen_view is None:
            return None
        age = _A_YEAR if self.plain else 0
        value = f"{VIEW_COOKIE}={self.view}; Path=/; Max-Age={age}; SameSite=Lax; HttpOnly"
        return f"{value}; Secure" if secure else value


def visit_of(request: Request) -> Visit:
    """The visit that a request makes."""
    asked = request.query_params.get("lang")
    view = request.query_params.get("view")
    remembered = request.cookies.get(VIEW_COOKIE)
    return Visit(
        path=request.url.path if request.url.path.isascii() else request.scope["path"],
        query=tuple(request.query_params.multi_items())[:20],
        language=choose_language(asked, request.headers.get("accept-language")),
        chosen=asked if asked in LANGUAGES else None,
        view=next((one for one in (view, remembered) if one in VIEWS), VIEWS[0]),
        chosen_view=view if view in VIEWS else None,
    )


def segment(value: str) -> str:
    """``value`` percent-encoded as one path segment."""
    return quote(value[:MAXIMUM_SEGMENT], safe="@")
