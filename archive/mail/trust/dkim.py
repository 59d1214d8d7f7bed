"""DKIM signatures (RFC 6376, RFC 8463) and ARC chains (RFC 8617) checked against their keys.

Own code, since the library for it is published in no form that the lock
installs; the cryptography itself is the ``cryptography`` package's. Every
number of signatures, keys and bytes is bounded, and nothing recurses.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

MAX_SIGNATURES = 5
MAX_SEALS = 10
MAX_FIELDS = 1_000
MAX_TAGS_TEXT = 20_000
MIN_RSA_BITS = 1_024

KeyLookup = Callable[[str], str | None]
"""The TXT record of a name, or None when there is none or nobody answers."""

_SIGNATURE_VALUE = re.compile(rb"((?:\A|;)\s*b\s*=)[^;]*")
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_SPACE = re.compile(rb"[ \t]+")

Field = tuple[bytes, bytes]
"""A header field: lower-case name, and all of it from name to last line end, with CRLF."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One signature: its domain, and whether it holds; None: it cannot be told."""

    domain: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class SealedChain:
    """An unbroken ARC chain: who sealed last, and the first sealer's results."""

    sealer: str
    results: str


def fields_and_body(raw: bytes) -> tuple[list[Field], bytes]:
    """The header fields and body of a message, with CRLF as they are signed."""
    text = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head, _, body = text.partition(b"\r\n\r\n")
    fields: list[Field] = []
    for line in head.split(b"\r\n")[: 20 * MAX_FIELDS]:
        if line[:1] in (b" ", b"\t") and fields:
            name, value = fields[-1]
            fields[-1] = name, value + line + b"\r\n"
        elif b":" in line and len(fields) < MAX_FIELDS:
            fields.append((line.partition(b":")[0].strip().lower(), line + b"\r\n"))
    return fields, body


def check_signatures(
    fields: Sequence[Field], body: bytes, lookup: KeyLookup, is_wanted: Callable[[str], bool]
) -> list[Checked]:
    """The DKIM signatures of the domains that are wanted."""
    checked = []
    for field in [one for one in fields if one[0] == b"dkim-signature"][:MAX_SIGNATURES]:
        tags = _tags(field)
        domain = tags.get("d", "").lower()
        if _DOMAIN.fullmatch(domain) and is_wanted(domain):
            checked.append(Checked(domain, _holds(field, tags, fields, body, lookup)))
    return checked


def check_chain(
    fields: Sequence[Field], body: bytes, lookup: KeyLookup, is_wanted: Callable[[str], bool]
) -> SealedChain | None:
    """The ARC chain, if it is unbroken and its last sealer is wanted."""
    sets: dict[int, dict[bytes, Field]] = {}
    for field in fields:
        if field[0].startswith(b"arc-"):
            number = _instance(field)
            if number is None or field[0] in sets.setdefault(number, {}):
                return None
            sets[number][field[0]] = field
    count = len(sets)
    if not 1 <= count <= MAX_SEALS or sorted(sets) != list(range(1, count + 1)):
        return None
    if any(set(one) != set(_ARC_ORDER) for one in sets.values()):
        return None
    last = _tags(sets[count][b"arc-seal"])
    sealer = last.get("d", "").lower()
    if not _DOMAIN.fullmatch(sealer) or not is_wanted(sealer):
        return None
    signature = sets[count][b"arc-message-signature"]
    plain = [one for one in fields if not one[0].startswith(b"arc-")]
    if not _holds(signature, _tags(signature), plain, body, lookup):
        return None
    if not all(_seal_holds(sets, number, lookup) for number in range(count, 0, -1)):
        return None
    first = sets[1][b"arc-authentication-results"][1].partition(b":")[2]
    return SealedChain(sealer, first.decode("utf-8", "replace").partition(";")[2].strip())


_ARC_ORDER = (b"arc-authentication-results", b"arc-message-signature", b"arc-seal")


