"""Checks ARC chains (RFC 8617), which keep what a host found before it changed a mail.

Each host on the way adds a set of three fields: its Authentication-Results, a
signature of the mail as it sent it on, and a seal on all sets so far. A seal
proves who wrote a set, not that it is true: anybody can begin a chain with
invented results, and an honest host passes them on. So only the results of
hosts that are believed count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archive.mail.trust.dkim import (
    Field,
    KeyLookup,
    SignedMail,
    covers,
    domain_of,
    is_signed,
    read_tags,
    relaxed_field,
    unsigned,
)

MAX_SETS = 10
RESULTS, SIGNATURE, SEAL = "arc-authentication-results", "arc-message-signature", "arc-seal"

_Set = dict[str, Field]


@dataclass(frozen=True, slots=True)
class SealedResults:
    """What a believed host found, and sealed in an unbroken chain."""

    sealer: str
    results: str


def check_chain(
    mail: SignedMail, lookup: KeyLookup, is_believed: Callable[[str], bool]
) -> SealedResults | None:
    """Return what the first of the believed hosts at the end of a chain found.

    Returns None for a mail without a chain, for a broken chain, and where the
    host that sealed last is not believed.
    """
    sets = _sets(mail)
    believed: tuple[str, _Set] | None = None
    for one in reversed(sets):
        sealer = domain_of(read_tags(one[SEAL]))
        if sealer is None or not is_believed(sealer):
            break
        believed = sealer, one
    if believed is None:
        return None
    plain = [field for field in mail.fields if not field[0].startswith("arc-")]
    if not covers(sets[-1][SIGNATURE], SignedMail(plain, mail.body), lookup):
        return None
    if not all(_is_sealed(sets[:count], lookup) for count in range(len(sets), 0, -1)):
        return None
    results = believed[1][RESULTS][1].partition(b":")[2].decode("utf-8", "replace")
    return SealedResults(believed[0], results.partition(";")[2].strip())


def _sets(mail: SignedMail) -> list[_Set]:
    """Return the sets of a mail, oldest first; none where a set is incomplete or missing."""
    sets: dict[str, _Set] = {}
    for field in mail.fields:
        if field[0] in (RESULTS, SIGNATURE, SEAL):
            one = sets.setdefault(read_tags(field).get("i", ""), {})
            if field[0] in one:
                return []
            one[field[0]] = field
    numbers = [str(number) for number in range(1, len(sets) + 1)]
    is_whole = set(sets) == set(numbers) and all(len(one) == 3 for one in sets.values())
    if not is_whole or len(sets) > MAX_SETS:
        return []
    return [sets[number] for number in numbers]


def _is_sealed(sets: list[_Set], lookup: KeyLookup) -> bool:
    """Whether the last of some sets seals them all."""
    seal = sets[-1][SEAL]
    tags = read_tags(seal)
    if tags.get("cv", "").lower() != ("none" if len(sets) == 1 else "pass") or "h" in tags:
        return False
    sealed = [one[name] for one in sets for name in (RESULTS, SIGNATURE, SEAL)]
    content = b"".join(map(relaxed_field, [*sealed[:-1], unsigned(seal)]))
    return is_signed(content.removesuffix(b"\r\n"), tags, lookup) is True
