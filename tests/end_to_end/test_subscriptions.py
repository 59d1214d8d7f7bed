"""Subscribing as an operator does: commands, a running service, a relay and a list manager."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.archive.lists.managers.notice_cases import CASES
from tests.archive.lists.managers.notice_mail import RECEIVING
from tests.archive.subscription.relays import CountingRelay
from tests.end_to_end.service import pakar, running

CASE = CASES["mlmmj"]
LIST = CASE.list_address


def told(status: int, data_dir: Path, *arguments: str, **settings: str) -> Any:
    """What a command prints with ``--json``; it must exit with ``status``."""
    ended = pakar(data_dir, *arguments, "--json", stdin=b"", **settings)
    assert ended.returncode == status, ended.stderr.decode()
    return json.loads(ended.stdout)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_list_is_joined_while_a_command_waits_and_its_loss_is_an_alarm(data_dir: Path) -> None:
    with CountingRelay() as relay:
        settings = {"PAKAR_RELAY": relay.address, "PAKAR_MAIL_DOMAIN": "arsip.example.net"}
        alone = pakar(
            data_dir, "subscribe", LIST, "--manager", "mlmmj", "--wait", "60", stdin=b"", **settings
        )
        assert alone.returncode == 3
        assert b"no `pakar serve` is running" in alone.stderr
        assert len(relay.mails) == 1

        with running(data_dir, **settings) as service:
            own = relay.mails[0].sender

            def arrive(raw: bytes) -> None:
                written = raw.replace(RECEIVING.encode(), own.encode())
                verp = RECEIVING.replace("@", "=").encode()
                assert service.post_mail(own, written.replace(verp, own.replace("@", "=").encode()))

            def confirm() -> None:
                wait_until(lambda: len(relay.mails) == 2)
                arrive(CASE.join)
                wait_until(lambda: len(relay.mails) == 3)
                arrive(CASE.welcome)

            def decisions() -> list[dict[str, Any]]:
                items = told(0, data_dir, "subscriptions", "confirm", LIST, **settings)["items"]
                assert isinstance(items, list)
                return items

            manager = threading.Thread(target=confirm)
            manager.start()
            active = told(0, data_dir, "subscribe", LIST, "--wait", "60", **settings)
            manager.join()
            assert (active["state"], active["manager"]) == ("active", "mlmmj")
            assert relay.mails[2].recipient.startswith("talk+confsub-2ce293fa2104653c-")
            told(0, data_dir, "subscriptions", "--check", **settings)

            arrive(CASE.leave)
            wait_until(lambda: bool(decisions()))
            (waiting,) = decisions()
            assert waiting["kind"] == "confirm-leave"
            assert "removed from the list" in waiting["text"]
            number = str(waiting["id"])
            told(0, data_dir, "subscriptions", "confirm", LIST, "--dismiss", number, **settings)
            assert decisions() == []

            arrive(CASE.goodbye)
            service.wait_for(f"/api/v1/lists/{LIST}", '"lost"', 60)
            (lost,) = told(1, data_dir, "subscriptions", "--check", **settings)["items"]
            assert lost["state"] == "lost"
            assert 'pakar_subscriptions{state="lost"} 1.0' in service.get("/metrics").text
            assert 'class="problem"' in service.get(f"/lists/{LIST}").text
            assert len(relay.mails) == 3
            shown = pakar(
                data_dir, "subscriptions", "show", LIST, stdin=b"", **settings
            ).stdout.decode()
            assert "active → lost" in shown


def test_a_command_says_at_once_what_the_relay_has_against_it(data_dir: Path) -> None:
    settings = {"PAKAR_RELAY": "127.0.0.1:1"}
    asked = pakar(data_dir, "subscribe", LIST, "--manager", "mlmmj", stdin=b"", **settings)

    assert asked.returncode == 0
    assert b"cannot be reached: Connection refused; it is kept and tried again" in asked.stderr

    wrong = pakar(data_dir, "subscribe", LIST, PAKAR_RELAY="user@host:25")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith(b"pakar: PAKAR_RELAY:")
