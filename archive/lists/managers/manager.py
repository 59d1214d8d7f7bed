"""What every list manager's file offers, and what several of them share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.notice import Command, Notice, NoticeKind
from archive.lists.managers.wording import JOIN_ONLY, LEAVE_ONLY, Says, says, welcomes

Recogniser = Callable[[Letter, CommandAddresses], Notice | None]

_JOINING = Command("{name}+subscribe@{host}", "subscribe")
_LEAVING = Command("{name}+unsubscribe@{host}", "unsubscribe")


@dataclass(frozen=True, slots=True)
class Manager:
    """One kind of list manager.

    recognise: what a letter of this manager is, or None for a post or a letter
    of another manager. Pure, bounded, never raises.
    joining, leaving: the mail that asks to join or to leave; its address is empty if no
    mail can ask. ``{name}``, ``{NAME}`` and ``{host}`` stand for the list's name and host.
    has_one_address: the request address of a list also takes requests to leave.
    """

    name: str
    recognise: Recogniser
    joining: Command = _JOINING
    leaving: Command = _LEAVING
    has_one_address: bool = False

    def join(self, names: CommandAddresses) -> Command | None:
        """The mail that asks to join the list; None if no mail can ask."""
        return _addressed(self.joining, names, names.request_address)

    def leave(self, names: CommandAddresses) -> Command | None:
        """The mail that asks to leave the list; None if no mail can ask."""
        asked = names.request_address if self.has_one_address else None
        return _addressed(self.leaving, names, asked)


def _addressed(mail: Command, names: CommandAddresses, to: str | None) -> Command | None:
    """Fill in the mail for one list. It goes to ``to``, or else to its own address."""
    words = {"name": names.local, "NAME": names.local.upper(), "host": names.host}
    to = to or mail.to.format_map(words)
    subject, body = mail.subject.format_map(words), mail.body.format_map(words)
    return Command(to, subject, body) if to else None


SubjectTable = Sequence[tuple[re.Pattern[str], NoticeKind]]


def table(*rows: tuple[str, NoticeKind]) -> SubjectTable:
    """Subjects by their beginning, in order of precedence."""
    return [(re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in rows]


def by_subject(subject: str, rows: SubjectTable) -> NoticeKind | None:
    """The kind of the first pattern that the subject begins with."""
    return next((kind for pattern, kind in rows if pattern.match(subject)), None)


_DOUBTFUL = (
    (Says.INVITE, NoticeKind.INVITE),
    (Says.RE_ENABLE, NoticeKind.RE_ENABLE),
    (Says.PASSWORD, NoticeKind.PASSWORD),
    (Says.MODERATION, NoticeKind.HELD),
)


def doubtful_kind(said: frozenset[Says]) -> NoticeKind:
    """What a request to confirm is whose words say more than joining or leaving."""
    return next((kind for about, kind in _DOUBTFUL if about in said), NoticeKind.CONFIRM_OTHER)


def certain_kind(said: frozenset[Says]) -> NoticeKind | None:
    """The kind of a request to confirm whose words say only joining or only leaving."""
    return {JOIN_ONLY: NoticeKind.CONFIRM_JOIN, LEAVE_ONLY: NoticeKind.CONFIRM_LEAVE}.get(said)


def by_words(manager: str, subject: str, otherwise: str) -> Notice:
    """Read a notice by its subject: a welcome, a goodbye, or a notice of unknown form.

    otherwise: the reason that is given for a notice of unknown form.
    """
    if welcomes(subject):
        return Notice(manager, NoticeKind.WELCOME, "its subject bids welcome")
    if says(subject) == LEAVE_ONLY:
        return Notice(manager, NoticeKind.GOODBYE, "its subject speaks of leaving")
    return Notice(manager, NoticeKind.OTHER, otherwise)


def structural_confirmation(
    manager: str, action: str, asked: str, token: str, answer: Command
) -> Notice:
    """A request to confirm whose command address tells the action; words must not contradict.

    action: ``join`` or ``leave``; asked: the subject and what is asked in the text.
    """
    said = says(asked)
    wanted = Says(action)
    if said <= {wanted}:
        kind = NoticeKind.CONFIRM_JOIN if wanted is Says.JOIN else NoticeKind.CONFIRM_LEAVE
        reason = f"its command says {action}, and so do its words"
        return Notice(manager, kind, reason, token=token, answer=answer)
    others = ", ".join(sorted(said - {wanted}))
    reason = f"its command says {action}, but its words speak of {others}"
    return Notice(manager, doubtful_kind(said), reason, token=token)
