"""How a notice or a post changes the state of a subscription. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.lists.managers.notice import NoticeKind
from archive.tables import State, Wish

SETTLING = timedelta(hours=1)
"""A post that comes this long after a goodbye was sent after the goodbye, not just before it."""
WARNING_LASTS = timedelta(days=3)
"""A post that comes this long after a warning ends the warning."""


@dataclass(frozen=True, slots=True)
class Change:
    """A new state of a subscription.

    fulfilled: the pending request has succeeded, or has definitely failed.
    """

    state: State
    reason: str
    fulfilled: bool = False


def after_notice(state: State, pending: str | None, kind: NoticeKind) -> Change | None:
    """The change that a notice from the list causes, or None.

    pending: the ``Wish`` that waits for the list manager, if any.
    """
    if pending == Wish.JOIN:
        return _while_joining(kind)
    if kind is NoticeKind.GOODBYE:
        if pending == Wish.LEAVE or state is State.ENDED:
            return Change(State.ENDED, "the list manager said goodbye", fulfilled=True)
        return Change(State.LOST, "the list manager said goodbye, and nobody here asked for it")
    if state in (State.ACTIVE, State.WARNED):
        if kind in (NoticeKind.PROBE, NoticeKind.WARNING):
            return Change(State.WARNED, "the list manager says that mail to the archive bounces")
        if kind is NoticeKind.RE_ENABLE:
            return Change(State.HELD, "the list manager has disabled delivery")
    return None


def _while_joining(kind: NoticeKind) -> Change | None:
    if kind is NoticeKind.WELCOME:
        return Change(State.ACTIVE, "the list manager bade welcome", fulfilled=True)
    if kind is NoticeKind.PENDING:
        return Change(State.HELD, "the request waits for the list's owner")
    if kind is NoticeKind.REFUSED:
        return Change(State.LOST, "the request was turned down", fulfilled=True)
    return None


def after_post(
    state: State, pending: str | None, changed: datetime, received: datetime
) -> Change | None:
    """The change that a post to the receiving address causes, or None.

    changed: when the subscription entered its state.
    received: when the post came.
    """
    if pending == Wish.JOIN:
        return Change(State.ACTIVE, "posts of the list arrive", fulfilled=True)
    if state is State.WARNED and received - changed >= WARNING_LASTS:
        return Change(State.ACTIVE, "posts of the list still arrive")
    if state in (State.LOST, State.HELD) and received - changed >= SETTLING:
        return Change(State.ACTIVE, "posts of the list arrive again")
    return None
