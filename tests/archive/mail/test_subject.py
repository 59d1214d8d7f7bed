from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.mail.subject import base_subject


@pytest.mark.corpus
def test_the_published_table_of_thread_names(shared_data: Path) -> None:
    path = shared_data / "cases" / "subjects" / "stalwart-thread-name.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    wrong = [
        (subject, expected, base_subject(subject)[0])
        for subject, expected in table["thread_name"] + table["trim_trailing_fwd"]
        if base_subject(subject)[0] != expected
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("subject", "base", "is_reply"),
    [
        ("Re: stok beras", "stok beras", True),
        ("RE[3]: stok", "stok", True),
        ("Re(2): stok", "stok", True),
        ("Re^4: stok", "stok", True),
        ("Bls: stok", "stok", True),
        ("Balas: stok", "stok", True),
        ("Teruskan: stok", "stok", False),
        ("Trs: Bls: [milis] stok", "stok", True),
        ("AW: WG: stok", "stok", True),
        ("SV: VS: stok", "stok", True),
        ("Odp: stok", "stok", True),
        ("YNT: stok", "stok", True),
        ("R: stok", "stok", True),
        ("回复：库存", "库存", True),
        ("答复: 库存", "库存", True),
        ("Re : stok", "stok", True),
        ("[iagi-net-l] Re: [iagi-net] RE: stok", "stok", True),
        ("[Idnic]stok", "stok", False),
        ("Re: [...@ntau-net] stok", "stok", True),
        ("***SPAM*** Re: stok", "stok", True),
        ("stok --> was: Kekar kolom", "stok --> was: Kekar kolom", False),
        ("Re: panen (was: Re: stok)", "panen (was: Re: stok)", True),
        ("Fwd: stok (fwd)", "stok", False),
        ("Bug: stok", "Bug: stok", False),
        ("Patch: stok", "Patch: stok", False),
        ("Repeat: stok", "Repeat: stok", False),
        ("Remove it", "Remove it", False),
        ("[PATCH v2 1/3] [stable] input: fix", "input: fix", False),
    ],
)
def test_marks_and_tags(subject: str, base: str, is_reply: bool) -> None:
    assert base_subject(subject) == (base, is_reply)


@pytest.mark.parametrize("mark", ["Re: ", "[a] ", "[fwd: ", "(fwd)", "[", "Re[", "re "])
def test_long_runs_of_marks_take_bounded_time(mark: str) -> None:
    base, _ = base_subject(mark * 3000)
    assert len(base) <= len(mark) * 3000
