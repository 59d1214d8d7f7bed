"""What every list manager's file offers, and what several of them share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from archive.lists.managers.letter import CommandAddresses, Letter
from archive.lists.managers.notice import Command, Notice, NoticeKind
from archive.lists.managers.wording import Says, says

Recogniser = Callable[[Letter, CommandAddresses], Notice | None]


@dataclass(frozen=True, slots=True)
class Manager:
    """One kind of list manager.

    join, leave: the mail that asks to join or leave; None where no mail can.
    recognise: what a letter of this manager is, or None for a post or a letter
    of another manager. Pure, bounded, never raises.
    """

    name: str
    join: Callable[[CommandAddresses], Command | None]
    leave: Callable[[CommandAddresses], Command | None]
    recognise: Recogniser


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
