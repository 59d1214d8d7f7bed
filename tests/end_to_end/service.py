"""Running ``pakar`` as a user does: real processes, real ports, real signals."""

from __future__ import annotations

import os
import re
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

READY = re.compile(r"^pakar: ready(?: smtp=(?P<smtp>\S+))?(?: http=(?P<http>\S+))?")
START_SECONDS = 90

COMMAND = (sys.executable, "-c", "from api.commands import main; main()")


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """The environment of a process with its own data folder and free ports."""
    return {
        **os.environ,
        "PAKAR_DATA_DIR": str(data_dir),
        "PAKAR_HTTP_PORT": "0",
        "PAKAR_SMTP_PORT": "0",
        "COLUMNS": "200",
        **settings,
    }


def pakar(
    data_dir: Path, *arguments: str | Path, stdin: bytes = b"", **settings: str
) -> subprocess.CompletedProcess[bytes]:
    """Run one command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=environment(data_dir, **settings),
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
    )


@dataclass
class Service:
    """A running ``pakar serve`` or ``pakar demo``."""

    process: subprocess.Popen[str]
    http: str
    smtp: tuple[str, int]

    def get(self, path: str) -> httpx2.Response:
        """GET a path of the service."""
        return httpx2.get(self.http + path, timeout=30)

    def post_mail(self, recipient: str, raw: bytes) -> int:
        """Send one message by SMTP; the reply code to its DATA."""
        with smtplib.SMTP(*self.smtp, timeout=30) as client:
            client.ehlo("client.example.org")
            client.mail("ayu@example.org")
            assert client.rcpt(recipient)[0] == 250
            return client.data(raw)[0]

    def wait_for(self, path: str, condition: str, seconds: float) -> httpx2.Response:
        """Ask again and again until the answer holds ``condition``."""
        deadline = time.monotonic() + seconds
        while True:
            answer = self.get(path)
            if condition in answer.text or time.monotonic() > deadline:
                return answer
            time.sleep(0.1)


@contextmanager
def running(
    data_dir: Path, *arguments: str, command: str = "serve", **settings: str
) -> Iterator[Service]:
    """A service that is ready; killed at the end if it still runs."""
    process = subprocess.Popen(
        [*COMMAND, command, *arguments],
        env=environment(data_dir, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    # A service that never gets ready ends here rather than hanging the test.
    watchdog = threading.Timer(START_SECONDS, process.kill)
    watchdog.start()
    assert process.stdout is not None
    ready = None
    for line in process.stdout:
        ready = READY.match(line)
        if ready:
            break
    watchdog.cancel()
    try:
        assert ready is not None, "the service ended before it was ready"
        host, _, port = (ready["smtp"] or "127.0.0.1:0").rpartition(":")
        yield Service(process, ready["http"] or "", (host, int(port)))
    finally:
        process.kill()
        process.wait(30)
        process.stdout.close()
