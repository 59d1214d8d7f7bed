"""One file for each list manager: how to ask it, and what its notices are."""

from __future__ import annotations

from archive.subscription.managers.ezmlm import EZMLM
from archive.subscription.managers.googlegroups import GOOGLEGROUPS
from archive.subscription.managers.groupsio import GROUPSIO
from archive.subscription.managers.listserv import LISTSERV
from archive.subscription.managers.mailman2 import MAILMAN2
from archive.subscription.managers.mailman3 import MAILMAN3
from archive.subscription.managers.majordomo import MAJORDOMO
from archive.subscription.managers.manager import Manager
from archive.subscription.managers.manual import MANUAL
from archive.subscription.managers.mlmmj import MLMMJ
from archive.subscription.managers.sympa import SYMPA

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
