"""Raw messages on disk: zstandard with a trained dictionary.

Mail of one list repeats its headers and footers, so a dictionary trained on
the list's own mail compresses single messages half again as well as none.
Dictionaries are never changed or deleted: each raw row names its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import local

import zstandard

LEVEL = 3
DICTIONARY_BYTES = 64 * 1024
SAMPLES_NEEDED = 400
SAMPLE_BYTES = 16 * 1024
"""Only the beginning of a sample is trained on: headers are what repeats."""


class Compressor:
    """Compresses with one dictionary (or none). Safe to share between threads."""

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
    """The raw bytes again. ``size`` bounds the output.

    Raises ``ValueError`` when ``data`` is damaged.
    """
    known = zstandard.ZstdCompressionDict(dictionary) if dictionary is not None else None
    try:
        return zstandard.ZstdDecompressor(dict_data=known).decompress(data, max_output_size=size)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from None


def train(samples: Sequence[bytes]) -> bytes | None:
    """A dictionary for mail like ``samples``, or None when they are too few or too alike."""
    if len(samples) < SAMPLES_NEEDED:
        return None
    try:
        # Fixed k and d: the search for better ones costs seconds and gains under 1 %.
        trained = zstandard.train_dictionary(
            DICTIONARY_BYTES, [sample[:SAMPLE_BYTES] for sample in samples], k=1024, d=8
        )
    except zstandard.ZstdError:
        return None
    return trained.as_bytes()
