"""``/docs``: documentation of the API for people, generated from its OpenAPI description.

It is plain HTML without scripts, so it works under the strictest policy and without any
other host.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from jinja2 import Environment, StrictUndefined

from api.protocol.caching import conditional, entity_tag
from api.protocol.problems import DOCUMENTATION, reader_language
from archive.wording.catalogue import PROGRAM_LANGUAGE, page_wording, wordings

METHODS = ("get", "post", "patch")


def routes(app: FastAPI) -> APIRouter:
    """The route of the documentation of ``app``."""
    router = APIRouter(include_in_schema=False)

    @cache
    def page() -> bytes:
        return _render(app.openapi())

    @router.get("/docs")
    def get_documentation(request: Request) -> Response:
        return _shown(request, page())

    @router.get(DOCUMENTATION)
    def get_errors(request: Request) -> Response:
        language = reader_language(request.scope)
        return _shown(request, _errors(language), language)

    return router


def _shown(request: Request, content: bytes, language: str = PROGRAM_LANGUAGE) -> Response:
    headers = {
        "ETag": entity_tag(content),
        "Cache-Control": "no-cache",
        "Content-Language": language,
        "Content-Security-Policy": _policy(),
        "Vary": "Accept-Language",
    }
    response = Response(content, headers=headers, media_type="text/html; charset=utf-8")
    return conditional(request, response)


@cache
def _errors(language: str) -> bytes:
    """What every code of a problem means; a problem's ``type`` leads to its line."""
    page = page_wording(language)
    template = _environment().from_string(_resource("errors.html"))
    return template.render(
        language=language,
        title=page.title,
        introduction=page.detail,
        wordings=wordings(language),
        style=_resource("documentation.css"),
    ).encode()


def _environment() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["type_of"] = type_of
    return environment


def _render(description: dict[str, Any]) -> bytes:
    template = _environment().from_string(_resource("documentation.html"))
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in description["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                group = groups.setdefault(operation["tags"][0], [])
                group.append({"path": path, "method": method.upper(), **operation})
    return template.render(
        title=description["info"]["title"],
        introduction=description["info"]["description"],
        groups=groups,
        schemas=description["components"]["schemas"],
        style=_resource("documentation.css"),
    ).encode()


def type_of(schema: dict[str, Any]) -> str:
    """Describe a JSON schema in a few words, such as ``array of Evidence``."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        # Pydantic gives this name to a page of items.
        return f"page of {name[5:-1]}" if name.startswith("Page_") else name
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(type_of(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"array of {type_of(schema.get('items', {}))}"
    words = [str(schema.get("type", "any"))]
    if "format" in schema:
        words.append(f"({schema['format']})")
    if "minimum" in schema and "maximum" in schema:
        words.append(f"{schema['minimum']}–{schema['maximum']}")
    return " ".join(words)


@cache
def _resource(name: str) -> str:
    return (files("api.protocol") / name).read_text("utf-8")


@cache
def _policy() -> str:
    """A policy that allows only this page's style sheet, by its hash (CSP 3, section 6.7.2)."""
    digest = hashlib.sha256(_resource("documentation.css").encode()).digest()
    style = base64.b64encode(digest).decode()
    return f"default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'"
