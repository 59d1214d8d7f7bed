"""``pakar search``, ``thread`` and ``message``: read the archive."""

from __future__ import annotations

import html
import re
import sys
from enum import StrEnum
from typing import Annotated

import typer

from api import schemas
from api.answers.messages import message as one_message
from api.answers.messages import raw_message
from api.answers.search import search as search_page
from api.answers.thread import thread as one_thread
from api.answers.thread import thread_of_message
from api.commands.environment import Json, ListOption, everything, note, print_json, say
from api.paging import MAX_LIMIT, PageRequest
from api.readers import OPERATOR
from archive.lists.audience import audience

_MARK = re.compile(r"</?mark>")

MessageId = Annotated[str, typer.Argument(metavar="MESSAGE-ID", help="With or without <>.")]


class Sort(StrEnum):
    """The order of search results."""

    RELEVANCE = "relevance"
    DATE = "date"


class By(StrEnum):
    """What a search result is: a message or a thread."""

    MESSAGE = "message"
    THREAD = "thread"


def register(application: typer.Typer) -> None:
    """Add the commands to the command line."""
    application.command(epilog='Example: pakar search "subject:vpn from:ayu -windows"')(search)
    application.command(epilog="Example: pakar thread 20190429011759.GA125935@example.org")(thread)
    application.command(epilog="Example: pakar message 12.34@example.org --raw > post.eml")(message)


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY")],
    list_address: ListOption = None,
    sort: Annotated[Sort, typer.Option("--sort")] = Sort.RELEVANCE,
    by: Annotated[
        By, typer.Option("--by", help="Every message, or the first of each thread.")
    ] = By.MESSAGE,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT)] = 20,
    as_json: Json = False,
) -> None:
    """Find messages: from: to: list: subject: body: topic: before: after: "phrases" -not OR."""
    with everything(context) as opened:
        with opened.database.session() as session:
            readers = audience(session, None)
        # Nobody goes on with the index after this command, so it waits for the whole of it.
        opened.searcher.bring_up_to_date(readers, lambda done: note(f"{done} messages indexed"))
        page = search_page(
            opened,
            query,
            reader=OPERATOR,
            list_address=list_address,
            sort=sort.value,
            by=by.value,
            page=PageRequest(limit),
        )
    if as_json:
        print_json(page)
        return
    for hit in page.items:
        say(f"{hit.date:%Y-%m-%d}  {hit.author.name}  {hit.subject}")
        say(f"            <{hit.message_id}>")
        say(f"            {html.unescape(_MARK.sub('', hit.snippet))}")
    if page.but_one:
        note("no message has all these words; these lack one")
    if page.partial:
        note("the search index is still being built: messages may be missing")
    if page.suggestion is not None:
        note(f"did you mean: {page.suggestion}")
    note(f"{page.total} found")


def thread(context: typer.Context, message_id: MessageId, as_json: Json = False) -> None:
    """The conversation a message belongs to."""
    with everything(context) as opened:
        number = thread_of_message(opened, message_id.strip().strip("<>"), reader=OPERATOR)
        found = one_thread(opened, number, reader=OPERATOR)
    if as_json:
        print_json(found)
        return
    say(found.subject)
    waiting: list[tuple[int, schemas.ThreadMessage]] = [(0, one) for one in found.messages[::-1]]
    while waiting:
        depth, one = waiting.pop()
        indent = "  " * min(depth, 20)
        if one.ghost or one.date is None or one.author is None:
            say(f"{indent}[not in the archive]  <{one.message_id}>")
        else:
            say(f"{indent}{one.date:%Y-%m-%d %H:%M}  {one.author.name}  <{one.message_id}>")
        waiting.extend((depth + 1, child) for child in one.children[::-1])
    if found.next:
        note(f"{found.total} messages in all; the others: {found.next}")


def message(
    context: typer.Context,
    message_id: MessageId,
    raw: Annotated[bool, typer.Option("--raw", help="The stored bytes, exactly.")] = False,
    as_json: Json = False,
) -> None:
    """One message, read; or its stored bytes."""
    identifier = message_id.strip().strip("<>")
    with everything(context) as opened:
        if raw:
            sys.stdout.buffer.write(raw_message(opened, identifier, reader=OPERATOR))
            sys.stdout.buffer.flush()
            return
        found = one_message(opened, identifier, reader=OPERATOR)
    if as_json:
        print_json(found)
        return
    say(f"From: {found.author.name}")
    say(f"Date: {found.date:%Y-%m-%d %H:%M} UTC")
    say(f"Subject: {found.subject}")
    if found.authenticity is not None:
        say(f"Authenticity: {found.authenticity.verdict}: {found.authenticity.reason}")
    say()
    say(found.text)
