"""The program and the time zone a message was written in."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_PROGRAM = 40
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)\b(?!.*[+-]\d{4})", re.DOTALL)
_PROGRAMS = (
    "git-send-email", "git-publish", "b4", "thunderbird", "evolution", "outlook", "mutt", "kmail",
    "k-9", "apple mail", "iphone", "alpine", "pine", "gnus", "claws", "sylpheed", "eudora",
    "the bat", "lotus notes", "groupwise", "roundcube", "squirrelmail", "horde", "yahoo", "quilt",
    "stgit", "aerc", "trojita", "mew", "opera", "zimbra", "exchange", "becky", "pegasus",
)  # fmt: skip
_PROGRAM_OF_HOST = (
    ("mail.gmail.com", "gmail"),
    ("outlook.com", "outlook"),
    ("yahoo.com", "yahoo"),
    ("phx.gbl", "hotmail"),
)
_FIRST_WORD = re.compile(r"[a-z][a-z-]{1,39}")


def time_zone(date: str) -> int | None:
    """Minutes east of UTC that a Date field states by number; None for none or ``-0000``."""
    match = _OFFSET.search(date[:200])
    if match is None or match[0] == "-0000":
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes > 15 * 60:
        return None
    return -minutes if match[1] == "-" else minutes


@lru_cache(maxsize=4096)
def mail_program(written: str, id_host: str) -> str | None:
    """The family of a mail program, by User-Agent or X-Mailer or else the Message-ID's host."""
    lowered = written[:200].lower()
    for name in _PROGRAMS:
        if name in lowered:
            return name
    for host, name in _PROGRAM_OF_HOST:
        if id_host.endswith(host):
            return name
    match = _FIRST_WORD.match(lowered)
    return match[0][:MAX_PROGRAM] if match else None
