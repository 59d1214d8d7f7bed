"""Posts that ask not to be archived: ``X-No-Archive: yes`` and ``Archive: no``.

Neither field has a standard; archives have honoured both since DejaNews. Two
list managers stamp the first on everything they send, which is then nobody's wish.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from archive.mail.headers import Headers

HONOUR, IGNORE = "honour", "ignore"
SYMPA, EZMLM = "sympa", "ezmlm"

_RUN_BY_EZMLM = re.compile(r"run by ezmlm", re.IGNORECASE)


def asked_by(headers: Headers) -> str | None:
    """The header field by which a post asks not to be archived, or None."""
    wish = headers.raw("x-no-archive").strip().lower()
    if wish.startswith(("yes", "true")):
        return "X-No-Archive: yes"
    if headers.raw("archive").strip().lower() == "no":
        return "Archive: no"
    return None


def stamping_manager(headers: Headers, addresses: Collection[str]) -> str | None:
    """The list manager that stamps X-No-Archive on all mail, if it sent this; or None.

    addresses: of the list.
    """
    if not headers.raw("x-no-archive").strip().lower().startswith("yes"):
        return None
    if _RUN_BY_EZMLM.search(headers.raw("mailing-list")[:1000]):
        return EZMLM
    if "sympa@" in headers.raw("list-help")[:1000].lower():
        return SYMPA
    looped = headers.raw("x-loop").strip().lower()
    if "x-sequence" in headers and looped in addresses:
        return SYMPA
    return None
