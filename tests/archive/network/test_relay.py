"""The relay's setting, and real conversations with one."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from pydantic import ValidationError

from archive.errors import RefusedError, UsageError
from archive.network.relay import Relay, RelayUnavailableError
from archive.settings import Settings
from tests.archive.subscription.relays import CountingRelay

RAW = b"From: a@example.org\r\nTo: b@example.org\r\n\r\nx\r\n"


@pytest.mark.parametrize(
    ("text", "relay"),
    [
        ("127.0.0.1:25", Relay("127.0.0.1", 25)),
        ("smtp.example.org", Relay("smtp.example.org", 25)),
        ("[::1]:587?tls=starttls", Relay("::1", 587, tls="starttls")),
        (
            "arsip:p%40ss:w@smtp.example.org:465?tls=implicit",
            Relay("smtp.example.org", 465, "arsip", "p@ss:w", "implicit"),
        ),
    ],
)
def test_a_relay_is_read_from_its_setting(text: str, relay: Relay) -> None:
    assert Relay.parse(text) == relay
    assert Settings(relay=text).relay == text


@pytest.mark.parametrize(
    "text",
    ["", "host:port", "host:99999", "host:25/path", "host?tls=maybe", "host?x=1", "user@host:25"],
)
def test_a_setting_that_is_no_relay_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(UsageError):
        Relay.parse(text)
    with pytest.raises(ValidationError):
        Settings(relay=text)


def authenticate(*asked: object) -> AuthResult:
    given = asked[-1]
    assert isinstance(given, LoginPassword)
    return AuthResult(success=given.password == b"rahasia", handled=False)


def certificate(folder: Path) -> tuple[Path, Path]:
    key, made = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [*"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2".split(),
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(key), "-out", str(made)],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return made, key


def test_mail_goes_by_starttls_and_a_password_and_not_past_a_wrong_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    options = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": authenticate,
        "auth_required": True,
    }
    with CountingRelay(options=options) as running:
        address = f"arsip:rahasia@127.0.0.1:{running.port}?tls=starttls"
        with pytest.raises(RelayUnavailableError, match="certificate"):
            Relay.parse(address).send("a@example.org", "b@example.org", RAW)
        monkeypatch.setenv("SSL_CERT_FILE", str(made))
        with pytest.raises(RelayUnavailableError, match="refused the password"):
            Relay.parse(address.replace("rahasia", "salah")).send("a@x.id", "b@x.id", RAW)
        with pytest.raises(RefusedError, match="530"):
            Relay.parse(running.address).send("a@example.org", "b@example.org", RAW)
        assert running.mails == []

        Relay.parse(address).send("a@example.org", "b@example.org", RAW)

        assert [one.raw for one in running.mails] == [RAW]


def test_what_a_relay_refuses_for_good_is_told_from_what_it_may_take_later() -> None:
    with CountingRelay() as running:
        relay = Relay.parse(running.address)
        running.refusal = "450 4.7.1 greylisted"
        with pytest.raises(RelayUnavailableError, match=r"450 4\.7\.1 greylisted"):
            relay.send("a@example.org", "b@example.org", RAW)
        running.refusal = "550 5.1.1 unknown"
        with pytest.raises(RefusedError, match=r"550 5\.1\.1 unknown"):
            relay.send("a@example.org", "b@example.org", RAW)
    with pytest.raises(RelayUnavailableError, match="cannot be reached"):
        relay.send("a@example.org", "b@example.org", RAW)
