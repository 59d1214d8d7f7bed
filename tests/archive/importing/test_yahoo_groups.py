"""Exports of Yahoo! Groups: mended once, people told apart, topics kept together."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from archive.database import Database
from archive.importing.formats.reader import SourceReader
from archive.importing.formats.source import FoundMessage, PassedOver, Refusal
from archive.importing.importer import Importer
from archive.mail.message import ParsedMessage, parse_message
from archive.settings import Settings
from archive.tables import Address, Message


def escaped(text: str) -> str:
    return escape(text, quote=True).replace("&#x27;", "&#39;")


def sent(number: int, topic: int, body: str, **changes: str) -> dict[str, Any]:
    """A record of the group's API with the message as it was sent."""
    head = {
        "Return-Path": "<ayu@...>",
        "Message-Id": f"<id-{number}@...>",
        "From": "Ayu Lestari <ayu@...>",
        "To": "mandiri@yahoogroups.com",
        "Subject": "[mandiri] vpn & modem",
        "Date": f"Thu, {number % 28 + 1} Jul 2004 09:00:00 +0700",
        "Content-Type": "text/plain; charset=ISO-8859-1",
    } | changes
    raw = "".join(f"{name}: {value}\r\n" for name, value in head.items() if value) + "\r\n" + body
    return {
        "msgId": number,
        "topicId": topic,
        "userId": 4711,
        "profile": "ayu_lestari",
        "from": escaped("Ayu Lestari <ayu@...>"),
        "authorName": "",
        "subject": escaped("[mandiri] vpn & modem"),
        "postDate": str(1_088_640_000 + number * 86_400),
        "rawEmail": escaped(raw),
    }


def shown(number: int, topic: int, body: str, **fields: Any) -> dict[str, Any]:
    """A record as the page of the message gave it."""
    record = sent(number, topic, "") | {"messageBody": body} | fields
    del record["rawEmail"]
    return record


def write(path: Path, record: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, ensure_ascii=False, indent=4), "utf-8")


def messages(path: Path) -> dict[int, FoundMessage]:
    """What is found, by number, in the order in which it is found."""
    found = SourceReader("auto", 1_000_000).read(path)
    return {
        int(one.where.rpartition(" ")[2]): one for one in found if isinstance(one, FoundMessage)
    }


def only(record: dict[str, Any], folder: Path) -> ParsedMessage:
    write(folder / "mandiri" / "email" / f"{record['msgId']}_raw.json", record)
    (found,) = messages(folder / "mandiri").values()
    return parse_message(found.raw)


def test_a_raw_message_is_unescaped_exactly_once(tmp_path: Path) -> None:
    read = only(sent(7, 7, 'a &lt; b, 5 > 3 & "café"\r\r\nMohon bantuan\n'), tmp_path)

    assert read.text == 'a &lt; b, 5 > 3 & "café"\nMohon bantuan'
    assert read.base_subject == "vpn & modem"


def test_people_with_cut_addresses_are_told_apart_by_their_profile(tmp_path: Path) -> None:
    first = only(sent(7, 7, "x"), tmp_path / "1")
    second = only(sent(8, 8, "x") | {"profile": "", "userId": 99}, tmp_path / "2")
    third = only(sent(9, 9, "x") | {"profile": "", "userId": 0}, tmp_path / "3")

    assert first.author.name == "Ayu Lestari"
    assert first.author.email == "ayu@ayu_lestari.yahoo.invalid"
    assert second.author.email == "ayu@99.yahoo.invalid"
    assert third.author.email is None
    whole = only(sent(5, 5, "x", From="Budi <budi@example.org>"), tmp_path / "4")
    assert whole.author.email == "budi@example.org"


def test_a_topic_stays_together_though_its_references_are_cut(
    sqlite_database: Database, settings: Settings, tmp_path: Path
) -> None:
    group = tmp_path / "mandiri"
    letters = {
        3: sent(3, 3, "tanya"),
        5: sent(5, 3, "jawab", Subject="Re: vpn", **{"In-Reply-To": "<id-3@...>"}),
        6: sent(6, 3, "jawab lain", **{"In-Reply-To": "<lost@...>", "References": "<old@...>"}),
        8: sent(8, 7, "topik yang awalnya hilang"),
        9: sent(9, 7, "juga"),
    }
    for number, letter in letters.items():
        write(group / "email" / f"{number}_raw.json", letter)

    report = Importer(sqlite_database, settings, "mandiri@yahoogroups.com", jobs=1).run([group])

    assert (report.stored, report.refused) == (5, 0)
    with sqlite_database.session() as session:
        rows = session.execute(select(Message.message_id, Message.thread_id, Message.parent_id))
        threads = {row.message_id: row.thread_id for row in rows}
        assert threads["id-3@..."] == threads["id-5@..."] == threads["id-6@..."]
        assert threads["id-8@..."] == threads["id-9@..."] != threads["id-3@..."]
        assert session.scalar(select(func.count()).select_from(Address)) == 1


