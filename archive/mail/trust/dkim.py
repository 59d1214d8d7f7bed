"""Checks DKIM signatures (RFC 6376, RFC 8463) against their keys.

Own code over the ``cryptography`` package. dkimpy is the oracle of its tests
(tests/archive/mail/trust/test_dkim_oracle.py): both give the same verdicts on
10,600 real mails signed anew. It does not take its place, because mail and
keys are written by strangers and the time that dkimpy 1.1.8 needs for them has
no bound: 26 s for 100 kB of spaces in a body, 7 s for a key of 4,000
characters, over 100 s for one of 16,000, where this file needs a millisecond.
It also believes SHA-1 and signatures of part of a body, and does not tell what
cannot be checked from what does not hold.

Every number of signatures, fields and bytes is bounded. Whether a signature
has expired (``x=``) is not asked: it is looked at some time after the mail came.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

MAX_SIGNATURES = 5
MAX_FIELDS = 1_000
MAX_TAGS_TEXT = 20_000
RSA_BITS = range(1_024, 8_193)

KeyLookup = Callable[[str], str | None]
"""The TXT record of a name, or None when there is none or nobody answers."""

Field = tuple[str, bytes]
"""A header field: lower-case name, and all of it from name to last line end."""

_FIELD_NAME = re.compile(rb"([!-9;-~]+):")
_FIELD_END = re.compile(rb"\n(?![ \t])")
_SIGNATURE_VALUE = re.compile(rb"((?:\A|;)\s*b\s*=)[^;]*")
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_SPACE = re.compile(rb"[ \t]+")
_ONCE = frozenset(
    "date from sender reply-to to cc message-id in-reply-to references subject mime-version"
    " content-type content-transfer-encoding".split()
)
"""Fields that a mail holds once (RFC 5322 section 3.6, RFC 2045 section 3)."""


@dataclass(frozen=True, slots=True)
class SignedMail:
    """The fields and the body that signatures cover; every line ends with LF alone."""

    fields: Sequence[Field]
    body: bytes

    @classmethod
    def of(cls, raw: bytes) -> SignedMail:
        """Read a message, however its lines end.

        A header with a line that is no field, or with too many fields, gives no
        fields at all: readers may then see another header than was signed.
        """
        head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        fields: list[Field] = []
        for line in _FIELD_END.split(head.removesuffix(b"\n"), MAX_FIELDS):
            found = _FIELD_NAME.match(line)
            if found is None:
                return cls([], body)
            fields.append((found[1].decode("ascii").lower(), line + b"\n"))
        return cls(fields if len(fields) <= MAX_FIELDS else [], body)


@dataclass(frozen=True, slots=True)
class Checked:
    """One signature: its domain, and whether it holds; None: it cannot be told."""

    domain: str
    holds: bool | None


def check_signatures(
    mail: SignedMail, lookup: KeyLookup, is_wanted: Callable[[str], bool]
) -> list[Checked]:
    """Check the DKIM signatures of the domains that are wanted."""
    checked = []
    signatures = [field for field in mail.fields if field[0] == "dkim-signature"]
    for field in signatures[:MAX_SIGNATURES]:
        tags = read_tags(field)
        domain = domain_of(tags)
        if domain is not None and is_wanted(domain):
            is_sound = tags.get("v") == "1" and _speaks_for(tags.get("i", ""), domain)
            checked.append(Checked(domain, covers(field, mail, lookup) if is_sound else None))
    return checked


def read_tags(field: Field) -> dict[str, str]:
    """Return the tags of a signature field by name; of repeated ones the first."""
    return _tags(field[1].partition(b":")[2].decode("utf-8", "replace"))


def domain_of(tags: dict[str, str]) -> str | None:
    """Return the domain that signed, or None for what is no domain."""
    domain = tags.get("d", "").lower()
    return domain if _DOMAIN.fullmatch(domain) else None


def _speaks_for(identity: str, domain: str) -> bool:
    """Whether ``i=`` (RFC 6376 section 3.5) is of the domain or of one below it."""
    host = identity.rpartition("@")[2].lower()
    return not identity or host == domain or host.endswith(f".{domain}")


def _tags(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text[:MAX_TAGS_TEXT].split(";"):
        name, sign, content = part.partition("=")
        if sign:
            found.setdefault(name.strip(), "".join(content.split()))
    return found


def covers(signature: Field, mail: SignedMail, lookup: KeyLookup) -> bool | None:
    """Whether a signature holds for a mail's header and body; None: it cannot be told."""
    tags = read_tags(signature)
    names = tags.get("h", "").lower().split(":")
    if "from" not in names or len(names) > MAX_FIELDS or "l" in tags:
        # A signature of part of the body vouches for whatever follows it.
        return None
    header_form, _, body_form = tags.get("c", "simple").lower().partition("/")
    if not {header_form, body_form} <= {"simple", "relaxed", ""}:
        return None
    body = relaxed_body(mail.body) if body_form == "relaxed" else simple_body(mail.body)
    if _decoded(tags.get("bh", "")) != hashlib.sha256(body).digest():
        return False
    chosen = _chosen(names, signature, mail)
    if chosen is None:
        return None
    form = relaxed_field if header_form == "relaxed" else simple_field
    content = b"".join(form(field) for field in [*chosen, unsigned(signature)])
    return is_signed(content.removesuffix(b"\r\n"), tags, lookup)


