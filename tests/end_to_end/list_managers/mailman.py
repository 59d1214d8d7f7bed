"""A real Mailman 3 core on loopback, in an environment of its own.

It wants older SQLAlchemy and click than Pakar, hence the separate lock. The environment is kept
in the user's cache folder, named by the lock, so that only the first run installs it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import smtplib
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import platformdirs

from tests.end_to_end.list_managers.post_office import HOST, Mail, free_port

LOCK = Path(__file__).with_name("mailman.lock")
START_SECONDS = 60
PASSWORD = "invented"

CONFIGURATION = """\
[mailman]
layout: test
site_owner: postmaster@{domain}
[paths.test]
var_dir: {folder}
[mta]
incoming: mailman.mta.null.NullMTA
outgoing: mailman.mta.deliver.deliver
smtp_host: {host}
smtp_port: {smtp_port}
lmtp_host: {host}
lmtp_port: {lmtp_port}
[webservice]
hostname: {host}
port: {rest_port}
admin_user: test
admin_pass: {password}
workers: 1
"""
RUNNERS = ("command", "in", "lmtp", "out", "pipeline", "rest", "virgin")
IDLE_RUNNERS = ("archive", "bounces", "digest", "nntp", "retry", "task")


class MailmanMissingError(Exception):
    """Mailman cannot be installed here; the reason."""


def installed() -> Path:
    """The folder of Mailman's environment, installed now if it is not.

    Raises ``MailmanMissingError``.
    """
    name = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:16]
    folder = Path(platformdirs.user_cache_dir("pakar-tests")) / f"mailman-{name}"
    if (folder / "complete").exists():
        return folder
    # Another process of the same run may be installing it too: the first one to finish wins.
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    try:
        _install(unfinished)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        said = getattr(error, "stderr", None) or str(error)
        raise MailmanMissingError(f"Mailman cannot be installed: {said.strip()}") from None
    with suppress(OSError):
        unfinished.rename(folder)
    return folder


def _install(folder: Path) -> None:
    uv = [sys.executable, "-m", "uv"]
    commands = (
        [*uv, "venv", "--quiet", "--relocatable", "--python", sys.executable, str(folder)],
        [
            *[*uv, "pip", "install", "--quiet", "--python", str(folder / "bin" / "python")],
            *["--no-deps", "--require-hashes", "--compile-bytecode"],
            *["--build-constraints", str(LOCK), "--requirements", str(LOCK)],
        ],
    )
    for command in commands:
        subprocess.run(
            command, env=_environment(), check=True, capture_output=True, text=True, timeout=170
        )
    (folder / "complete").touch()


def _environment() -> dict[str, str]:
    """Without what keeps compiled modules elsewhere, or eight processes would compile them anew."""
    elsewhere = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    return {name: value for name, value in os.environ.items() if name not in elsewhere}


class Mailman:
    """A running core that sends all its mail to ``smtp_port``."""

    def __init__(self, environment: Path, folder: Path, domain: str, smtp_port: int) -> None:
        self._domain = domain
        self._lmtp_port = free_port()
        self._rest_port = free_port()
        configuration = folder / "mailman.cfg"
        folder.mkdir()
        text = CONFIGURATION.format(
            domain=domain,
            folder=folder,
            host=HOST,
            smtp_port=smtp_port,
            lmtp_port=self._lmtp_port,
            rest_port=self._rest_port,
            password=PASSWORD,
        )
        text += "".join(f"[runner.{name}]\nsleep_time: 0.2s\n" for name in RUNNERS)
        text += "".join(f"[runner.{name}]\nstart: no\n" for name in IDLE_RUNNERS)
        configuration.write_text(text)
        self._log = (folder / "output").open("wb")
        self._process = subprocess.Popen(
            [environment / "bin" / "master", "-C", configuration],
            env=_environment(),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait(self) -> None:
        """Return when it takes mail and answers."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._ask("GET", "system/versions")
                with smtplib.LMTP(HOST, self._lmtp_port, timeout=10):
                    break
            except (httpx2.TransportError, OSError):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        self._ask("POST", "domains", mail_host=self._domain)

    def stop(self) -> None:
        """End it and its runners at once: nothing of it is used again."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
        self._log.close()

    def receive(self, mail: Mail) -> None:
        """Take a mail that came for one of its lists, as from the mail server of its host."""
        with smtplib.LMTP(HOST, self._lmtp_port, timeout=30) as client:
            client.sendmail(mail.sender, [mail.recipient], mail.content)

    def create_list(self, address: str) -> None:
        """A list that people join by themselves, with a confirmation."""
        self._ask("POST", "lists", fqdn_listname=address)
        config = {"admin_immed_notify": "False", "default_nonmember_action": "accept"}
        self._ask("PATCH", f"lists/{address}/config", **config)

    def members(self, address: str) -> list[str]:
        """The addresses subscribed to a list."""
        entries = self._ask("GET", f"lists/{address}/roster/member").get("entries", [])
        return [entry["email"] for entry in entries]

    def invite(self, address: str, somebody: str) -> None:
        """Send an invitation."""
        name, _, domain = address.partition("@")
        self._ask(
            "POST",
            "members",
            list_id=f"{name}.{domain}",
            subscriber=somebody,
            pre_verified="True",
            pre_confirmed="True",
            pre_approved="True",
            invitation="True",
        )

    def remove(self, address: str, member: str) -> None:
        """End a membership, as a list's owner does."""
        self._ask("DELETE", f"lists/{address}/member/{member}")

    def _ask(self, method: str, path: str, **fields: str) -> Any:
        answer = httpx2.request(
            method,
            f"http://{HOST}:{self._rest_port}/3.1/{path}",
            auth=("test", PASSWORD),
            data=fields or None,
            timeout=30,
        )
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}
