"""Preparing many messages in parallel processes, in order and in bounded memory."""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime

from archive.importing.formats.source import FoundMessage
from archive.lists.declared import declared_list
from archive.mail.message import parse_message
from archive.store.compression import Compressor
from archive.store.preparation import PreparedMessage, cut_digest, prepare
from archive.store.sorting import sort_past_mail

CHUNK_MESSAGES = 200
CHUNK_BYTES = 1 << 20
SERIAL_BELOW = 400
"""Fewer messages than this are done before processes would have started."""

Chunk = list[FoundMessage]


class _Process:
    """What one preparing process works with, set when it starts."""

    list_address: str | None = None
    split = False
    compressor = Compressor()
    dictionary_id: int | None = None


def prepare_all(
    found: Iterable[FoundMessage],
    jobs: int,
    list_address: str | None,
    dictionary_id: int | None,
    dictionary: bytes | None,
    *,
    split: bool = False,
) -> Iterator[PreparedMessage]:
    """Every message prepared, in the order given.

    jobs: number of processes; 1 prepares in this one. split: a message
    belongs to the list that it declares, and to ``list_address`` only without one.
    """
    chunks = _chunks(found)
    first: list[Chunk] = []
    waiting = 0
    for chunk in chunks:
        first.append(chunk)
        waiting += len(chunk)
        if waiting >= SERIAL_BELOW:
            break
    if jobs <= 1 or waiting < SERIAL_BELOW:
        _initialise(list_address, split, dictionary_id, dictionary)
        for chunk in _then(first, chunks):
            yield from _prepare_chunk(chunk)
        return
    # A fresh interpreter: forking would copy the index's threads in mid-step.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        jobs,
        mp_context=context,
        initializer=_start_process,
        initargs=(list_address, split, dictionary_id, dictionary),
    ) as pool:
        running: deque[Future[list[PreparedMessage]]] = deque()
        for chunk in _then(first, chunks):
            running.append(pool.submit(_prepare_chunk, chunk))
            if len(running) > 2 * jobs + 1:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()


def collect_rarely() -> None:
    """Make the garbage collector look less often, in a process that does nothing but import.

    An import makes millions of objects that live briefly in no cycles; looking
    through them takes a tenth of its time.
    """
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


def _start_process(
    list_address: str | None, split: bool, dictionary_id: int | None, dictionary: bytes | None
) -> None:
    # An interrupt is the importing process's to answer: it ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_rarely()
    _initialise(list_address, split, dictionary_id, dictionary)


def _initialise(
    list_address: str | None, split: bool, dictionary_id: int | None, dictionary: bytes | None
) -> None:
    _Process.list_address = list_address
    _Process.split = split
    _Process.compressor = Compressor(dictionary)
    _Process.dictionary_id = dictionary_id


def _prepare_chunk(chunk: Chunk) -> list[PreparedMessage]:
    now = datetime.now(UTC)
    return [_prepare_one(one, now) for one in chunk]


def _prepare_one(one: FoundMessage, now: datetime) -> PreparedMessage:
    address = _Process.list_address
    parsed = parse_message(one.raw)
    if _Process.split:
        address = declared_list(parsed.headers) or address
    prepared = prepare(
        one.raw,
        _Process.compressor,
        _Process.dictionary_id,
        arrival=now,
        list_address=address,
        envelope_date=one.envelope_date,
        where=one.where,
        parsed=parsed,
    )
    prepared.aside = sort_past_mail(one.raw, parsed, address)
    if prepared.aside is not None:
        cut_digest(one.raw, prepared, _Process.compressor, list_address=address)
    prepared.list_address = address
    return prepared


def _chunks(found: Iterable[FoundMessage]) -> Iterator[Chunk]:
    chunk: Chunk = []
    size = 0
    for one in found:
        chunk.append(one)
        size += len(one.raw)
        if len(chunk) >= CHUNK_MESSAGES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _then(first: list[Chunk], rest: Iterator[Chunk]) -> Iterator[Chunk]:
    while first:
        yield first.pop(0)
    yield from rest
