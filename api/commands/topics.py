"""``pakar topics``: what the lists talk about, and people's word on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

import typer
from rich.table import Table

from api import schemas
from api.answers.decisions import TOPICS, decide_on_topic
from api.answers.topic_history import topic_course
from api.answers.topics import topic as one_topic
from api.answers.topics import topics as topic_page
from api.commands import synonyms
from api.commands.environment import Json, ListOption, answers, everything, print_json, say
from api.commands.moderation import (
    NEXT_RANKING,
    Act,
    Told,
    Wanted,
    decision_command,
    numbered,
    record_commands,
    told,
)
from api.commands.ranking import Granularity
from api.paging import MAX_LIMIT, PageRequest
from api.readers import OPERATOR
from archive.errors import UsageError
from reputation.topics import curation

commands = typer.Typer(help="The topics of the archive, and their curation.")
commands.add_typer(synonyms.commands, name="synonym")

TopicName = Annotated[str, typer.Argument(metavar="TOPIC", help="A topic's slug.")]
LabelIndonesian = Annotated[
    str | None, typer.Option("--label-id", metavar="LABEL", help="Label in Indonesian.")
]
LabelEnglish = Annotated[
    str | None, typer.Option("--label-en", metavar="LABEL", help="Label in English.")
]
Terms = Annotated[
    str,
    typer.Option("--terms", metavar="WORDS", help="Words, comma-separated.", show_default=False),
]


def register(application: typer.Typer) -> None:
    """Add the group to the command line."""
    application.add_typer(commands, name="topics")


@commands.callback(
    invoke_without_command=True, epilog="Example: pakar topics --query routing --json"
)
def topics(
    context: typer.Context,
    list_address: ListOption = None,
    query: Annotated[
        str | None, typer.Option("--query", help="Only labels and words like it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """The topics of the archive, most discussed first; or one of the commands below."""
    if context.invoked_subcommand is not None:
        if list_address is not None or query is not None or as_json:
            raise UsageError(f"options go after `topics {context.invoked_subcommand}`")
        return
    with everything(context) as opened:
        page = topic_page(
            opened,
            reader=OPERATOR,
            list_address=list_address,
            query=query,
            page=PageRequest(MAX_LIMIT),
        )
    if as_json:
        print_json(page)
        return
    table = Table("topic", "label", "threads", "people", "keywords")
    for one in page.items:
        words = ", ".join(one.keywords[:6])
        table.add_row(one.slug, one.label, str(one.threads), str(one.people), words)
    answers.print(table)


@commands.command(epilog="Example: pakar topics show wi-fi --json")
def show(
    context: typer.Context,
    topic: TopicName,
    history: Annotated[
        Granularity | None,
        typer.Option("--history", help="Who led it when, who rises, what waits, by period."),
    ] = None,
    as_json: Json = False,
) -> None:
    """One topic: labels, words, counts and related topics; or its history."""
    with everything(context) as opened:
        if history is not None:
            course = topic_course(opened, topic, reader=OPERATOR, granularity=history.value)
            if as_json:
                print_json(course)
            else:
                _print_course(course)
            return
        found = one_topic(opened, topic, reader=OPERATOR)
    if as_json:
        print_json(found)
    else:
        _print_topic(found)


def _print_topic(found: schemas.Topic) -> None:
    say(f"{found.label}  ({found.slug}, {found.state})")
    for language, label in (("Indonesian", found.label_id), ("English", found.label_en)):
        if label:
            say(f"{language}: {label}")
    say(f"words: {', '.join(found.keywords)}")
    say(f"{found.threads} threads, {found.messages} messages, {found.people} people")
    if found.first and found.last:
        say(f"from {found.first:%Y-%m} to {found.last:%Y-%m}")
    if found.parent:
        say(f"part of: {found.parent.slug}")
    if found.narrower:
        say(f"parts: {', '.join(one.slug for one in found.narrower)}")
    if found.related:
        say(f"related: {', '.join(one.slug for one in found.related)}")


def _print_course(found: schemas.TopicCourse) -> None:
    say(found.topic.label)
    for period in found.periods:
        leader = f"{period.leader.name}  {period.score:.1f}" if period.leader else "–"
        say(f"  {period.period:8} {period.answers:4} answers {period.people:4} people  {leader}")
    for title, movers in (("rising", found.rising), ("returned", found.returning)):
        for one in movers:
            before = "" if one.rank_before is None else f", a year ago {one.rank_before}"
            since = f", before that in {one.before}" if one.before else ""
            say(
                f"{title}: {one.person.name}  rank {one.rank}{before}; "
                f"{one.answers} answers in twelve months{since}"
            )
    names = ", ".join(one.name for one in found.rests_on.names)
    say(
        f"half of the help of the last {found.rests_on.years} years: "
        f"{found.rests_on.people} of {found.rests_on.helpers} people{f': {names}' if names else ''}"
    )
    say(f"questions waiting for an answer: {found.waiting_total}")
    for thread in found.waiting:
        say(f"  {thread.last:%Y-%m-%d} {thread.subject}")


def _told(found: schemas.DecidedTopic) -> Told:
    return found.slug, numbered(found.decision, NEXT_RANKING)


def _decision(kind: str, example: str) -> Callable[[Wanted], Wanted]:
    """A command that makes a decision about topics of this kind."""
    return decision_command(commands, example, partial(decide_on_topic, kind=kind), _told)


@_decision("add", 'pakar topics add "Wi-Fi" --terms wifi,ssid,channel,-windows')
def add(
    label: Annotated[str, typer.Argument(metavar="LABEL")],
    terms: Annotated[
        str,
        typer.Option(
            "--terms",
            metavar="WORDS",
            help="Words, comma-separated: word, word=0.5 for less weight, -word to exclude.",
        ),
    ] = "",
    label_id: LabelIndonesian = None,
    label_en: LabelEnglish = None,
    threads: Annotated[
        list[str] | None,
        typer.Option("--thread", metavar="MESSAGE-ID", help="A thread about it; repeatable."),
    ] = None,
    not_threads: Annotated[
        list[str] | None,
        typer.Option("--not-thread", metavar="MESSAGE-ID", help="A thread not about it."),
    ] = None,
) -> Act:
    """Add a topic; prints its slug."""
    return partial(
        curation.add_topic,
        label=label,
        terms=curation.parse_terms(terms),
        label_id=label_id,
        label_en=label_en,
        threads=threads or (),
        not_threads=not_threads or (),
    )


@_decision("rename", 'pakar topics rename ip-mikrotik "Routers" --label-id Router')
def rename(
    topic: TopicName,
    label: Annotated[str, typer.Argument(metavar="LABEL")],
    label_id: LabelIndonesian = None,
    label_en: LabelEnglish = None,
) -> Act:
    """Give a topic another label; its slug and links stay."""
    return partial(curation.rename, slug=topic, label=label, label_id=label_id, label_en=label_en)


@_decision("merge", "pakar topics merge wifi-laptop wi-fi")
def merge(
    topic: TopicName,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The topic that stays.")],
) -> Act:
    """Merge a topic into another one, which takes over its words; old links lead there."""
    return partial(curation.merge, slug=topic, into=into)


@_decision("split", 'pakar topics split office --terms nas,printer --label "Files"')
def split(
    topic: TopicName,
    terms: Terms,
    label: Annotated[str, typer.Option("--label", metavar="LABEL", show_default=False)],
) -> Act:
    """Make a new topic of some of a topic's words; prints its slug."""
    return partial(curation.split, slug=topic, terms=curation.parse_terms(terms), label=label)


