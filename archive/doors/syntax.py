"""Reads paths and parameters of SMTP commands, and adds enhanced status codes to replies."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PATH = re.compile(r'<(?:@[^:<>"]*:)?((?:"(?:[^"\\]|\\.)*"|[^"<>\s])*)>\s*(.*)', re.DOTALL)
_BARE_PATH = re.compile(r"([^\s<>\"]+)\s*(.*)", re.DOTALL)
_PARAMETER = re.compile(r"([A-Z0-9][A-Z0-9-]*)(?:=([!-<>-~]+))?")
_PLAIN_REPLY = re.compile(r"([245]\d\d) (?!\d\.\d{1,3}\.\d{1,3} )")
_ENHANCED = {
    "221": "2.0.0",
    "250": "2.0.0",
    "421": "4.3.2",
    "451": "4.3.0",
    "452": "4.3.1",
    "454": "4.7.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "530": "5.7.0",
    "550": "5.1.1",
    "552": "5.3.4",
    "553": "5.1.3",
    "554": "5.7.0",
    "555": "5.5.4",
}


def read_path(text: str) -> tuple[str, str] | None:
    """Split a path (RFC 5321 section 4.1.2) from what follows it; ``<>`` is the null path.

    Returns None for what is no path. Source routes are passed over. Bytes that are
    not UTF-8 (RFC 6531) come here as surrogates, and make no path.
    """
    text = text.strip()
    found = (_PATH if text.startswith("<") else _BARE_PATH).fullmatch(text)
    if found is None or any("\ud800" <= letter <= "\udfff" for letter in found[1]):
        return None
    return found[1] or "<>", found[2]


def read_parameters(words: Sequence[str]) -> dict[str, str | bool] | None:
    """Return upper-case parameters by keyword, True for one without a value.

    Returns None where they break RFC 5321 section 4.1.2 or name one twice.
    """
    result: dict[str, str | bool] = {}
    for word in words:
        found = _PARAMETER.fullmatch(word)
        if found is None or found[1] in result:
            return None
        result[found[1]] = found[2] or True
    return result


def enhanced(reply: str) -> str:
    """Return a reply with an enhanced status code (RFC 2034, RFC 3463) where it lacks one."""
    found = _PLAIN_REPLY.match(reply)
    if found is None or found[1] not in _ENHANCED:
        return reply
    return f"{found[1]} {_ENHANCED[found[1]]} {reply[4:]}"
