"""Reading a source of past mail, whatever its form: a file, a folder or standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from archive.errors import RefusedError
from archive.importing.formats.containers import is_tar, is_zip, unpacked
from archive.importing.formats.registry import (
    ANY_FOLDER,
    AUTO,
    FILE_FORMS,
    FOLDER_FORMS,
    FileForm,
    FolderForm,
)
from archive.importing.formats.source import Found, PassedOver, Place, Refusal, open_source
from archive.importing.formats.stream import (
    DECOMPRESSION_ERRORS,
    Readable,
    SourceStream,
    decompressed,
)

STANDARD_INPUT = Path("-")
SHOWN_STANDARD_INPUT = "standard input"
MAX_NESTING = 3


class SourceReader:
    """Reads sources; what cannot be taken is a ``Refusal`` that names it.

    form: a name of ``registry.NAMES``; ``auto`` looks at each file and folder.
    max_bytes: larger messages are refused, in bounded memory. scratch: the
    folder in which zip and tar files are unpacked.
    """

    def __init__(self, form: str, max_bytes: int, scratch: Path | None = None) -> None:
        self.form = form
        self.max_bytes = max_bytes
        self.scratch = scratch

    def read(self, path: Path) -> Iterator[Found]:
        """Everything that lies under ``path``; ``-`` is standard input."""
        if path != STANDARD_INPUT:
            yield from self._read_tree(Place(path, str(path)), 0)
            return
        try:
            stream = decompressed(SourceStream(cast(Readable, sys.stdin.buffer)))
            yield from self._read_stream(stream, Place(path, SHOWN_STANDARD_INPUT), 0)
        except (RefusedError, *DECOMPRESSION_ERRORS) as error:
            yield Refusal(SHOWN_STANDARD_INPUT, str(error))

    def _read_tree(self, top: Place, nesting: int, anything: bool = False) -> Iterator[Found]:
        """What lies under ``top``; ``anything``: something of it was named already."""
        waiting = [top]
        while waiting:
            place = waiting.pop()
            inner: list[Place] = []
            try:
                for one in self._read_place(place, nesting):
                    if isinstance(one, Place):
                        inner.append(one)
                        continue
                    anything = anything or not isinstance(one, PassedOver)
                    yield one
            except (RefusedError, OSError) as error:
                anything = True
                yield Refusal(place.name, _reason(error))
            waiting.extend(reversed(inner))
        if not anything:
            yield Refusal(top.name, "a folder without mail")

    def _read_place(self, place: Place, nesting: int) -> Iterator[Found | Place]:
        if place.path.is_dir():
            yield from self._folder_form(place).read(place, self.max_bytes)
            return
        with open_source(place.path) as stream:
            yield from self._read_stream(stream, place, nesting)

    def _read_stream(self, stream: SourceStream, place: Place, nesting: int) -> Iterator[Found]:
        try:
            head = stream.head()
        except DECOMPRESSION_ERRORS as error:
            raise RefusedError(f"cannot be read: {error}") from None
        if not head:
            raise RefusedError("the file is empty")
        if not (is_zip(head) or is_tar(head)):
            yield from self._file_form(head, place.name).read(stream, place.name, self.max_bytes)
            return
        if nesting >= MAX_NESTING:
            raise RefusedError(f"containers lie more than {MAX_NESTING} deep in each other")
        path = None if stream.is_compressed or place.path == STANDARD_INPUT else place.path
        with unpacked(stream, path, place.name, self.scratch) as (folder, refusals):
            yield from refusals
            yield from self._read_tree(
                Place(folder, place.name), nesting + 1, anything=bool(refusals)
            )

    def _folder_form(self, place: Place) -> FolderForm:
        for form in FOLDER_FORMS:
            if self.form in (AUTO, form.name) and form.recognises(place.path):
                return form
            if self.form == form.name and place.depth == 0:
                raise RefusedError(f"not of the form {form.name}")
        return ANY_FOLDER

    def _file_form(self, head: bytes, name: str) -> FileForm:
        for form in FILE_FORMS:
            if self.form == form.name or (self.form == AUTO and form.recognises(head, name)):
                return form
        raise RefusedError("not mail in any form that is known")


def _reason(error: RefusedError | OSError) -> str:
    return f"cannot be read: {error.strerror}" if isinstance(error, OSError) else str(error)
