"""Objects of a git repository that nobody vouches for, read by git's own plumbing.

A repository's configuration, hooks and references can make git run programs.
None of them is read here: git works on an empty repository of our own that
borrows only the folder of objects. What git takes in memory and in silence is
bounded, since a hostile pack or a FIFO could keep it busy for ever.
"""

from __future__ import annotations

import os
import re
import resource
import select
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from itertools import islice
from pathlib import Path
from types import TracebackType

from archive.errors import RefusedError

SILENCE_SECONDS = 60
"""So long may git think without saying a word."""
MEMORY_BYTES = 1 << 29
ASKED_AT_ONCE = 100
"""Object names on their way to git: few enough for a pipe to hold, so that neither side waits."""

_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REFERENCE = re.compile(r"refs/[\w.-]+(?:/[\w.-]+)*")
_FALLBACKS = ("refs/heads/master", "refs/heads/main")
_LARGEST_FILE = 64 << 20


def is_git(folder: Path) -> bool:
    """It is laid out as a bare repository."""
    return (
        (folder / "HEAD").is_file()
        and (folder / "objects").is_dir()
        and ((folder / "refs").is_dir() or (folder / "packed-refs").is_file())
    )


class GitObjects(AbstractContextManager["GitObjects"]):
    """The objects of one bare repository. ``head`` is the commit of its HEAD.

    Raises ``RefusedError`` when there is none, or no git to read it with.
    """

    def __init__(self, repository: Path) -> None:
        self.head = _head_commit(repository)
        program = shutil.which("git")
        if program is None:
            raise RefusedError("git is not installed, and nothing else reads its repositories")
        self._program = program
        self._scratch = tempfile.TemporaryDirectory(prefix="pakar-git-")
        own = Path(self._scratch.name)
        self._errors = own / "errors"
        self._make_empty(own / "own", repository)
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C",
            "HOME": str(own),
            "GIT_DIR": str(own / "own"),
            "GIT_OBJECT_DIRECTORY": str((repository / "objects").absolute()),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "",
            "GIT_TERMINAL_PROMPT": "0",
        }

    def _make_empty(self, own: Path, repository: Path) -> None:
        (own / "refs").mkdir(parents=True)
        (own / "objects").mkdir()
        (own / "HEAD").write_text("ref: refs/heads/none\n", "ascii")
        sha256 = len(self.head) == 64
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._scratch.cleanup()

    def lines(self, *arguments: str) -> Generator[str]:
        """The lines that a git command prints. Raises ``RefusedError`` when it fails."""
        with self._start(*arguments) as running:
            while (line := running.line()) is not None:
                yield line
            running.end()

    def blobs(self, names: Iterable[str], max_bytes: int) -> Iterator[tuple[str, bytes | None]]:
        """Each object with its content; None where it is missing, no blob or too large."""
        waiting = iter(names)
        with self._start("cat-file", "--batch") as running:
            while asked := list(islice(waiting, ASKED_AT_ONCE)):
                running.tell("".join(f"{name}\n" for name in asked).encode("ascii"))
                for name in asked:
                    yield name, self._answer(running, max_bytes)
            running.end()

    @staticmethod
    def _answer(running: _Running, max_bytes: int) -> bytes | None:
        words = (running.line() or "").split()
        if len(words) != 3:
            # ``NAME missing``, or the end.
            if words[1:] == ["missing"]:
                return None
            raise RefusedError(running.failure())
        wanted = words[1] == "blob" and int(words[2]) <= max_bytes
        content = running.take(int(words[2]), keep=wanted)
        running.take(1, keep=False)
        return content if wanted else None

    def _start(self, *arguments: str) -> _Running:
        return _Running([self._program, *arguments], self._environment, self._errors)


class _Running(AbstractContextManager["_Running"]):
    """A git process that is listened to, and killed when nobody does any more."""

    def __init__(self, command: list[str], environment: dict[str, str], errors: Path) -> None:
        self._errors = errors
        with errors.open("wb") as stderr:
            self._process = subprocess.Popen(  # noqa: S603 - a fixed program, names that are hexadecimal
                command,
                env=environment,
                cwd=environment["GIT_DIR"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        with suppress(ProcessLookupError):
            resource.prlimit(self._process.pid, resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin = self._process.stdin
        self._stdout = self._process.stdout
        self._poll = select.poll()
        self._poll.register(self._stdout, select.POLLIN)
        self._buffer = b""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._stdin.close()
        self._stdout.close()

    def tell(self, text: bytes) -> None:
        """Write to its standard input."""
        try:
            self._stdin.write(text)
            self._stdin.flush()
        except OSError:
            raise RefusedError(self.failure()) from None

    def line(self) -> str | None:
        """The next line, its end cut off; None at the end of all."""
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > 100_000:
                raise RefusedError("a git repository with absurd names")
            if not self._fill():
                return None
        line, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
        return line.decode("utf-8", "replace")

    def take(self, size: int, *, keep: bool) -> bytes:
        """The next ``size`` bytes; where they are not kept, nothing of them stays in memory."""
        pieces: list[bytes] = []
        while size:
            if not self._buffer and not self._fill():
                raise RefusedError(self.failure())
            piece, self._buffer = self._buffer[:size], self._buffer[size:]
            size -= len(piece)
            if keep:
                pieces.append(piece)
        return b"".join(pieces)

    def end(self) -> None:
        """Wait for it. Raises ``RefusedError`` when it failed."""
        self._stdin.close()
        try:
            status = self._process.wait(SILENCE_SECONDS)
        except subprocess.TimeoutExpired:
            raise RefusedError("git does not end") from None
        if status:
            raise RefusedError(self.failure())

    def failure(self) -> str:
        """What it had to say on its standard error, in one line."""
        deadline = time.monotonic() + 1
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        said = self._errors.read_bytes()[-300:].decode("utf-8", "replace").splitlines()
        told = "".join(letter for letter in (said or [""])[-1] if letter.isprintable())
        return f"git cannot read it: {told or 'it gives no reason'}"

    def _fill(self) -> bool:
        if not self._poll.poll(SILENCE_SECONDS * 1000):
            raise RefusedError(f"git says nothing for {SILENCE_SECONDS} seconds")
        piece = os.read(self._stdout.fileno(), 1 << 16)
        self._buffer += piece
        return bool(piece)


def _head_commit(repository: Path) -> str:
    head = _read_file(repository / "HEAD").strip()
    if _OBJECT.fullmatch(head):
        return head
    named = head.removeprefix("ref:").strip()
    for reference in (named, *_FALLBACKS):
        if not _REFERENCE.fullmatch(reference) or ".." in reference:
            continue
        commit = _read_file(repository / reference).strip() or _packed(repository, reference)
        if _OBJECT.fullmatch(commit):
            return commit
    raise RefusedError("a git repository without commits")


def _packed(repository: Path, reference: str) -> str:
    for line in _read_file(repository / "packed-refs").splitlines():
        commit, _, name = line.partition(" ")
        if name == reference:
            return commit
    return ""


def _read_file(path: Path) -> str:
    """The text of a small regular file; empty where there is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    with open(handle, "rb") as plain:  # noqa: PTH123 - a descriptor, not a path
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return ""
        return plain.read(_LARGEST_FILE).decode("ascii", "replace")
