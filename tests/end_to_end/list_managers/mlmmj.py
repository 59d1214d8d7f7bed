"""Real mlmmj lists on loopback.

mlmmj has no daemon: the mail server runs ``mlmmj-receive`` for each mail, which sends by SMTP.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.end_to_end.list_managers.post_office import HOST, Mail

PROGRAMS = ("mlmmj-make-ml", "mlmmj-receive", "mlmmj-list", "mlmmj-sub", "mlmmj-unsub")


def missing_program() -> str | None:
    """A program of mlmmj that is not installed; None when all are."""
    return next((name for name in PROGRAMS if shutil.which(name) is None), None)


class Mlmmj:
    """The lists below a folder, whose mail goes to ``smtp_port``."""

    def __init__(self, folder: Path, smtp_port: int) -> None:
        self._folder = folder
        self._smtp_port = smtp_port

    def create_list(self, address: str) -> None:
        """A list that people join by themselves, with a confirmation."""
        name, _, domain = address.partition("@")
        # It asks for the domain, the owner and the language of its texts.
        answers = f"{domain}\npostmaster@{domain}\nen\n"
        _run("mlmmj-make-ml", "-L", name, "-s", self._folder, text=answers.encode())
        control = self._folder / name / "control"
        (control / "relayhost").write_text(f"{HOST}\n")
        (control / "smtpport").write_text(f"{self._smtp_port}\n")

    def receive(self, mail: Mail) -> None:
        """Take a mail that came for a list, as from the mail server of its host."""
        envelope = f"Return-Path: <{mail.sender}>\nDelivered-To: {mail.recipient}\n"
        content = mail.content.replace(b"\r\n", b"\n")
        folder = self._folder_of(mail.recipient.partition("+")[0])
        _run("mlmmj-receive", "-F", "-L", folder, text=envelope.encode() + content)

    def members(self, address: str) -> list[str]:
        """The addresses subscribed to a list."""
        return _run("mlmmj-list", "-L", self._folder_of(address)).decode().split()

    def invite(self, address: str, somebody: str) -> None:
        """Ask somebody to confirm a subscription that a list's owner began."""
        _run("mlmmj-sub", "-C", "-L", self._folder_of(address), "-a", somebody)

    def remove(self, address: str, member: str) -> None:
        """End a membership and say goodbye, as a list's owner does."""
        _run("mlmmj-unsub", "-c", "-L", self._folder_of(address), "-a", member)

    def _folder_of(self, address: str) -> Path:
        return self._folder / address.partition("@")[0]


def _run(program: str, *arguments: str | Path, text: bytes = b"") -> bytes:
    # They find one another beside themselves, and refuse to be called by anything but a full path.
    path = shutil.which(program)
    assert path is not None, f"{program} is not installed"
    ended = subprocess.run(
        [path, *arguments],
        input=text,
        capture_output=True,
        check=False,
        timeout=60,
        env={"PATH": os.environ["PATH"]},
    )
    assert ended.returncode == 0, f"{program}: {ended.stderr.decode(errors='replace')}"
    return ended.stdout
