"""Whose patch a mail carries, and who passed it on."""

from __future__ import annotations

import pytest

from archive.mail.message import ParsedMessage, parse_message

PATCH = "Remove it.\n\nSigned-off-by: Citra Halim <citra@mail.example>\n---\n x.c | 2 +-\n"


def read(body: str, subject: str = "[PATCH 1/3] fs: remove", sender: str = "") -> ParsedMessage:
    sender = sender or "Andrey A <aa@mail.example>"
    raw = f"From: {sender}\nSubject: {subject}\nDate: Mon, 05 Jan 2015 10:00:00 +0700\n\n{body}"
    return parse_message(raw.encode())


@pytest.mark.parametrize(
    "head",
    [
        "From: Citra Halim <citra@mail.example>\n\n",
        "\nFrom: Citra Halim <citra@mail.example>\nDate: Sun, 4 Jan 2015 10:00:00 +0000\n\n",
        "Subject: fs: remove\nFrom: Citra Halim <citra@mail.example>\n\n",
    ],
)
def test_the_in_body_from_names_the_author_and_the_sender_passed_it_on(head: str) -> None:
    message = read(head + PATCH)

    assert (message.author.name, message.author.email) == ("Citra Halim", "citra@mail.example")
    assert message.passed_on_by is not None
    assert message.passed_on_by.email == message.sender.email == "aa@mail.example"
    assert message.time_zone is None


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("From: Citra Halim <citra@mail.example>\n\n" + PATCH, "Re: [PATCH 1/3] fs: remove"),
        ("From: Citra Halim <citra@mail.example>\n\n" + PATCH, "fs: remove"),
        ("Hello.\nFrom: Citra Halim <citra@mail.example>\n\n" + PATCH, "[PATCH] fs: remove"),
        ("From: Citra Halim <citra@mail.example>\n\nWhat do you think?\n", "[PATCH] fs: remove"),
        ("From: Andrey A <aa@home.example>\n\n" + PATCH, "[PATCH] fs: remove"),
        ("From: Andrey A (OSS) <aa@firm.example>\n\n" + PATCH, "[PATCH] fs: remove"),
        ("From: somebody\n\n" + PATCH, "[PATCH] fs: remove"),
    ],
)
def test_elsewhere_the_sender_is_the_author(body: str, subject: str) -> None:
    message = read(body, subject)

    assert message.author.email == "aa@mail.example"
    assert message.passed_on_by is None


def test_a_relay_that_sends_for_the_author_passes_nothing_on() -> None:
    message = read(
        "From: Citra Halim <citra@mail.example>\n\n" + PATCH,
        sender="Citra Halim <devnull+citra.mail.example@relay.example>",
    )

    assert (message.author.email, message.passed_on_by) == ("citra@mail.example", None)
