"""Exports of Yahoo! Groups: the folders of yahoo-group-archiver, and JSON files and lines.

A group's folder holds ``email/N_raw.json`` (the message as sent),
``email/N.json`` (as its page showed it) and ``topics/N.json`` (a whole topic
as pages); attachments lie beside them. Of every message the best that is
there is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from archive.errors import RefusedError
from archive.importing.formats.folders import entries
from archive.importing.formats.source import (
    Found,
    FoundMessage,
    PassedOver,
    Place,
    Refusal,
    envelope_stamp,
    open_source,
)
from archive.importing.formats.stream import DECOMPRESSION_ERRORS, SourceStream
from archive.importing.formats.yahoo_record import (
    File,
    Record,
    built,
    made_up_id,
    mended,
    whole_number,
)

MAX_JSON_BYTES = 64 << 20
_NAME = re.compile(r"(\d{1,9})(_raw)?\.json")
_MARK = re.compile(rb'"(?:rawEmail|messageBody|msgId)"')
_FOLDERS = ("email", "topics")
_SANITISED = re.compile(r"[^a-z0-9-]+")


def is_yahoo_json(head: bytes, _name: str) -> bool:
    """It begins as JSON with fields of Yahoo's messages."""
    return head.lstrip()[:1] in (b"{", b"[") and _MARK.search(head) is not None


def is_yahoo_group(folder: Path) -> bool:
    """It holds numbered JSON files of messages or topics."""
    return _is_part(folder) or any(_numbered(folder / name) for name in _FOLDERS)


def _is_part(folder: Path) -> bool:
    """It is one of the two folders itself."""
    return folder.name in _FOLDERS and _numbered(folder)


def read_yahoo_group(folder: Place, max_bytes: int) -> Iterator[Found]:
    """The messages of a group by number; what else the group had is passed over."""
    if _is_part(folder.path):
        whole = Place(folder.path.absolute().parent, folder.name.rpartition("/")[0] or ".")
        group = _Group(whole, max_bytes)
        yield from group.list_files(folder)
        yield from group.read()
        return
    group = _Group(folder, max_bytes)
    for one in entries(folder):
        if isinstance(one, Place) and one.path.name in _FOLDERS and one.path.is_dir():
            yield from group.list_files(one)
        elif isinstance(one, Place):
            yield PassedOver(one.name)
        else:
            yield one
    yield from group.read()


def read_yahoo_json(stream: SourceStream, name: str, max_bytes: int) -> Iterator[Found]:
    """One message, a topic, or a line of JSON for each, as MongoDB exports them."""
    group = _group_name(Path(name).name.partition(".")[0])
    buffer = stream.read(MAX_JSON_BYTES)
    first, _, rest = buffer.partition(b"\n")
    by_line = bool(rest.strip()) and _parsed(first) is not None
    if by_line:
        yield from _read_lines(buffer, stream, name, group, max_bytes)
        return
    if len(buffer) >= MAX_JSON_BYTES:
        raise RefusedError(f"a JSON file of more than {MAX_JSON_BYTES} bytes")
    records = _records(_parsed(buffer), group)
    if not records:
        raise RefusedError("not JSON of Yahoo! Groups")
    for record in records:
        yield _message(record, _root_id(record), name, max_bytes, shown=record.body)


