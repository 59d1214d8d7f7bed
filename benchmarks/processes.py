"""Run a program and measure it from outside: wall time, and peak memory of all its processes."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLING_SECONDS = 0.1
PAKAR = (sys.executable, "-c", "from api.commands import main; main()")
"""The command line of this checkout, installed or not."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished program: wall time in seconds, peak memory in bytes, standard output."""

    seconds: float
    peak_memory: int
    output: str


def measured(command: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Run ``command`` to its end; its standard error is passed on.

    Memory is the largest sum, over the program and all its descendants at one moment,
    of the proportional set size (shared pages count once). Raises ``SystemExit``, which
    names the command, when it fails.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, text=True)
    sampler = _Sampler(process.pid)
    sampler.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - started
    sampler.stop()
    if process.returncode not in (0, 1):
        raise SystemExit(f"exit {process.returncode} of {' '.join(command)}")
    return Run(seconds, sampler.peak, output)


class _Sampler(threading.Thread):
    """Samples the memory of a process and its descendants until it is stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.peak = 0

    def run(self) -> None:
        while not self._ended.wait(SAMPLING_SECONDS):
            total = sum(_memory(pid) for pid in _family(self._pid))
            self.peak = max(self.peak, total)

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _family(root: int) -> set[int]:
    """The process and its descendants, found by the parents that /proc names."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = (entry / "stat").read_text()
        except OSError:
            continue  # it ended after the folder was listed
        # The program's name is in parentheses and may contain any character, so look for state
        # and parent after the last one.
        parent = int(status.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(int(entry.name))
    found, waiting = set(), [root]
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting.extend(children.get(pid, []))
    return found


def _memory(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    proportional = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(proportional[1]) * 1024 if proportional else 0
