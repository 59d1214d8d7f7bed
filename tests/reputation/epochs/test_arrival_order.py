"""The same mail makes the same archive, whatever order and whichever door it came by."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import select

from archive import migration
from archive.database import Database
from archive.importing.formats.mbox import read_mbox, write_mbox
from archive.importing.formats.source import FoundMessage, open_source
from archive.importing.importer import Importer
from archive.lists.registry import add_list
from archive.mail.message import parse_message
from archive.search.audiences import AudienceIndexes
from archive.settings import Settings
from archive.store.store import Incoming, Store
from archive.tables import Address, AddressName, Message, Person, Thread
from archive.upkeep.verify import verify
from reputation.corpus.reader import CorpusReader
from reputation.epochs.scorer import Scorer
from reputation.epochs.view import load_view
from reputation.evidence.ledger import Kind
from reputation.tables import Evidence, Score, ThreadTopic, Topic, TopicTerm
from tests.paths import SAMPLE_MBOX

LIST = "mandiri@milis.example"

Facts = dict[str, object]


def letters(path: Path, count: int) -> list[bytes]:
    """What people wrote: of what programs wrote, an import keeps more than a door."""
    with open_source(path) as stream:
        found = islice(read_mbox(stream, "mail", 10_000_000), count)
        raws = [one.raw for one in found if isinstance(one, FoundMessage)]
    return [raw for raw in raws if parse_message(raw).automation is None]


def by_import(store: Store, raws: Sequence[bytes]) -> None:
    box = store.settings.data_dir / "part.mbox"
    with box.open("wb") as out:
        write_mbox(((raw, datetime(2024, 1, 1, tzinfo=UTC)) for raw in raws), out)
    Importer(store.database, store.settings, LIST, jobs=1).run([box])


def by_smtp(store: Store, raws: Sequence[bytes]) -> None:
    with store.database.transaction() as session:
        list_id = add_list(session, LIST).id
    now = datetime.now(UTC)
    for start in range(0, len(raws), 25):
        part = raws[start : start + 25]
        store.keep([Incoming(raw, list_id, "smtp", now) for raw in part])


def half_by_each(store: Store, raws: Sequence[bytes]) -> None:
    mixed = list(raws)
    random.Random(4).shuffle(mixed)
    half = len(mixed) // 2
    by_smtp(store, mixed[: half // 2])
    by_import(store, mixed[half:])
    by_smtp(store, mixed[half // 2 : half])


def shuffled(store: Store, raws: Sequence[bytes]) -> None:
    mixed = list(raws)
    random.Random(5).shuffle(mixed)
    for start in range(0, len(mixed), len(mixed) // 3 + 1):
        by_import(store, mixed[start : start + len(mixed) // 3 + 1])


def archive_of(
    folder: Path, fill: Callable[[Store, Sequence[bytes]], None], raws: list[bytes]
) -> Facts:
    folder.mkdir()
    settings = Settings(data_dir=folder)
    database = Database(settings.database_url)
    migration.upgrade(database.engine)
    store = Store(database, settings)
    fill(store, raws)
    Scorer(database, CorpusReader(database, settings.terms_folder)).run(full=True)
    assert verify(store, AudienceIndexes(settings.index_folder, store.parsed)).faults == ()
    facts = facts_of(store)
    database.close()
    return facts


def facts_of(store: Store) -> Facts:
    """Everything derived, with digests, address keys and slugs in the place of ids."""
    view = load_view(store.database, CorpusReader(store.database, store.settings.terms_folder))
    ledger, message = view.ledger, view.corpus.posts.message[view.ledger.row].tolist()
    with store.database.session() as session:
        digest = {one.id: one.digest.hex() for one in session.scalars(select(Message))}
        members: dict[int | None, list[str]] = defaultdict(list)
        parents = {}
        for one in session.scalars(select(Message)):
            members[one.thread_id].append(digest[one.id])
            above = None if one.parent_id is None else digest[one.parent_id]
            parents[digest[one.id]] = above, one.parent_source, one.date, one.automation
        keys: dict[int, list[str]] = defaultdict(list)
        addresses = {one.id: one for one in session.scalars(select(Address))}
        for address in addresses.values():
            keys[address.person_id].append(address.key)
        person = {number: tuple(sorted(one)) for number, one in keys.items()}
        slug = {one.id: one.slug for one in session.scalars(select(Topic))}
        first = {thread: min(one) for thread, one in members.items()}
        return {
            "parents": parents,
            "threads": {
                (tuple(sorted(members[one.id])), one.subject, one.first, one.last, one.people)
                for one in session.scalars(select(Thread))
            },
            "people": {
                (person[one.id], one.name)
                for one in session.scalars(select(Person))
                if one.id in person
            },
            "names": {
                (addresses[one.address_id].key, one.name, one.uses, one.first, one.last)
                for one in session.scalars(select(AddressName))
            },
            "terms": {
                (slug[one.topic_id], one.term, round(one.weight, 4))
                for one in session.scalars(select(TopicTerm))
            },
            "topics": {
                (first[one.thread_id], slug[one.topic_id], round(one.theta, 4))
                for one in session.scalars(select(ThreadTopic))
            },
            "evidence": {
                (
                    *(digest[post], person[who], person[asker]),
                    *(Kind(kind).word, round(weight, 6), round(endorsement, 6), thanked),
                )
                for post, who, asker, kind, weight, endorsement, thanked in zip(
                    *(message, ledger.people[ledger.person].tolist()),
                    *(ledger.people[ledger.asker].tolist(), ledger.kind.tolist()),
                    *(ledger.weight().tolist(), ledger.endorsement().tolist()),
                    ledger.thanked().tolist(),
                    strict=True,
                )
            },
            "thanked": {
                (digest[one.message_id], person[one.person_id], one.thanked)
                for one in session.scalars(select(Evidence))
            },
            "scores": {
                (
                    *(slug[one.topic_id], person[one.person_id], one.rank, one.level),
                    *(round(value, 3) for value in (one.score, one.low, one.high)),
                )
                for one in session.scalars(select(Score))
            },
        }


@pytest.mark.parametrize(
    ("corpus", "count"),
    [(None, 500), pytest.param("r-sig-geo.mbox.xz", 800, marks=pytest.mark.corpus)],
)
def test_order_and_door_change_neither_threads_nor_people_nor_scores(
    tmp_path: Path, corpus: str | None, count: int, request: pytest.FixtureRequest
) -> None:
    source = SAMPLE_MBOX
    if corpus is not None:
        source = request.getfixturevalue("shared_data") / "corpora" / corpus
    raws = letters(source, count)

    forward = archive_of(tmp_path / "forward", by_import, raws)

    assert forward["scores"]
    assert archive_of(tmp_path / "reverse", by_import, raws[::-1]) == forward
    assert archive_of(tmp_path / "shuffled", shuffled, raws) == forward
    assert archive_of(tmp_path / "mixed", half_by_each, raws) == forward
