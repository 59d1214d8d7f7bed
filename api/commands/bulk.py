"""Many rankings or matches at once, for experiments: TREC runs and lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.commands.environment import say
from api.commands.trec import RUN_NAME, field, person_keys, run_lines
from api.context import Context
from archive.errors import RefusedError, UsageError
from archive.importing.formats.mbox import read_mbox
from archive.importing.formats.source import FoundMessage, open_source
from archive.lists.registry import find_list
from archive.mail.message import parse_message
from archive.people.identity import address_key
from archive.tables import Address
from reputation.topics.synonyms import synonyms_in

ONE_SECOND = timedelta(seconds=1)


class MatchFormat(StrEnum):
    """Output formats of many matches."""

    TREC = "trec"
    JSONL = "jsonl"


def rank_queries(
    opened: Context, file: Path, list_address: str | None, as_of: datetime | None, limit: int
) -> None:
    """Rank every query of a file with lines ``id<TAB>text``; print a TREC run.

    Raises ``UsageError``, which names the first malformed line.
    """
    view = opened.view()
    with opened.database.session() as session:
        keys = person_keys(session)
        list_id = _list_id(session, list_address)
    for identifier, text in _queries(file):
        with opened.database.session() as session:
            synonyms = synonyms_in(session, text)
        ranking = view.text_ranking(text, list_id=list_id, as_of=as_of, synonyms=synonyms)
        items = [(keys[one.person], one.score) for one in ranking.items[:limit]]
        for line in run_lines(identifier, items, RUN_NAME):
            say(line)


def match_mbox(
    opened: Context,
    file: Path,
    form: MatchFormat,
    list_address: str | None,
    as_of: datetime | None,
    *,
    each: bool,
    limit: int,
) -> None:
    """Match every message of an mbox; with ``each``, each one as of its own date."""
    view = opened.view()
    with opened.database.session() as session:
        keys = person_keys(session)
        people = {row.key: row.person_id for row in session.scalars(select(Address))}
        list_id = _list_id(session, list_address)
    for found in _messages(file, opened.settings.max_message_bytes):
        parsed = parse_message(found.raw)
        if parsed.message_id is None:
            continue
        asker = people.get(
            address_key(parsed.author.email, parsed.author.name, parsed.author.written)
        )
        # Stop one second earlier, so that the message itself is not known yet.
        moment = parsed.date - ONE_SECOND if each and parsed.date else as_of
        result = view.match(
            parsed.subject,
            parsed.own_text or parsed.text,
            list_id=list_id,
            as_of=moment,
            limit=limit,
            asker=asker,
        )
        if form is MatchFormat.TREC:
            items = [(keys[one.person], one.score) for one in result.experts]
            for line in run_lines(field(parsed.message_id), items, RUN_NAME):
                say(line)
        else:
            lines = [
                {"person": keys[one.person], "rank": one.rank, "score": one.score}
                for one in result.experts
            ]
            answer = {
                "message_id": parsed.message_id,
                "method": result.method,
                "items": lines,
            }
            say(json.dumps(answer, ensure_ascii=False))


def _list_id(session: Session, list_address: str | None) -> int | None:
    if list_address is None:
        return None
    return find_list(session, list_address).id


def _queries(file: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        identifier, tab, text = line.partition("\t")
        if not tab or not identifier.strip() or " " in identifier.strip() or not text.strip():
            raise UsageError(f"{file}, line {number}: not id<TAB>text")
        yield identifier.strip(), text.strip()


def _messages(file: Path, max_bytes: int) -> Iterator[FoundMessage]:
    try:
        with open_source(file) as stream:
            for found in read_mbox(stream, str(file), max_bytes):
                if isinstance(found, FoundMessage):
                    yield found
    except RefusedError as error:
        raise UsageError(f"{file}: {error}") from None
