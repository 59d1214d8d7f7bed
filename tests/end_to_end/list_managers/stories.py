"""What a subscription goes through with any list manager, told once for all of them.

Nothing here is done by hand: the archive sends by its smarthost, the list manager by the
archive's door.
"""

from __future__ import annotations

import time
from typing import Protocol

from tests.end_to_end.list_managers.archive import Archive, hold_conversation, wait_until
from tests.end_to_end.list_managers.post_office import Mail

STEP_SECONDS = 1.5
"""Longer than the archive takes from a notice to its answer."""


class ListManager(Protocol):
    """What the stories ask of a list manager."""

    def create_list(self, address: str) -> None:
        """A list that people join by themselves, with a confirmation."""

    def receive(self, mail: Mail) -> None:
        """Take a mail that came for one of its lists."""

    def members(self, address: str) -> list[str]:
        """The addresses subscribed to a list."""

    def invite(self, address: str, somebody: str) -> None:
        """Ask somebody to join who has not asked for it."""

    def remove(self, address: str, member: str) -> None:
        """End a membership and say goodbye, as a list's owner does."""


def subscribe(manager: ListManager, archive: Archive, address: str, *options: str) -> str:
    """Subscribe to a new list and wait until the archive is a member; the receiving address."""
    manager.create_list(address)
    told = archive.told("subscribe", address, "--wait", "60", *options)
    assert told["state"] == "active"
    receiving: str = told["receiving_address"]
    assert manager.members(address) == [receiving]
    return receiving


def subscription_from_request_to_goodbye(
    manager: ListManager, archive: Archive, address: str, *options: str
) -> None:
    """Subscribed without help, posts archived and ranked; thrown out, the alarm is raised."""
    receiving = subscribe(manager, archive, address, *options)
    assert archive.pakar("subscriptions", "--check").returncode == 0

    posts = hold_conversation(manager.receive, address)
    for identifier in posts:
        archive.wait_for_message(identifier)
    archive.wait_for_expert("vpn", "Budi Santoso")
    assert archive.of_list(address)["messages"] == len(posts)

    manager.remove(address, receiving)
    wait_until(lambda: archive.state(address) == "lost", "the state lost")
    checked = archive.pakar("subscriptions", "--check")
    assert checked.returncode == 1
    assert f"{address}: lost" in checked.stderr.decode()


def leaving_that_nobody_asked_for(
    manager: ListManager, archive: Archive, address: str, leave_address: str, *options: str
) -> None:
    """A stranger asks the manager to remove the archive: its question is shown, not answered."""
    receiving = subscribe(manager, archive, address, *options)
    sent = len(archive.office.mails)
    forged = f"From: {receiving}\r\nTo: {leave_address}\r\nMessage-ID: <forged@example.net>\r\n"

    manager.receive(Mail(receiving, leave_address, f"{forged}\r\nleave\r\n".encode()))

    is_kept_and_not_answered(archive, address, "confirm-leave", sent)
    assert archive.state(address) == "active"
    assert manager.members(address) == [receiving]

    # Nor does it stand in the way when the operator does ask.
    assert archive.pakar("unsubscribe", address).returncode == 0
    wait_until(lambda: archive.state(address) == "ended", "the state ended")
    assert manager.members(address) == []


def invitation(manager: ListManager, archive: Archive, address: str, kind: str) -> None:
    """The archive has asked for nothing: an invitation is shown as ``kind`` and not answered."""
    manager.create_list(address)
    receiving = archive.told("list", "add", address)["receiving_address"]
    sent = len(archive.office.mails)

    manager.invite(address, receiving)

    is_kept_and_not_answered(archive, address, kind, sent)
    assert manager.members(address) == []


def is_kept_and_not_answered(archive: Archive, address: str, kind: str, sent: int) -> None:
    """One notice of a list waits for the operator; mails sent are still as many as before."""
    wait_until(lambda: archive.waiting(address) == [kind], f"the {kind} notice to be shown")
    time.sleep(STEP_SECONDS)
    assert len(archive.office.mails) == sent
