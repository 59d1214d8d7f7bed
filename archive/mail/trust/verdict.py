"""The verdict that a post's own signatures give on its From, as its author sent it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.mail.message import ParsedMessage
from archive.mail.text.spans import SpanKind
from archive.mail.trust.arc import SEAL, check_chain
from archive.mail.trust.dkim import KeyLookup, SignedMail, check_signatures
from archive.mail.trust.results import FORGED, UNKNOWN, Trust, is_same_site, judge_sealed

_TAG = re.compile(rb"(:\s*(?:re:\s*)?)\[[^\]\r\n]{1,80}\]\s*", re.IGNORECASE)
_FOOTER = re.compile(rb"\n_{20,}\n")
_TAGGED = re.compile(r"(?:re:\s*)?\[", re.IGNORECASE)
_POLICY = re.compile(r"(?:\A|;)\s*(sp|p)\s*=\s*([a-z]+)", re.IGNORECASE)


def judge_signatures(
    raw: bytes, parsed: ParsedMessage, hosts: Sequence[str], lookup: KeyLookup
) -> Trust:
    """The verdict that a post's own signatures give.

    hosts: of its list, whose ARC seal is believed. lookup: raises what
    ``NameService.text`` does.
    """
    domain = (parsed.sender.email or "").rpartition("@")[2]
    if not domain:
        return Trust(UNKNOWN, None, None, "it bears no address whose domain could vouch for it")
    mail = SignedMail.of(raw)

    def is_list(host: str) -> bool:
        return any(is_same_site(host, one) for one in hosts)

    def is_author(host: str) -> bool:
        return is_same_site(host, domain)

    chain = check_chain(mail, lookup, is_list)
    if chain is not None:
        sealed = judge_sealed(chain.sealer, chain.results, domain)
        if sealed is not None:
            return sealed
    checked = check_signatures(mail, lookup, is_author)
    if any(one.holds is False for one in checked):
        for older in _before_the_list(mail):
            checked.extend(check_signatures(older, lookup, is_author))
    for one in checked:
        if one.holds:
            reason = f"{one.domain} signed it (DKIM), and the signature holds"
            return Trust("verified", one.domain, "dkim", reason)
    failed = checked and all(one.holds is False for one in checked)
    is_sealed = any(name == SEAL for name, _ in mail.fields)
    if failed and not is_sealed and not _changed_by_list(parsed) and _rejects(domain, lookup):
        reason = f"the signature of {domain} does not hold (DKIM), and {domain} rejects such mail"
        return Trust(FORGED, domain, "dkim", reason)
    return Trust(UNKNOWN, None, None, "no signature of its author's domain could be checked")


def _before_the_list(mail: SignedMail) -> Iterator[SignedMail]:
    """The post as it was before a list tagged its subject, added a footer, or did both."""
    untagged = [
        (name, _TAG.sub(rb"\1", field, count=1) if name == "subject" else field)
        for name, field in mail.fields
    ]
    footers = list(_FOOTER.finditer(mail.body))
    bare = mail.body[: footers[-1].start()] + b"\n" if footers else None
    if untagged != mail.fields:
        yield SignedMail(untagged, mail.body)
    if bare is not None:
        yield SignedMail(mail.fields, bare)
        yield SignedMail(untagged, bare)


def _changed_by_list(parsed: ParsedMessage) -> bool:
    """Whether the list put something in that breaks a signature."""
    footer = any(span.kind is SpanKind.FOOTER for span in parsed.spans)
    return footer or _TAGGED.match(parsed.subject) is not None


def _rejects(domain: str, lookup: KeyLookup) -> bool:
    """Whether the domain's DMARC policy (RFC 7489) is to reject what it does not vouch for."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        record = lookup("_dmarc." + ".".join(labels[start:]))
        if record is None or not record.lower().startswith("v=dmarc1"):
            continue
        policies = {name.lower(): policy.lower() for name, policy in _POLICY.findall(record)}
        policy = policies.get("p")
        return (policies.get("sp", policy) if start else policy) == "reject"
    return False
