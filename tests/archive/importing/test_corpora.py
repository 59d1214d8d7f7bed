"""Real archives and real odd mail: every message is found, and nothing is refused in silence."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from archive.importing.formats.reader import SourceReader
from archive.importing.formats.source import FoundMessage, PassedOver, Refusal

pytestmark = pytest.mark.corpus


@pytest.mark.parametrize(
    ("corpus", "separators", "messages"),
    [
        # Counted first are all lines that begin with "From ", of which some are a message's text.
        ("usrp-users-raw-mime", 399, 399),
        ("twisted-web", 5_377, 5_374),
        ("r-package-devel", 11_147, 11_114),
        ("r-sig-geo", 29_609, 29_586),
    ],
)
def test_a_real_archive_gives_its_messages_and_no_body_line_splits_one(
    shared_data: Path, corpus: str, separators: int, messages: int
) -> None:
    read = []
    for one in SourceReader("auto", 26_214_400).read(shared_data / "corpora" / f"{corpus}.mbox.xz"):
        assert isinstance(one, FoundMessage), one
        read.append(one.raw)

    text_lines = separators - messages
    assert len(read) == messages
    assert all(b"\nmessage-id:" in raw.partition(b"\n\n")[0].lower() for raw in read)
    # Quoting was undone in these; what is left of bare lines is what split nothing.
    assert sum(raw.count(b"\nFrom ") for raw in read) >= text_lines


def test_odd_mail_of_other_projects_is_found_or_refused_by_name(shared_data: Path) -> None:
    cases = shared_data / "cases"
    found = list(SourceReader("auto", 26_214_400).read(cases))

    kinds = Counter(type(one) for one in found)
    assert kinds[FoundMessage] > 500
    named = {Path(one.where) for one in found if isinstance(one, Refusal | PassedOver)}
    assert all(path.exists() for path in named)
    # What is refused is text without a header, made for readers of quotes and signatures.
    refused = {one.where.removeprefix(f"{cases}/") for one in found if isinstance(one, Refusal)}
    mail = {name for name in refused if not name.startswith(("talon/", "email-reply-parser/"))}
    assert len(mail) < 10, sorted(mail)
    for suffix in (".eml", ".mbox", ".mail"):
        assert [name for name in refused if name.endswith(suffix)] == []
