"""``pakar list``: the mailing lists that the archive keeps."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from api.answers import lists as resources
from api.commands.environment import Json, answers, archive, everything, note, print_json, say
from api.readers import OPERATOR
from archive.errors import UsageError
from archive.lists.audience import public
from archive.lists.registry import (
    LANGUAGES,
    add_alias,
    add_list,
    find_list,
    list_identifier,
    receiving_address,
    subject_tags,
)
from archive.lists.registry import remove_alias as forget_alias
from archive.store.layers import derive_layers
from archive.upkeep.copies import settle_copies
from archive.upkeep.list_removal import remove_list
from reputation.outdated import outdate
from reputation.topics.tag_topics import declare_tags
from reputation.topics.withdrawal import withdraw_topics

commands = typer.Typer(
    help="Add, show, change and remove lists.",
    no_args_is_help=True,
    epilog="Example: pakar list show",
)

Address = Annotated[str, typer.Argument(metavar="LIST-ADDRESS")]


class NoArchive(StrEnum):
    """What to do with posts that ask not to be archived."""

    HONOUR = "honour"
    IGNORE = "ignore"


Name = Annotated[str | None, typer.Option("--name", help="What people call the list.")]
Description = Annotated[str | None, typer.Option("--description")]
Language = Annotated[str | None, typer.Option("--language", metavar="id|en|auto")]
Private = Annotated[
    bool | None, typer.Option("--private/--public", help="Readable with a token only.")
]
Obfuscate = Annotated[
    bool | None, typer.Option("--obfuscate/--no-obfuscate", help="Hide parts of addresses.")
]
NoArchivePolicy = Annotated[NoArchive | None, typer.Option("--no-archive")]
ListId = Annotated[
    str | None,
    typer.Option(
        "--list-id", help="The List-Id its posts carry; learned from the first otherwise."
    ),
]
Aliases = Annotated[
    list[str] | None,
    typer.Option("--alias", help="Another or earlier address, or List-Id; may be repeated."),
]
TopicTags = Annotated[
    str | None,
    typer.Option(
        "--topic-tags", help="Tags as [jual] in subjects that are topics, comma-separated."
    ),
]


def register(application: typer.Typer) -> None:
    """Add the group to the command line."""
    application.add_typer(commands, name="list")


@commands.command(epilog="Example: pakar list add talk@lists.example.org --language auto")
def add(
    context: typer.Context,
    address: Address,
    name: Name = None,
    description: Description = None,
    language: Language = None,
    private: Private = None,
    obfuscate: Obfuscate = None,
    no_archive: NoArchivePolicy = None,
    topic_tags: TopicTags = None,
    list_id: ListId = None,
    alias: Aliases = None,
    as_json: Json = False,
) -> None:
    """Add a list; prints the receiving address to subscribe to it."""
    fields = _fields(
        name, description, language, private, obfuscate, no_archive, topic_tags, list_id
    )
    with archive(context) as store, store.database.transaction() as session:
        added = add_list(session, address, **fields)
        declare_tags(session, public(session))
        for one in alias or ():
            add_alias(session, added, one)
        receiving = receiving_address(added, store.settings)
        canonical = added.address
    if as_json:
        print_json({"address": canonical, "receiving_address": receiving})
    else:
        say(receiving)


@commands.command(epilog="Example: pakar list show talk@lists.example.org --json")
def show(
    context: typer.Context,
    address: Annotated[str | None, typer.Argument(metavar="LIST-ADDRESS")] = None,
    as_json: Json = False,
) -> None:
    """Show one list, or all of them."""
    with everything(context) as opened:
        if address is not None:
            one = resources.mailing_list(opened, address, reader=OPERATOR)
            if as_json:
                print_json(one)
            else:
                for field, value in one.model_dump().items():
                    say(f"{field:18} {value}")
            return
        page = resources.mailing_lists(opened, reader=OPERATOR)
    if as_json:
        print_json(page)
        return
    table = Table("address", "name", "messages", "threads", "people", "last")
    for one in page.items:
        last = one.last.date().isoformat() if one.last else ""
        counts = (str(one.messages), str(one.threads), str(one.people))
        table.add_row(one.address, one.name, *counts, last)
    answers.print(table)


@commands.command(epilog="Example: pakar list edit talk@lists.example.org --name Talk --private")
def edit(
    context: typer.Context,
    address: Address,
    name: Name = None,
    description: Description = None,
    language: Language = None,
    private: Private = None,
    obfuscate: Obfuscate = None,
    no_archive: NoArchivePolicy = None,
    topic_tags: TopicTags = None,
    list_id: ListId = None,
    alias: Aliases = None,
    remove_alias: Annotated[
        list[str] | None, typer.Option("--remove-alias", help="Forget one; may be repeated.")
    ] = None,
) -> None:
    """Change what is set of a list."""
    fields = _fields(
        name, description, language, private, obfuscate, no_archive, topic_tags, list_id
    )
    with archive(context) as store, store.database.transaction() as session:
        found = find_list(session, address)
        was_private = found.private
        for field, value in fields.items():
            setattr(found, field, value)
        if found.private != was_private:
            settle_copies(session, found.id)
            derive_layers(session)
            if found.private:
                withdraw_topics(session, found.id)
            outdate(session)
        if topic_tags is not None:
            declare_tags(session, public(session))
            outdate(session)
        for one in remove_alias or ():
            forget_alias(session, found, one)
        for one in alias or ():
            add_alias(session, found, one)


@commands.command(epilog="Example: pakar list remove talk@lists.example.org --yes")
def remove(
    context: typer.Context,
    address: Address,
    yes: Annotated[bool, typer.Option("--yes", help="Really remove it.")] = False,
) -> None:
    """Remove a list and its mail; messages that other lists hold too stay there."""
    if not yes:
        raise UsageError("say --yes to remove a list and its mail for good")
    with archive(context) as store, store.database.transaction() as session:
        found = find_list(session, address)
        address = found.address
        removed = remove_list(session, found)
    note(
        f"removed {address}: {removed.messages} messages gone, "
        f"{removed.postings - removed.messages} stay on other lists"
    )


def _fields(
    name: str | None,
    description: str | None,
    language: str | None,
    private: bool | None,
    obfuscate: bool | None,
    no_archive: NoArchive | None,
    topic_tags: str | None,
    list_id: str | None,
) -> dict[str, Any]:
    """The settings that the user gave."""
    if language is not None and language not in LANGUAGES:
        raise UsageError(f"--language: one of {', '.join(LANGUAGES)}")
    given = {
        "name": name,
        "description": description,
        "language": language,
        "private": private,
        "obfuscate": obfuscate,
        "no_archive": no_archive.value if no_archive else None,
        "no_archive_by": "operator" if no_archive else None,
        "identifier": list_identifier(list_id) if list_id else None,
        "topic_tags": None if topic_tags is None else ",".join(subject_tags(topic_tags)),
    }
    return {field: value for field, value in given.items() if value is not None}
