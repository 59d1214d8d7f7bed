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
from archive.importing.formats.source import Doubt, FoundMessage, Refusal
from archive.mail.dates import read_envelope_date
from tests.archive.messages import mail
from tests.archive.messages import mbox as as_mbox

LIMIT = 1_000_000


def read(data: bytes, limit: int = LIMIT) -> list[FoundMessage | Refusal | Doubt]:
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


def message_in(number: int) -> bytes:
    return (
        b"From: Ann Lee <ann@example.org>\nDate: Mon, 1 Mar 2004 08:00:00 +0000\n"
        b"Subject: pump\nMessage-ID: <m%d@example.org>\n\nbody\n\n" % number
    )


DATED = b"From ann@example.org Mon Mar  1 08:00:00 2004\n"
PATCH = b"From " + b"cb83" * 10 + b" Mon Sep 17 00:00:00 2001\n"
OPEN = b'From: a@b.example\nContent-Type: multipart/mixed; boundary="zz"\n\n--zz\n\ntext\n'


def counted(data: bytes) -> tuple[int, list[str]]:
    found = read(data)
    doubts = [one.reason for one in found if isinstance(one, Doubt)]
    return sum(isinstance(one, FoundMessage) for one in found), doubts


@pytest.mark.parametrize(
    "separator",
    [
        b"From \n",
        b"From -\n",
        b"From bob@example.org\n",
        b"From bob@example.org Mar  1 08:00:00 2004\n",
        b"From bob@example.org 1 Mar 2004 08:00\n",
        b"From bob@example.org 2004-03-01 08:00:00\n",
        b"From MAILER-DAEMON\n",
        b"From ???@??? Mon Mar 01 08:00:00 2004\n",
    ],
)
@pytest.mark.parametrize("block", [1 << 20, 7])
def test_separators_of_different_forms_stand_in_one_file(
    separator: bytes, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbox, "BLOCK_BYTES", block)
    data = DATED + message_in(1) + separator + message_in(2) + DATED + message_in(3)

    assert counted(data) == (3, [])
    assert counted(data.replace(b"\n", b"\r\n")) == (3, [])


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        (b"From the manual\nNote: read it\n\n", 0),
        (b"text\nFrom bob@example.org\n" + message_in(9), 1),
        (b"From Bob:\n" + message_in(9), 1),
    ],
)
def test_a_line_that_may_be_a_separator_is_kept_as_text_and_named(text: bytes, doubts: int) -> None:
    messages, named = counted(DATED + message_in(1) + text + DATED + message_in(2))

    assert (messages, len(named)) == (2, doubts)


def test_an_attached_patch_does_not_split_the_message_that_carries_it() -> None:
    patch = b"--zz\nContent-Type: text/x-patch\n\n" + PATCH + message_in(9) + b"--zz--\n\n"

    assert counted(DATED + OPEN + patch + DATED + message_in(2)) == (2, [])


def test_a_patch_in_a_text_is_text_and_named() -> None:
    messages, named = counted(DATED + message_in(1) + PATCH + message_in(9) + DATED + message_in(2))

    assert (messages, len(named)) == (2, 1)
    assert "patch" in named[0]


def test_in_a_file_of_patches_each_is_a_message() -> None:
    assert counted(PATCH + message_in(1) + PATCH + message_in(2)) == (2, [])


def test_a_message_cut_off_inside_a_part_ends_where_the_next_one_begins_and_is_named() -> None:
    for following in (message_in(2), OPEN):
        messages, named = counted(DATED + OPEN + b"\n" + DATED + following)
        assert (messages, len(named)) == (2, 1)


def test_separators_of_an_attached_mbox_are_kept_as_text_and_named() -> None:
    inner = b"--zz\nContent-Type: application/mbox\n\n" + DATED + message_in(9) + b"--zz--\n\n"
    messages, named = counted(DATED + OPEN + inner + DATED + message_in(2))

    assert (messages, len(named)) == (2, 1)
