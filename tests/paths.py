"""Where the tests find what they read."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
SAMPLE = REPOSITORY / "archive" / "sample"
SAMPLE_MBOX = SAMPLE / "mandiri.mbox"
SHARED_DATA = REPOSITORY.parent / "shared" / "data"