class _Group:
    """What a group's folder holds of each message."""

    def __init__(self, folder: Place, max_bytes: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self.name = _group_name(folder.path.absolute().name)
        self._raw: dict[int, Place] = {}
        self._page: dict[int, Place] = {}
        self._topics: dict[int, Place] = {}
        self._ids: dict[int, str] = {}

    def list_files(self, folder: Place) -> Iterator[Found]:
        """Note the numbered files of one of the two folders."""
        for one in entries(folder):
            match = _NAME.fullmatch(one.path.name) if isinstance(one, Place) else None
            if not isinstance(one, Place):
                yield one
            elif match is None:
                yield PassedOver(one.name)
            elif folder.path.name == "topics":
                self._topics[int(match[1])] = one
            else:
                (self._raw if match[2] else self._page)[int(match[1])] = one

    def read(self) -> Iterator[Found]:
        """Every message once: as sent, else as its page, else as its topic's page."""
        for number in sorted({*self._raw, *self._page}):
            yield self._read_one(number)
        for topic in sorted(self._topics):
            place = self._topics[topic]
            try:
                records = _records(_load(place), self.name)
            except RefusedError as error:
                yield Refusal(place.name, str(error))
                continue
            for record in records:
                if record.number not in self._raw and record.number not in self._page:
                    yield self._made(record, place)

    def _read_one(self, number: int) -> Found:
        reason = "no message in it"
        for files in (self._raw, self._page):
            place = files.get(number)
            if place is None:
                continue
            try:
                records = _records(_load(place), self.name)
            except RefusedError as error:
                reason = str(error)
                continue
            if records and (records[0].raw or records[0].body):
                return self._made(records[0], place)
        place = self._raw.get(number) or self._page[number]
        return Refusal(place.name, reason)

    def _made(self, record: Record, place: Place) -> Found:
        shown = record.body
        page = self._page.get(record.number or -1)
        if record.raw and not shown and page is not None:
            try:
                shown = next((one.body for one in _records(_load(page), self.name)), "")
            except RefusedError:
                shown = ""
        root, files = self._root_id(record), self._files(record)
        return _message(record, root, place.name, self.max_bytes, shown=shown, files=files)

    def _root_id(self, record: Record) -> str | None:
        """The Message-ID of the first message of a record's topic; None for that one itself."""
        topic = record.topic
        if topic is None or topic == record.number:
            return None
        if topic not in self._ids:
            self._ids[topic] = made_up_id(self.name, topic)
            place = self._raw.get(topic)
            if place is not None:
                try:
                    for root in _records(_load(place), self.name):
                        self._ids[topic] = root.message_id()
                except RefusedError:
                    pass
        return self._ids[topic]

    def _files(self, record: Record) -> list[File]:
        """The attachments that lie beside a message, as far as they were downloaded."""
        found: list[File] = []
        room = self.max_bytes
        for parent in _FOLDERS:
            folder = self.folder.child(parent).child(f"{record.number}_attachments")
            if not folder.path.is_dir():
                continue
            for one in entries(folder):
                if isinstance(one, Place) and one.path.is_file():
                    size = one.path.stat().st_size
                    if 0 < size <= room:
                        room -= size * 4 // 3
                        found.append((_original_name(one.path.name, record), _bytes(one, size)))
            if found:
                break
        return found


def _message(
    record: Record,
    root: str | None,
    where: str,
    max_bytes: int,
    *,
    shown: str = "",
    files: Sequence[File] = (),
) -> Found:
    place = where if record.number is None else f"{where}: message {record.number}"
    if not (record.raw or record.body):
        # A number that Yahoo had no message for any more.
        return PassedOver(place)
    raw = (
        mended(record, root, shown, files or []) if record.raw else built(record, root, files or [])
    )
    if len(raw) > max_bytes:
        return Refusal(place, f"larger than {max_bytes} bytes")
    return FoundMessage(place, raw, envelope_stamp(record.posted) if record.posted else None)


def _read_lines(
    buffer: bytes, stream: SourceStream, name: str, group: str, max_bytes: int
) -> Iterator[Found]:
    """Topics are told by the message before each in its topic; lines come in their order."""
    roots: dict[int, int] = {}
    ids: dict[int, str] = {}
    number = 0
    for line in _lines(buffer, stream):
        number += 1
        if not line.strip():
            continue
        records = _records(_parsed(line), group)
        if not records:
            yield Refusal(f"{name}: line {number}", "not JSON of Yahoo! Groups")
            continue
        for record in records:
            before = whole_number(record.fields.get("prevInTopic")) or record.topic
            own = record.number or 0
            roots[own] = roots.get(before, before) if before else own
            ids[own] = record.message_id()
            root = roots[own]
            known = None if root == own else ids.get(root, made_up_id(group, root))
            yield _message(record, known, name, max_bytes, shown=record.body)


def _lines(buffer: bytes, stream: SourceStream) -> Iterator[bytes]:
    try:
        while True:
            *whole, buffer = buffer.split(b"\n")
            yield from whole
            piece = stream.read1(1 << 20)
            if not piece:
                break
            if len(buffer) > MAX_JSON_BYTES:
                raise RefusedError(f"a line of more than {MAX_JSON_BYTES} bytes")
            buffer += piece
    except DECOMPRESSION_ERRORS as error:
        raise RefusedError(f"cannot read on: {error}") from None
    yield buffer


def _root_id(record: Record) -> str | None:
    topic = record.topic
    return None if topic is None or topic == record.number else made_up_id(record.group, topic)


def _records(value: Any, group: str) -> list[Record]:
    """The messages of a JSON document: one, a topic's, or a list of them."""
    if isinstance(value, dict) and isinstance(value.get("ygData"), dict):
        value = value["ygData"]
    if isinstance(value, dict):
        inner = value.get("messages")
        value = inner if isinstance(inner, list) else [value]
    if not isinstance(value, list):
        return []
    records = [Record(group, one) for one in value if isinstance(one, dict)]
    return [record for record in records if record.number is not None]


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _load(place: Place) -> Any:
    """A JSON file. Raises ``RefusedError`` when it is none."""
    try:
        with open_source(place.path) as stream:
            text = stream.read(MAX_JSON_BYTES)
    except DECOMPRESSION_ERRORS as error:
        raise RefusedError(f"cannot be read: {error}") from None
    value = _parsed(text)
    if value is None:
        raise RefusedError("not JSON")
    return value


def _bytes(place: Place, size: int) -> bytes:
    with place.path.open("rb") as plain:
        return plain.read(size)


def _numbered(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    names = (entry.name for entry in islice(folder.iterdir(), 10_000))
    return any(_NAME.fullmatch(name) for name in names)


def _group_name(written: str) -> str:
    return _SANITISED.sub("-", written.lower().replace("_", "-")).strip("-")[:100] or "group"


def _original_name(stored: str, record: Record) -> str:
    """An attachment's own name; on disk the file's number and a hyphen stand before it."""
    number, hyphen, name = stored.partition("-")
    stated = record.fields.get("attachmentsInfo")
    for one in stated if isinstance(stated, list) else []:
        if isinstance(one, dict) and str(one.get("fileId")) == number:
            return str(one.get("filename") or name)
    return name if hyphen and number.isdigit() else stored
