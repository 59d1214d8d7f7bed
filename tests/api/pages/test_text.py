"""Subjects and conversations as pages show them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from api.pages.subjects import ListTags, heading
from api.pages.turns import DEEPEST_INDENT, anchor, turns
from api.schemas import Thread, ThreadMessage

# Subjects


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Re: [Coins] Fee rates", "Fee rates"),
        ("[coins] RE: Bls: Re[2]: Fee rates", "Fee rates"),
        ("[PATCH v2 1/3] [Coins] Fee rates", "[PATCH v2 1/3] [Coins] Fee rates"),
        ("Re: [PATCH] Fee rates", "[PATCH] Fee rates"),
        ("Re:", "Re:"),
        ("", ""),
    ],
)
def test_headings_lose_reply_marks_and_the_list_s_tag_only(subject: str, expected: str) -> None:
    assert heading(subject, {"coins"}) == expected


def test_a_subject_of_ten_thousand_reply_marks_is_read_in_no_time() -> None:
    started = time.perf_counter()
    heading("Re: " * 10_000 + "[" * 10_000, {"coins"})
    assert time.perf_counter() - started < 0.5


def test_list_tags_are_asked_for_once_a_minute() -> None:
    answers = iter([{"coins"}, {"kitchen"}])
    tags = ListTags(lambda: next(answers))

    assert tags() == {"coins"}
    assert tags() == {"coins"}


# Conversations


def message(
    name: str, *children: ThreadMessage, parent: str | None = None, depth: int = 0
) -> ThreadMessage:
    return ThreadMessage(
        message_id=name,
        parent=parent,
        parent_source=None,
        ghost=False,
        depth=depth,
        children=list(children),
    )


def conversation(*roots: ThreadMessage) -> Thread:
    day = datetime(2024, 1, 1, tzinfo=UTC)
    return Thread(
        id=1,
        subject="Fee rates",
        lists=[],
        topics=[],
        first=day,
        last=day,
        people=1,
        posts=1,
        url="/threads/1",
        total=len(roots),
        messages=list(roots),
    )


def test_a_conversation_reads_depth_first_and_knows_whom_each_answers() -> None:
    thread = conversation(
        message("b", message("c", parent="b", depth=8), parent="a", depth=1),
        message("d", parent="a", depth=1),
    )

    found = turns(thread)

    assert [(turn.message.message_id, turn.depth) for turn in found] == [
        ("b", 1), ("c", DEEPEST_INDENT), ("d", 1)
    ]  # fmt: skip
    # What an earlier part holds is reached by its own page.
    assert [turn.parent_link for turn in found] == [
        "/messages/a", f"#{anchor('b')}", "/messages/a"
    ]  # fmt: skip
