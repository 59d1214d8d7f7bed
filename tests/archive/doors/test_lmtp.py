"""The LMTP door: an answer for each recipient, over a port or a socket."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.doors.door import SmtpDoor
from archive.errors import StoreUnavailableError
from archive.settings import Settings
from archive.store.arrivals import Incoming, Kept
from archive.store.store import Store
from archive.tables import MailingList
from tests.archive.door_clients import LIST, SENDER, Running, lmtp, mail, postings


def test_lmtp_answers_for_each_recipient_and_is_noted_as_the_door(
    opened: Callable[..., Running], rooms: dict[str, str], sqlite_database: Database
) -> None:
    running = opened(lmtp_port=0)
    with lmtp(running) as client:
        code, text = client.docmd("EHLO client.example.net")
        assert (code, text[:5]) == (500, b"5.5.2")
        assert client.ehlo()[0] == 250
        client.mail(SENDER)
        for address in rooms.values():
            assert client.rcpt(address)[0] == 250
        assert client.rcpt("nobody@localhost")[0] == 550
        assert client.data(mail())[0] == 250
        replies = [client.getreply()[0] for _ in range(len(rooms) - 1)]
        assert replies == [250] * (len(rooms) - 1)
        assert client.noop()[0] == 250
    assert {row[3] for row in postings(sqlite_database)} == {"lmtp"}
    assert len(postings(sqlite_database)) == 3


class FailingFor:
    """A store that cannot take what comes to one list."""

    def __init__(self, store: Store, list_id: int) -> None:
        self.store = store
        self.list_id = list_id

    def read_ahead(self, raw: bytes) -> None:
        self.store.read_ahead(raw)

    def keep(self, incoming: Sequence[Incoming]) -> list[Kept]:
        if any(one.list_id == self.list_id for one in incoming):
            raise ValueError("not for this list")
        return self.store.keep(incoming)


def test_one_recipient_may_fail_and_the_others_are_stored(
    settings: Settings, sqlite_database: Database, store: Store, rooms: dict[str, str]
) -> None:
    with sqlite_database.session() as session:
        dev = session.scalar(
            select(MailingList.id).where(MailingList.address == "dev@lists.example.org")
        )
    assert dev is not None
    changed = settings.model_copy(update={"smtp_port": 0, "lmtp_port": 0})
    running = Running(SmtpDoor(changed, sqlite_database, FailingFor(store, dev)))
    try:
        with lmtp(running) as client:
            client.ehlo()
            client.mail(SENDER)
            # The same list twice: the client counts recipients, not lists.
            for address in [*rooms.values(), rooms[LIST]]:
                assert client.rcpt(address)[0] == 250
            replies = [client.data(mail()), *(client.getreply() for _ in range(3))]
            assert [code for code, _ in replies] == [250, 451, 250, 250]
            assert client.noop()[0] == 250
    finally:
        running.close()
    posted = {address for _, address, _, _ in postings(sqlite_database)}
    assert posted == {LIST, "ops@lists.example.org"}


def test_a_unix_socket_takes_mail_for_the_lists_own_address_and_goes_with_the_door(
    opened: Callable[..., Running],
    rooms: dict[str, str],
    sqlite_database: Database,
    tmp_path: Path,
) -> None:
    path = tmp_path / "lmtp.sock"
    # What a process leaves behind that was killed.
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    running = opened({"accept_list_address": True}, lmtp_socket=path)
    assert running.door.places["lmtp-socket"] == str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    with smtplib.LMTP(str(path)) as client:
        assert client.sendmail(SENDER, [LIST], mail()) == {}
    assert [row[3] for row in postings(sqlite_database)] == ["lmtp"]
    with pytest.raises(StoreUnavailableError, match=f"cannot listen on {path}"):
        opened(lmtp_socket=path)
    with smtplib.LMTP(str(path)) as client:
        assert client.noop()[0] == 250
    running.run(running.door.stop())
    assert not path.exists()


def test_a_file_in_the_sockets_place_is_left_alone(
    settings: Settings, sqlite_database: Database, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "precious"
    path.write_text("not a socket")
    changed = settings.model_copy(update={"smtp_port": 0, "lmtp_socket": path})
    with pytest.raises(StoreUnavailableError, match=f"cannot listen on {path}"):
        asyncio.run(SmtpDoor(changed, sqlite_database, store).start())
    assert path.read_text() == "not a socket"
