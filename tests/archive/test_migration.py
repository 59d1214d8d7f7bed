from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

import reputation.tables as reputation_models
from archive import migration
from archive.database import Database
from archive.errors import StoreUnavailableError, UsageError
from archive.tables import Address, Base, MailingList, Message, Person, Posting, RawMessage


def differences(url: str) -> list[object]:
    """What autogenerate would still change: nothing, when schema and models agree."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, Base.metadata))
    finally:
        database.close()


def tables(url: str) -> set[str]:
    database = Database(url)
    try:
        return set(inspect(database.engine).get_table_names())
    finally:
        database.close()


def fill(database: Database) -> None:
    """A list with one message, a merged person and a topic: rows that refer to one another."""
    now = datetime(2024, 5, 1, tzinfo=UTC)
    with database.transaction() as session:
        kept = Person(name="Ayu Lestari")
        session.add(kept)
        session.flush()
        session.add(Person(name="A. Lestari", merged_into=kept.id))
        address = Address(
            key="ayu@example.org", email="ayu@example.org", person_id=kept.id, own_person_id=kept.id
        )
        mailing_list = MailingList(
            address="petani@example.org", slug="petani", secret="s" * 16, name="Petani", created=now
        )
        session.add_all([address, mailing_list])
        session.flush()
        message = Message(
            digest=b"\x01" * 32,
            size=3,
            message_id="1@example.org",
            date=now,
            date_source="date",
            subject="Pupuk",
            base_subject="pupuk",
            is_reply=False,
            address_id=address.id,
            author_name="Ayu Lestari",
            reader_version=1,
        )
        session.add(message)
        session.flush()
        session.add_all(
            [
                RawMessage(message_id=message.id, data=b"raw"),
                Posting(
                    list_id=mailing_list.id, message_id=message.id, received=now, door="import"
                ),
                reputation_models.Topic(slug="pupuk", label="pupuk", created=now),
            ]
        )


def test_an_empty_store_becomes_exactly_the_models(empty_database_url: str) -> None:
    migration.upgrade(empty_database_url)

    assert differences(empty_database_url) == []
    assert migration.head() == migration.current(empty_database_url)


def test_the_comparison_sees_a_column_that_is_missing(empty_database_url: str) -> None:
    migration.upgrade(empty_database_url)
    database = Database(empty_database_url)
    with database.transaction() as session:
        session.execute(text("ALTER TABLE topic DROP COLUMN label_en"))
    database.close()

    assert differences(empty_database_url)


def test_a_store_goes_down_to_nothing_and_up_again(empty_database_url: str) -> None:
    migration.upgrade(empty_database_url)
    migration.downgrade(empty_database_url, "base")

    assert {"alembic_version"} == tables(empty_database_url)
    assert migration.current(empty_database_url) is None

    migration.upgrade(empty_database_url)

    assert differences(empty_database_url) == []


def test_a_filled_store_goes_down_and_up_again(database: Database) -> None:
    fill(database)

    migration.downgrade(database.engine, "base")
    migration.upgrade(database.engine)

    with database.session() as session:
        assert session.query(Message).count() == 0


def test_a_filled_store_keeps_its_mail_through_every_later_revision(database: Database) -> None:
    fill(database)

    migration.downgrade(database.engine, "0001")
    migration.upgrade(database.engine)

    with database.session() as session:
        assert session.query(RawMessage).one().data == b"raw"
        assert session.query(MailingList).one().no_archive_by == "default"


def test_a_ranked_store_keeps_what_is_read_of_its_epoch_and_goes_down_to_rank_anew(
    database: Database,
) -> None:
    fill(database)
    now = datetime(2024, 5, 2, tzinfo=UTC)
    with database.transaction() as session:
        session.add_all(
            [
                reputation_models.Score(
                    topic_id=1, person_id=1, rank=1, score=50.5, low=40, high=60, level="reference"
                ),
                reputation_models.Evidence(message_id=1, person_id=1, thanked=True),
                reputation_models.Epoch(
                    id=1,
                    method="pakar-1",
                    computed=now,
                    as_of=now,
                    last_message_id=1,
                    messages=1,
                    suggested_messages=1,
                ),
            ]
        )

    migration.downgrade(database.engine, "0012")

    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM score")) == 0
        assert session.scalar(text("SELECT messages FROM epoch")) == -1
        session.execute(
            text(
                "INSERT INTO score (topic_id, person_id, rank, score, low, high, level, authority,"
                " recognition, consistency, presence, posts, answers, thanks, first, last)"
                " VALUES (1, 1, 1, 50.5, 40, 60, 'reference', .1, .2, .3, .4, 5, 6, 7, 8, 9)"
            )
        )
        session.execute(
            text(
                "INSERT INTO evidence (message_id, person_id, asker_id, kind, weight, endorsement,"
                " thanked, version) VALUES (1, 1, 2, 'answer', .5, 1, :thanked, 1)"
            ),
            {"thanked": True},
        )

    migration.upgrade(database.engine)

    with database.session() as session:
        score = session.query(reputation_models.Score).one()
        assert (score.person_id, score.rank, score.score, score.level) == (1, 1, 50.5, "reference")
        assert session.query(reputation_models.Evidence).one().thanked
    assert differences(database.url.render_as_string(hide_password=False)) == []


def test_upgrading_a_current_store_changes_nothing(database: Database) -> None:
    fill(database)

    migration.upgrade(database.engine)

    with database.session() as session:
        assert session.query(Message).count() == 1


def test_migrate_goes_whichever_way_the_revision_lies(empty_database_url: str) -> None:
    migration.migrate(empty_database_url, "0001")

    assert migration.current(empty_database_url) == "0001"

    migration.migrate(empty_database_url, "base")

    assert migration.current(empty_database_url) is None

    migration.migrate(empty_database_url)

    assert migration.head() == migration.current(empty_database_url)


def test_foreign_keys_are_checked_again_after_a_migration(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'pakar.db'}")

    migration.upgrade(database.engine)

    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()


@pytest.mark.parametrize("act", [migration.upgrade, migration.migrate])
def test_a_store_of_a_newer_pakar_is_refused_in_one_line(act: object, database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert callable(act)
    with pytest.raises(StoreUnavailableError, match="9999") as caught:
        act(database.engine)

    assert "\n" not in str(caught.value)
    assert "newer" in str(caught.value)


def test_an_unknown_revision_is_a_wrong_use(database: Database) -> None:
    with pytest.raises(UsageError, match="unknown schema revision 'yesterday'"):
        migration.migrate(database.engine, "yesterday")


def test_a_store_that_cannot_be_reached_is_named_so() -> None:
    with pytest.raises(StoreUnavailableError):
        migration.upgrade("postgresql+psycopg://nobody@127.0.0.1:1/nothing")


def test_processes_that_migrate_at_the_same_time_do_not_collide(empty_database_url: str) -> None:
    failures: list[BaseException] = []

    def start() -> None:
        try:
            migration.upgrade(empty_database_url)
        except BaseException as error:  # noqa: BLE001  (reported by the assert below)
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert differences(empty_database_url) == []


def test_a_failed_migration_leaves_the_store_as_it_was(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scripts = tmp_path / "migrations"
    versions = scripts / "versions"
    versions.mkdir(parents=True)
    (scripts / "env.py").write_bytes((migration.scripts_folder() / "env.py").read_bytes())
    (versions / "0001_breaks.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        "revision = '0001'\n"
        "down_revision = None\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('id', sa.Integer(), primary_key=True))\n"
        "    raise RuntimeError('the power went')\n"
    )
    monkeypatch.setattr(migration, "scripts_folder", lambda: scripts)

    with pytest.raises(RuntimeError, match="the power went"):
        migration.upgrade(empty_database_url)

    assert "half" not in tables(empty_database_url)


def test_the_quick_check_of_the_schema_knows_the_newest_revision(
    empty_database_url: str,
) -> None:
    database = Database(empty_database_url)
    assert migration.head() == migration.NEWEST_REVISION
    assert not migration.is_current(database)

    migration.upgrade(database.engine)
    assert migration.is_current(database)

    migration.downgrade(database.engine, "base")
    assert not migration.is_current(database)
    database.close()
