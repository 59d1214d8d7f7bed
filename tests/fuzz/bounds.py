"""Time and memory of reading a megabyte: ``python -m tests.fuzz.bounds SECONDS``.

First every hostile shape, then random lines and fields repeated to a megabyte,
until the time is over. Each is read in a process of its own. Fails on an input
that takes more than a second of one core or 200 MB, and writes it to a file.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from archive.mail.fingerprints import quote_marks, signature_mark
from archive.mail.message import parse_message
from tests.fuzz.shapes import HEAD, HTML, PLAIN, SHAPES, SIZE

MAX_SECONDS = 1.0
MAX_BYTES = 200_000_000

_TOKENS = [
    b"\n", b"\n\n", b" ", b"\t", b"> ", b">", b"-- ", b"--", b"a", b"Ayu wrote:", b"On ",
    b"1/2/2003 ",
    b"10:00 ", b"<a@b>", b"From: a", b"Sent: b", b"Subject: c", b"-----Original Message-----",
    b"________", b"```", b"@@ -1,3 +1,3 @@", b"+++ b", b"--- a", b"diff --git a b", b" a | 2 +-",
    b"To unsubscribe", b"Sent from my iPhone", b"This e-mail is", b"confidential", b"menulis:",
    b"Pada ", b"[1] ", b"+62 21 555 0100", b"https://example.com/", b"=?utf-8?q?", b"=41", b"?=",
    b"; a=b", b"\"", b"\\", b"(", b")", b"<", b"@", b",", b":", b"Re: ", b"[a]", b"(fwd)",
    b"<div>", b"</div>", b"<blockquote>", b"<table>", b"<td>", b"<p>", b"<a href=x>", b"<!--",
    b"<b>", b"&amp;", b"<ul>", b"<li>", b"<pre>", b"--b",
    b"Content-Type: multipart/mixed; boundary=b",
    b"Content-Type: message/rfc822", b"Content-Transfer-Encoding: base64", b"\x1b$B", b"\xc3\xa9",
    b"\xc1", b"begin 644 a", b"-----BEGIN PGP SIGNATURE-----", b"| ", b"*", b"  ", b"\r\n",
]  # fmt: skip
_STARTS = [
    PLAIN,
    HTML,
    HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes\n\n",
    HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n",
    HEAD + b"Content-Type: multipart/alternative; boundary=b\n\n--b\n",
    HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n",
    HEAD + b"In-Reply-To: <y@example.com>\n\nAyu wrote:\n",
    b"Subject: ", b"From: ", b"To: ", b"References: ", b"Content-Type: text/plain", b"Date: ", b"",
]  # fmt: skip


def main() -> None:
    """Measure until the time is over; prints the slowest and the largest."""
    end = time.monotonic() + float(sys.argv[1])
    slowest, largest, count = (0.0, ""), (0, ""), 0
    for name, raw in _inputs():
        if count >= len(SHAPES) and time.monotonic() > end:
            break
        seconds, size = _measured(raw)
        slowest, largest = max(slowest, (seconds, name)), max(largest, (size, name))
        count += 1
        if seconds > MAX_SECONDS or size > MAX_BYTES:
            path = Path(f"fuzz-bounds-{count}")
            path.write_bytes(raw)
            sys.exit(f"{name}: {seconds:.2f} s, {size / 1e6:.0f} MB, written to {path}")
    print(f"{count} messages of about {SIZE / 1e6:.0f} MB")
    print(f"slowest {slowest[0]:.2f} s: {slowest[1]}")
    print(f"largest {largest[0] / 1e6:.0f} MB: {largest[1]}")


def _inputs() -> Iterator[tuple[str, bytes]]:
    for name, make in SHAPES.items():
        yield name, make()
    seed = random.randrange(1 << 30)
    for number in range(1 << 30):
        choose = random.Random(f"{seed}.{number}")
        unit = b"".join(choose.choices(_TOKENS, k=choose.randint(1, 6)))
        if choose.random() < 0.5:
            unit += b"\n"
        start = choose.choice(_STARTS)
        tail = choose.choice([b"", b"\n" + PLAIN, b"\n--b--\n", b"\nwrote:\n> x\n"])
        yield f"{start!r} {unit!r} {tail!r}", start + unit * (SIZE // len(unit)) + tail


def _measured(raw: bytes) -> tuple[float, int]:
    """Seconds of processor time and bytes of memory that reading takes, in a fresh process."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.process_time()
        found = parse_message(raw)
        made = (found.own_text, quote_marks(found), signature_mark(found))
        seconds = time.process_time() - started
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        os.write(send, f"{seconds} {grown * 1024} {len(made)}".encode())
        os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb") as pipe:
        answer = pipe.read().split()
    os.waitpid(child, 0)
    if not answer:
        return float("inf"), 0
    return float(answer[0]), int(answer[1])


if __name__ == "__main__":
    main()
