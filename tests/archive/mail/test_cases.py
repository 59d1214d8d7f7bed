"""Messages made to test other mail software, compared with their expectations.

``docs/reading.md`` has the figures; ``tests/archive/cases`` the comparisons.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.errors import RefusedError
from archive.lists.registry import add_list
from archive.settings import Settings
from archive.store.store import Incoming, Store
from archive.tables import MessageCopy
from tests.archive.mail.cases.known import KNOWN
from tests.archive.mail.cases.outcome import mbox_messages
from tests.archive.mail.cases.table import FOLDERS

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.corpus
@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_cases_are_read_as_expected_but_for_the_known_ones(shared_data: Path, folder: str) -> None:
    found = FOLDERS[folder](shared_data / "cases")
    assert found
    different = {one.name: one.differences for one in found if not one.passed}
    assert {name: why for name, why in different.items() if name not in KNOWN[folder]} == {}
    assert set(KNOWN[folder]) - set(different) == set()


@pytest.mark.corpus
def test_the_bytes_of_every_case_come_back_exactly(
    shared_data: Path, sqlite_database: Database, settings: Settings
) -> None:
    store = Store(sqlite_database, settings)
    with sqlite_database.transaction() as session:
        list_id = add_list(session, "talk@lists.example.org").id
    raws = set()
    for path in (shared_data / "cases").rglob("*"):
        if path.is_file():
            raws.add(path.read_bytes())
            try:
                raws.update(mbox_messages(path))
            except RefusedError:
                continue
    ordered = sorted(raws)
    assert len(ordered) > 600
    kept = store.keep([Incoming(raw, list_id, "import", NOW) for raw in ordered])
    for one, raw in zip(kept, ordered, strict=True):
        if one.message is None:
            assert one.set_aside is not None
            assert store.raw_set_aside(one.set_aside) == raw
        else:
            with sqlite_database.session() as session:
                copies = session.scalars(
                    select(MessageCopy.id).where(MessageCopy.message_id == one.message)
                ).all()
            assert raw in [store.raw(one.message), *map(store.raw_copy, copies)]
