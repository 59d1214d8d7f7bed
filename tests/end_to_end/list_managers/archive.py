"""An archive as its operator runs it, beside a list manager on loopback."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tests.end_to_end.list_managers.post_office import Delivery, Mail, PostOffice
from tests.end_to_end.service import Service, pakar, running

MAIL_DOMAIN = "archive.example.net"
LIST_DOMAIN = "lists.example.com"
PATIENCE_SECONDS = 60
"""How long a mail may take on a busy machine; a test goes on as soon as it is there."""


@dataclass
class Archive:
    """A running ``pakar serve`` whose smarthost is ``office``."""

    data_dir: Path
    settings: dict[str, str]
    service: Service
    office: PostOffice

    def pakar(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run a command on the same archive."""
        return pakar(self.data_dir, *arguments, stdin=b"", **self.settings)

    def told(self, *arguments: str) -> Any:
        """What a command that must succeed prints with ``--json``."""
        ended = self.pakar(*arguments, "--json")
        assert ended.returncode == 0, ended.stderr.decode()
        return json.loads(ended.stdout)

    def of_list(self, address: str) -> dict[str, Any]:
        """What the HTTP API tells of a list."""
        found: dict[str, Any] = self.service.get(f"/api/v1/lists/{address}").json()
        return found

    def state(self, address: str) -> str:
        """The state of the subscription to a list."""
        return str(self.of_list(address)["subscription"])

    def waiting(self, address: str) -> list[str]:
        """The kinds of the notices that wait for the operator's word."""
        return [one["kind"] for one in self.told("subscriptions", "confirm", address)["items"]]

    def wait_for_message(self, identifier: str) -> None:
        """Return when a message is archived."""
        path = f"/api/v1/messages/{identifier.replace('@', '%40')}"
        wait_until(lambda: self.service.get(path).status_code == 200, f"message {identifier}")

    def wait_for_expert(self, query: str, name: str) -> None:
        """Return when somebody is ranked for a query."""
        answer = self.service.wait_for(f"/api/v1/experts?q={query}", name, PATIENCE_SECONDS)
        assert name in answer.text


@contextmanager
def running_archive(data_dir: Path, office: PostOffice, smtp_port: int) -> Iterator[Archive]:
    """An archive that takes mail at ``smtp_port`` and sends by ``office``."""
    settings = {
        "PAKAR_MAIL_DOMAIN": MAIL_DOMAIN,
        "PAKAR_RELAY": office.address,
        "PAKAR_SMTP_PORT": str(smtp_port),
        "PAKAR_RANK_INTERVAL": "1",
    }
    with running(data_dir, **settings) as service:
        yield Archive(data_dir, settings, service, office)


CONVERSATION = (
    ("Ayu Lestari <ayu@example.org>", "vpn putus", "Vpn putus tiap sore, apa sebabnya?"),
    ("Budi Santoso <budi@example.org>", "Re: vpn putus", "Turunkan MTU tunnel vpn ke 1380."),
    ("Ayu Lestari <ayu@example.org>", "Re: vpn putus", "Terima kasih Pak Budi, vpn lancar."),
)
"""A question, its answer and the thanks: author, subject, text."""


def hold_conversation(receive: Delivery, address: str) -> list[str]:
    """Post a question, an answer and thanks to a list; their ids, without brackets."""
    name = address.partition("@")[0]
    identifiers = [f"{number}.{name}@example.org" for number, _ in enumerate(CONVERSATION, 1)]
    asked = datetime.now(UTC) - timedelta(days=2)
    for number, (author, subject, text) in enumerate(CONVERSATION):
        post = EmailMessage(policy=SMTP)
        post["From"] = author
        post["To"] = address
        post["Subject"] = subject
        post["Date"] = format_datetime(asked + timedelta(hours=number))
        post["Message-ID"] = f"<{identifiers[number]}>"
        if number:
            post["In-Reply-To"] = f"<{identifiers[number - 1]}>"
        post.set_content(text)
        sender = author.partition("<")[2].rstrip(">")
        receive(Mail(sender, address, post.as_bytes()))
    return identifiers


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Return when ``condition()`` is true; fail when it does not come true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)
