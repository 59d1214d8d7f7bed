"""The notices of every list manager that confirms by mail."""

from __future__ import annotations

from tests.archive.lists.managers.address_command_mail import EZMLM, MLMMJ, SYMPA
from tests.archive.lists.managers.mailman_mail import MAILMAN2, MAILMAN3
from tests.archive.lists.managers.text_command_mail import GOOGLEGROUPS, LISTSERV, MAJORDOMO

CASES = {
    "mailman3": MAILMAN3,
    "mailman2": MAILMAN2,
    "sympa": SYMPA,
    "mlmmj": MLMMJ,
    "ezmlm": EZMLM,
    "majordomo": MAJORDOMO,
    "listserv": LISTSERV,
    "googlegroups": GOOGLEGROUPS,
}
