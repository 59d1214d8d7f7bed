"""Faults that people met in other archives, tried as a user would: by commands on small mails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.corpus

READING = "03 05 06 07 08 09 10 11 13 14 15 24 27 28 29 30 32 40 41 42 43 44 45 46 48 49 51".split()


@pytest.mark.parametrize("number", READING)
def test_a_report_is_right(shared_data: Path, tmp_path: Path, number: str) -> None:
    # Its variations take minutes: `reports/run` in the folder of real mail tries them all.
    environment = {
        **os.environ,
        "PAKAR": str(Path(sys.executable).with_name("pakar")),
        "T": str(tmp_path),
    }
    (folder,) = (shared_data / "reports").glob(f"{number}-*")
    done = subprocess.run(
        ["bash", str(folder / "check"), "main"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
