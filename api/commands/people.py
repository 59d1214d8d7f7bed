"""``pakar people``: who wrote, and moderators' word on who is who."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from api.answers.decisions import decide_on_people, people_decisions
from api.answers.lookup import one_person
from api.answers.operator_only import identities
from api.answers.people import people as people_page
from api.commands.deciding import NEXT_RANKING, By, Number, Reason, author, curating
from api.commands.environment import Json, answers, archive, everything, note, print_json, say
from api.paging import MAX_LIMIT, PageRequest
from api.readers import OPERATOR
from api.schemas import PeopleDecision
from archive.errors import RefusedError, UsageError
from archive.people import decisions as curation
from archive.people.mailmap import read_mailmap
from archive.people.suggestions import refresh_suggestions, take_suggestion
from archive.tables import Decision

commands = typer.Typer(help="The people of the archive, and who is who.")

Who = Annotated[str, typer.Argument(metavar="WHO", help="Id, e-mail address or full name.")]


def register(application: typer.Typer) -> None:
    """Add the group to the command line."""
    application.add_typer(commands, name="people")


@commands.callback(invoke_without_command=True, epilog="Example: pakar people --query ayu --json")
def people(
    context: typer.Context,
    query: Annotated[
        str | None, typer.Option("--query", help="Part of a name, or a whole e-mail address.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT)] = 20,
    as_json: Json = False,
) -> None:
    """The people of the archive by name; or one of the commands below."""
    if context.invoked_subcommand is not None:
        if query is not None or as_json:
            raise UsageError(f"options go after `people {context.invoked_subcommand}`")
        return
    with everything(context) as opened:
        page = people_page(opened, reader=OPERATOR, query=query, page=PageRequest(limit))
    if as_json:
        print_json(page)
        return
    table = Table("id", "name", "posts", "answers", "addresses")
    for one in page.items:
        addresses = ", ".join(one.addresses[:4])
        table.add_row(str(one.id), one.name, str(one.posts), str(one.answers), addresses)
    answers.print(table)
    note(f"{page.total} found")


@commands.command(epilog="Example: pakar people merge ayu@example.org 'Ayu Lestari' --reason told")
def merge(
    context: typer.Context,
    one: Who,
    other: Who,
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Say that two people are one, for good; old links lead on."""

    def act(session: Session) -> Decision:
        found = one_person(session, one), one_person(session, other)
        return curation.merge(session, *found, author=author(by), reason=reason)

    _decide(context, act, as_json=as_json)


