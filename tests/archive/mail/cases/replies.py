"""Replies with the author's own part known: quotes, attributions, signatures and footers out."""

from __future__ import annotations

import json
from pathlib import Path

from archive.mail.message import parse_message
from archive.mail.text.spans import SpanKind, find_spans
from tests.archive.mail.cases.outcome import Comparison, Outcome, words


def _parts(text: str, kind: SpanKind) -> str:
    """The stretches of one kind, joined by a newline."""
    found = (text[one.start : one.end].strip("\n") for one in find_spans(text) if one.kind is kind)
    return "\n".join(part for part in found if part.strip()).strip()


def indonesian(cases: Path) -> list[Outcome]:
    """Snippets of Indonesian lists: own text and attribution."""
    lines = (cases / "indonesian" / "snippets.jsonl").read_text(encoding="utf-8").splitlines()
    found = []
    for number, row in enumerate(map(json.loads, lines)):
        case = Comparison(f"{number} {row['note']}")
        case.equal("own", _parts(row["text"], SpanKind.AUTHORED), row["own"].strip())
        attribution = _parts(row["text"], SpanKind.ATTRIBUTION).partition("\n\n")[0]
        expected = (row["attribution"] or "").strip()
        case.equal("attribution", attribution[: len(expected)], expected)
        found.append(case.outcome())
    return found


def talon(cases: Path) -> list[Outcome]:
    """What mail clients quote, as text and as HTML, and signatures without a separator."""
    fixtures = cases / "talon" / "tests" / "fixtures"
    found = []
    for path in sorted(fixtures.glob("standard_replies/*.eml")):
        case = Comparison(path.name)
        message = parse_message(path.read_bytes())
        written = path.with_name(f"{path.stem}_reply_text")
        if written.is_file():
            # The signature is part of these replies.
            kept = (SpanKind.AUTHORED, SpanKind.SIGNATURE)
            text = "".join(
                message.text[one.start : one.end] for one in message.spans if one.kind in kept
            )
            case.equal("reply", words(text), words(written.read_text(encoding="utf-8")))
        else:
            case.equal("own", message.own_text, "Hello")
        found.append(case.outcome())
    clients = sorted(fixtures.glob("html_replies/*.html"))
    found.extend(_html(path, "Hi.Iamfine.Thanks,Alex") for path in clients)
    found.append(_html(fixtures / "OLK_SRC_BODY_SECTION.html", "Reply"))
    found.append(_html(fixtures / "reply-separated-by-hr.html", "HithereBob"))
    for path in sorted(fixtures.glob("signature/emails/stripped/*_body")):
        case = Comparison(path.name)
        # Where talon's own mark for lines of a signature was left, it is no part of the mail.
        text = path.read_text(encoding="utf-8").replace("#sig#", "")
        signature = path.with_name(path.name.replace("_body", "_signature"))
        expected = signature.read_text(encoding="utf-8").replace("#sig#", "").strip()
        case.equal("signature", _parts(text, SpanKind.SIGNATURE), expected)
        found.append(case.outcome())
    return found


def _html(path: Path, expected: str) -> Outcome:
    case = Comparison(path.name)
    raw = b"Content-Type: text/html; charset=utf-8\n\n" + path.read_bytes()
    case.equal("own", "".join(parse_message(raw).own_text.split()), expected)
    return case.outcome()


# How the author's own part of each message starts and ends, as the fragments of that parser's
# tests have it.
_OWN_PARTS = {
    "correct_sig": ("this is an email", "-- signature."),
    "email_1_1": ("Hi folks", "-Abhishek Kona"),
    "email_1_2": ("Hi,\n", 'delete them all individually."'),
    "email_1_3": ("Oh thanks.", "-Abhishek Kona"),
    "email_1_4": ("Awesome!", "another problem with it."),
    "email_1_5": ("One: Here's", "on and on\nfor a while."),
    "email_1_6": ("I get proper", "rendering as well."),
    "email_1_7": (":+1:", ":+1:"),
    "email_1_8": ("I will reply under this one", "and under this."),
    "email_2_1": ("Outlook with a reply", "with a reply"),
    "email_2_2": ("Outlook with a reply", "directly above line"),
    "email_2_3": ("Outlook with a reply", "using unusual format"),
    "email_BlackBerry": ("Here is another email", "another email"),
    "email_bullets": ("test 2", "- and another"),
    "email_gmail": ("This is a test", "github message."),
    "email_headers_no_delimiter": ("And another reply!", "another reply!"),
    "email_iPhone": ("Here is another email", "another email"),
    "email_multi_word_sent_from_my_mobile_device": ("Here is another", "another email"),
    "email_one_is_not_on": ("Thank, this is", "when I run..."),
    "email_partial_quote_header": ("On your remote host", "tunnel is not working."),
    "email_sent_from_my_not_signature": ("Here is another", "then my mobile phone."),
    "email_sig_delimiter_in_middle_of_line": ("Hi there!", "kthxbai"),
    "greedy_on": ("On your remote host", "tunnel is not working."),
    "pathological": ("I think you're onto", "back to a computer."),
}


def email_reply_parser(cases: Path) -> list[Outcome]:
    """The messages of the reply parser's tests."""
    folder = cases / "email-reply-parser" / "test" / "emails"
    found = []
    for path in sorted(folder.glob("*.txt")):
        case = Comparison(path.stem)
        starts, ends = _OWN_PARTS[path.stem]
        own = _parts(path.read_text(encoding="utf-8"), SpanKind.AUTHORED)
        case.equal("start", own[: len(starts)], starts)
        case.equal("end", own[-len(ends) :], ends)
        found.append(case.outcome())
    return found
