"""The forms of past mail that are known: how each is recognised, and what reads it.

A new form is one module and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archive.importing.formats.folders import entries
from archive.importing.formats.maildir import is_maildir, read_maildir
from archive.importing.formats.mbox import Dialect, is_mbox, read_mbox
from archive.importing.formats.mh import is_mh, read_mh
from archive.importing.formats.mmdf import is_mmdf, read_mmdf
from archive.importing.formats.pipermail import (
    is_pipermail,
    is_pipermail_text,
    is_shown_again,
    read_pipermail,
)
from archive.importing.formats.public_inbox import is_public_inbox, read_public_inbox
from archive.importing.formats.single import is_message, read_message
from archive.importing.formats.source import Found, PassedOver, Place
from archive.importing.formats.stream import HEAD_BYTES, SourceStream
from archive.importing.formats.yahoo_groups import (
    is_yahoo_group,
    is_yahoo_json,
    read_yahoo_group,
    read_yahoo_json,
)

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class FileForm:
    """A form that one file has.

    recognises: from the beginning of the file and its name. read: from the
    stream, what to call it, and the largest size of a message in bytes.
    """

    name: str
    recognises: Callable[[bytes, str], bool]
    read: Callable[[SourceStream, str, int], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class FolderForm:
    """A form that a folder has; what it yields as a ``Place`` is read by itself afterwards."""

    name: str
    recognises: Callable[[Path], bool]
    read: Callable[[Place, int], Iterator[Found | Place]]


def _read_single(stream: SourceStream, name: str, max_bytes: int) -> Iterator[Found]:
    yield read_message(stream, name, max_bytes)


def _read_any_folder(folder: Place, _max_bytes: int) -> Iterator[Found | Place]:
    found = list(entries(folder))
    names = {one.path.name for one in found if isinstance(one, Place)}
    for one in found:
        yield PassedOver(one.name) if isinstance(one, Place) and _is_beside(one, names) else one


def _is_beside(place: Place, siblings: set[str]) -> bool:
    """It lies beside mail without being mail, or shows the same mail once more."""
    suffix = place.path.suffix.lower()
    if suffix in COMPANIONS:
        return True
    if suffix == ".json" and place.path.is_file():
        with place.path.open("rb") as plain:
            return not is_yahoo_json(plain.read(HEAD_BYTES), place.name)
    return f"{place.path.name}.mbox" in siblings and is_shown_again(place.path, siblings)


def _by_name_only(_head: bytes, _name: str) -> bool:
    """For forms that look like a more general one."""
    return False


COMPANIONS = frozenset(
    ".html .htm .css .js .xml .csv .yaml .yml .md .py .png .gif .jpg .jpeg .ico .svg .pdf "
    ".pck .pickle .db .sqlite .sqlite3 .idx .index .msf .log .lock .cdx .sha256 .md5".split()
)
"""Suffixes of what lies beside mail without being mail."""

FILE_FORMS = (
    FileForm("mbox", is_mbox, read_mbox),
    FileForm("mmdf", is_mmdf, read_mmdf),
    *(
        FileForm(dialect.value, _by_name_only, partial(read_mbox, dialect=dialect))
        for dialect in Dialect
        if dialect is not Dialect.ANY
    ),
    FileForm("pipermail", is_pipermail_text, read_mbox),
    FileForm("yahoo-groups", is_yahoo_json, read_yahoo_json),
    FileForm("eml", is_message, _read_single),
)
FOLDER_FORMS = (
    FolderForm("public-inbox", is_public_inbox, read_public_inbox),
    FolderForm("maildir", is_maildir, read_maildir),
    FolderForm("pipermail", is_pipermail, read_pipermail),
    FolderForm("yahoo-groups", is_yahoo_group, read_yahoo_group),
    FolderForm("mh", is_mh, read_mh),
)
ANY_FOLDER = FolderForm("folder", lambda _folder: True, _read_any_folder)

_NAMED = [*(form.name for form in FILE_FORMS), *(form.name for form in FOLDER_FORMS)]
NAMES = tuple(dict.fromkeys([AUTO, *_NAMED]))
