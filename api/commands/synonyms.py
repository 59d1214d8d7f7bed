"""``pakar topics synonym``: words that mean the same."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer
from rich.table import Table

from api.answers.decisions import decide_on_synonym
from api.answers.synonyms import synonyms
from api.commands.environment import Json, answers, everything, print_json
from api.commands.moderation import Act, Told, decision_command, numbered
from api.paging import MAX_LIMIT, PageRequest, cursor_of
from api.schemas import DecidedSynonym, Page, SynonymPair
from reputation.topics.curation.synonyms import add_synonym, remove_synonym
from reputation.topics.synonyms import REMOVED

commands = typer.Typer(
    help="Words that mean the same: a query for one finds the other.",
    no_args_is_help=True,
    epilog="Example: pakar topics synonym list",
)

Word = Annotated[str, typer.Argument(metavar="WORD")]
OtherWord = Annotated[str, typer.Argument(metavar="OTHER")]


def _told(found: DecidedSynonym) -> Told:
    sign = "≠" if found.state == REMOVED else "="
    undoing = f"`topics undo {found.decision}` takes it back"
    return f"{found.one} {sign} {found.other}", numbered(found.decision, undoing)


_decision = partial(decision_command, commands, decide=decide_on_synonym, tell=_told)


@_decision("pakar topics synonym add jaringan networking")
def add(word: Word, other: OtherWord) -> Act:
    """Say that two words mean the same."""
    return partial(add_synonym, one=word, other=other)


@_decision("pakar topics synonym remove kabel network")
def remove(word: Word, other: OtherWord) -> Act:
    """Say that two words do not mean the same, whatever the mail shows."""
    return partial(remove_synonym, one=word, other=other)


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