def test_the_best_of_message_page_and_topic_is_taken_and_each_once(tmp_path: Path) -> None:
    group = tmp_path / "mandiri"
    write(group / "email" / "1_raw.json", sent(1, 1, "dari surat"))
    write(group / "email" / "1.json", shown(1, 1, "dari halaman"))
    write(group / "email" / "2.json", shown(2, 1, "hanya <b>halaman</b>"))
    write(group / "email" / "message_metadata_1.json", {"messages": [{"messageId": 1}]})
    write(group / "email" / "10_raw.json", {"msgId": 10})
    topic = [shown(1, 1, "topik"), shown(2, 1, "topik"), shown(4, 1, "hanya topik")]
    write(group / "topics" / "1.json", {"messages": topic, "totalMsgInTopic": 3})
    write(group / "about" / "about.json", {"name": "mandiri"})
    (group / "files").mkdir()
    (group / "files" / "surat.eml").write_bytes(b"From: a@example.org\n\nbukan kiriman\n")

    read = {number: parse_message(one.raw) for number, one in messages(group).items()}
    rest = [
        one for one in SourceReader("auto", 10**6).read(group) if not isinstance(one, FoundMessage)
    ]

    assert {number: one.text for number, one in read.items()} == {
        1: "dari surat",
        2: "hanya halaman",
        4: "hanya topik",
    }
    assert read[2].message_id == "2@mandiri.yahoogroups.invalid"
    assert read[2].references == ("id-1@...",)
    assert read[2].author.name == "Ayu Lestari"
    assert read[2].subject == "[mandiri] vpn & modem"
    assert [one.where for one in rest if isinstance(one, Refusal)] == [f"{group}/email/10_raw.json"]
    assert f"{group}/files" in [one.where for one in rest if isinstance(one, PassedOver)]
    assert messages(group) == messages(group)
    assert messages(group / "email") == {
        number: one for number, one in messages(group).items() if number != 4
    }


def test_what_yahoo_cut_or_forgot_is_mended(tmp_path: Path) -> None:
    cut = "x" * 60 + "\n\n(Message over 64 KB, truncated)"
    write(tmp_path / "mandiri" / "email" / "1_raw.json", sent(1, 1, cut))
    write(tmp_path / "mandiri" / "email" / "1.json", shown(1, 1, "lengkap " + "y" * 200))
    write(tmp_path / "mandiri" / "email" / "2_raw.json", sent(2, 2, cut))
    glued = sent(3, 3, "")
    head = glued["rawEmail"].rstrip("\r\n")
    glued["rawEmail"] = (
        head + "\r\nX-eGroups-Approved-By: ayu &lt;ayu@...&gt; via web\r\nMohon bantuan"
    )
    write(tmp_path / "mandiri" / "email" / "3_raw.json", glued)

    read = {number: one.raw for number, one in messages(tmp_path / "mandiri").items()}

    assert parse_message(read[1]).text.startswith("lengkap yyy")
    assert parse_message(read[2]).text == "x" * 60
    assert [b"X-Yahoo-Groups-Content-Truncated: yes" in raw for raw in read.values()] == [
        True,
        True,
        False,
    ]
    assert parse_message(read[3]).text == "Mohon bantuan"


def test_attachments_come_back_from_beside_the_message(tmp_path: Path) -> None:
    body = (
        "--b\nContent-Type: text/plain\n\nlihat peta\n"
        '--b\nContent-Type: image/png; name="peta.png"\nContent-Transfer-Encoding: base64\n'
        'Content-Disposition: attachment; filename="peta.png"\n\n'
        "[ Attachment content not displayed ]\n--b--\n"
    )
    write(
        tmp_path / "mandiri" / "email" / "1_raw.json",
        sent(1, 1, body, **{"Content-Type": 'multipart/mixed; boundary="b"'}),
    )
    info = [{"fileId": "77", "filename": "peta kota.png"}]
    write(tmp_path / "mandiri" / "email" / "2.json", shown(2, 2, "peta", attachmentsInfo=info))
    for number, name in ((1, "76-peta.png"), (2, "77-peta-kota.png")):
        folder = tmp_path / "mandiri" / "email" / f"{number}_attachments"
        folder.mkdir()
        (folder / name).write_bytes(b"\x89PNG" * 30)

    first, second = (parse_message(one.raw) for one in messages(tmp_path / "mandiri").values())

    assert [(one.filename, one.size) for one in first.attachments] == [("peta.png", 120)]
    assert [(one.filename, one.size) for one in second.attachments] == [("peta kota.png", 120)]


def test_lines_of_a_database_export_are_read_and_missing_messages_passed_over(
    tmp_path: Path,
) -> None:
    lines = [
        sent(1, 1, "satu") | {"_id": 1, "prevInTopic": 0},
        {"_id": 2},
        sent(3, 1, "dua") | {"_id": {"$numberInt": "3"}, "prevInTopic": 1},
        sent(4, 1, "tiga") | {"_id": 4, "prevInTopic": 3},
    ]
    for line in lines:
        line.pop("msgId", None)
        line.pop("topicId", None)
    path = tmp_path / "mandiri.json"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n{rusak\n")

    read = {number: parse_message(one.raw) for number, one in messages(path).items()}
    (refusal,) = [one for one in SourceReader("auto", 10**6).read(path) if isinstance(one, Refusal)]

    assert {number: one.references for number, one in read.items()} == {
        1: (),
        3: ("id-1@...",),
        4: ("id-1@...",),
    }
    assert refusal.where == f"{path}: line 5"


@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, '{"rawEmail": 5, "msgId": "x"}', '{"msgId": 1, "rawEmail": [1]}', "{"],
)
def test_json_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mandiri" / "email" / "1_raw.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)

    (one,) = SourceReader("auto", 1_000_000).read(tmp_path / "mandiri")

    assert isinstance(one, Refusal)
    assert one.where == str(path)
