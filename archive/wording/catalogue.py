"""The sentences of errors, by their stable codes.

A table of ``<language>.toml`` is a code: its ``title`` names the kind of error, its
``detail`` says what is wrong here, with values in ``{braces}``. The table ``values`` says
what was expected of a value, by the types of pydantic's errors and of our own; ``page`` heads the
page that lists them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

PROGRAM_LANGUAGE = "en"
"""The language of commands, of logs, and of programs that ask for none."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What one code says in one language."""

    title: str
    detail: str


@cache
def wordings(language: str) -> Mapping[str, Wording]:
    """All codes with what they say in ``en`` or ``id``."""
    tables = _tables(language).items()
    return {code: Wording(**table) for code, table in tables if code not in ("values", "page")}


def page_wording(language: str) -> Wording:
    """Title and introduction of the page that explains every code."""
    return Wording(**_tables(language)["page"])


def sentence(code: str, values: Mapping[str, object], language: str = PROGRAM_LANGUAGE) -> str:
    """The detail of ``code`` with ``values`` in its places. Raises ``KeyError`` if unknown."""
    return wordings(language)[code].detail.format_map(values)


def expectation(kind: str, values: Mapping[str, object], language: str) -> str | None:
    """What was expected of a value, by the type of pydantic's error; None for an unlisted one."""
    templates = _tables(language)["values"]
    if kind not in templates:
        return None
    words = {
        name: str(value).replace(" or ", f" {templates['or']} ") for name, value in values.items()
    }
    return templates[kind].format_map(words)


@cache
def _tables(language: str) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files(__package__) / f"{language}.toml").read_text("utf-8"))
