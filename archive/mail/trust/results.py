"""How far the From of a post is trusted: what the list's own host found when it came.

The list's host saw the post before the list changed it, and says what it found
in Authentication-Results (RFC 8601). Its word is taken, nobody else's: any
sender can write such a field. Without positive proof a post is neither
verified nor forged but unknown, as is nearly all mail of the past.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

VERIFIED, UNKNOWN, FORGED = "verified", "unknown", "forged"
RESULTS = "authentication-results"

MAX_FIELD = 4_000
"""Characters of one field that are looked at."""

_RESULT = re.compile(r"\s*([a-z0-9-]{1,40})(?:\s*/\s*\d+)?\s*=\s*([a-z]{1,20})")
_PROPERTY = re.compile(r"\b(header|smtp|policy)\.([a-z0-9_-]{1,40})\s*=\s*([^\s;()\"]{1,300})")
_REJECT = re.compile(
    r"\bp\s*=\s*reject\b|\baction\s*=\s*o?reject\b|\bpolicy\.[a-z_-]+\s*=\s*reject\b"
)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Trust:
    """A verdict on a From, the domain that gave or denied its word, and one sentence.

    pending: signatures have not been looked at yet.
    """

    verdict: str
    domain: str | None
    method: str | None
    reason: str
    pending: bool = False


@dataclass(slots=True)
class Finding:
    """One result of a field: ``dkim=pass`` and its properties; ``rejects``: p=reject applies."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)
    rejects: bool = False


def judge_results(
    values: Sequence[str], author_domain: str | None, list_host: str | None
) -> Trust | None:
    """The verdict of the list's own host, or None when it says nothing to the point.

    values: the fields Authentication-Results, topmost first, unfolded.
    author_domain, list_host: lower-case domains.
    """
    if author_domain is None or list_host is None:
        return None
    for value in values:
        host, findings = parse_results(value)
        if host is not None and is_same_site(host, list_host):
            return _verdict(host, findings, author_domain)
    return None


def judge_sealed(sealer: str, results: str, author_domain: str) -> Trust | None:
    """The verdict of results that the list's host has sealed (ARC, RFC 8617)."""
    _, findings = parse_results(results)
    trust = _verdict(sealer, findings, author_domain)
    return None if trust is None else replace(trust, method="arc")


def parse_results(value: str) -> tuple[str | None, list[Finding]]:
    """The host that speaks in an Authentication-Results field, and what it found.

    Lenient and linear: what cannot be read is passed over.
    """
    pieces = _split(value[:MAX_FIELD].lower())
    named = _HOST.match(_without_comments(pieces[0]).strip())
    findings: list[Finding] = []
    for piece in pieces[1:]:
        plain = _without_comments(piece)
        result = _RESULT.match(plain)
        if result is None:
            continue
        found = Finding(result[1], result[2], rejects=_REJECT.search(piece) is not None)
        for kind, name, content in _PROPERTY.findall(plain):
            found.properties.setdefault(f"{kind}.{name}", content.strip("<>"))
        findings.append(found)
    return (named[0] if named else None), findings


def is_same_site(one: str, other: str) -> bool:
    """Whether one host name is the other or lies under it; names of one label never match."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return "." in shorter and longer.endswith(f".{shorter}")


_VOUCHING = {
    "dmarc": ("header.from",),
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.helo"),
}
"""The property in which each method names whose word it checked."""


def _verdict(host: str, findings: Sequence[Finding], author_domain: str) -> Trust | None:
    for finding in findings:
        domain = _aligned(finding, author_domain)
        if finding.result == "pass" and domain is not None:
            reason = f"{host} found that {domain} vouches for it ({finding.method}=pass)"
            return Trust(VERIFIED, domain, RESULTS, reason)
    if any(finding.method == "arc" and finding.result == "pass" for finding in findings):
        # Somebody on its way changed it and said so: the failure proves nothing.
        return None
    for finding in findings:
        if finding.method != "dmarc" or finding.result != "fail" or not finding.rejects:
            continue
        claimed = finding.properties.get("header.from", author_domain)
        if is_same_site(claimed, author_domain):
            reason = f"{host} found that {claimed} disowns it (dmarc=fail, p=reject)"
            return Trust(FORGED, claimed, RESULTS, reason)
    return None


def _aligned(finding: Finding, author_domain: str) -> str | None:
    """The domain that a finding speaks of, if it may speak for the author's."""
    for name in _VOUCHING.get(finding.method, ()):
        domain = finding.properties.get(name, "").rpartition("@")[2]
        if domain:
            return domain if is_same_site(domain, author_domain) else None
    return None


def _split(value: str) -> list[str]:
    """``value`` at its semicolons, but for those in quotes and comments."""
    pieces: list[str] = []
    start = depth = 0
    quoted = False
    for position, letter in enumerate(value):
        if letter == '"' and not depth:
            quoted = not quoted
        elif quoted:
            continue
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth = max(0, depth - 1)
        elif letter == ";" and not depth:
            pieces.append(value[start:position])
            start = position + 1
    return [*pieces, value[start:]]


def _without_comments(text: str) -> str:
    kept: list[str] = []
    depth = 0
    for letter in text:
        if letter == "(":
            depth += 1
        elif letter == ")":
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(letter)
    return "".join(kept)
