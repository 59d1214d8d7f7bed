"""Mail clients that load an SMTP server: each sends its next message after each answer.

It runs in a process of its own, so that it takes no time from the server's event loop.
Prints JSON: seconds from the first connection to the last answer, and how often each
reply to a message came.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Iterator

SMALLEST, LARGEST = 1_000, 200_000
SENDER = "talk-bounces@lists.example.org"
SEED = 20260302
AUTHORS = 300
REPLIES = 1 / 3
_WORDS = (
    "router kabel jaringan modem sinyal server paket alamat kanal driver printer modul "
    "saya kami sudah belum coba lagi kemarin mungkin karena dengan untuk yang dari ke di "
    "we tried this after that the same error comes back when it is under load every night"
).split()


def messages(count: int, *, uniform: bool = False) -> Iterator[bytes]:
    """The same ``count`` plain-text messages every time; a third of them are replies.

    Sizes are log-uniform between 1 and 200 kB, which resembles real mail. Uniform sizes
    give nearly three times as many bytes.
    """
    chance = random.Random(SEED)
    for number in range(count):
        if uniform:
            size = chance.randint(SMALLEST, LARGEST)
        else:
            size = int(SMALLEST * (LARGEST / SMALLEST) ** chance.random())
        subject, reply = f"benchmark {number}", ""
        if number > 10 and chance.random() < REPLIES:
            parent = number - chance.randint(1, 10)
            subject = f"Re: benchmark {parent}"
            reply = f"In-Reply-To: <{parent}@bench.example.org>\r\n"
        author = chance.randrange(AUTHORS)
        hours, rest = divmod(number, 3600)
        head = (
            f"From: Author Number {author} <author{author}@bench.example.org>\r\n"
            f"To: talk@lists.example.org\r\nSubject: {subject}\r\n"
            f"Message-ID: <{number}@bench.example.org>\r\n{reply}"
            f"Date: Mon, 02 Mar 2026 {hours % 24:02}:{rest // 60:02}:{rest % 60:02} +0000\r\n"
            "List-Id: <talk.lists.example.org>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        )
        yield head.encode() + _body(chance, size - len(head))


def _body(chance: random.Random, size: int) -> bytes:
    lines: list[str] = []
    while size > 0:
        line = " ".join(chance.choices(_WORDS, k=chance.randint(0, 11)))
        lines.append(line)
        size -= len(line) + 2
    return "\r\n".join([*lines, ""]).encode()


async def deliver(
    port: int, recipient: str, stock: Iterator[bytes], answers: Counter[str], *, reconnect: bool
) -> None:
    """One client: sends messages from the common iterator ``stock`` until it is empty.

    reconnect: open a new connection for each message, as most list managers' servers
        do.
    """
    content = next(stock, None)
    while content is not None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await _reply(reader)
        await _say(reader, writer, b"EHLO bench.example.org")
        while content is not None:
            await _say(reader, writer, f"MAIL FROM:<{SENDER}>".encode())
            await _say(reader, writer, f"RCPT TO:<{recipient}>".encode())
            await _say(reader, writer, b"DATA")
            # No line of these messages begins with a dot, so none has to be escaped.
            answers[await _say(reader, writer, content + b".")] += 1
            content = next(stock, None)
            if reconnect:
                break
        await _say(reader, writer, b"QUIT")
        writer.close()


async def _say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes) -> str:
    writer.write(line + b"\r\n")
    await writer.drain()
    return await _reply(reader)


async def _reply(reader: asyncio.StreamReader) -> str:
    """The code of the next reply. Raises ``ConnectionError`` when there is none."""
    while True:
        line = await reader.readline()
        if not line:
            raise ConnectionError("the server closed the connection")
        if line[3:4] != b"-":
            return line[:3].decode()


async def load(options: argparse.Namespace) -> dict[str, object]:
    """Send all messages; return the figures."""
    ready = list(messages(options.messages, uniform=options.uniform))
    digests = sorted(hashlib.sha256(one).hexdigest() for one in ready)
    answers: Counter[str] = Counter()
    stock = iter(ready)
    started = time.perf_counter()
    await asyncio.gather(
        *(
            deliver(options.port, options.recipient, stock, answers, reconnect=options.reconnect)
            for _ in range(options.connections)
        )
    )
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "bytes": sum(map(len, ready)),
        "answers": dict(answers),
        "digests": digests,
    }


def main() -> None:
    """Run one load and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--recipient", required=True)
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--uniform", action="store_true", help="sizes uniform, not log-uniform")
    parser.add_argument("--reconnect", action="store_true", help="a connection for each message")
    print(json.dumps(asyncio.run(load(parser.parse_args()))))


if __name__ == "__main__":
    main()
