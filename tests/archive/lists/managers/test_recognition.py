from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.lists.managers import MANAGERS
from archive.lists.managers.detection import detect_manager
from archive.lists.managers.letter import CommandAddresses
from archive.lists.managers.notice import Command, Notice, NoticeKind
from archive.lists.managers.recognition import recognise_notice
from archive.lists.managers.wording import Says, says
from archive.mail.headers import split_message
from tests.archive.lists.managers.notice_cases import CASES
from tests.archive.lists.managers.notice_mail import GROUP, LIST, letter
from tests.archive.messages import mail

JOINS = [
    pytest.param(name, raw, answer, id=f"{name}: {form}")
    for name, case in CASES.items()
    for form, (raw, answer) in {"join": (case.join, case.answer), **case.more_joins}.items()
]
TWINS = [
    pytest.param(name, raw, id=f"{name}: {form}")
    for name, case in CASES.items()
    for form, raw in case.twins.items()
]


def read(name: str, raw: bytes) -> Notice | None:
    return recognise_notice(raw, CASES[name].list_address, expected=name)


@pytest.mark.parametrize(("name", "raw", "answer"), JOINS)
def test_a_request_to_confirm_joining_is_known_with_its_answer(
    name: str, raw: bytes, answer: Command
) -> None:
    notice = read(name, raw)

    assert notice is not None
    assert (notice.manager, notice.kind) == (name, NoticeKind.CONFIRM_JOIN)
    assert notice.names_list
    assert notice.answer == answer


@pytest.mark.parametrize(("name", "raw"), TWINS)
def test_a_dangerous_twin_is_never_taken_for_a_request_to_join(name: str, raw: bytes) -> None:
    notice = read(name, raw)

    joins = notice is not None and notice.kind is NoticeKind.CONFIRM_JOIN
    assert not (joins and notice is not None and notice.names_list and notice.answer)


@pytest.mark.parametrize("name", CASES)
def test_a_request_to_confirm_leaving_is_known_with_its_answer(name: str) -> None:
    notice = read(name, CASES[name].leave)

    assert notice is not None
    assert notice.kind is NoticeKind.CONFIRM_LEAVE
    assert notice.answer == CASES[name].leave_answer


@pytest.mark.parametrize("name", CASES)
def test_welcome_and_goodbye_are_known(name: str) -> None:
    welcome, goodbye = read(name, CASES[name].welcome), read(name, CASES[name].goodbye)

    assert welcome is not None
    assert welcome.kind is NoticeKind.WELCOME
    assert goodbye is not None
    assert goodbye.kind is NoticeKind.GOODBYE


@pytest.mark.parametrize(
    ("name", "twin", "kind"),
    [
        ("mailman3", "invite", "invite"),
        ("mailman3", "re-enable", "re-enable"),
        ("mailman3", "held", "held"),
        ("mailman3", "password", "password"),
        ("mailman2", "invite", "invite"),
        ("mailman2", "re-enable", "re-enable"),
        ("sympa", "re-enable", "warning"),
        ("sympa", "leave in the words of 6.2", "confirm-leave"),
        ("sympa", "invite with the command of joining", "invite"),
        ("sympa", "invite with the link of joining", "invite"),
        ("sympa", "invite in another language", "confirm-other"),
        ("mlmmj", "re-enable", "probe"),
        ("mlmmj", "held", "held"),
        ("ezmlm", "re-enable", "warning"),
        ("ezmlm", "held", "held"),
        ("listserv", "password", "password"),
    ],
)
def test_twins_are_known_for_what_they_are(name: str, twin: str, kind: str) -> None:
    notice = read(name, CASES[name].twins[twin])

    assert notice is not None
    assert notice.kind == kind


SYMPA_REPORT = "Results of your commands"
OWNERS = (
    "Your request to subscribe/unsubscribe has been forwarded to the list's owners\nfor approval."
)


@pytest.mark.parametrize(
    ("sender", "subject", "text", "kind"),
    [
        ("sympa@lists.example.org", SYMPA_REPORT, OWNERS, "pending"),
        ("sympa@lists.example.org", SYMPA_REPORT, "You are not allowed to subscribe.", "refused"),
        ("sympa@lists.example.org", SYMPA_REPORT, "'a@b' is already subscriber of", "welcome"),
        ("sympa@lists.example.org", SYMPA_REPORT, "forwarded to the user a@b", "command-result"),
        (
            "talk+help@lists.example.org",
            "Unable to subscribe to talk@lists.example.org",
            "Hi, this is the Mlmmj program.\n\nbecause you are already\nsubscribed.",
            "welcome",
        ),
    ],
)
def test_the_report_on_a_request_says_what_became_of_it(
    sender: str, subject: str, text: str, kind: str
) -> None:
    notice = recognise_notice(letter(sender, subject, text), LIST)

    assert notice is not None
    assert notice.kind == kind
    assert notice.answer is None


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        (f"Already subscribed to {LIST}", "welcome"),
        (f"Sudah terdaftar di {LIST}", "welcome"),
        (f"Not subscribed to {LIST}", "goodbye"),
        (f"SELAMAT TINGGAL dari {LIST}", "goodbye"),
        (f"Test dari {LIST}", "probe"),
        (f"Peringatan dari {LIST}", "warning"),
        (f"Help for {LIST}", "command-result"),
    ],
)
def test_a_notice_of_ezmlm_is_none_the_less_one_for_being_stamped_as_a_post(
    subject: str, kind: str
) -> None:
    fields = ("Mailing-List: contact talk-help@lists.example.org; run by ezmlm",)
    stamp = f"List-Post: <mailto:{LIST}>"

    notice = recognise_notice(
        letter("talk-return-@lists.example.org", subject, "Hi!", *fields, stamp), LIST
    )

    assert notice is not None
    assert notice.kind == kind


