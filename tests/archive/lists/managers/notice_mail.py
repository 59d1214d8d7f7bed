"""Notices of every list manager, written for these tests from the managers' formats.

Each manager has one that asks to join, and twins that look like it and ask
for something else: answering one of those would be a disaster.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from archive.lists.managers.notice import Command

LIST = "talk@lists.example.org"
GROUP = "talk@googlegroups.com"
RECEIVING = "archive+talk.abcdefghijklmnopqrst@arsip.example.net"
VERP = RECEIVING.replace("@", "=")
T40 = "90bf6ef335d92cfbbe540a5c9ebfecb107a48e48"
U40 = "00bf6ef335d92cfbbe540a5c9ebfecb107a48e00"


@dataclass(frozen=True)
class Case:
    """A manager's list, its request to join, its answer, and the twins never to be answered."""

    join: bytes
    answer: Command
    twins: dict[str, bytes]
    leave: bytes
    leave_answer: Command
    welcome: bytes
    goodbye: bytes
    list_address: str = LIST
    more_joins: dict[str, tuple[bytes, Command]] = field(default_factory=dict)


def letter(sender: str, subject: str, text: str, *fields: str, receiving: str = RECEIVING) -> bytes:
    """One notice as it comes to the receiving address."""
    lines = [
        f"From: {sender}",
        f"To: {receiving}",
        f"Subject: {subject}",
        "Message-ID: <notice-1@lists.example.org>",
        "Date: Mon, 23 Nov 2026 19:00:00 +0000",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        *fields,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + text.replace("\n", "\r\n") + "\r\n").encode()
