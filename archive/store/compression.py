"""Compress raw messages with zstandard and a trained dictionary.

Messages of one list repeat its headers and footers. With a dictionary trained on the
list's own mail, single messages are compressed half again as well as without.
Dictionaries are never changed or deleted, because each raw row names the one it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import local

import zstandard

LEVEL = 3
DICTIONARY_BYTES = 64 * 1024
SAMPLES_NEEDED = 400
SAMPLE_BYTES = 16 * 1024
"""Only the beginning of a sample is used for training: the headers are what repeats."""


class Compressor:
    """Compresses with one dictionary or with none. Threads may share it."""

    def __init__(self, dictionary: bytes | None = None) -> None:
        self._dictionary = (
            zstandard.ZstdCompressionDict(dictionary) if dictionary is not None else None
        )
        self._local = local()

    def compress(self, raw: bytes) -> bytes:
        """The compressed form of ``raw``."""
        context: zstandard.ZstdCompressor | None = getattr(self._local, "context", None)
        if context is None:
            context = zstandard.ZstdCompressor(level=LEVEL, dict_data=self._dictionary)
            self._local.context = context
        return context.compress(raw)


def decompress(data: bytes, dictionary: bytes | None, size: int) -> bytes:
    """Decompress to the raw bytes; ``size`` limits the output.

    Raises ``ValueError`` when ``data`` is damaged.
    """
    known = zstandard.ZstdCompressionDict(dictionary) if dictionary is not None else None
    try:
        return zstandard.ZstdDecompressor(dict_data=known).decompress(data, max_output_size=size)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from None


def train(samples: Sequence[bytes]) -> bytes | None:
    """Train a dictionary on ``samples``; None when they are too few or too similar."""
    if len(samples) < SAMPLES_NEEDED:
        return None
    try:
        # k and d are fixed: searching for better ones takes seconds and gains under 1 %.
        trained = zstandard.train_dictionary(
            DICTIONARY_BYTES, [sample[:SAMPLE_BYTES] for sample in samples], k=1024, d=8
        )
    except zstandard.ZstdError:
        return None
    return trained.as_bytes()