def test_groups_io_and_unknown_managers_are_left_to_a_person() -> None:
    group = recognise_notice(
        letter("talk+noreply@groups.io", "Confirm your subscription", "reply"), "talk@groups.io"
    )
    other = recognise_notice(
        letter("talk-request@lists.example.org", "Please confirm your subscription", "ok?"),
        LIST,
        expected="manual",
    )

    assert group is not None
    assert (group.kind, group.answer) == (NoticeKind.CONFIRM_JOIN, None)
    assert other is not None
    assert other.answer is None


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        ("Ayu <ayu@example.org>", 'Welcome to the "Talk" mailing list'),
        ("Ayu <ayu@example.org>", "Re: Your confirmation is needed to join"),
        ("Talk-er <talk-active@lists.example.org>", "You have been unsubscribed from the x list"),
        ("Budi <budi@lists.example.org>", "confirm 90bf6ef335d92cfbbe540a5c9ebfecb107a48e48"),
    ],
)
def test_what_people_write_is_no_notice_whatever_its_subject(sender: str, subject: str) -> None:
    assert recognise_notice(letter(sender, subject, "Halo"), LIST) is None
    assert recognise_notice(mail("1@example.org"), LIST) is None


def test_what_the_lists_owner_posts_to_it_is_no_notice() -> None:
    post = letter(
        "Owner <talk-owner@lists.example.org>",
        "Aturan milis yang baru",
        "Mohon dibaca.",
        "List-Post: <mailto:talk@lists.example.org>",
        "List-Id: <talk.lists.example.org>",
    )

    assert recognise_notice(post, LIST) is None


@pytest.mark.parametrize("name", MANAGERS)
def test_every_manager_says_how_to_join_and_leave(name: str) -> None:
    manager = MANAGERS[name]
    list_address = GROUP if name == "googlegroups" else LIST
    names = CommandAddresses(list_address, "listmaster@example.com")

    join, leave = manager.join(names), manager.leave(names)

    assert join is not None
    assert join.to == "listmaster@example.com"
    assert (leave is None) == (name == "manual")


def test_requests_go_where_each_manager_takes_them() -> None:
    found = {
        name: manager.join(CommandAddresses("talk@h.example")) for name, manager in MANAGERS.items()
    }

    assert found["mailman3"] is not None
    assert found["mailman3"].to == "talk-join@h.example"
    assert found["mailman2"] is not None
    assert found["mailman2"].to == "talk-join@h.example"
    assert found["sympa"] == Command("sympa@h.example", "SUB talk")
    assert found["mlmmj"] is not None
    assert found["mlmmj"].to == "talk+subscribe@h.example"
    assert found["ezmlm"] is not None
    assert found["ezmlm"].to == "talk-subscribe@h.example"
    assert found["majordomo"] is not None
    assert found["majordomo"].body.startswith("subscribe talk\n")
    assert found["listserv"] is not None
    assert found["listserv"].body == "SUBSCRIBE TALK Mailing list archive\n"
    assert found["manual"] is None


@pytest.mark.parametrize(
    ("fields", "manager"),
    [
        ("Mailing-List: contact talk-help@h.example; run by ezmlm", "ezmlm"),
        ("X-Mailman-Version: 2.1.39", "mailman2"),
        ("X-Mailman-Version: 3.3.10", "mailman3"),
        ("List-Subscribe: <mailto:talk-join@h.example>", "mailman3"),
        ("List-Subscribe: <mailto:talk-request@h.example?subject=subscribe>", "mailman2"),
        ("List-Unsubscribe: <mailto:talk+unsubscribe@h.example>", "mlmmj"),
        ("List-Subscribe: <mailto:sympa@h.example?subject=subscribe%20talk>", "sympa"),
        ("List-Subscribe: <mailto:TALK-subscribe-request@h.example>", "listserv"),
        ("List-Subscribe: <mailto:majordomo@h.example?body=subscribe>", "majordomo"),
        ("List-Post: <mailto:talk@googlegroups.com>", "googlegroups"),
        ("List-Unsubscribe: <mailto:talk+unsubscribe@groups.io>", "groupsio"),
        ("List-Id: <talk.h.example>", None),
    ],
)
def test_the_manager_is_detected_from_the_header_of_a_post(
    fields: str, manager: str | None
) -> None:
    headers, _, _ = split_message(f"From: ayu@example.org\r\n{fields}\r\n\r\nHalo".encode())

    assert detect_manager(headers) == manager


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Please confirm your subscription", {Says.JOIN}),
        ("Please confirm to unsubscribe", {Says.LEAVE}),
        ("berhenti berlangganan", {Says.LEAVE}),
        ("berlangganan milis", {Says.JOIN}),
        ("Vous désabonner", {Says.LEAVE}),
        ("退会するには", {Says.LEAVE}),
        ("入会するには", {Says.JOIN}),
        ("aboneliğinden çıkmak", {Says.LEAVE, Says.JOIN}),
        ("see unsubscribe@example.org and https://example.org/leave", set()),
    ],
)
def test_words_of_leaving_are_not_mistaken_for_those_of_joining(
    text: str, about: set[Says]
) -> None:
    assert says(text) == about


