"""Signatures made by another program (dkimpy 1.1.8) with throw-away keys, in tests/data."""

from __future__ import annotations

import base64
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
from archive.mail.trust.arc import check_chain
from archive.mail.trust.dkim import SignedMail, check_signatures
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
        (one,) = check_signatures(SignedMail.of(raw), KEYS.get, lambda _: True)
        assert (one.domain, one.holds) == ("example.org", holds)


def test_a_chain_is_believed_whole_and_from_the_list_only() -> None:
    raw = MAILS["arc"]

    chain = check_chain(SignedMail.of(raw), KEYS.get, lambda host: host == HOSTS[0])

    assert chain is not None
    assert "dmarc=pass" in chain.results
    assert check_chain(SignedMail.of(raw), KEYS.get, lambda _: False) is None
    for change in ((b"Mohon", b"Tolong"), (b"dmarc=pass", b"dmarc=fail"), (b"cv=none", b"cv=pass")):
        changed = SignedMail.of(raw.replace(*change))
        assert check_chain(changed, KEYS.get, lambda _: True) is None
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


def test_what_a_reader_sees_but_nobody_signed_is_not_vouched_for() -> None:
    before = b"From: Budi Santoso <budi@example.org>\r\n"
    head, body = PLAIN.split(b"\r\n\r\n", 1)

    for raw in (
        before + PLAIN,
        PLAIN.replace(b"Subject: ", b"Subject: Kirim uang\r\nSubject: "),
        before.replace(b"From:", b"From :") + PLAIN,
        before.replace(b"From:", "From \N{NO-BREAK SPACE}:".encode()) + PLAIN,
        head + b"\r\nKirim uang ke rekening ini.\r\n\r\n" + body,
        b"X: y\r\n" * 1_000 + PLAIN,
    ):
        assert judged(raw, KEYS | REJECT) == ("unknown", None)


@pytest.mark.parametrize(
    ("change", "sound", "broken"),
    [
        (("k=rsa", "k=rsa; t=s; s=tlsrpt:email; h=sha1:sha256"), True, False),
        (("k=rsa", "k=rsa; t=y"), True, None),
        (("k=rsa", "k=ed25519"), None, None),
        (("k=rsa", "k=rsa; s=tlsrpt"), None, None),
        (("k=rsa", "k=rsa; h=sha1"), None, None),
        (("v=DKIM1", "v=DKIM2"), None, None),
        (("p=", "p=;x="), None, None),
    ],
)
def test_a_key_is_used_for_what_it_is_made_for(
    change: tuple[str, str], sound: bool | None, broken: bool | None
) -> None:
    keys = {name: record.replace(*change) for name, record in KEYS.items()}

    for raw, holds in ((PLAIN, sound), (PLAIN.replace(b"<ayu@", b"<mallory@"), broken)):
        (one,) = check_signatures(SignedMail.of(raw), keys.get, lambda _: True)
        assert one.holds is holds


@pytest.mark.parametrize(
    ("part", "other"),
    [
        (b"v=1;", b"v=2;"),
        (b"a=rsa-sha256", b"a=rsa-sha1"),
        (b"i=@example.org", b"i=@example.com"),
        (b"; h=", b"; l=10; h="),
    ],
)
def test_a_signature_that_says_too_little_tells_nothing(part: bytes, other: bytes) -> None:
    assert part in PLAIN
    (one,) = check_signatures(SignedMail.of(PLAIN.replace(part, other)), KEYS.get, lambda _: True)

    assert one.holds is None


HOSTILE_FIELDS = "".join(
    f"{name}: i=1{filling * 900}\r\n"
    for name in ("DKIM-Signature", "ARC-Seal", "ARC-Message-Signature")
    for filling in ("; " + " " * 40, ";a=" + "\t" * 40, " " * 60)
).encode()


@pytest.mark.parametrize(
    "raw",
    [
        HOSTILE_FIELDS + PLAIN,
        HOSTILE_FIELDS + MAILS["arc"],
        b"X: y\r\n" + (b" " + b"z" * 1_200 + b"\r\n") * 16_000 + MAILS["arc"],
        MAILS["arc"] + b"x" + b" \t" * 5_000_000 + b"x\r\n",
        MAILS["arc"] + b"\r\n" * 5_000_000,
        PLAIN.replace(b"; h=", b"; h=" + b"".join(b"x%d:" % number for number in range(10_000))),
    ],
    ids=["fields", "fields before a chain", "folds", "spaces", "empty lines", "names"],
)
def test_hostile_mail_is_checked_in_bounded_time(raw: bytes) -> None:
    started = time.perf_counter()

    mail = SignedMail.of(raw)
    check_signatures(mail, KEYS.get, lambda _: True)
    check_chain(mail, KEYS.get, lambda _: True)

    assert time.perf_counter() - started < 10


def test_a_hostile_key_is_refused_in_bounded_time() -> None:
    record = "v=DKIM1; p=" + base64.b64encode(_der_key(6_000)).decode()
    started = time.perf_counter()

    (one,) = check_signatures(SignedMail.of(PLAIN), lambda _: record, lambda _: True)

    assert not one.holds
    assert time.perf_counter() - started < 2


def _der_key(size: int) -> bytes:
    """An RSA key whose modulus and exponent have so many bytes."""
    number = b"\x02\x82" + (size + 1).to_bytes(2, "big") + b"\x00" + b"\xff" * size
    return b"\x30\x82" + (2 * len(number)).to_bytes(2, "big") + 2 * number


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
        # What is imported is a copy of the first post.
        assert session.query(AddressName).one().uses == 2

    worker = SignatureWorker(store, NameService(resolver))

    assert worker.step()
    assert not worker.step()
    with database.session() as session:
        rows = session.query(Authentication).order_by(Authentication.message_id).all()
        assert [(one.verdict, one.pending) for one in rows] == [
            ("verified", False),
            ("forged", False),
        ]
        assert session.query(AddressName).one().uses == 1


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
