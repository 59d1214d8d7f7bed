"""``pakar serve``: a post goes all the way, survives a kill, and shows in the rankings."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.archive.messages import mail, mbox
from tests.end_to_end.service import pakar, running

LIST = "talk@lists.example.org"
KILLS = 6
"""Enough for the gate; the benchmark of patience, fifty of them, is run by hand."""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def receiving_address(data_dir: Path) -> str:
    added = pakar(data_dir, "list", "add", LIST, "--json")
    assert added.returncode == 0, added.stderr
    address: str = json.loads(added.stdout)["receiving_address"]
    return address


def test_a_reply_by_smtp_is_on_its_thread_at_once_and_soon_in_the_rankings(
    data_dir: Path, receiving_address: str, tmp_path: Path
) -> None:
    file = tmp_path / "talk.mbox"
    file.write_bytes(mbox(mail("1@example.org"), mail("2@example.org", subject="printer", day=1)))
    assert pakar(data_dir, "import", file, "--list", LIST).returncode == 0
    assert pakar(data_dir, "rank").returncode == 0

    with running(data_dir, PAKAR_RANK_INTERVAL="2") as service:
        before = service.get("/api/v1/experts?q=vpn").headers["etag"]
        reply = mail(
            "3@example.org",
            author="Budi Santoso <budi@example.net>",
            subject="Re: vpn putus",
            day=1,
            reply_to="1@example.org",
            text="Turunkan MTU tunnel vpn ke 1380, Bu Ayu, lalu coba lagi.",
        )
        assert service.post_mail(receiving_address, reply) == 250

        found = service.get("/api/v1/messages/3%40example.org").json()
        thread = service.get(found["thread"]["url"])
        assert "Turunkan MTU" in thread.text
        ranked = service.wait_for("/api/v1/experts?q=vpn", "Budi Santoso", seconds=3)
        assert "Budi Santoso" in ranked.text
        assert ranked.headers["etag"] != before


def letter(number: int) -> bytes:
    """A message with the CRLF line ends that SMTP carries (RFC 5321, 2.3.8)."""
    text = f"Pesan ke-{number}\n" * 200
    return mail(f"{number}@example.org", text=text).replace(b"\n", b"\r\n")


def test_what_was_answered_250_is_there_after_kill_9(
    data_dir: Path, receiving_address: str
) -> None:
    for number in range(KILLS):
        with running(data_dir, "--only", "smtp") as service:
            raw = letter(number)
            assert service.post_mail(receiving_address, raw) == 250
            service.process.kill()

    for number in range(KILLS):
        kept = pakar(data_dir, "message", f"{number}@example.org", "--raw")
        assert kept.returncode == 0, kept.stderr
        assert kept.stdout == letter(number)
    assert pakar(data_dir, "verify").returncode == 0


def test_sigterm_ends_the_service_with_status_0(data_dir: Path) -> None:
    with running(data_dir) as service:
        assert service.get("/healthz").status_code == 200
        assert service.get("/readyz").status_code == 200
        service.process.send_signal(signal.SIGTERM)

        assert service.process.wait(30) == 0


def test_a_port_in_use_is_one_clear_line_and_status_3(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        ended = pakar(data_dir, "serve", PAKAR_HTTP_PORT=port)

    assert ended.returncode == 3
    lines = ended.stderr.decode().splitlines()
    assert lines == [f"pakar: cannot listen on 127.0.0.1:{port}: Address already in use"]


def test_an_unknown_recipient_is_refused_and_nothing_is_stored(
    data_dir: Path, receiving_address: str
) -> None:
    wrong = receiving_address.replace("@", "x@")
    with running(data_dir, "--only", "smtp") as service, pytest.raises(AssertionError):
        service.post_mail(wrong, mail("1@example.org"))

    shown = json.loads(pakar(data_dir, "list", "show", LIST, "--json").stdout)
    assert shown["messages"] == 0


def test_serve_and_rank_read_again_what_an_older_version_has_read(
    data_dir: Path, tmp_path: Path
) -> None:
    file = tmp_path / "talk.mbox"
    file.write_bytes(mbox(*(mail(f"{number}@example.org", day=number) for number in range(5))))
    assert pakar(data_dir, "import", file, "--list", LIST).returncode == 0
    assert pakar(data_dir, "rank").returncode == 0

    def grow_old() -> None:
        with contextlib.closing(sqlite3.connect(data_dir / "pakar.db")) as store:
            store.execute("UPDATE message SET subject = 'usang', reader_version = 1")
            store.execute("UPDATE own_text SET text = 'usang'")
            store.commit()

    grow_old()
    with running(data_dir, PAKAR_RANK_INTERVAL="1") as service:
        message = service.wait_for("/api/v1/messages/4%40example.org", "vpn putus", seconds=10)
        assert message.json()["subject"] == "vpn putus"
    grow_old()
    ranked = pakar(data_dir, "rank")

    assert (ranked.returncode, ranked.stderr) == (0, b"pakar: 5 messages read again\n")
    assert pakar(data_dir, "verify").returncode == 0
