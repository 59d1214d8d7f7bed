"""Reading an old store again: it becomes what a fresh import makes, whatever interrupts it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from api.service.current_view import CurrentView
from api.service.worker import Worker
from archive import migration
from archive.database import Database
from archive.mail.message import READER_VERSION
from archive.people.forgetting import forget_silent_addresses
from archive.search.audiences import AudienceIndexes
from archive.search.searcher import Searcher
from archive.settings import Settings
from archive.store.preparation import FROM_DIGEST
from archive.store.store import Store
from archive.tables import (
    Address,
    AddressName,
    Attachment,
    Message,
    OwnText,
    Person,
    RawMessage,
    Reference,
)
from archive.upkeep import reread as rereading
from archive.upkeep.reread import DAMAGED, Rereading
from archive.upkeep.verify import verify
from reputation.corpus.reader import CorpusReader
from reputation.corpus.traits import forget_traits
from reputation.epochs.scorer import Scorer
from reputation.epochs.view import load_view
from reputation.outdated import outdate
from tests.archive.messages import mail
from tests.paths import SAMPLE_MBOX
from tests.reputation.epochs.test_arrival_order import by_import, by_smtp, facts_of, letters

OTHER = mail("later@example.org", subject="mikrotik baru", text="Router mikrotik putus terus.")


@pytest.fixture(scope="module")
def raws() -> list[bytes]:
    return letters(SAMPLE_MBOX, 160)


@pytest.fixture
def store(database: Database, settings: Settings, raws: list[bytes]) -> Store:
    """A populated store as an older reader would have left it: everything read wrongly."""
    store = Store(database, settings)
    by_smtp(store, raws)
    spoil(store)
    return store


def spoil(store: Store) -> None:
    """Make what was read of every message wrong, as consistently as an old reader would."""
    with store.database.transaction() as session:
        session.execute(delete(AddressName))
        session.execute(delete(Reference).where(Reference.message_id % 3 == 0))
        session.execute(delete(Attachment))
        # As the store does: ids are given out by hand.
        person = (session.scalar(select(func.max(Person.id))) or 0) + 1
        address = (session.scalar(select(func.max(Address.id))) or 0) + 1
        session.execute(insert(Person).values(id=person, name="Old Reader", hidden=False))
        session.execute(
            insert(Address).values(
                id=address, key="old@example.org", person_id=person, own_person_id=person
            )
        )
        session.execute(
            update(Message).values(
                subject="old reading",
                base_subject=func.substr(Message.base_subject, 1, 3),
                is_reply=False,
                parent_reference=None,
                quote_marks=None,
                time_zone=None,
                mail_program=None,
                signature_mark=None,
                automation=None,
                author_name="Old Reader",
                date=datetime(2020, 1, 1, tzinfo=UTC),
                date_source="received",
                defects="old-defect",
                reader_version=READER_VERSION - 1,
            )
        )
        session.execute(update(Message).where(Message.id % 4 == 0).values(address_id=address))
        session.execute(update(OwnText).values(text="> kutipan lama " + OwnText.text))
    store.settle(full=True)


def reading(store: Store, *, finish: Callable[..., None] = outdate) -> Rereading:
    return Rereading(store, forget=forget_traits, finish=finish)


def rank(store: Store) -> Scorer:
    scorer = Scorer(store.database, CorpusReader(store.database, store.settings.terms_folder))
    scorer.run(full=True)
    return scorer


@contextmanager
def fresh_store(folder: Path, raws: Sequence[bytes]) -> Iterator[Store]:
    settings = Settings(data_dir=folder)
    folder.mkdir()
    database = Database(settings.database_url)
    migration.upgrade(database.engine)
    store = Store(database, settings)
    by_smtp(store, raws)
    yield store
    database.close()


def rows_of(store: Store) -> dict[str, object]:
    """What was read of each message, by digest."""
    with store.database.session() as session:
        digest = {one.id: bytes(one.digest) for one in session.scalars(select(Message))}
        key = {one.id: one.key for one in session.scalars(select(Address))}
        columns = [
            column.name
            for column in Message.__table__.c
            if column.name not in ("id", "address_id", "thread_id", "parent_id")
        ]
        return {
            "messages": {
                digest[one.id]: (
                    key[one.address_id],
                    *(getattr(one, name) for name in columns),
                )
                for one in session.scalars(select(Message))
            },
            "texts": {
                digest[m]: t for m, t in session.execute(select(OwnText.message_id, OwnText.text))
            },
            "references": {
                (digest[one.message_id], one.position, one.target)
                for one in session.scalars(select(Reference))
            },
            "attachments": {
                (digest[one.message_id], one.position, one.filename, one.digest)
                for one in session.scalars(select(Attachment))
            },
        }


def is_read_by_older(session: Session) -> bool:
    return session.scalar(select(exists().where(Message.read_before(READER_VERSION)))) is True


def hits(store: Store, indexes: AudienceIndexes, query: str) -> set[bytes]:
    with store.database.session() as session:
        digest = {one.id: bytes(one.digest) for one in session.scalars(select(Message))}
    found = Searcher(indexes, store.database).search(query, limit=100)
    return {digest[one.message] for one in found.hits}


def ranking(store: Store) -> list[tuple[str, float, int]]:
    """Who is recognised, by name, from what the store holds now."""
    reader = CorpusReader(store.database, store.settings.terms_folder)
    view = load_view(store.database, reader)
    with store.database.session() as session:
        names = {one.id: one.name for one in session.scalars(select(Person))}
    lines = view.text_ranking("jaringan mikrotik router wifi vpn").items
    return [(names[one.person], round(one.score, 4), one.posts) for one in lines]


def worker_of(store: Store, indexes: AudienceIndexes) -> Worker:
    reader = CorpusReader(store.database, store.settings.terms_folder)
    current = CurrentView(lambda: load_view(store.database, reader))
    return Worker(store, indexes, Scorer(store.database, reader), current)


def follow(store: Store, indexes: AudienceIndexes) -> None:
    with store.database.session() as session:
        indexes.public.follow(session)


def test_a_store_read_again_by_the_worker_is_what_a_fresh_import_makes(
    store: Store, raws: list[bytes], tmp_path: Path
) -> None:
    indexes = AudienceIndexes(store.settings.index_folder, store.parsed)
    follow(store, indexes)
    rank(store)

    worker = worker_of(store, indexes)
    while worker.take_steps() == 0:
        pass
    worker.take_steps()
    rank(store)

    with fresh_store(tmp_path / "fresh", raws) as fresh:
        fresh_indexes = AudienceIndexes(fresh.settings.index_folder, fresh.parsed)
        follow(fresh, fresh_indexes)
        rank(fresh)
        assert rows_of(store) == rows_of(fresh)
        now, expected = facts_of(store), facts_of(fresh)
        # Topics stay those that were suggested before, as they do when mail comes.
        for what in ("parents", "threads", "people", "names", "evidence", "thanked"):
            assert now[what] == expected[what]
        assert ranking(store) == ranking(fresh) != []
        assert hits(store, indexes, "mikrotik") == hits(fresh, fresh_indexes, "mikrotik") != set()
    with store.database.session() as session:
        assert not indexes.public.differences(session)
        assert session.scalar(select(Address.id).where(Address.key == "old@example.org")) is None
    assert verify(store, indexes).faults == ()


def test_reading_again_goes_on_where_it_was_interrupted_while_mail_comes(
    store: Store, raws: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rereading, "BATCH", 60)
    indexes = AudienceIndexes(store.settings.index_folder, store.parsed)
    scorer = rank(store)
    first = reading(store)
    assert first.run(seconds=0) == 60
    with store.database.session() as session:
        assert is_read_by_older(session)
        assert not scorer.is_stale(session)
    follow(store, indexes)

    def power_fails(session: Session, messages: Sequence[int]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Rereading(store, forget=power_fails, finish=outdate).run()
    by_import(store, [OTHER])

    assert reading(store).run() == len(raws) - 60
    assert reading(store).run() == first.run() == 0
    with store.database.session() as session:
        assert not is_read_by_older(session)
        assert scorer.is_stale(session)
        forget_silent_addresses(session)
        follow(store, indexes)
        assert not indexes.public.differences(session)
    with fresh_store(tmp_path / "fresh", raws) as fresh:
        by_import(fresh, [OTHER])
        assert rows_of(store) == rows_of(fresh)
        rank(fresh)
        scorer.run()
        assert facts_of(store)["threads"] == facts_of(fresh)["threads"]
        assert ranking(store) == ranking(fresh)
    assert verify(store, indexes).faults == ()


def test_whoever_reads_the_store_meanwhile_sees_all_of_it_as_it_was(store: Store) -> None:
    def seen(session: Session) -> list[object]:
        texts = select(Message.subject, OwnText.text, Message.thread_id, Address.key)
        joined = texts.join(OwnText, OwnText.message_id == Message.id).join(Address)
        return [tuple(row) for row in session.execute(joined.order_by(Message.id))]

    with store.database.session() as session:
        before = seen(session)
        reading(store).run()
        assert seen(session) == before
    with store.database.session() as session:
        assert seen(session) != before


def test_damaged_bytes_are_told_once_and_leave_the_message_as_it_was_read(
    store: Store, raws: list[bytes]
) -> None:
    with store.database.transaction() as session:
        lost = session.scalars(select(Message.id).order_by(Message.id)).all()[7]
        session.execute(
            update(RawMessage).where(RawMessage.message_id == lost).values(data=b"torn")
        )

    with capture_logs() as logs:
        assert reading(store).run() == len(raws)
        assert reading(store).run() == 0

    told = [one["message"] for one in logs if one["log_level"] == "warning"]
    assert told == [lost]
    with store.database.session() as session:
        message = session.get_one(Message, lost)
        assert message.subject == "old reading"
        assert message.defects == f"old-defect\n{DAMAGED}"
        assert not is_read_by_older(session)


def test_what_a_digest_or_an_envelope_told_of_a_post_stays_known(
    database: Database, settings: Settings
) -> None:
    store = Store(database, settings)
    undated = mail("undated@example.org").replace(b"\nDate: ", b"\nX-Date: ")
    by_import(store, [undated])
    dated = datetime(2003, 5, 5, tzinfo=UTC)
    with database.transaction() as session:
        session.execute(
            update(Message).values(
                date=dated,
                date_source="envelope",
                defects=FROM_DIGEST,
                reader_version=READER_VERSION - 1,
            )
        )

    reading(store).run()

    with database.session() as session:
        (message,) = session.scalars(select(Message))
        assert (message.date, message.date_source) == (dated, "envelope")
        assert message.defects is not None
        assert message.defects.splitlines() == ["date-missing", FROM_DIGEST]


def test_nobody_hidden_shows_up_again_under_an_address_that_is_read_better(
    database: Database, settings: Settings
) -> None:
    store = Store(database, settings)
    by_import(store, [mail("one@example.org")])
    with database.transaction() as session:
        session.execute(update(Address).values(key="name:old", email=None))
        session.execute(update(Person).values(hidden=True))
        session.execute(update(Message).values(reader_version=READER_VERSION - 1))

    reading(store).run()

    with database.session() as session:
        person = session.scalar(
            select(Person)
            .join(Address, Address.person_id == Person.id)
            .where(Address.key == "ayu@example.org")
        )
        assert person is not None
        assert person.hidden
