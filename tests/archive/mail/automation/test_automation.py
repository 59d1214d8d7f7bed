from __future__ import annotations

from pathlib import Path

import pytest

from archive.mail.message import parse_message


def kind(head: str, body: str = "text") -> str | None:
    return parse_message(f"{head}\n\n{body}".encode()).automation


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Auto-Submitted: auto-replied", "auto-reply"),
        ("Auto-Submitted: auto-replied (vacation)", "auto-reply"),
        ("Auto-Submitted: auto-generated", "bot"),
        ("Auto-Submitted: no", None),
        ("Precedence: junk", "auto-reply"),
        ("Precedence: auto_reply", "auto-reply"),
        ("Precedence: list", None),
        ("Precedence: bulk", None),
        ("X-Autoreply: yes", "auto-reply"),
        ("Subject: Out of office: back on Monday", "auto-reply"),
        ("Subject: Automatic reply: stok", "auto-reply"),
        ("Subject: Balasan otomatis: stok", "auto-reply"),
        ("Subject: Sedang di luar kantor", "auto-reply"),
        ("Subject: Re: Out of office replies on this list", None),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=x", "bounce"),
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
            "auto-reply",
        ),
        ("From: MAILER-DAEMON@example.com", "bounce"),
        ("From: postmaster@example.com\nSubject: Undelivered Mail Returned to Sender", "bounce"),
        ("Return-Path: <>\nSubject: failure notice", "bounce"),
        ("List-Id: <x.example.com>\nSubject: failure notice", None),
        ("List-Id: <x.example.com>\nFrom: System <>\nSubject: Mail Error", "bounce"),
        ("List-Id: <x.example.com>\nTo: x-admin@example.com\nSubject: Mail Error", "bounce"),
        ("List-Id: <x-admin.example.com>\nTo: x-admin@example.com\nSubject: Mail Error", None),
        ("From: Ayu <ayu@example.com>\nSubject: Re: failure notice", None),
        ("X-List-Administrivia: yes", "administrivia"),
        ("From: talk-request@lists.example.org", "administrivia"),
        ("From: talk-confirm+0123abcd@lists.example.org", "administrivia"),
        ("From: talk+help@lists.example.org", "administrivia"),
        ("From: LISTSERV@lists.example.org", "administrivia"),
        ("Content-Type: multipart/digest; boundary=x", "digest"),
        ("Subject: Talk Digest, Vol 2, Issue 1", None),
        ("From: talk-request@example.org\nSubject: Talk Digest, Vol 2, Issue 1", "digest"),
        ("From: t@example.org\nTo: t@example.org\nSubject: [t] T Digest, Vol 2, Issue 1", "digest"),
        ("Subject: RE: Talk Digest, Vol 2, Issue 1", None),
        ("X-GitHub-Reason: subscribed", "bot"),
        ("X-Bugzilla-Reason: CC", "bot"),
        ("X-Mailer: Roundup issue tracker", "bot"),
        ("X-Mailer: git-send-email 2.7.4", None),
        ("From: noreply@example.com", "bot"),
        ("From: no-reply+x@example.com", "bot"),
        ("From: kernel test robot <lkp@example.com>", "bot"),
        ("From: dependabot[bot] <x@example.com>", "bot"),
        ("From: Bob Abbott <bob.abbott@example.com>", None),
        ("From: Nora Reply <nora@example.com>", None),
        ("From: Ayu <ayu@example.com>\nSubject: cutie pie", None),
        ("", None),
    ],
)
def test_kind_of_automatic_mail(head: str, expected: str | None) -> None:
    assert kind(head) == expected


def test_a_bounce_told_by_its_words_is_one_where_nobody_but_a_mail_server_writes() -> None:
    words = "*****\nYour message could not be delivered to\nayu@example.com\n"
    assert kind("From: x@example.com\nTo: talk-bounces@example.org", words) == "bounce"
    assert kind("From: x@example.com\nTo: talk-bounces@example.org", "Who runs this?") is None
    # A list about mail servers, whose name ends as an address for help does.
    assert kind("From: x@example.com\nTo: mail-help@example.org", words) is None
    both = "From: x@example.com\nTo: talk-bounces@example.org, talk@example.org"
    assert kind(both, words) is None


@pytest.mark.corpus
def test_notices_of_list_managers_are_told_from_posts(shared_data: Path) -> None:
    wrong = []
    for path in sorted((shared_data / "cases" / "captures").rglob("*.eml")):
        found = parse_message(path.read_bytes()).automation
        if "-post-" in path.name:
            right = found is None
        elif "digest" in path.name:
            right = found == "digest"
        else:
            right = found == "administrivia"
        if not right:
            wrong.append((path.name, found))
    assert wrong == []
