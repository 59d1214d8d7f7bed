"""Write the rankings and judgements of an evaluation as files for the TREC tools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.commands.trec import field, person_keys, run_lines
from archive.database import Database
from archive.errors import UsageError
from archive.tables import Message

if TYPE_CHECKING:
    from reputation.evaluation.comparison import Evaluation
    from reputation.evaluation.protocol import SelfEvaluation


def write_trec(database: Database, found: SelfEvaluation, folder: Path) -> None:
    """Write ``answers.qrels``, ``answers.METHOD.run``, and the same for recognition.

    Raises ``UsageError`` when ``folder`` cannot be written.
    """
    with database.session() as session:
        keys = {person: field(key) for person, key in person_keys(session).items()}
        rows = session.execute(select(Message.id, Message.message_id)).all()
        names = {str(number): field(message_id) for number, message_id in rows}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if found.match is not None:
            _write(folder, "answers", found.match.answers, keys, names)
        if found.recognition is not None:
            _write(folder, "recognition", found.recognition, keys, {})
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror}") from None


def _write(
    folder: Path,
    part: str,
    evaluation: Evaluation,
    keys: Mapping[int, str],
    names: Mapping[str, str],
) -> None:
    """Write the files of one part; ``names`` gives names for queries that need another one."""
    judged = [
        f"{names.get(line.query, field(line.query))} 0 {keys[person]} {gain:.0f}"
        for line in evaluation.lines
        for person, gain in line.gains.items()
    ]
    _save(folder / f"{part}.qrels", judged)
    for method in evaluation.methods:
        name = field(method.name)
        _save(
            folder / f"{part}.{name}.run",
            (
                text
                for line in evaluation.lines
                for text in run_lines(
                    names.get(line.query, field(line.query)),
                    [(keys[person], score) for person, score in line.rankings[method.name]],
                    name,
                )
            ),
        )


def _save(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