@_decision("parent", "pakar topics under vlan jaringan-mikrotik")
def under(
    topic: TopicName,
    parent: Annotated[
        str | None, typer.Argument(metavar="PARENT", help="The broader topic's slug.")
    ] = None,
    nothing: Annotated[bool, typer.Option("--nothing", help="It is part of no other.")] = False,
) -> Act:
    """Say which broader topic a topic is part of, whatever their threads tell."""
    if (parent is None) != nothing:
        raise UsageError("name the broader topic, or say --nothing")
    return partial(curation.put_under, slug=topic, parent=parent)


@_decision("pin", "pakar topics pin wi-fi --thread 12.34@example.org")
def pin(
    topic: TopicName,
    thread: Annotated[
        str | None, typer.Option("--thread", metavar="MESSAGE-ID", help="A thread about it.")
    ] = None,
    exclude: Annotated[
        bool, typer.Option("--exclude", help="The thread is not about the topic.")
    ] = False,
) -> Act:
    """Keep a topic for good, or say that a thread is about it."""
    if exclude and thread is None:
        raise UsageError("--exclude needs the --thread to exclude")
    return partial(curation.pin, slug=topic, message_id=thread, included=not exclude)


@_decision("hide", "pakar topics hide seminar-akbar")
def hide(topic: TopicName) -> Act:
    """Take a topic out of lists and rankings; it is not suggested again."""
    return partial(curation.hide, slug=topic)


@_decision("unhide", "pakar topics unhide seminar-akbar")
def unhide(topic: TopicName) -> Act:
    """Show a hidden topic again."""
    return partial(curation.unhide, slug=topic)


record_commands(
    commands,
    TOPICS,
    lambda found: told(found, f": {', '.join(found.topics or found.words)}"),
    {"topics": lambda one: ", ".join(one.topics[:10] or one.words)},
    undoing="Take a decision back: the topics are as they were before it.",
    made="%Y-%m-%d %H:%M",
)
