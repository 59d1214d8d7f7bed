"""The table of cases in ``docs/reading.md``: ``python -m tests.archive.mail.cases.table``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tests.archive.mail.cases import ponymail, programs, reference, replies, stalwart
from tests.archive.mail.cases.known import KNOWN
from tests.archive.mail.cases.outcome import Outcome

FOLDERS: dict[str, Callable[[Path], list[Outcome]]] = {
    "stalwart": stalwart.outcomes,
    "cpython": reference.cpython,
    "ietf-mailarchive": reference.ietf,
    "ponymail-unit-tests": ponymail.unit_tests,
    "ponymail-foal": reference.ponymail_foal,
    "talon": replies.talon,
    "email-reply-parser": replies.email_reply_parser,
    "indonesian": replies.indonesian,
    "subjects": programs.subjects,
    "captures": programs.captures,
    "confirmations": programs.confirmations,
    "flufl-bounce": programs.bounces,
}


def rows(cases: Path) -> list[str]:
    """The table, one Markdown line a folder and one for all."""
    lines = [
        "| folder | passed | all | other by design | missed |",
        "| --- | --: | --: | --: | --: |",
    ]
    totals = [0, 0, 0, 0]
    for folder, outcomes in FOLDERS.items():
        found = outcomes(cases)
        failed = [one.name for one in found if not one.passed]
        design = sum(
            name in KNOWN[folder] and KNOWN[folder][name].kind == "design" for name in failed
        )
        figures = [len(found) - len(failed), len(found), design, len(failed) - design]
        totals = [total + figure for total, figure in zip(totals, figures, strict=True)]
        lines.append(f"| {folder} | " + " | ".join(map(str, figures)) + " |")
    lines.append("| **all** | " + " | ".join(map(str, totals)) + " |")
    passed, every, design, _ = totals
    lines.append("")
    lines.append(
        f"As expected: {passed / every:.1%}; with those other by design: "
        f"{(passed + design) / every:.1%}."
    )
    return lines


def reasons(kind: str) -> list[str]:
    """Each reason once, with the folder and the cases it holds for."""
    found: dict[tuple[str, str], list[str]] = {}
    for folder, cases in KNOWN.items():
        for name, difference in cases.items():
            if difference.kind == kind:
                found.setdefault((folder, difference.reason), []).append(f"`{name}`")
    return [f"- {folder} {', '.join(names)}: {why}." for (folder, why), names in found.items()]


if __name__ == "__main__":
    parts = (rows(Path(sys.argv[1])), reasons("design"), reasons("miss"))
    sys.stdout.write("\n\n".join("\n".join(part) for part in parts) + "\n")
