"""What a reader sees of a body's HTML."""

from __future__ import annotations

import re

from markupsafe import Markup

TAG = re.compile(r"<[^>]*>")


def shown(html: Markup) -> str:
    """What a reader sees of some HTML."""
    return Markup(TAG.sub("", html)).unescape()
