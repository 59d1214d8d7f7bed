"""groups.io. The form of its confirmations is not known, so a person answers them."""

from __future__ import annotations

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.manager import Manager, by_subject, certain_kind, doubtful_kind, table
from archive.lists.managers.notice import Notice, NoticeKind
from archive.lists.managers.wording import says

_DOMAIN = "groups.io"
_SUBJECTS = table(
    (r"welcome to ", NoticeKind.WELCOME),
    (r".*\binvit(?:ed|ation)\b", NoticeKind.INVITE),
    (r"(?:you have been removed|you have left|goodbye|you have unsubscribed)", NoticeKind.GOODBYE),
    (r".*\bbounc", NoticeKind.WARNING),
    (r".*\bpassword\b|.*\blog ?in\b", NoticeKind.PASSWORD),
    (r".*\bpending\b", NoticeKind.PENDING),
    (r".*\b(?:moderat|approv)", NoticeKind.HELD),
    (r".*\bdigest\b|.*\bsummary\b", NoticeKind.DIGEST),
)


def _recognise(letter: Letter, names: CommandAddresses) -> Notice | None:
    host = letter.sender.lower().rpartition("@")[2]
    if host != _DOMAIN and not host.endswith(f".{_DOMAIN}"):
        return None
    local = letter.sender.lower().partition("@")[0]
    if names.command_of(letter.sender) is None and local not in ("noreply", "no-reply", "support"):
        return None
    if "confirm" in letter.subject.lower():
        said = says(letter.subject)
        kind = certain_kind(said) or doubtful_kind(said)
        return Notice("groupsio", kind, "how groups.io wants to be answered is not known")
    kind_or_none = by_subject(letter.subject, _SUBJECTS)
    if kind_or_none is not None:
        return Notice("groupsio", kind_or_none, f"its subject is that of a {kind_or_none} notice")
    if letter.is_post:
        return None
    return Notice("groupsio", NoticeKind.OTHER, "it comes from an address of the group's host")


GROUPSIO = Manager("groupsio", _recognise)
