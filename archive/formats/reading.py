"""Reading a source of past mail, whatever its form: a file, a folder or standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from archive.errors import RefusedError
from archive.formats.registry import (
    ANY_FOLDER,
    AUTO,
    FILE_FORMS,
    FOLDER_FORMS,
    FileForm,
    FolderForm,
)
from archive.formats.source import Found, PassedOver, Place, Refusal, open_source
from archive.formats.stream import DECOMPRESSION_ERRORS, Readable, SourceStream, decompressed

STANDARD_INPUT = Path("-")
SHOWN_STANDARD_INPUT = "standard input"


class SourceReader:
    """Reads sources; what cannot be taken is a ``Refusal`` that names it.

    form: a name of ``registry.NAMES``; ``auto`` looks at each file and folder.
    max_bytes: larger messages are refused, in bounded memory.
    """

    def __init__(self, form: str, max_bytes: int) -> None:
        self.form = form
        self.max_bytes = max_bytes

    def read(self, path: Path) -> Iterator[Found]:
        """Everything that lies under ``path``; ``-`` is standard input."""
        if path == STANDARD_INPUT:
            yield from self._read_standard_input()
            return
        waiting = [Place(path, str(path))]
        anything = False
        while waiting:
            place = waiting.pop()
            inner: list[Place] = []
            try:
                for one in self._read_place(place):
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
            yield Refusal(str(path), "a folder without mail")

    def _read_standard_input(self) -> Iterator[Found]:
        try:
            stream = decompressed(SourceStream(cast(Readable, sys.stdin.buffer)))
            yield from self._read_stream(stream, SHOWN_STANDARD_INPUT)
        except (RefusedError, *DECOMPRESSION_ERRORS) as error:
            yield Refusal(SHOWN_STANDARD_INPUT, str(error))

    def _read_place(self, place: Place) -> Iterator[Found | Place]:
        if place.path.is_dir():
            form = self._folder_form(place)
            yield from form.read(place, self.max_bytes)
            return
        with open_source(place.path) as stream:
            yield from self._read_stream(stream, place.name)

    def _read_stream(self, stream: SourceStream, name: str) -> Iterator[Found]:
        try:
            head = stream.head()
        except DECOMPRESSION_ERRORS as error:
            raise RefusedError(f"cannot be read: {error}") from None
        if not head:
            raise RefusedError("the file is empty")
        yield from self._file_form(head, name).read(stream, name, self.max_bytes)

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
