"""mbox: separators told from text, bytes kept, hostile files bounded."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import RefusedError
from archive.importing.formats import mbox
from archive.importing.formats.mbox import read_mbox, write_mbox
from archive.importing.formats.source import FoundMessage, Refusal
from archive.mail.dates import read_envelope_date
from tests.archive.messages import mail
from tests.archive.messages import mbox as as_mbox

LIMIT = 1_000_000


def read(data: bytes, limit: int = LIMIT) -> list[FoundMessage | Refusal]:
    return list(read_mbox(io.BytesIO(data), "talk.mbox", limit))


def raws(data: bytes) -> list[bytes]:
    return [one.raw for one in read(data) if isinstance(one, FoundMessage)]


def test_messages_come_back_byte_for_byte() -> None:
    first, second = mail("1@example.org"), mail("2@example.org", text="dua\n\n\nbaris")

    assert [first, second] == raws(as_mbox(first, second))


def test_a_body_line_that_begins_with_from_does_not_split_the_message() -> None:
    letter = mail("1@example.org", text="satu\n\nFrom what I can see, it is the modem.\n\nAyu")

    assert [letter] == raws(as_mbox(letter))


def test_quoted_from_lines_are_unquoted_once() -> None:
    stored = mail("1@example.org", text=">From here\n>>From there")

    assert [mail("1@example.org", text="From here\n>From there")] == raws(as_mbox(stored))


def test_crlf_line_ends_stay_and_the_separators_line_end_goes() -> None:
    letter = mail("1@example.org").replace(b"\n", b"\r\n")
    data = b"From a Mon Jan  1 09:00:00 2024\r\n" + letter + b"\r\n"

    assert [letter, letter] == raws(data * 2)


def test_pipermail_separators_with_obscured_addresses_are_found() -> None:
    data = (
        b"From ayu at example.org  Wed Jul  9 16:41:58 2003\n"
        b"From: ayu at example.org (Ayu Lestari)\nSubject: satu\n\nisi\n\n"
        b"From budi @end|ng |rom example.net  Mon Oct 13 14:01:08 2003\n"
        b"From: budi @end|ng |rom example.net (Budi)\n\nisi\n"
    )

    assert len(raws(data)) == 2


def test_a_message_over_the_limit_is_refused_and_its_neighbours_are_read() -> None:
    small = mail("1@example.org")
    large = mail("2@example.org", text="x" * 5_000)

    found = read(as_mbox(small, large, small), limit=2_000)

    assert [FoundMessage, Refusal, FoundMessage] == [type(one) for one in found]
    refusal = found[1]
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "larger than 2000 bytes"
    assert f"talk.mbox: message at byte {len(as_mbox(small))}" == refusal.where


@pytest.mark.parametrize("data", [b"\x00\xff\x8a" * 4_000, b"Subject: no separator\n\nx\n"])
def test_what_is_no_mbox_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedError, match="not an mbox"):
        read(data)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(RefusedError, match="the file is empty"):
        read(b"")


def test_a_damaged_compressed_stream_keeps_what_came_before() -> None:
    class Broken(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            block = super().read1(-1 if size is None else size)
            if not block:
                raise EOFError("compressed file ended before its end marker")
            return block

    whole = as_mbox(mail("1@example.org"), mail("2@example.org", text="x" * 2_000))
    found = list(read_mbox(Broken(whole), "talk.gz", LIMIT))

    assert [FoundMessage, Refusal] == [type(one) for one in found]


def test_splitting_does_not_depend_on_where_blocks_end(monkeypatch: pytest.MonkeyPatch) -> None:
    data = as_mbox(*(mail(f"{n}@example.org", text="From me\n" * n) for n in range(30)))
    expected = raws(data)

    for size in (997, 1_024, 4_099):
        monkeypatch.setattr(mbox, "BLOCK_BYTES", size)
        assert expected == raws(data)


@given(
    st.lists(
        st.binary(max_size=300).map(lambda body: b"Subject: s\n\n" + body)
        | st.sampled_from(
            [
                b"Subject: s\n\nno line end",
                b"Subject: s\n\nFrom x Mon Jan  1 09:00:00 2024\nA: b\n",
                b"Subject: s\r\n\r\nends in cr\r",
                b"From: a\n\n\n\n\n",
            ]
        ),
        max_size=8,
    )
)
def test_whatever_is_written_is_read_back_exactly(messages: list[bytes]) -> None:
    out = io.BytesIO()
    date = datetime(2024, 2, 3, tzinfo=UTC)
    write_mbox(((raw, date) for raw in messages), out)

    if messages:
        assert messages == raws(out.getvalue())


def test_envelope_dates_are_read_and_nonsense_is_none() -> None:
    assert datetime(2003, 7, 9, 16, 41, 58, tzinfo=UTC) == read_envelope_date(
        b"Wed Jul  9 16:41:58 2003"
    )
    assert read_envelope_date(b"Thu Jan  1 00:00:00 1970") is None
    assert read_envelope_date(b"Mon whatever 2003") is None
