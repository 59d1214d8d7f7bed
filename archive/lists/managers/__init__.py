"""One file for each list manager: how to ask it, and what its notices are."""

from __future__ import annotations

from archive.lists.managers.ezmlm import EZMLM
from archive.lists.managers.googlegroups import GOOGLEGROUPS
from archive.lists.managers.groupsio import GROUPSIO
from archive.lists.managers.listserv import LISTSERV
from archive.lists.managers.mailman2 import MAILMAN2
from archive.lists.managers.mailman3 import MAILMAN3
from archive.lists.managers.majordomo import MAJORDOMO
from archive.lists.managers.manager import Manager
from archive.lists.managers.manual import MANUAL
from archive.lists.managers.mlmmj import MLMMJ
from archive.lists.managers.sympa import SYMPA

__all__ = ["MANAGERS", "Manager"]

MANAGERS: dict[str, Manager] = {
    manager.name: manager
    for manager in (
        # Those whose command addresses tell most come first, those that guess come last.
        EZMLM,
        MLMMJ,
        SYMPA,
        LISTSERV,
        MAJORDOMO,
        GOOGLEGROUPS,
        GROUPSIO,
        MAILMAN3,
        MAILMAN2,
        MANUAL,
    )
}
"""Every list manager by the name that ``--manager`` takes."""
