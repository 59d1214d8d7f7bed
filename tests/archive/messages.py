"""Small messages for tests, all by invented people at example domains."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

BEGINNING = datetime(2024, 1, 1, 9, tzinfo=UTC)


def mail(
    identifier: str,
    *,
    author: str = "Ayu Lestari <ayu@example.org>",
    subject: str = "vpn putus",
    day: float = 0,
    text: str = "Mohon bantuan, vpn putus terus tiap sore.",
    reply_to: str | None = None,
    references: tuple[str, ...] = (),
) -> bytes:
    """One raw message, ``day`` days after the beginning; ids are without brackets."""
    headers = [
        f"From: {author}",
        "To: Talk <talk@lists.example.org>",
        f"Subject: {subject}",
        f"Date: {format_datetime(BEGINNING + timedelta(days=day))}",
        f"Message-ID: <{identifier}>",
        "List-Id: Talk <talk.lists.example.org>",
    ]
    if reply_to is not None:
        headers.append(f"In-Reply-To: <{reply_to}>")
    if references:
        headers.append("References: " + " ".join(f"<{one}>" for one in references))
    return ("\n".join(headers) + "\n\n" + text + "\n").encode()


def mbox(*messages: bytes) -> bytes:
    """The messages as an mboxrd file."""
    return b"".join(
        b"From MAILER-DAEMON Mon Jan  1 09:00:00 2024\n" + raw + b"\n" for raw in messages
    )
