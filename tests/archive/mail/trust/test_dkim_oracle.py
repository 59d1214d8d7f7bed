"""Signatures and chains that dkimpy makes, changed on their way, judged by dkimpy and by us."""

from __future__ import annotations

import base64
import itertools
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from archive.mail.trust.arc import check_chain
from archive.mail.trust.dkim import SignedMail, check_signatures
from benchmarks.import_rate import split

FORMS = (b"simple", b"relaxed")
HOSTS = ("mx.example.net", "lists.example.org", "archive.example.org")


@dataclass(frozen=True)
class Key:
    algorithm: bytes
    private: bytes
    record: str


def _rsa_key() -> Key:
    key = rsa.generate_private_key(65_537, 1_024)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Key(
        b"rsa-sha256",
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}",
    )


def _ed25519_key() -> Key:
    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Key(
        b"ed25519-sha256",
        base64.b64encode(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())),
        f"v=DKIM1; k=ed25519; p={base64.b64encode(public).decode()}",
    )


KEYS = {"r": _rsa_key(), "e": _ed25519_key()}
RECORDS = {
    f"{selector}._domainkey.{host}": key.record
    for selector, key in KEYS.items()
    for host in ("example.org", *HOSTS)
}

words = st.text("ab \t", max_size=8)
values = st.lists(words, min_size=1, max_size=3).map("\r\n ".join)
bodies = st.lists(words, max_size=6).map(lambda lines: "".join(f"{line}\r\n" for line in lines))


@st.composite
def mails(draw: st.DrawFn) -> bytes:
    """Mail with folds, white space and empty lines wherever they may stand."""
    fields = [f"From:{draw(values)} ayu@example.org", f"Subject: {draw(values)}x"]
    fields += [f"X-Note:{draw(values)}y" for _ in range(draw(st.integers(0, 2)))]
    return "\r\n".join([*draw(st.permutations(fields)), "", draw(bodies)]).encode()


@st.composite
def changes(draw: st.DrawFn) -> tuple[int, int, bytes]:
    """Where, in thousandths of a mail, how many bytes become what."""
    pieces = st.sampled_from(
        [b"", b" ", b"\t ", b"a", b"\r\n", b"\r\n ", b"\r\n\r\n", b";", b"=", b":", b"From: b\r\n"]
    )
    return draw(st.integers(0, 1_000)), draw(st.integers(0, 2)), draw(pieces)


def changed(raw: bytes, change: tuple[int, int, bytes] | None) -> bytes:
    if change is None:
        return raw
    position = len(raw) * change[0] // 1_000
    arrived = raw[:position] + change[2] + raw[position + change[1] :]
    # SMTP brings no mail without a line end at its end. A bare CR is white space to dkimpy alone.
    arrived = re.sub(rb"\r(?!\n)", b"", arrived)
    return arrived if arrived.endswith(b"\n") else arrived + b"\r\n"


def lookup(name: bytes, timeout: float = 5) -> bytes | None:
    record = RECORDS.get(name.decode("ascii", "replace").rstrip(".").lower())
    return None if record is None else record.encode()


def believed_by_dkimpy(raw: bytes) -> bool:
    try:
        return bool(dkim.DKIM(raw).verify(dnsfunc=lookup))
    except (dkim.DKIMException, IndexError, ValueError):
        return False


def believed_by_us(raw: bytes) -> bool:
    checked = check_signatures(SignedMail.of(raw), RECORDS.get, lambda _: True)
    return bool(checked) and checked[0].holds is True


@given(
    raw=mails(),
    selector=st.sampled_from(sorted(KEYS)),
    header_form=st.sampled_from(FORMS),
    body_form=st.sampled_from(FORMS),
    change=st.none() | changes(),
)
def test_a_signature_is_believed_exactly_where_dkimpy_believes_it(
    raw: bytes,
    selector: str,
    header_form: bytes,
    body_form: bytes,
    change: tuple[int, int, bytes] | None,
) -> None:
    key = KEYS[selector]
    signature = dkim.sign(
        raw,
        selector.encode(),
        b"example.org",
        key.private,
        canonicalize=(header_form, body_form),
        signature_algorithm=key.algorithm,
        include_headers=[b"from", b"subject", b"x-note", b"x-note"],
    )
    arrived = changed(signature + raw, change)

    assert believed_by_us(arrived) == believed_by_dkimpy(arrived)
    assert change is not None or believed_by_us(arrived)


@pytest.mark.corpus
def test_real_mail_signed_anew_is_believed_by_both(shared_data: Path) -> None:
    signed = 0
    for path in sorted((shared_data / "corpora").glob("*.mbox.xz")):
        for raw in islice(split(path), 0, 2_000, 50):
            if b"\nFrom: " not in b"\n" + raw:
                continue
            for form in itertools.product(FORMS, FORMS):
                arrived = dkim.sign(raw, b"r", b"example.org", KEYS["r"].private, None, form) + raw
                assert believed_by_us(arrived)
                assert believed_by_dkimpy(arrived)
                signed += 1

    assert signed > 500


def passed_on(raw: bytes, host: str) -> bytes:
    """A mail as a host passes it on, with a set of its own."""
    chain = "; arc=pass" if b"ARC-Seal" in raw else ""
    found = f"Authentication-Results: {host}; dkim=pass header.d={host}{chain}\r\n".encode()
    name = host.encode()
    fields = [b"from", b"subject", b"x-note", b"x-note"]
    added = dkim.ARC(found + raw).sign(b"r", name, KEYS["r"].private, name, include_headers=fields)
    return b"".join(added) + raw


@given(
    raw=mails(),
    hosts=st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3),
    believed=st.sets(st.sampled_from(HOSTS)),
    change=st.none() | changes(),
)
def test_a_chain_is_believed_where_dkimpy_believes_it_and_its_last_sealer_is_believed(
    raw: bytes, hosts: list[str], believed: set[str], change: tuple[int, int, bytes] | None
) -> None:
    arrived = raw
    for host in hosts:
        arrived = passed_on(arrived, host)
    arrived = changed(arrived, change)

    try:
        is_whole = dkim.ARC(arrived).verify(dnsfunc=lookup)[0] == dkim.CV_Pass
    except (dkim.DKIMException, IndexError, ValueError):
        is_whole = False
    mail = SignedMail.of(arrived)

    assert (check_chain(mail, RECORDS.get, lambda _: True) is not None) == is_whole
    assert is_whole or change is not None
    found = check_chain(mail, RECORDS.get, lambda host: host in believed)
    assert (found is not None) == (is_whole and hosts[-1] in believed)
    if found is not None:
        strangers = [place for place, host in enumerate(hosts) if host not in believed]
        assert found.sealer == hosts[max(strangers, default=-1) + 1]
        assert f"dkim=pass header.d={found.sealer}" in found.results
