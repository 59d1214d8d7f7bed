"""Signatures made by another program (dkimpy 1.1.8) with throw-away keys, in tests/data."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar

import dns.message
import dns.rcode
import dns.rrset
import pytest

from archive.database import Database
from archive.errors import NameServiceError, UsageError
from archive.lists.registry import add_list
from archive.mail.message import parse_message
from archive.mail.trust.dkim import check_chain, check_signatures, fields_and_body
from archive.mail.trust.verdict import judge_signatures
from archive.network.resolver import NameService
from archive.settings import Settings, load_settings
from archive.store.arrivals import Incoming
from archive.store.store import Store
from archive.tables import AddressName, Authentication
from archive.upkeep.signatures import SignatureWorker
from tests.paths import REPOSITORY

DATA = json.loads((REPOSITORY / "tests" / "data" / "signed.json").read_text("utf-8"))
MAILS: dict[str, bytes] = {name: text.encode() for name, text in DATA["mails"].items()}
KEYS: dict[str, str] = DATA["keys"]
REJECT = {"_dmarc.example.org": "v=DMARC1; p=reject"}
PLAIN = MAILS["relaxed/relaxed"]
TAMPERED = PLAIN.replace(b"vpn putus. ", b"kirim uang.")
HOSTS = ["lists.example.org"]


def judged(raw: bytes, records: dict[str, str]) -> tuple[str, str | None]:
    trust = judge_signatures(raw, parse_message(raw), HOSTS, records.get)
    return trust.verdict, trust.method


@pytest.mark.parametrize("name", sorted(MAILS))
def test_a_signature_holds_for_the_mail_it_was_made_for_only(name: str) -> None:
    for raw, holds in (
        (MAILS[name], True),
        (MAILS[name].replace(b"\r\n", b"\n"), True),
        (MAILS[name].replace(b"Mohon", b"Tolong"), False),
        (MAILS[name].replace(b"<ayu@", b"<mallory@"), False),
    ):
        (one,) = check_signatures(*fields_and_body(raw), KEYS.get, lambda _: True)
        assert (one.domain, one.holds) == ("example.org", holds)


def test_a_chain_is_believed_whole_and_from_the_list_only() -> None:
    raw = MAILS["arc"]

    chain = check_chain(*fields_and_body(raw), KEYS.get, lambda host: host == HOSTS[0])

    assert chain is not None
    assert "dmarc=pass" in chain.results
    assert check_chain(*fields_and_body(raw), KEYS.get, lambda _: False) is None
    for change in ((b"Mohon", b"Tolong"), (b"dmarc=pass", b"dmarc=fail"), (b"cv=none", b"cv=pass")):
        changed = fields_and_body(raw.replace(*change))
        assert check_chain(*changed, KEYS.get, lambda _: True) is None
    assert judged(raw, KEYS) == ("verified", "arc")


def test_only_what_nobody_changed_and_the_domain_rejects_is_forged() -> None:
    assert judged(PLAIN, KEYS) == ("verified", "dkim")
    assert judged(TAMPERED, KEYS | REJECT) == ("forged", "dkim")
    assert judged(TAMPERED, KEYS) == ("unknown", None)
    assert judged(TAMPERED, KEYS | {"_dmarc.example.org": "v=DMARC1; p=none; sp=reject"}) == (
        "unknown",
        None,
    )
    assert judged(PLAIN, REJECT) == ("unknown", None)
    footer = b"\r\n_______________________________________________\r\ntalk mailing list\r\n"
    tagged = PLAIN.replace(b"Subject: ", b"Subject: [talk] ")
    assert judged(tagged + footer, KEYS | REJECT) == ("verified", "dkim")
    assert judged(tagged.replace(b"Mohon", b"Tolong"), KEYS | REJECT) == ("unknown", None)
    sealed = MAILS["arc"].replace(b"Mohon", b"Tolong")
    assert judged(sealed, KEYS | REJECT) == ("unknown", None)


def test_hostile_signature_fields_are_read_in_bounded_time() -> None:
    hostile = "".join(
        f"{name}: i=1{filling * 900}\r\n"
        for name in ("DKIM-Signature", "ARC-Seal", "ARC-Message-Signature")
        for filling in ("; " + " " * 40, ";a=" + "\t" * 40, " " * 60)
    ).encode()
    started = time.perf_counter()

    for raw in (hostile + PLAIN, hostile + MAILS["arc"]):
        fields, body = fields_and_body(raw)
        check_signatures(fields, body, KEYS.get, lambda _: True)
        assert check_chain(fields, body, KEYS.get, lambda _: True) is None

    assert time.perf_counter() - started < 10


class Answers(socketserver.BaseRequestHandler):
    """A resolver on loopback with the records of one test."""

    records: ClassVar[dict[str, str]] = {}

    def handle(self) -> None:
        data, udp = self.request
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text().rstrip(".")
        answer = dns.message.make_response(query)
        if name in self.records:
            text = self.records[name]
            chunks = " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", chunks))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        udp.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def resolver() -> Iterator[str]:
    handler = type("Handler", (Answers,), {"records": KEYS | REJECT})
    with socketserver.UDPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_new_posts_are_judged_after_they_are_stored(
    database: Database, settings: Settings, resolver: str
) -> None:
    store = Store(database, settings)
    with database.transaction() as session:
        talk = add_list(session, "talk@lists.example.org").id
    now = datetime.now(UTC)
    store.keep([Incoming(raw, talk, "smtp", now) for raw in (PLAIN, TAMPERED)])
    store.keep([Incoming(MAILS["simple/simple"], talk, "import", now)])
    with database.session() as session:
        assert [one.pending for one in session.query(Authentication)] == [True, True]
        assert session.query(AddressName).one().uses == 3

    worker = SignatureWorker(store, NameService(resolver))

    assert worker.step()
    assert not worker.step()
    with database.session() as session:
        rows = session.query(Authentication).order_by(Authentication.message_id).all()
        assert [(one.verdict, one.pending) for one in rows] == [
            ("verified", False),
            ("forged", False),
        ]
        assert session.query(AddressName).one().uses == 2


def test_a_silent_resolver_leaves_posts_waiting(
    sqlite_database: Database, settings: Settings
) -> None:
    store = Store(sqlite_database, settings)
    with sqlite_database.transaction() as session:
        talk = add_list(session, "talk@lists.example.org").id
    store.keep([Incoming(PLAIN, talk, "smtp", datetime.now(UTC))])

    with socketserver.UDPServer(("127.0.0.1", 0), Answers) as silent:
        worker = SignatureWorker(store, NameService(f"127.0.0.1:{silent.server_address[1]}"))
        with pytest.raises(NameServiceError):
            worker.step()

    with sqlite_database.session() as session:
        assert session.query(Authentication).one().pending


@pytest.mark.parametrize("value", ["", "a b", "127.0.0.1:x", "127.0.0.1:70000", "[::1"])
def test_a_resolver_that_is_none_is_one_clear_line(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAKAR_DNS", value)

    with pytest.raises(UsageError, match="PAKAR_DNS"):
        load_settings()
