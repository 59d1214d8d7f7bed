"""What all pages share: templates, security headers, style sheet and icon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from typing import Any, Protocol

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from api import schemas
from api.answers.lists import mailing_lists
from api.context import Context
from api.languages import LANGUAGES
from api.pages import plots
from api.pages.bodies.markup import linked, marked, one_line
from api.pages.periods import coarsened, continuous
from api.pages.subjects import ListTags, heading
from api.pages.translations import Translator
from api.pages.visit import Visit, segment
from api.paging import PageRequest
from api.protocol.guard import SECURITY_HEADERS

SECTIONS = (
    ("/topics", "topics.title"),
    ("/search", "search.title"),
    ("/ask", "ask.title_short"),
    ("/unanswered", "unanswered.nav"),
)
STATIC_FILES = {"pakar.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
_SMALL_TREND = 36
_SMALL_BARS, _BARS = 40, 96
"""Most bars of a trend; more would only look like noise."""


class Scored(Protocol):
    """An object with a score from 0 to 100 and its 90 % interval."""

    @property
    def score(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file, small enough for memory; ``version`` changes with its content."""

    content: bytes
    media_type: str
    version: str


@dataclass(frozen=True)
class Site:
    """What all pages share."""

    context: Context

    @property
    def name(self) -> str:
        """What the operator calls this archive."""
        return self.context.settings.site_name

    @cached_property
    def assets(self) -> Mapping[str, Asset]:
        """The static files by name."""
        folder = files("api.pages") / "static"
        contents = {name: (folder / name).read_bytes() for name in STATIC_FILES}
        return {
            name: Asset(content, STATIC_FILES[name], sha256(content).hexdigest()[:12])
            for name, content in contents.items()
        }

    @cached_property
    def list_tags(self) -> ListTags:
        """The tags that lists put in brackets before subjects: their names and local parts."""

        def ask() -> frozenset[str]:
            lists = mailing_lists(self.context, page=PageRequest(limit=200)).items
            names = {name for item in lists for name in (item.name, item.address.split("@")[0])}
            return frozenset(name.strip().lower() for name in names)

        return ListTags(ask)

    @cached_property
    def environment(self) -> Environment:
        """The template environment; a missing value is an error, not a silent gap."""
        environment = Environment(
            loader=PackageLoader("api.pages", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(
            level_class=level_class,
            linked=linked,
            marked=marked,
            one_line=one_line,
            rfc3339=rfc3339,
            segment=segment,
        )
        environment.globals.update(
            languages=LANGUAGES,
            sections=SECTIONS,
            site_name=self.name,
            stylesheet=f"/static/pakar.css?v={self.assets['pakar.css'].version}",
            icon=f"/static/icon.svg?v={self.assets['icon.svg'].version}",
        )
        return environment

    def page(
        self,
        visit: Visit,
        template: str,
        *,
        title: str,
        current: str = "",
        status: int = 200,
        json_url: str | None = None,
        description: str = "",
        holds_bodies: bool = False,
        **values: Any,
    ) -> HTMLResponse:
        """Render a page.

        title: for the title of the browser window.
        current: the section that the page belongs to.
        json_url: the same content in the API.
        holds_bodies: whether it shows bodies of messages, in the view that the reader chose.
        """
        text = self.environment.get_template(template).render(
            **_helpers(visit),
            heading=lambda subject: heading(subject, self.list_tags()),
            title=one_line(title, 120) or self.name,
            description=one_line(description, 200),
            current=current,
            json_url=json_url,
            **values,
        )
        headers = {
            **SECURITY_HEADERS,
            "Content-Language": visit.language,
            "Vary": "Accept-Language",
            "Cache-Control": "no-cache",
        }
        if holds_bodies:
            headers["Vary"] = "Accept-Language, Cookie"
            secure = self.context.settings.public_url.startswith("https:")
            if cookie := visit.view_cookie(secure):
                headers["Set-Cookie"] = cookie
        return HTMLResponse(text, status, headers)


def _helpers(visit: Visit) -> dict[str, Any]:
    """What templates can call: texts, links and drawings in the language of the visit."""
    t = visit.translate

    def interval(scored: Scored) -> Markup:
        label = t.plain(
            "expert.interval",
            score=t.score(scored.score),
            low=t.score(scored.low),
            high=t.score(scored.high),
        )
        return plots.interval_bar(scored.score, scored.low, scored.high, label=label)

    def part_bar(value: float, name: str) -> Markup:
        share = t.percent(min(max(value, 0.0), 1.0))
        label = t.plain("components.bar", name=t.plain(f"components.{name}"), share=share)
        return plots.part_bar(value, label=label)

    return {
        "t": t,
        "link": visit.link,
        "in_language": visit.in_language,
        "in_view": visit.in_view,
        "view": visit.view,
        "chosen_view": visit.chosen_view,
        "chosen_language": visit.chosen,
        "interval": interval,
        "part_bar": part_bar,
        "trend": lambda topic, height=_SMALL_TREND: _trend(t, topic, height),
        "level_word": lambda level: _level_word(t, level),
        "strength": lambda value: t(f"strength.{strength(value)}"),
        "size": t.size,
    }


def _trend(t: Translator, topic: schemas.Topic, height: int) -> Markup:
    months = continuous({point.period: point.posts for point in topic.trend})
    large = height > _SMALL_TREND
    counts = coarsened(months, _BARS if large else _SMALL_BARS)
    titles = [
        t.plain("topic.trend_period", period=t.period(period), n=count)
        for period, count in (counts if large else ())
    ]
    return plots.sparkline(
        [count for _, count in counts],
        label=t.plain("topic.trend_label", topic=topic.label),
        titles=titles,
        height=height,
    )


def _level_word(t: Translator, level: str) -> str:
    key = f"level.{level_class(level)}"
    return t(key) if t.has(key) else level


def level_class(level: str) -> str:
    """A level as a name for the style sheet and the catalogue; ``none`` for no level."""
    return level.strip().lower().replace(" ", "_").replace("-", "_") or "none"


def strength(value: float) -> str:
    """A component from 0 to 1 in one of four words."""
    for least, word in ((0.75, "strong"), (0.5, "solid"), (0.25, "some")):
        if value >= least:
            return word
    return "little"


def rfc3339(value: datetime) -> str:
    """An instant in UTC, for a ``datetime`` attribute."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
