"""Text of mail as safe HTML: visible characters only, escaped, with links that endorse nothing.

The input is hostile. Everything runs in one pass over the text. The output contains only
``http`` and ``https`` links and no tag from the mail.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_LINK = re.compile(r"https?://[^\s<>\"'`\\^{}|]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?*)]"
# Control characters, and direction overrides that can make text look like other text.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#34;": '"', "&#39;": "'", "&#x27;": "'",
             "&amp;": "&"}  # fmt: skip
_ENTITY = re.compile("|".join(map(re.escape, _ENTITIES)))


def shown(text: str) -> str:
    """``text`` without characters that show nothing or mislead, its lines ended by line feeds."""
    return _UNSHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def linked(text: str) -> Markup:
    """Escape ``text`` and turn its web addresses into links that do not endorse their targets."""
    parts: list[Markup] = []
    end = 0
    for match in _LINK.finditer(text):
        address = _without_trailing(match.group())
        if len(address) <= len("https://"):
            continue
        parts.append(escape(text[end : match.start()]))
        parts.append(Markup('<a href="{0}" rel="nofollow noopener ugc">{0}</a>').format(address))
        end = match.start() + len(address)
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def one_line(text: str, limit: int = 300) -> str:
    """``text`` for a title or heading: visible characters only, on one line."""
    line = " ".join(shown(text[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def marked(snippet: str) -> Markup:
    """A search snippet as HTML: escaped text in which ``<mark>`` is the only tag.

    Escapes the text again instead of trusting it, so a fault elsewhere cannot become a
    script here.
    """
    parts = re.split(r"(</?mark>)", snippet)
    result: list[Markup] = []
    depth = 0
    for part in parts:
        if part == "<mark>" and depth == 0:
            depth, part_html = 1, Markup("<mark>")
        elif part == "</mark>" and depth == 1:
            depth, part_html = 0, Markup("</mark>")
        elif part in ("<mark>", "</mark>"):
            continue
        else:
            part_html = escape(shown(_unescape(part)))
        result.append(part_html)
    if depth:
        result.append(Markup("</mark>"))
    return Markup("").join(result)


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda match: _ENTITIES[match.group()], text)


def _without_trailing(address: str) -> str:
    """The address without the sentence's punctuation; a balanced closing bracket stays."""
    bare = address.rstrip(_TRAILING)
    if address.startswith(")", len(bare)) and bare.count("(") > bare.count(")"):
        bare += ")"
    return bare
