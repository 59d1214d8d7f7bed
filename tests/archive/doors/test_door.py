"""The SMTP door: what it takes, from whom, and that it has it when it says so."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.store.store import Store
from archive.tables import MailingList, Message
from tests.archive.door_clients import (
    LIST,
    SENDER,
    Running,
    mail,
    postings,
    raws,
    refusal,
    start_data,
)


def test_a_post_is_stored_byte_for_byte_before_the_answer(
    running: Running, rooms: dict[str, str], sqlite_database: Database, store: Store
) -> None:
    content = mail(1, "Halo\r\n.dot at the start\r\n..two dots\r\n.\tand a tab\r\n" + "x" * 3000)
    with running.client() as client:
        client.sendmail(SENDER, [rooms[LIST]], content)
        assert postings(sqlite_database) == [("1@example.org", LIST, SENDER, "smtp")]
    assert raws(sqlite_database, store) == [content]


def test_several_recipients_make_one_message_and_a_posting_for_each_list(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    with running.client() as client:
        client.sendmail(SENDER, [*rooms.values(), rooms[LIST]], mail())
    assert sorted(address for _, address, _, _ in postings(sqlite_database)) == sorted(rooms)
    with sqlite_database.session() as session:
        assert len(session.scalars(select(Message.id)).all()) == 1


def test_the_same_post_sent_again_is_accepted_and_stored_once(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    for _ in range(3):
        with running.client() as client:
            client.sendmail(SENDER, [rooms[LIST]], mail())
    assert len(postings(sqlite_database)) == 1


def test_twenty_clients_at_once_are_all_stored(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    def deliver(number: int) -> None:
        with running.client() as client:
            for part in range(5):
                client.sendmail(SENDER, [rooms[LIST]], mail(f"{number}.{part}"))

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(deliver, range(20)))
    expected = {f"{number}.{part}@example.org" for number in range(20) for part in range(5)}
    assert {row[0] for row in postings(sqlite_database)} == expected


def test_the_null_sender_is_stored_as_empty(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    with running.client() as client:
        client.sendmail("", [rooms[LIST]], mail())
    assert postings(sqlite_database)[0][2] == ""


def test_the_receiving_address_is_known_in_any_letter_case(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    with running.client() as client:
        client.sendmail(SENDER, [rooms[LIST].upper()], mail())
    assert len(postings(sqlite_database)) == 1


def test_commands_may_be_pipelined_before_and_after_the_data(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    to = b"RCPT TO:<" + rooms[LIST].encode() + b">"
    sender = b"MAIL FROM:<" + SENDER.encode() + b">"
    with running.socket() as raw:
        assert raw.reply().startswith("220 ")
        assert raw.say(b"EHLO client.example.net").startswith("250-")
        raw.send(sender, to, b"DATA")
        assert [raw.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
        raw.send(mail(1) + b".", sender, to, b"DATA")
        assert [raw.reply()[:3] for _ in range(4)] == ["250", "250", "250", "354"]
        raw.send(mail(2) + b".", b"NOOP", b"QUIT")
        assert [raw.reply()[:3] for _ in range(3)] == ["250", "250", "221"]
    assert [row[0] for row in postings(sqlite_database)] == ["1@example.org", "2@example.org"]


def test_data_that_arrives_byte_by_byte_is_whole(
    running: Running, rooms: dict[str, str], sqlite_database: Database, store: Store
) -> None:
    content = mail(1, ".\r\n..x\r\n.\r.\n")
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    with running.socket() as raw:
        start_data(raw, rooms[LIST])
        for place in range(len(stuffed)):
            raw.connection.sendall(stuffed[place : place + 1])
        raw.send(b".")
        assert raw.reply().startswith("250 2.0.0")
    assert raws(sqlite_database, store) == [content]


def test_only_receiving_addresses_are_accepted(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    good = rooms[LIST]
    local_part, _, domain = good.partition("@")
    slug, _, secret = local_part.rpartition(".")
    other = rooms["dev@lists.example.org"].partition("@")[0].rpartition(".")[2]
    bad = [
        LIST,
        "someone@elsewhere.example.net",
        f"{slug}.{'a' * len(secret)}@{domain}",
        f"{slug}.{secret[:-1]}@{domain}",
        f"{slug}.{other}@{domain}",
        f"{slug}.@{domain}",
        f"{slug}@{domain}",
        f"archive+nobody.{secret}@{domain}",
        f"{local_part}@elsewhere.example.net",
        f"{local_part}%elsewhere.example.net@{domain}",
        f"@elsewhere.example.net:x{local_part}@{domain}",
        local_part,
        "postmaster",
    ]
    with running.client() as client:
        client.ehlo()
        client.mail(SENDER)
        for address in bad:
            code, text = client.docmd(f"RCPT TO:<{address}>")
            assert (code, text[:5]) == (550, b"5.1.1"), address
        assert client.docmd("DATA")[0] == 503
    assert postings(sqlite_database) == []


def test_an_accepted_recipient_is_served_beside_a_refused_one(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    with running.client() as client:
        refused = client.sendmail(SENDER, ["nobody@localhost", rooms[LIST]], mail())
    assert list(refused) == ["nobody@localhost"]
    assert [row[1] for row in postings(sqlite_database)] == [LIST]


def test_the_lists_own_address_is_taken_from_this_machine_only_when_opened(
    opened: Callable[..., Running], rooms: dict[str, str], sqlite_database: Database
) -> None:
    with opened().client() as client:
        assert refusal(client, LIST)[0] == 550
    with opened({"accept_list_address": True}).client() as client:
        client.sendmail(SENDER, [LIST], mail())
        assert refusal(client, "other@lists.example.org")[0] == 550
    assert [row[1] for row in postings(sqlite_database)] == [LIST]


def test_a_revoked_secret_is_refused_at_once(
    running: Running, rooms: dict[str, str], sqlite_database: Database
) -> None:
    with running.client() as client:
        client.sendmail(SENDER, [rooms[LIST]], mail())
        with sqlite_database.transaction() as session:
            found = session.scalars(select(MailingList).where(MailingList.address == LIST)).one()
            found.secret = "z" * 20
        assert refusal(client, rooms[LIST])[0] == 550


def test_guessing_addresses_ends_the_connection(running: Running) -> None:
    with running.client() as client:
        client.ehlo()
        client.mail(SENDER)
        codes = [client.docmd(f"RCPT TO:<archive+talk.{n}@localhost>")[0] for n in range(21)]
        assert codes == [550] * 20 + [421]
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()
