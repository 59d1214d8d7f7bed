"""A real mlmmj list on loopback.

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
    """One list, whose mail goes to ``smtp_port``."""

    def __init__(self, folder: Path, address: str, smtp_port: int) -> None:
        name, _, domain = address.partition("@")
        self._folder = folder / name
        # It asks for the domain, the owner and the language of its texts.
        answers = f"{domain}\npostmaster@{domain}\nen\n"
        _run("mlmmj-make-ml", "-L", name, "-s", folder, text=answers.encode())
        control = self._folder / "control"
        (control / "relayhost").write_text(f"{HOST}\n")
        (control / "smtpport").write_text(f"{smtp_port}\n")

    def set(self, tunable: str, value: str = "") -> None:
        """Write one of the files that control the list."""
        (self._folder / "control" / tunable).write_text(f"{value}\n")

    def receive(self, mail: Mail) -> None:
        """Take a mail that came for the list, as from the mail server of its host."""
        envelope = f"Return-Path: <{mail.sender}>\nDelivered-To: {mail.recipient}\n"
        content = mail.content.replace(b"\r\n", b"\n")
        _run("mlmmj-receive", "-F", "-L", self._folder, text=envelope.encode() + content)

    def members(self) -> list[str]:
        """The addresses subscribed to the list."""
        return _run("mlmmj-list", "-L", self._folder).decode().split()

    def add(self, member: str) -> None:
        """Make somebody a member without asking."""
        _run("mlmmj-sub", "-L", self._folder, "-a", member)

    def remove(self, member: str) -> None:
        """End a membership and say goodbye, as a list's owner does."""
        _run("mlmmj-unsub", "-c", "-L", self._folder, "-a", member)


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
