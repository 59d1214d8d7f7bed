"""The store goes away in mid-load: senders hear 4xx, try again, and each message is there once."""

from __future__ import annotations

import base64
import hashlib
import random
import shutil
import smtplib
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from archive import migration
from archive.database import Database
from archive.lists.registry import add_list, receiving_address
from archive.search.audiences import AudienceIndexes
from archive.settings import Settings
from archive.store.store import Store
from archive.upkeep.verify import verify
from tests.archive.door_clients import LIST, SENDER, Running, mail
from tests.postgresql import PostgresServer

CLIENTS = 6
EACH = 25
BEFORE = 30
"""Messages stored before the store goes away."""


class Senders:
    """Clients that send each message until it is taken, and note every answer."""

    def __init__(self, running: Running, recipient: str) -> None:
        self.answers: Counter[int] = Counter()
        self.stored = 0
        self.sent: list[bytes] = []
        self._running = running
        self._recipient = recipient
        self._threads = [
            threading.Thread(target=self._send_all, args=(number,)) for number in range(CLIENTS)
        ]
        for thread in self._threads:
            thread.start()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline, self.answers
            time.sleep(0.01)

    @property
    def refused(self) -> int:
        """How often the sender was told to try again."""
        return sum(times for code, times in self.answers.items() if 400 <= code < 500)

    def finish(self) -> None:
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    def _send_all(self, client_number: int) -> None:
        chance = random.Random(client_number)
        for number in range(EACH):
            noise = base64.encodebytes(chance.randbytes(15_000)).decode().replace("\n", "\r\n")
            content = mail(f"{client_number}.{number}", noise)
            self.sent.append(content)
            while not self._is_taken(content):
                time.sleep(0.05)
            self.stored += 1

    def _is_taken(self, content: bytes) -> bool:
        with self._running.client() as client:
            client.ehlo()
            steps: list[Callable[[], tuple[int, bytes]]] = [
                lambda: client.mail(SENDER),
                lambda: client.rcpt(self._recipient),
                lambda: client.data(content),
            ]
            for step in steps:
                try:
                    code = step()[0]
                except smtplib.SMTPResponseException as error:
                    code = error.smtp_code
                if code != 250:
                    self.answers[code] += 1
                    return False
        self.answers[250] += 1
        return True


def check(senders: Senders, store: Store, index_folder: Path) -> None:
    """Nothing but 250 and 4xx was heard, and everything sent is there once, byte for byte."""
    assert {code // 100 for code in senders.answers if code != 250} == {4}
    found = verify(store, AudienceIndexes(index_folder, store.parsed))
    assert found.faults == ()
    assert found.digests == tuple(sorted(hashlib.sha256(one).hexdigest() for one in senders.sent))
    assert len(found.digests) == CLIENTS * EACH


@pytest.mark.postgresql
def test_a_postgresql_server_that_stops_and_comes_back_loses_and_doubles_nothing(
    opened: Callable[..., Running],
    postgresql_server: PostgresServer,
    postgresql_url: str,
    data_dir: Path,
    tmp_path: Path,
) -> None:
    database = Database(postgresql_url)
    settings = Settings(data_dir=data_dir, database_url=postgresql_url)
    with database.transaction() as session:
        recipient = receiving_address(add_list(session, LIST), settings)
    senders = Senders(opened(database=database), recipient)
    senders.wait_for(lambda: senders.stored >= BEFORE)
    postgresql_server.interrupt()
    try:
        senders.wait_for(lambda: senders.refused >= CLIENTS)
    finally:
        postgresql_server.resume()
    senders.finish()
    check(senders, Store(database, settings), tmp_path / "index")
    database.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, check=False, capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no right to mount a small disk: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """A file that takes all the room there is."""
    path = folder / "ballast"
    with path.open("wb", buffering=0) as file:
        while free := shutil.disk_usage(folder).free:
            with suppress(OSError):
                file.write(bytes(free))
    return path


def test_a_disk_that_fills_up_and_is_cleared_loses_and_doubles_nothing(
    opened: Callable[..., Running], small_disk: Path, tmp_path: Path
) -> None:
    settings = Settings(data_dir=small_disk)
    database = Database(settings.database_url)
    migration.upgrade(database.engine)
    with database.transaction() as session:
        recipient = receiving_address(add_list(session, LIST), settings)
    senders = Senders(opened(database=database), recipient)
    senders.wait_for(lambda: senders.stored >= BEFORE)
    ballast = fill(small_disk)
    senders.wait_for(lambda: senders.refused >= CLIENTS)
    ballast.unlink()
    senders.finish()
    assert senders.answers[452]
    check(senders, Store(database, settings), tmp_path / "index")
    database.close()
