"""``pakar topics synonym``: words that mean the same."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from api.answers.synonyms import decide_on_synonym, synonyms
from api.commands.deciding import By, Reason, author
from api.commands.environment import Json, answers, archive, everything, note, print_json, say
from api.paging import MAX_LIMIT, PageRequest, cursor_of
from api.schemas import Page, SynonymPair

commands = typer.Typer(
    help="Words that mean the same: a query for one finds the other.",
    no_args_is_help=True,
    epilog="Example: pakar topics synonym list",
)

Word = Annotated[str, typer.Argument(metavar="WORD")]
OtherWord = Annotated[str, typer.Argument(metavar="OTHER")]


@commands.command(epilog="Example: pakar topics synonym add jaringan networking")
def add(
    context: typer.Context,
    word: Word,
    other: OtherWord,
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Say that two words mean the same."""
    _decide(context, (word, other), same=True, why=(by, reason), as_json=as_json)


@commands.command(epilog="Example: pakar topics synonym remove kabel network")
def remove(
    context: typer.Context,
    word: Word,
    other: OtherWord,
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Say that two words do not mean the same, whatever the mail shows."""
    _decide(context, (word, other), same=False, why=(by, reason), as_json=as_json)


@commands.command("list", epilog="Example: pakar topics synonym list --json")
def list_synonyms(context: typer.Context, as_json: Json = False) -> None:
    """The pairs found in the mail, added and removed."""
    with everything(context) as opened:
        page = synonyms(opened, PageRequest(MAX_LIMIT))
        items = list(page.items)
        while page.next is not None:
            page = synonyms(opened, PageRequest(MAX_LIMIT, cursor_of(page.next)))
            items += page.items
    if as_json:
        print_json(Page[SynonymPair](items=items, total=page.total))
        return
    table = Table("word", "other", "state", "what the mail shows")
    for one in items:
        table.add_row(one.one, one.other, one.state, one.reason)
    answers.print(table)


def _decide(
    context: typer.Context,
    words: tuple[str, str],
    *,
    same: bool,
    why: tuple[str, str],
    as_json: bool,
) -> None:
    by, reason = why
    with archive(context) as store:
        found = decide_on_synonym(
            store.database, *words, same=same, author=author(by), reason=reason
        )
    if as_json:
        print_json(found)
    else:
        say(f"{found.one} {'=' if same else '≠'} {found.other}")
    if found.decision is None:
        note("nothing to change: it is so already")
    else:
        note(f"decision {found.decision}; `topics undo {found.decision}` takes it back")
