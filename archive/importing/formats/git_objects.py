"""Read the objects of an untrusted git repository, with git's own plumbing commands.

The configuration, hooks and references of a repository can make git run programs, so git
reads none of them here: it works on an empty repository of our own that borrows only the
folder of objects. The memory of git is limited, and git is killed when it prints nothing
for too long. git follows alternates, but it gives only objects that this repository names
by their hash.

Two libraries were measured as replacements, with 20,000 messages of linux-input as v1 and
as v2, packed by fast-import and by repack. dulwich 1.2 took 1.0 to 1.7 times as long as
git, pygit2 1.21 took 1.1 to 4.2 times. Both unpack objects in this process and set no
limit: a hostile pack of 2 MB took 4 GB of memory with dulwich and 2 GB with pygit2. Two
deltas that are each other's base keep pygit2 in an endless loop.
"""

from __future__ import annotations

import io
import os
import re
import select
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from archive.errors import RefusedError

SILENCE_SECONDS = 60
"""git is killed when it prints nothing for this long."""
MEMORY_BYTES = 1 << 29

_LIMITED = 'ulimit -d "$0"; exec "$@"'
"""Bounds the memory of what it starts, in kibibytes, before it runs (POSIX sh)."""
_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REFERENCE = re.compile(r"refs/[\w.-]+(?:/[\w.-]+)*")
_FALLBACKS = ("refs/heads/master", "refs/heads/main")
_LARGEST_FILE = 64 << 20
_LONGEST_LINE = 100_000
_PIECE = 1 << 16


def is_git(folder: Path) -> bool:
    """Whether the folder has the layout of a bare repository."""
    return (
        (folder / "HEAD").is_file()
        and (folder / "objects").is_dir()
        and ((folder / "refs").is_dir() or (folder / "packed-refs").is_file())
    )


class GitObjects(AbstractContextManager["GitObjects"]):
    """The objects of one bare repository; ``head`` is the commit of its HEAD.

    Raises ``RefusedError`` when there is no commit, or git is not installed.
    """

    def __init__(self, repository: Path) -> None:
        self.head = _head_commit(repository)
        self._program = shutil.which("git")
        if self._program is None:
            raise RefusedError("git is not installed, and nothing else reads its repositories")
        self._scratch = tempfile.TemporaryDirectory(prefix="pakar-git-")
        self._own = Path(self._scratch.name)
        _make_empty(self._own, repository, sha256=len(self.head) == 64)
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C",
            "HOME": self._scratch.name,
            "GIT_DIR": self._scratch.name,
            "GIT_OBJECT_DIRECTORY": str((repository / "objects").absolute()),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ALLOW_PROTOCOL": "",
        }

    def __exit__(self, *_: object) -> None:
        self._scratch.cleanup()

    def lines(self, *arguments: str) -> Generator[str]:
        """Yield the lines that a git command prints. Raises ``RefusedError`` when it fails."""
        with self._start(*arguments) as running:
            while (line := running.line()) is not None:
                yield line
            running.end()

    def blobs(self, names: Iterable[str], max_bytes: int) -> Iterator[tuple[str, bytes | None]]:
        """Yield each object with its content; None if it is missing, not a blob or too large."""
        asked = self._own / "asked"
        with asked.open("w", encoding="ascii") as lines:
            lines.writelines(f"{name}\n" for name in names)
        with (
            asked.open(encoding="ascii") as lines,
            self._start("cat-file", "--batch", "--buffer", asked=asked) as running,
        ):
            for line in lines:
                yield line.rstrip(), _answer(running, max_bytes)
            running.end()

    @contextmanager
    def _start(self, *arguments: str, asked: Path | None = None) -> Iterator[_Running]:
        """Run git with the file ``asked`` as its input, and kill it at the end of the context."""
        assert self._program is not None
        errors = self._own / "errors"
        with (
            errors.open("wb") as stderr,
            open(asked or os.devnull, "rb") as stdin,  # noqa: PTH123
            subprocess.Popen(  # noqa: S603 - a fixed program, names that are hexadecimal
                # A limit set after the start would come too late for a small repository.
                ["/bin/sh", "-c", _LIMITED, str(MEMORY_BYTES >> 10), self._program, *arguments],
                env=self._environment,
                cwd=self._own,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
            ) as process,
        ):
            try:
                yield _Running(process, errors)
            finally:
                process.kill()


