"""Mail of private lists that would show in many answers if it were not kept out of them.

Its authors are those of the public sample, under their public addresses and under others,
and people who write nowhere else. They talk about what the sample talks about, in words of
their own too, and name messages of the public list.
"""

from __future__ import annotations

import contextlib
import mailbox
from collections.abc import Sequence
from email.utils import parseaddr
from itertools import cycle, islice
from pathlib import Path

from tests.api.archives import post

THREADS = 47
"""Each of four mails."""


def private_mail(sample: Path, domain: str) -> list[bytes]:
    """The mail of one private list, 188 messages with words that hold ``domain``."""
    with contextlib.closing(mailbox.mbox(sample)) as box:
        public = list(box)
    authors = list(dict.fromkeys(str(one["From"]) for one in public))
    subjects = list(dict.fromkeys(str(one["Subject"]).removeprefix("Re: ") for one in public))
    names = [parseaddr(author)[0] for author in authors]
    found: list[bytes] = []
    for number, subject in enumerate(islice(cycle(subjects[:20]), THREADS)):
        asker = authors[number % len(authors)]
        # A public person under an address that only this list knows.
        helper = f"{names[(number + 3) % 7]} <canary{number % 7}@{domain}.example>"
        stranger = f"Tigor Canary {domain} <tigor{number % 5}@{domain}.example>"
        linked = str(public[(number * 7) % len(public)]["Message-ID"]).strip("<>")
        found += _thread(number, domain, subject, (asker, helper, stranger), linked)
    return found


def _thread(
    number: int, domain: str, subject: str, authors: Sequence[str], linked: str
) -> list[bytes]:
    asker, helper, stranger = authors
    root, answer, thanks, late = (f"{kind}{number}@{domain}.example" for kind in "qatl")
    day = 17.0 * number
    word = f"canary{domain} {domain}kriptokanari"
    return [
        post(root, asker, f"{subject} {word}", f"Bagaimana router {word}?\n", day=day),
        post(
            answer,
            helper,
            f"Re: {subject} {word}",
            f"> Bagaimana router {word}?\n\nPakai router mikrotik dengan vpn, lalu {word}.\n"
            f"Lihat https://{domain}.example/buku-{number} dan <mid:{linked}>.\n",
            day=day + 1,
            answers=[root],
        ),
        post(
            thanks,
            asker,
            f"Re: {subject} {word}",
            "Terima kasih, sudah beres!\n",
            day=day + 2,
            answers=[root, answer],
        ),
        # Names a public message beside the private one, and so lies between two threads.
        post(
            late,
            stranger,
            f"Re: {subject}",
            f"Setuju. Router {word} memang begitu.\n",
            day=day + 3,
            answers=[linked, root],
        ),
    ]