def _instance(field: Field) -> int | None:
    number = _tags(field).get("i", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 3 else None


def _seal_holds(sets: dict[int, dict[bytes, Field]], number: int, lookup: KeyLookup) -> bool:
    seal = sets[number][b"arc-seal"]
    tags = _tags(seal)
    if tags.get("cv", "").lower() != ("none" if number == 1 else "pass"):
        return False
    signed = b"".join(
        _relaxed_field(sets[one][name])
        for one in range(1, number + 1)
        for name in _ARC_ORDER
        if not (one == number and name == b"arc-seal")
    )
    signed += _relaxed_field(_unsigned(seal)).rstrip(b"\r\n")
    return _verified(tags, signed, lookup) is True


def _holds(
    signature: Field,
    tags: dict[str, str],
    fields: Sequence[Field],
    body: bytes,
    lookup: KeyLookup,
) -> bool | None:
    """Whether a signature covers this header and body."""
    named = [name.strip().lower() for name in tags.get("h", "").split(":")]
    if "from" not in named or len(named) > MAX_FIELDS or "l" in tags:
        # A signature of part of the body vouches for whatever follows it.
        return None
    head, _, rest = tags.get("c", "simple/simple").lower().partition("/")
    rest = rest or "simple"
    if {head, rest} - {"simple", "relaxed"}:
        return None
    digest = hashlib.sha256(_relaxed_body(body) if rest == "relaxed" else _simple_body(body))
    if _decoded(tags.get("bh", "")) != digest.digest():
        return False
    relaxed = head == "relaxed"
    return _verified(tags, _signed_header(signature, named, fields, relaxed=relaxed), lookup)


def _signed_header(
    signature: Field, named: Sequence[str], fields: Sequence[Field], *, relaxed: bool
) -> bytes:
    """The fields that are signed, each name's last first (RFC 6376 section 5.4.2)."""
    left: dict[bytes, list[Field]] = {}
    for field in fields:
        if field is not signature:
            left.setdefault(field[0], []).append(field)
    chosen = [
        left[name.encode()].pop() for name in named if left.get(name.encode("utf-8", "replace"))
    ]
    chosen.append(_unsigned(signature))
    return b"".join(_relaxed_field(one) if relaxed else one[1] for one in chosen).removesuffix(
        b"\r\n"
    )


def _unsigned(field: Field) -> Field:
    """A signature field with its ``b=`` emptied."""
    name, _, value = field[1].partition(b":")
    return field[0], name + b":" + _SIGNATURE_VALUE.sub(rb"\1", value, count=1)


def _relaxed_field(field: Field) -> bytes:
    value = field[1].partition(b":")[2].replace(b"\r\n", b"")
    return field[0] + b":" + _SPACE.sub(b" ", value).strip() + b"\r\n"


def _simple_body(body: bytes) -> bytes:
    return body.rstrip(b"\r\n") + b"\r\n"


def _relaxed_body(body: bytes) -> bytes:
    lines = [_SPACE.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    text = b"\r\n".join(lines).rstrip(b"\r\n")
    return text + b"\r\n" if text else b""


def _tags(field: Field) -> dict[str, str]:
    """The tags of a signature field; of repeated ones the first."""
    value = field[1].partition(b":")[2].decode("utf-8", "replace")
    found: dict[str, str] = {}
    for part in value[:MAX_TAGS_TEXT].split(";"):
        name, sign, content = part.partition("=")
        if sign:
            found.setdefault(name.strip(), "".join(content.split()))
    return found


def _verified(tags: dict[str, str], signed: bytes, lookup: KeyLookup) -> bool | None:
    domain, selector = tags.get("d", "").lower(), tags.get("s", "").lower()
    if not _DOMAIN.fullmatch(f"{selector}._domainkey.{domain}"):
        return None
    record = lookup(f"{selector}._domainkey.{domain}")
    if record is None:
        return None
    key_tags = _tags((b"", b":" + record.encode("utf-8", "replace")))
    key = _decoded(key_tags.get("p", ""))
    signature = _decoded(tags.get("b", ""))
    if not key or not signature:
        return None
    try:
        return _signature_holds(tags.get("a", ""), key, signature, signed)
    except (ValueError, UnsupportedAlgorithm):
        return None


def _signature_holds(algorithm: str, key: bytes, signature: bytes, signed: bytes) -> bool | None:
    try:
        if algorithm == "ed25519-sha256":
            public = ed25519.Ed25519PublicKey.from_public_bytes(key)
            public.verify(signature, hashlib.sha256(signed).digest())
            return True
        if algorithm != "rsa-sha256":
            return None
        loaded = load_der_public_key(key)
        if not isinstance(loaded, rsa.RSAPublicKey) or loaded.key_size < MIN_RSA_BITS:
            return None
        loaded.verify(signature, signed, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""