class _Running:
    """The output of a git process. Methods raise ``RefusedError`` when the process fails."""

    def __init__(self, process: subprocess.Popen[bytes], errors: Path) -> None:
        assert process.stdout is not None
        self._process = process
        self._errors = errors
        self._stdout = io.BufferedReader(_Patient(process.stdout.fileno()), _PIECE)

    def line(self) -> str | None:
        """The next line without its end; None at the end of the output."""
        line = self._stdout.readline(_LONGEST_LINE)
        if line.endswith(b"\n"):
            return line[:-1].decode("utf-8", "replace")
        if len(line) == _LONGEST_LINE:
            raise RefusedError("a git repository with absurd names")
        return None

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        content = self._stdout.read(size)
        if len(content) < size:
            raise self.failure()
        return content

    def end(self) -> None:
        """Wait for the end of the process."""
        try:
            status = self._process.wait(SILENCE_SECONDS)
        except subprocess.TimeoutExpired:
            raise RefusedError("git does not end") from None
        if status:
            raise self.failure()

    def failure(self) -> RefusedError:
        """The error that the process printed last, in one line."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        said = self._errors.read_bytes()[-300:].decode("utf-8", "replace").splitlines()
        told = "".join(letter for letter in (said or [""])[-1] if letter.isprintable())
        return RefusedError(f"git cannot read it: {told or 'it gives no reason'}")


class _Patient(io.RawIOBase):
    """A pipe that is read with a limit of time."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._poll.poll(SILENCE_SECONDS * 1000):
            raise RefusedError(f"git says nothing for {SILENCE_SECONDS} seconds")
        return os.readv(self._descriptor, [buffer])


def _answer(running: _Running, max_bytes: int) -> bytes | None:
    """The blob that ``cat-file --batch`` gives next; None for anything else, which is skipped."""
    words = (running.line() or "").split()
    if len(words) != 3:
        # ``NAME missing``, or the end.
        if words[1:] == ["missing"]:
            return None
        raise running.failure()
    size = int(words[2])
    if words[1] == "blob" and size <= max_bytes:
        return running.take(size + 1)[:-1]
    for start in range(0, size + 1, _PIECE):
        running.take(min(_PIECE, size + 1 - start))
    return None


def _make_empty(own: Path, repository: Path, *, sha256: bool) -> None:
    """Make a bare repository without objects in the folder ``own``."""
    (own / "refs").mkdir()
    (own / "objects").mkdir()
    (own / "HEAD").write_text("ref: refs/heads/none\n", "ascii")
    (own / "config").write_text(
        f"[core]\n\trepositoryformatversion = {int(sha256)}\n\tbare = true\n"
        "\tbigFileThreshold = 32m\n\tpackedGitWindowSize = 32m\n\tpackedGitLimit = 256m\n"
        + ("[extensions]\n\tobjectformat = sha256\n" if sha256 else ""),
        "ascii",
    )
    # The commits at which a shallow clone ends.
    ends = _read_file(repository / "shallow").split()
    if ends and all(_OBJECT.fullmatch(one) for one in ends):
        (own / "shallow").write_text("\n".join(ends) + "\n", "ascii")


def _head_commit(repository: Path) -> str:
    head = _read_file(repository / "HEAD").strip()
    if _OBJECT.fullmatch(head):
        return head
    lines = (line.partition(" ") for line in _read_file(repository / "packed-refs").splitlines())
    packed = {name: commit for commit, _, name in lines}
    for reference in (head.removeprefix("ref:").strip(), *_FALLBACKS):
        if _REFERENCE.fullmatch(reference) and ".." not in reference:
            commit = _read_file(repository / reference).strip() or packed.get(reference, "")
            if _OBJECT.fullmatch(commit):
                return commit
    raise RefusedError("a git repository without commits")


def _read_file(path: Path) -> str:
    """The text of a small regular file; empty if there is none."""
    with suppress(OSError):
        if path.is_file():
            with path.open("rb") as plain:
                return plain.read(_LARGEST_FILE).decode("ascii", "replace")
    return ""
