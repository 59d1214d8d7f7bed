"""``pakar people``: who wrote, and moderators' word on who is who."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Unpack

import typer
from rich.table import Table
from sqlalchemy.orm import Session

from api.answers.decisions import PEOPLE, about_people, curating
from api.answers.lookup import one_person
from api.answers.operator_only import identities
from api.answers.people import people as people_page
from api.commands.environment import Json, answers, archive, everything, note, print_json, say
from api.commands.moderation import (
    Act,
    By,
    Number,
    Reason,
    Told,
    announce,
    author,
    decision_command,
    record_commands,
    told,
)
from api.paging import MAX_LIMIT, PageRequest
from api.readers import OPERATOR
from api.schemas import PeopleDecision
from archive.decisions import Grounds
from archive.errors import UsageError
from archive.people import decisions as people_decisions
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


def _told(found: PeopleDecision) -> Told:
    people = ", ".join(map(str, found.people[:50]))
    return told(found, f"; people concerned: {people}")


_decision = partial(decision_command, commands, decide=PEOPLE.make, tell=_told)


@_decision("pakar people merge ayu@example.org 'Ayu Lestari' --reason told")
def merge(one: Who, other: Who) -> Act:
    """Say that two people are one, for good; old links lead on."""
    return about_people(one_person, people_decisions.merge, one, other)


@_decision("pakar people split 7 office@example.org --reason 'shared desk'")
def split(who: Who, addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS…")]) -> Act:
    """Say that some addresses of a person are somebody else's."""
    return about_people(one_person, partial(people_decisions.split, leaving=addresses), who)


@_decision("pakar people distinct 7 12 --reason 'father and son'")
def distinct(one: Who, other: Who) -> Act:
    """Say that two people are two: never joined, never suggested again."""
    return about_people(one_person, people_decisions.tell_apart, one, other)


@_decision("pakar people hide ayu@example.org --reason 'asked by mail'")
def hide(who: Who) -> Act:
    """Take a person's name, addresses and page from readers."""
    return about_people(one_person, people_decisions.hide, who)


@_decision("pakar people unhide ayu@example.org")
def unhide(who: Who) -> Act:
    """Show a hidden person again."""
    return about_people(one_person, partial(people_decisions.hide, hidden=False), who)


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
    with archive(context) as store, curating(store.database) as session:
        decision = people_decisions.apply_mailmap(
            session, entries, author=author(by), reason=reason or str(file)
        )
        found = None if decision is None else PEOPLE.shown(session, decision)
    if found is not None:
        announce(found, _told, as_json=as_json)
    else:
        note("nothing new")
        if as_json:
            print_json({"number": None})


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


@_decision("pakar people accept 12")
def accept(number: Number) -> Act:
    """Merge the two people of a suggestion."""

    def act(session: Session, *, author: str, reason: str) -> Decision:
        one, other, why = take_suggestion(session, number)
        return people_decisions.merge(session, one, other, author=author, reason=reason or why)

    return act


@_decision("pakar people refuse 12 --reason 'they wrote to one another'")
def refuse(number: Number) -> Act:
    """Say that the two people of a suggestion are two."""

    def act(session: Session, **grounds: Unpack[Grounds]) -> Decision:
        one, other, _ = take_suggestion(session, number)
        return people_decisions.tell_apart(session, one, other, **grounds)

    return act


record_commands(
    commands,
    PEOPLE,
    _told,
    {"people": lambda one: ", ".join(map(str, one.people[:10]))},
    undoing="Take a decision back: the people concerned are as if it had never been made.",
)


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
