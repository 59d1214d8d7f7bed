"""Whole tables in and out as plain values, on both databases."""

from __future__ import annotations

from sqlalchemy import event, select

from archive.database import Database
from archive.tables import table_of
from reputation.rows import integer_rows, plain_rows, replace_rows
from reputation.tables import Epoch

COLUMNS = tuple(one.name for one in table_of(Epoch).columns if one.name != "audience")


def epoch(number: int, method: str = "pakar-1") -> tuple[object, ...]:
    return (number, method, 1_700_000_000, 1_700_000_000, 9, 8, 7)


def test_a_table_holds_exactly_the_rows_and_what_was_there_is_not_written_again(
    database: Database,
) -> None:
    written: list[str] = []
    rows = [epoch(1), epoch(2), epoch(3)]
    with database.transaction() as session:
        replace_rows(session, Epoch, COLUMNS, rows)
        replace_rows(session, Epoch, COLUMNS, rows, audience="7")
    with database.transaction() as session:

        @event.listens_for(session.connection(), "before_cursor_execute")
        def _note(_connection, _cursor, statement, parameters, *_more):  # type: ignore[no-untyped-def]
            if not statement.startswith("SELECT"):
                written.append(f"{statement.split()[0]} {len(parameters)}")

        replace_rows(session, Epoch, COLUMNS, [epoch(1), epoch(2, "pakar-0"), epoch(4)])
        replace_rows(session, Epoch, COLUMNS, [epoch(1), epoch(2, "pakar-0"), epoch(4)])

    with database.session() as session:
        of_public = Epoch.audience == ""
        left = plain_rows(session, select(Epoch.id, Epoch.method).where(of_public))
        instants = select(Epoch.id, Epoch.computed).where(of_public)
        numbers = integer_rows(session, instants.order_by(Epoch.id))
        others = plain_rows(session, select(Epoch.id).where(Epoch.audience == "7"))
    assert len(others) == 3
    assert sorted(left) == [(1, "pakar-1"), (2, "pakar-0"), (4, "pakar-1")]
    assert numbers.tolist() == [[one, 1_700_000_000] for one in (1, 2, 4)]
    assert written == ["DELETE 2", "INSERT 2"]


def test_an_empty_table_has_no_rows_and_its_columns(database: Database) -> None:
    with database.session() as session:
        assert integer_rows(session, select(Epoch.id, Epoch.messages)).shape == (0, 2)