@commands.command(epilog="Example: pakar people split 7 office@example.org --reason 'shared desk'")
def split(
    context: typer.Context,
    who: Who,
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS…")],
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Say that some addresses of a person are somebody else's."""

    def act(session: Session) -> Decision:
        person = one_person(session, who)
        return curation.split(session, person, addresses, author=author(by), reason=reason)

    _decide(context, act, as_json=as_json)


@commands.command(epilog="Example: pakar people distinct 7 12 --reason 'father and son'")
def distinct(
    context: typer.Context,
    one: Who,
    other: Who,
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Say that two people are two: never joined, never suggested again."""

    def act(session: Session) -> Decision:
        found = one_person(session, one), one_person(session, other)
        return curation.tell_apart(session, *found, author=author(by), reason=reason)

    _decide(context, act, as_json=as_json)


@commands.command(epilog="Example: pakar people hide ayu@example.org --reason 'asked by mail'")
def hide(
    context: typer.Context, who: Who, reason: Reason = "", by: By = "", as_json: Json = False
) -> None:
    """Take a person's name, addresses and page from readers."""

    def act(session: Session) -> Decision:
        person = one_person(session, who)
        return curation.hide(session, person, author=author(by), reason=reason)

    _decide(context, act, as_json=as_json)


@commands.command(epilog="Example: pakar people unhide ayu@example.org")
def unhide(
    context: typer.Context, who: Who, reason: Reason = "", by: By = "", as_json: Json = False
) -> None:
    """Show a hidden person again."""

    def act(session: Session) -> Decision:
        person = one_person(session, who)
        return curation.hide(session, person, hidden=False, author=author(by), reason=reason)

    _decide(context, act, as_json=as_json)


@commands.command(epilog="Example: pakar people mailmap ~/linux/.mailmap")
def mailmap(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Take over names and addresses from a .mailmap, as git writes it."""
    try:
        entries = read_mailmap(file.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None
    with curating(context) as session:
        decision, refused = curation.apply_mailmap(
            session, entries, author=author(by), reason=reason or str(file)
        )
        facts = people_decisions(session, [] if decision is None else [decision])
    if facts:
        _say_decision(facts[0], as_json=as_json)
    else:
        note("nothing new")
        if as_json:
            print_json({"number": None})
    for entry, fault in refused:
        note(f"{file}: line {entry.line}: {fault}")
    if refused:
        raise RefusedError(f"{len(refused)} of {len(entries)} entries were refused")


@commands.command(epilog="Example: pakar people suggestions --limit 50 --json")
def suggestions(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT)] = 20,
    as_json: Json = False,
) -> None:
    """Merges that are likely but not sure, those of the busiest people first."""
    with archive(context) as store, store.database.transaction() as session:
        refresh_suggestions(session)
        found = identities.queue(session, limit)
    if as_json:
        print_json(found)
        return
    table = Table("number", "one", "other", "reason")
    for item in found.items:
        sides = [f"{one.name} <{one.address}> ({one.posts})" for one in (item.one, item.other)]
        table.add_row(str(item.number), *sides, item.reason)
    answers.print(table)
    note(f"{found.total} in the queue: `people accept NUMBER` or `people refuse NUMBER`")


@commands.command(epilog="Example: pakar people accept 12")
def accept(
    context: typer.Context, number: Number, reason: Reason = "", by: By = "", as_json: Json = False
) -> None:
    """Merge the two people of a suggestion."""

    def act(session: Session) -> Decision:
        one, other, why = take_suggestion(session, number)
        return curation.merge(session, one, other, author=author(by), reason=reason or why)

    _decide(context, act, as_json=as_json)


@commands.command(epilog="Example: pakar people refuse 12 --reason 'they wrote to one another'")
def refuse(
    context: typer.Context, number: Number, reason: Reason = "", by: By = "", as_json: Json = False
) -> None:
    """Say that the two people of a suggestion are two."""

    def act(session: Session) -> Decision:
        one, other, _ = take_suggestion(session, number)
        return curation.tell_apart(session, one, other, author=author(by), reason=reason)

    _decide(context, act, as_json=as_json)


@commands.command(epilog="Example: pakar people undo 3")
def undo(context: typer.Context, number: Number, by: By = "", as_json: Json = False) -> None:
    """Take a decision back: the people concerned are as if it had never been made."""

    def act(session: Session) -> Decision:
        return curation.undo(session, number, author=author(by))

    _decide(context, act, as_json=as_json)


@commands.command(epilog="Example: pakar people decisions --json")
def decisions(context: typer.Context, as_json: Json = False) -> None:
    """What was decided about people, the newest first."""
    with archive(context) as store, store.database.session() as session:
        found = people_decisions(session, curation.decisions(session))
    if as_json:
        print_json({"items": [one.model_dump(mode="json") for one in found]})
        return
    table = Table("number", "decision", "people", "made", "by", "reason", "undone")
    for one in found:
        people = ", ".join(map(str, one.people[:10]))
        undone = f"{one.undone:%Y-%m-%d} by {one.undone_by}" if one.undone else ""
        table.add_row(
            str(one.number),
            one.kind,
            people,
            f"{one.made:%Y-%m-%d}",
            one.author,
            one.reason,
            undone,
        )
    answers.print(table)


@commands.command(epilog="Example: pakar people explain ayu@example.org")
def explain(context: typer.Context, who: Who, as_json: Json = False) -> None:
    """A person's addresses, and why each is theirs."""
    with archive(context) as store, store.database.session() as session:
        found = identities.identity(session, one_person(session, who))
    if as_json:
        print_json(found)
        return
    say(f"{found.name}  (id {found.id}{', hidden' if found.hidden else ''})")
    for one in found.addresses:
        span = f", {one.first:%Y-%m} to {one.last:%Y-%m}" if one.first and one.last else ""
        why = f"  [{one.reason}]" if one.reason else ""
        say(f"  {one.address}  {one.posts} posts{span}{why}")


@commands.command(epilog="Example: pakar people report --json")
def report(context: typer.Context, as_json: Json = False) -> None:
    """How many merges were made, suggested and refused, and for which reasons."""
    with archive(context) as store, store.database.transaction() as session:
        found = identities.report(refresh_suggestions(session))
    if as_json:
        print_json(found)
        return
    say(f"{found.addresses} addresses, {found.people} people")
    for title, counts in (
        ("merged, addresses", found.merges),
        ("suggested, pairs of people", found.suggested),
        ("kept apart, pairs of addresses", found.refused),
    ):
        say(f"{title}: {sum(counts.values())}")
        for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            say(f"  {count:6}  {reason}")


def _decide(context: typer.Context, act: Callable[[Session], Decision], *, as_json: bool) -> None:
    """Make or undo a decision, and say so once it holds."""
    with archive(context) as store:
        _say_decision(decide_on_people(store.database, act), as_json=as_json)


def _say_decision(facts: PeopleDecision, *, as_json: bool) -> None:
    if as_json:
        print_json(facts)
    else:
        state = "undone" if facts.undone else "made"
        people = ", ".join(map(str, facts.people[:50]))
        say(f"decision {facts.number} ({facts.kind}) {state}; people concerned: {people}")
    note(NEXT_RANKING)
