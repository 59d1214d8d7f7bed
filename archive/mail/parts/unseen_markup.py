"""What an HTML body holds and no reader of the mail saw: preheaders, words for filters.

By the attribute ``hidden``, by an element's own style, and by the class of a rule that hides.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

MAX_STYLE = 50_000
"""Characters of style sheets that are looked at."""
_NOTHING = r"0+(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:!\s*important\s*)?(?:;|\Z)"
_HIDES = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    rf"|(?:font-size|opacity)\s*:\s*{_NOTHING}"
    r"|text-indent\s*:\s*-\s*\d{3,}|(?:left|top)\s*:\s*-\s*\d{4,})",
    re.IGNORECASE,
)
# A box without a size hides only if what it holds may not stand out.
_EMPTY_BOX = re.compile(rf"(?:^|[;\s])(?:max-)?(?:height|width)\s*:\s*{_NOTHING}", re.IGNORECASE)
_CUT = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_SHEET = re.compile(r"<style\b[^>]{0,500}>(.*?)</style", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_CLASS = re.compile(r"\s*(?:[a-z]{1,10})?\.([\w-]{1,80})\s*\Z", re.IGNORECASE)


def is_hidden(node: LexborNode, classes: frozenset[str]) -> bool:
    """Whether the element shows nothing of what it holds; ``classes``: those that hide."""
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if style and _hides(style):
        return True
    return bool(classes) and not classes.isdisjoint((attributes.get("class") or "").split())


def _hides(style: str) -> bool:
    style = style[:2_000]
    return _HIDES.search(style) is not None or (
        _EMPTY_BOX.search(style) is not None and _CUT.search(style) is not None
    )


def hidden_classes(html: str) -> frozenset[str]:
    """Classes whose rule hides, of the document's style sheets.

    Rules for some screens only (``@media``) say nothing about what was seen.
    """
    found: set[str] = set()
    left = MAX_STYLE
    for match in _SHEET.finditer(html) if "<style" in html or "<STYLE" in html else ():
        sheet = _COMMENT.sub("", match[1][:left])
        left -= len(sheet)
        found.update(_classes_of(sheet))
        if left <= 0:
            break
    return frozenset(found)


def _classes_of(sheet: str) -> set[str]:
    found: set[str] = set()
    depth, start, selectors = 0, 0, ""
    for brace in _BRACE.finditer(sheet):
        if brace[0] == "{":
            depth += 1
            selectors = sheet[start : brace.start()][-500:]
        else:
            if depth == 1 and _hides(sheet[start : brace.start()]):
                names = selectors.split(",")
                found.update(match[1] for one in names if (match := _CLASS.match(one)))
            depth = max(0, depth - 1)
        start = brace.end()
    return found
