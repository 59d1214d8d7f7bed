"""``pakar topics``: what the lists talk about, and people's word on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from api import schemas
from api.answers.decisions import decide_on_topic
from api.answers.decisions import topic_decisions as decisions_on_topics
from api.answers.topic_history import topic_course
from api.answers.topics import topic as one_topic
from api.answers.topics import topics as topic_page
from api.commands import synonyms
from api.commands.deciding import NEXT_RANKING, By, Number, Reason, author
from api.commands.environment import (
    Json,
    ListOption,
    answers,
    archive,
    everything,
    note,
    print_json,
    say,
)
from api.commands.ranking import Granularity
from api.paging import MAX_LIMIT, PageRequest
from api.readers import OPERATOR
from archive.errors import UsageError
from reputation.tables import Topic
from reputation.topics import curation
from reputation.topics.curation import decisions as topic_decisions

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


@commands.command(epilog='Example: pakar topics add "Wi-Fi" --terms wifi,ssid,channel,-windows')
def add(
    context: typer.Context,
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
    pinned: Annotated[
        list[str] | None,
        typer.Option("--thread", metavar="MESSAGE-ID", help="A thread about it; repeatable."),
    ] = None,
    excluded: Annotated[
        list[str] | None,
        typer.Option("--not-thread", metavar="MESSAGE-ID", help="A thread not about it."),
    ] = None,
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Add a topic; prints its slug."""

    def act(session: Session) -> Topic:
        return curation.add_topic(
            session,
            label,
            terms=curation.parse_terms(terms),
            label_id=label_id,
            label_en=label_en,
            threads=pinned or (),
            not_threads=excluded or (),
        )

    _decide(context, "add", act, why=(by, reason), as_json=as_json)


@commands.command(epilog='Example: pakar topics rename ip-mikrotik "Routers" --label-id Router')
def rename(
    context: typer.Context,
    topic: TopicName,
    label: Annotated[str, typer.Argument(metavar="LABEL")],
    label_id: LabelIndonesian = None,
    label_en: LabelEnglish = None,
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Give a topic another label; its slug and links stay."""

    def act(session: Session) -> Topic:
        return curation.rename(session, topic, label, label_id=label_id, label_en=label_en)

    _decide(context, "rename", act, why=(by, reason), as_json=as_json)


@commands.command(epilog="Example: pakar topics merge wifi-laptop wi-fi")
def merge(
    context: typer.Context,
    topic: TopicName,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The topic that stays.")],
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Merge a topic into another one, which takes over its words; old links lead there."""

    def act(session: Session) -> Topic:
        return curation.merge(session, topic, into)

    _decide(context, "merge", act, why=(by, reason), as_json=as_json)


@commands.command(epilog='Example: pakar topics split office --terms nas,printer --label "Files"')
def split(
    context: typer.Context,
    topic: TopicName,
    terms: Terms,
    label: Annotated[str, typer.Option("--label", metavar="LABEL", show_default=False)],
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Make a new topic of some of a topic's words; prints its slug."""

    def act(session: Session) -> Topic:
        return curation.split(session, topic, curation.parse_terms(terms), label)

    _decide(context, "split", act, why=(by, reason), as_json=as_json)


@commands.command(epilog="Example: pakar topics under vlan jaringan-mikrotik")
def under(
    context: typer.Context,
    topic: TopicName,
    parent: Annotated[
        str | None, typer.Argument(metavar="PARENT", help="The broader topic's slug.")
    ] = None,
    nothing: Annotated[bool, typer.Option("--nothing", help="It is part of no other.")] = False,
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Say which broader topic a topic is part of, whatever their threads tell."""
    if (parent is None) != nothing:
        raise UsageError("name the broader topic, or say --nothing")

    def act(session: Session) -> Topic:
        return curation.put_under(session, topic, parent)

    _decide(context, "parent", act, why=(by, reason), as_json=as_json)


@commands.command(epilog="Example: pakar topics pin wi-fi --thread 12.34@example.org")
def pin(
    context: typer.Context,
    topic: TopicName,
    thread: Annotated[
        str | None, typer.Option("--thread", metavar="MESSAGE-ID", help="A thread about it.")
    ] = None,
    exclude: Annotated[
        bool, typer.Option("--exclude", help="The thread is not about the topic.")
    ] = False,
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Keep a topic for good, or say that a thread is about it."""
    if exclude and thread is None:
        raise UsageError("--exclude needs the --thread to exclude")

    def act(session: Session) -> Topic:
        return curation.pin(session, topic, thread, included=not exclude)

    _decide(context, "pin", act, why=(by, reason), as_json=as_json)


@commands.command(epilog="Example: pakar topics hide seminar-akbar")
def hide(
    context: typer.Context,
    topic: TopicName,
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Take a topic out of lists and rankings; it is not suggested again."""

    def act(session: Session) -> Topic:
        return curation.hide(session, topic)

    _decide(context, "hide", act, why=(by, reason), as_json=as_json)


@commands.command(epilog="Example: pakar topics unhide seminar-akbar")
def unhide(
    context: typer.Context,
    topic: TopicName,
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Show a hidden topic again."""

    def act(session: Session) -> Topic:
        return curation.unhide(session, topic)

    _decide(context, "unhide", act, why=(by, reason), as_json=as_json)


@commands.command(epilog="Example: pakar topics undo 3")
def undo(context: typer.Context, number: Number, by: By = "", as_json: Json = False) -> None:
    """Take a decision back: the topics are as they were before it."""
    with archive(context) as store, store.database.transaction() as session:
        decision = topic_decisions.undo(session, number, author=author(by))
        facts = decisions_on_topics(session, [decision])[0]
    if as_json:
        print_json(facts)
    else:
        about = ", ".join(facts.topics or facts.words)
        say(f"decision {facts.number} ({facts.kind}) undone: {about}")
    note(NEXT_RANKING)


@commands.command(epilog="Example: pakar topics decisions --json")
def decisions(context: typer.Context, as_json: Json = False) -> None:
    """What was decided about topics, the newest first."""
    with archive(context) as store, store.database.session() as session:
        found = decisions_on_topics(session, topic_decisions.decisions(session))
    if as_json:
        print_json({"items": [one.model_dump(mode="json") for one in found]})
        return
    table = Table("number", "decision", "topics", "made", "by", "reason", "undone")
    for one in found:
        undone = f"{one.undone:%Y-%m-%d} by {one.undone_by}" if one.undone else ""
        made = f"{one.made:%Y-%m-%d %H:%M}"
        topics_named = ", ".join(one.topics[:10] or one.words)
        table.add_row(str(one.number), one.kind, topics_named, made, one.author, one.reason, undone)
    answers.print(table)


def _decide(
    context: typer.Context,
    kind: str,
    act: Callable[[Session], Topic],
    *,
    why: tuple[str, str],
    as_json: bool,
) -> None:
    """Make a decision (``why``: by whom, and the reason) and say so once it holds."""
    by, reason = why
    with archive(context) as store:
        found = decide_on_topic(store.database, kind, act, author=author(by), reason=reason)
    if as_json:
        print_json(found)
    else:
        say(found.slug)
    if found.decision is None:
        note("nothing to change: it is so already")
    else:
        note(f"decision {found.decision}; {NEXT_RANKING}")
