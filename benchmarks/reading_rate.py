"""Messages per second that Pakar parses on one core, beside a bare parse of the same messages.

The yardstick is ``email.message_from_bytes``, which decodes no header, body or charset.
Ours derives everything that Pakar reads from a message: fields, author, thread keys,
text, spans, own and quoted text, hashes of quotes and signature, attachments with their
digests. All messages are in memory before the measurement; both run in turn, and the
medians count.
"""

from __future__ import annotations

import argparse
import email
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from archive.mail.fingerprints import quote_marks
from archive.mail.message import other_text, parse_message
from archive.mail.repeated_blocks import stored_marks
from archive.people.identity import address_key
from archive.people.names import full_name_key
from benchmarks.import_rate import SAMPLE, split


def main() -> None:
    """Measure, and print a line and the ratio."""
    options = _options()
    messages = [raw for raw, _ in zip(split(options.archive), range(options.limit), strict=False)]
    size = sum(map(len, messages)) / 1e6
    bare, ours = [], []
    for _ in range(options.rounds):
        bare.append(_seconds(email.message_from_bytes, messages))
        ours.append(_seconds(read, messages))
    print(f"{options.archive.name}: {len(messages)} messages, {size:.1f} MB, one core")
    print(f"{'':12}{'messages/s':>12}{'MB/s':>9}")
    for name, runs in (("bare parse", bare), ("reading", ours)):
        seconds = statistics.median(runs)
        print(f"{name:12}{len(messages) / seconds:12.0f}{size / seconds:9.1f}")
    ratio = statistics.median(ours) / statistics.median(bare)
    print(f"ratio of times, reading to bare parse: {ratio:.2f}")


def read(raw: bytes) -> None:
    """Derive everything that the store and the index take from one message."""
    message = parse_message(raw)
    author = message.author
    address_key(author.email, author.name, author.written)
    full_name_key(author.name)
    assert message.own_text is not None
    other_text(message)
    quote_marks(message)
    stored_marks(message)


def _seconds(action: Callable[[bytes], object], messages: list[bytes]) -> float:
    """Processor time on one core, independent of what else the machine does."""
    started = time.process_time()
    for raw in messages:
        action(raw)
    return time.process_time() - started


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--archive", type=Path, default=SAMPLE, help="mbox file, .xz or .gz too")
    parser.add_argument("--limit", type=int, default=1_000_000, help="messages at most")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
