"""Posts that their list put into a message of its own."""

from __future__ import annotations

import pytest

from archive.mail.message import parse_message
from archive.mail.parts.body import read_attachments

INNER = (
    "From: Jane Doe <jane@example.org>\nTo: talk@lists.example.org\nSubject: Re: pumps\n"
    "Date: Mon, 1 Mar 2004 07:59:00 +0000\nMessage-ID: <orig@example.org>\n"
    "In-Reply-To: <q1@example.org>\nContent-Type: text/plain; charset=utf-8\n\n"
    "Take a bigger one, says Jane.\n"
)
OUTER = (
    "From: Jane Doe via Talk <talk@lists.example.org>\nReply-To: Jane Doe <jane@example.org>\n"
    "To: talk@lists.example.org\nSubject: {subject}\nDate: Mon, 1 Mar 2004 08:00:00 +0000\n"
    "Message-ID: <outer@lists.example.org>\nList-Id: Talk <talk.lists.example.org>\n"
    "List-Post: <mailto:talk@lists.example.org>\nMIME-Version: 1.0\n"
)
WHOLE = OUTER + "Content-Type: message/rfc822\n\n" + INNER
WITH_FOOTER = (
    OUTER
    + "Content-Type: multipart/mixed; boundary=oo\n\n--oo\nContent-Type: message/rfc822\n\n"
    + INNER
    + "\n--oo\nContent-Type: text/plain\n\n____\nTalk mailing list\n--oo--\n"
)


@pytest.mark.parametrize("form", [WHOLE, WITH_FOOTER])
def test_the_words_inside_are_the_authors_own(form: str) -> None:
    message = parse_message(form.format(subject="Re: pumps").encode())

    assert message.message_id == "outer@lists.example.org"
    assert message.author.email == "jane@example.org"
    assert message.own_text == "Take a bigger one, says Jane."
    assert message.parent_reference == "q1@example.org"
    assert "orig@example.org" in message.references
    assert message.attachments == ()
    assert read_attachments(form.format(subject="Re: pumps").encode()) == []


def test_a_forwarded_message_stays_one() -> None:
    other = parse_message(WHOLE.format(subject="Fwd: something else").encode())
    by_hand = WHOLE.format(subject="Re: pumps").replace(
        "Jane Doe via Talk <talk@lists.example.org>", "Bob Ray <bob@example.org>"
    )

    assert "Forwarded message" in other.text
    assert "Forwarded message" in parse_message(by_hand.encode()).text
