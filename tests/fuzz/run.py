"""Fuzz one reader with atheris: ``python -m tests.fuzz.run TARGET SECONDS``.

Starts from the hostile shapes, cut short, and stops at the first input that
raises, takes more than ten seconds (the instrumented code is several times
slower) or a gigabyte; libFuzzer writes that input to a file and names it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["archive"]):
    from tests.fuzz.targets import TARGETS

from tests.fuzz.shapes import SHAPES

LONGEST = 20_000
"""Bytes of one input."""


def main() -> None:
    """Fuzz until the time is over; ends the process."""
    target, seconds = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        for number, make in enumerate(SHAPES.values()):
            Path(folder, f"{number:03}").write_bytes(make()[: LONGEST // 10])
        options = [
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST}",
            "-timeout=10",
            "-rss_limit_mb=1000",
            f"-artifact_prefix=fuzz-{target}-",
            "-print_final_stats=1",
            "-verbosity=0",
        ]
        atheris.Setup([sys.argv[0], *options, folder], TARGETS[target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
