"""Bots: two signs make one, a name or an address alone does not."""

from __future__ import annotations

import pytest

from archive.mail.message import parse_message


def kind(sender: str, text: str = "Hello all.", subject: str = "valve") -> str | None:
    raw = f"From: {sender}\nTo: talk@lists.example.org\nSubject: {subject}\n\n{text}\n"
    return parse_message(raw.encode()).automation


@pytest.mark.parametrize(
    "sender",
    [
        "Arn Bot <arnbot1@mail.example>",
        "Arn Bot <arn.bot@mail.example>",
        "Rina Sari <noreply@rina.example>",
        "Doni Kohar <doni-r-help@home.example>",
        "Jane Doe <sys-admin@company.example>",
        "Jane Doe <it-help@university.example>",
        "Jane Doe <00000003f16b4808-dmarc-request@LISTS.EXAMPLE.EDU>",
        "Bob Abbott <bob@abbott.example>",
    ],
)
def test_one_sign_leaves_a_person_a_person(sender: str) -> None:
    assert kind(sender) is None


@pytest.mark.parametrize(
    "sender",
    [
        "kernel test robot <lkp@example.com>",
        "pr-tracker-bot <pr-tracker-bot@example.org>",
        "syzbot <syzbot+5a6c4ec678a0c6ee84ba@bots.example.com>",
        "dependabot[bot] <x@example.com>",
        "bugzilla-daemon <bugzilla-daemon@example.org>",
        "Toko <noreply@toko.example>",
        "noreply@example.com",
    ],
)
def test_two_signs_make_a_bot(sender: str) -> None:
    assert kind(sender) == "bot"


def test_what_a_program_says_of_itself_is_a_sign() -> None:
    assert kind("Arn Bot <arn@mail.example>", "Merged.\n-- \nBeep, I am a bot.") == "bot"
    assert kind("Rina Sari <rina@mail.example>", "The bot said: I am a bot.") is None


def test_a_persons_answer_under_a_digests_subject_is_no_digest() -> None:
    for subject in (
        "[R-sig-X] R-sig-X Digest, Vol 71, Issue 10",
        "[R-sig-X] phi values [was Re: R-sig-X Digest, Vol 71, Issue 10]",
        "KOPI Digest - 4 Jan 2009 to 5 Jan 2009 (#2009-5)",
        "[kopi] Digest Number 100",
    ):
        assert kind("Ben Tester <ben@uni.example>", subject=subject) is None
        assert kind("talk-request@lists.example.org", subject=subject) == "digest"