@given(
    st.sampled_from(list(CASES)),
    st.binary(max_size=300),
    st.integers(min_value=0, max_value=2000),
)
def test_no_bytes_make_a_recogniser_raise(name: str, noise: bytes, place: int) -> None:
    raw = CASES[name].join
    recognise_notice(raw[:place] + noise + raw[place:], CASES[name].list_address)
    recognise_notice(noise, CASES[name].list_address)


@given(st.sampled_from(list(CASES)), st.text(max_size=60))
def test_hostile_text_never_reaches_an_answers_header(name: str, noise: str) -> None:
    raw = CASES[name].join.replace(b"Subject: ", b"Subject: " + noise.encode("utf-8", "replace"))
    notice = recognise_notice(raw, CASES[name].list_address)

    if notice is not None and notice.answer is not None:
        for part in (notice.answer.to, notice.answer.subject):
            assert part.isascii()
            assert part.isprintable()


def test_a_megabyte_of_notice_is_read_within_bounds() -> None:
    raw = CASES["mailman3"].join + b"subscribe " * 100_000

    notice = read("mailman3", raw)

    assert notice is not None
    assert notice.kind is NoticeKind.CONFIRM_JOIN


@pytest.mark.parametrize("noise", [b" ", b"\\\n", b"a@", b"your command:\n\n", b"AUTH "])
def test_noise_before_what_is_asked_is_read_within_bounds(noise: bytes) -> None:
    for name, case in CASES.items():
        head, _, body = case.join.partition(b"\r\n\r\n")
        notice = read(name, head + b"\r\n\r\n" + noise * (1_000_000 // len(noise)) + body)

        # What is asked lies beyond what is read, so only a command in the header is left.
        assert notice is not None
        assert notice.manager == name


# Notices that other people's software wrote


@pytest.mark.corpus
def test_the_notices_of_all_managers_are_read_as_their_manifest_says(shared_data: Path) -> None:
    folder = shared_data / "cases" / "confirmations"
    kinds = {
        "confirm-subscribe": "confirm-join",
        "confirm-unsubscribe": "confirm-leave",
        "welcome": "welcome",
        "bounce-probe": "probe",
        "password-reminder": "reminder",
        "post": None,
    }
    for entry in json.loads((folder / "manifest.json").read_text()):
        host = "googlegroups.com" if entry["mlm"] == "googlegroups" else "lists.example.com"
        raw = (folder / entry["file"]).read_bytes()
        notice = recognise_notice(raw, f"test@{host}")

        assert (notice and notice.kind) == kinds[entry["kind"]], entry["file"]
        if entry["reply"]:
            assert notice is not None
            assert notice.answer is not None
            assert notice.answer.to == entry["reply"]["to"]
            assert notice.answer.subject == entry["reply"].get("subject", notice.answer.subject)
            assert notice.answer.body.strip() == entry["reply"].get("body", "")


@pytest.mark.corpus
@pytest.mark.parametrize("manager", ["mailman3", "mlmmj"])
def test_what_real_managers_sent_is_told_apart(shared_data: Path, manager: str) -> None:
    list_address = {"mailman3": "discuss", "mlmmj": "talk"}[manager] + "@lists.example.org"
    expected = {
        "confirm": {"confirm-join"},
        "owner-sub": {"owner"},
        "welcome": {"welcome"},
        "held-poster": {"held"},
        "held-owner": {"owner"},
        "rejected": {"held"},
        "denied": {"held"},
        "other": {"held"},
        "digest": {"digest"},
        "command-results": {"command-result"},
        "confirm-unsub": {"confirm-leave"},
        "goodbye": {"goodbye"},
    }
    for path in sorted((shared_data / "cases" / "captures" / manager).glob("*.eml")):
        raw = path.read_bytes()
        notice = recognise_notice(raw, list_address)
        what = path.stem.partition("-")[2]
        if what.startswith("post-"):
            assert notice is None, path.name
            assert detect_manager(split_message(raw)[0]) == manager
        elif b"confsub-digest" in raw:
            assert notice is not None
            assert notice.kind is NoticeKind.CONFIRM_OTHER
        else:
            assert notice is not None, path.name
            assert notice.kind in expected[what], path.name
            assert notice.manager == manager, path.name
