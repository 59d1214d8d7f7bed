"""Mail that programs sent, told from people's posts; and subjects without their marks."""

from __future__ import annotations

import json
from pathlib import Path

from archive.mail.automation.verdict import ADMINISTRIVIA, AUTO_REPLY, BOUNCE, DIGEST
from archive.mail.message import parse_message
from archive.mail.subject import base_subject
from tests.archive.mail.cases.outcome import Comparison, Outcome


def captures(cases: Path) -> list[Outcome]:
    """What two list managers really sent: posts, digests and notices."""
    found = []
    for path in sorted((cases / "captures").rglob("*.eml")):
        case = Comparison(f"{path.parent.name}/{path.stem}")
        expected: str | None = ADMINISTRIVIA
        if "-post-" in path.name:
            expected = None
        elif "-digest" in path.name:
            expected = DIGEST
        message = parse_message(path.read_bytes())
        case.equal("kind", message.automation, expected)
        case.equal("subject", bool(message.subject), True)
        found.append(case.outcome())
    return found


def confirmations(cases: Path) -> list[Outcome]:
    """Notices of the list managers, and posts that look like them."""
    manifest = json.loads((cases / "confirmations" / "manifest.json").read_text(encoding="utf-8"))
    found = []
    for row in manifest:
        case = Comparison(row["file"])
        message = parse_message((cases / "confirmations" / row["file"]).read_bytes())
        expected = None if row["file"].startswith("post-") else ADMINISTRIVIA
        case.equal(row["kind"], message.automation, expected)
        found.append(case.outcome())
    return found


# In the table of its tests: not a bounce, but a person's mail that confused a detector.
_NO_BOUNCES = frozenset({"groupwise_03"})


def bounces(cases: Path) -> list[Outcome]:
    """Real bounces of many mail servers."""
    found = []
    for path in sorted((cases / "flufl-bounce").rglob("*.txt")):
        case = Comparison(path.stem)
        kind = parse_message(path.read_bytes()).automation
        case.equal("verdict", kind in {BOUNCE, AUTO_REPLY}, path.stem not in _NO_BOUNCES)
        found.append(case.outcome())
    return found


def subjects(cases: Path) -> list[Outcome]:
    """Base subjects of a published table."""
    path = cases / "subjects" / "stalwart-thread-name.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    found = []
    for subject, expected in table["thread_name"] + table["trim_trailing_fwd"]:
        case = Comparison(repr(subject))
        case.equal("base", base_subject(subject)[0], expected)
        found.append(case.outcome())
    return found
