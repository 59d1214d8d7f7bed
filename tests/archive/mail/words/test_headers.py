"""Every mark of a subject, and what tells mail that programs send, in every language."""

from __future__ import annotations

import pytest

from archive.mail.message import parse_message
from archive.mail.subject import base_subject
from archive.mail.words.phrases import Words
from archive.mail.words.registry import gather
from tests.archive.mail.words.examples import by_language, in_three_cases, ways

REPLY = gather(lambda one: one.subjects.reply)


def automation(head: str, text: str = "kata") -> str | None:
    return parse_message(f"{head}\n\n{text}".encode()).automation


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.subjects.reply))
def test_marks_of_replies(code: str, found: Words) -> None:
    for mark in found:
        for written in in_three_cases(mark):
            for form in (
                "{}: stok",
                "{} : stok",
                "[kebun] {}: stok",
                "{}[2]: stok",
                "{}: {}: stok",
            ):
                assert base_subject(form.format(written, written)) == ("stok", True), written


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.subjects.forward))
def test_marks_of_forwards(code: str, found: Words) -> None:
    for mark in found:
        for written in in_three_cases(mark):
            assert base_subject(f"{written}: stok") == ("stok", mark in REPLY), written
            assert base_subject(f"stok ({written})")[0] == "stok", written


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.automation.bounce_subjects))
def test_subjects_of_bounces(code: str, found: Words) -> None:
    for phrase in found:
        for line in ways(phrase):
            for written in in_three_cases(line):
                head = f"From: x@example.com\nReturn-Path: <>\nSubject: {written}"
                assert automation(head) == "bounce", written


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.automation.bounce_texts))
def test_texts_of_bounces(code: str, found: Words) -> None:
    for phrase in found:
        for line in ways(phrase):
            for written in in_three_cases(line):
                head = "From: x@example.com\nTo: kebun-bounces@example.org"
                assert automation(head, f"Kebun: {written}.") == "bounce", written


@pytest.mark.parametrize(
    ("code", "found"), by_language(lambda one: one.automation.absence_subjects)
)
def test_subjects_of_automatic_replies(code: str, found: Words) -> None:
    for phrase in found:
        for line in ways(phrase):
            for written in in_three_cases(line):
                assert automation(f"Subject: {written}") == "auto-reply", written


@pytest.mark.parametrize(("code", "found"), by_language(lambda one: one.automation.no_reply))
def test_addresses_that_nobody_reads(code: str, found: Words) -> None:
    for word in found:
        for local in (f"no{word}", f"no-{word}", f"do-not-{word}", f"No-{word.capitalize()}"):
            assert automation(f"From: {local}@example.com") == "bot"
