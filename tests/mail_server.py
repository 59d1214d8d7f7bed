"""A Postfix of the tests' own: real queue, real retries, on loopback and an unprivileged port."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.org
mynetworks = 127.0.0.0/8
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
smtpd_recipient_restrictions = permit_mynetworks, reject
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def missing_server() -> str | None:
    """Why Postfix cannot be run here; None when it can."""
    if os.getuid() != 0:
        return "Postfix runs as root only"
    missing = [name for name in ("postfix", "smtp-source") if shutil.which(name) is None]
    return f"{missing[0]} is not installed" if missing else None


@dataclass(frozen=True)
class MailServer:
    """A running Postfix."""

    folder: Path
    port: int

    @property
    def queue(self) -> Path:
        """Where Unix sockets named in a transport lie."""
        return self.folder / "queue"

    def flush(self) -> None:
        """Try everything that waits again, now."""
        self._run("postqueue", "-f")

    def wait_for(self, words: str, seconds: float = 60) -> None:
        """Wait until it has logged some words."""
        deadline = time.monotonic() + seconds
        while words not in self.log():
            assert time.monotonic() < deadline, self.log()[-3000:]
            time.sleep(0.1)

    def wait_until_empty(self, seconds: float = 60) -> None:
        """Wait until nothing waits to be delivered."""
        deadline = time.monotonic() + seconds
        while "Mail queue is empty" not in self._run("postqueue", "-p"):
            assert time.monotonic() < deadline, self.log()[-3000:]
            time.sleep(0.2)

    def log(self) -> str:
        """All it has logged."""
        path = self.folder / "mail.log"
        return path.read_text() if path.exists() else ""

    def _run(self, command: str, *arguments: str) -> str:
        ended = subprocess.run(
            [command, "-c", str(self.folder / "etc"), *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return ended.stdout


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def postfix(recipe: str) -> Iterator[MailServer]:
    """Postfix with the lines of ``recipe`` in its main.cf."""
    folder = Path(tempfile.mkdtemp(prefix="pakar-postfix-"))
    try:
        # Its parts run as another user, who must come in here.
        folder.chmod(0o755)
        for name in ("etc", "queue", "data"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        port = free_port()
        (folder / "etc" / "main.cf").write_text(_MAIN.format(folder=folder) + recipe)
        (folder / "etc" / "master.cf").write_text(_MASTER.format(port=port))
        server = MailServer(folder, port)
        command = ["postfix", "-c", str(folder / "etc")]
        subprocess.run([*command, "start"], check=True, capture_output=True, timeout=60)
        try:
            yield server
        finally:
            subprocess.run([*command, "stop"], check=False, capture_output=True, timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