def _chosen(names: Sequence[str], signature: Field, mail: SignedMail) -> list[Field] | None:
    """Return the fields that a signature names, each name's last first (section 5.4.2).

    Returns None where From is missing, or where a field that a mail holds once
    stands more often than it was signed: readers see the first From, and
    anybody can put one before the signed one.
    """
    left: dict[str, list[Field]] = {}
    for field in mail.fields:
        if field is not signature:
            left.setdefault(field[0], []).append(field)
    chosen = [left[name].pop() for name in names if left.get(name)]
    if any(left.get(name) for name in _ONCE.intersection(names)):
        return None
    return chosen if any(name == "from" for name, _ in chosen) else None


def unsigned(field: Field) -> Field:
    """Return a signature field with an empty ``b=``, as it was signed."""
    name, _, value = field[1].partition(b":")
    return field[0], name + b":" + _SIGNATURE_VALUE.sub(rb"\1", value, count=1)


def simple_field(field: Field) -> bytes:
    """Return a field as it is (section 3.4.1)."""
    return field[1].replace(b"\n", b"\r\n")


def relaxed_field(field: Field) -> bytes:
    """Return a field on one line, with one space for each white space (section 3.4.2)."""
    value = field[1].partition(b":")[2].replace(b"\n", b"")
    return field[0].encode() + b":" + _SPACE.sub(b" ", value).strip(b" ") + b"\r\n"


def simple_body(body: bytes) -> bytes:
    """Return a body without empty lines at its end (section 3.4.3)."""
    return (body.rstrip(b"\n") + b"\n").replace(b"\n", b"\r\n")


def relaxed_body(body: bytes) -> bytes:
    """Return it also with one space for each white space, none at line ends (section 3.4.4)."""
    text = _SPACE.sub(b" ", body + b"\n").replace(b" \n", b"\n").rstrip(b"\n")
    return simple_body(text) if text else b""


def is_signed(content: bytes, tags: dict[str, str], lookup: KeyLookup) -> bool | None:
    """Whether the signature in a field's tags is one of ``content``; None: it cannot be told."""
    name = f"{tags.get('s', '')}._domainkey.{tags.get('d', '')}".lower()
    record = lookup(name) if _DOMAIN.fullmatch(name) else None
    key = _tags(record or "")
    if key.get("v", "DKIM1") != "DKIM1":
        return None
    services, hashes = key.get("s", "*").split(":"), key.get("h", "sha256").split(":")
    if {"*", "email"}.isdisjoint(services) or "sha256" not in hashes:
        return None
    if tags.get("a") != f"{key.get('k', 'rsa')}-sha256":
        return None
    try:
        holds = _holds(tags["a"], _decoded(key.get("p", "")), _decoded(tags.get("b", "")), content)
    except (ValueError, UnsupportedAlgorithm):
        return None
    is_testing = "y" in key.get("t", "").split(":")
    return None if is_testing and not holds else holds


def _holds(algorithm: str, key: bytes, signature: bytes, content: bytes) -> bool | None:
    """Raises ``ValueError`` and ``UnsupportedAlgorithm`` for a key that is none."""
    try:
        if algorithm == "ed25519-sha256":
            digest = hashlib.sha256(content).digest()
            ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, digest)
            return True
        public = load_der_public_key(key)
        if not isinstance(public, rsa.RSAPublicKey) or public.key_size not in RSA_BITS:
            return None
        public.verify(signature, content, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
