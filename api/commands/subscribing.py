"""``pakar subscribe``, ``subscriptions`` and ``unsubscribe``: membership of lists."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from api.answers.operator_only.subscriptions import decision, subscription, subscriptions
from api.commands.environment import Json, answers, archive, note, print_json, say
from api.schemas import SubscriptionDecision, SubscriptionHistory
from archive.errors import StoreUnavailableError, UsageError
from archive.lists.managers import MANAGERS
from archive.store.store import Store
from archive.subscription import operations
from archive.subscription.presence import is_somebody_present
from archive.subscription.requests import AUTO
from archive.tables import State

POLL_SECONDS = 0.3
EXIT_NOT_DONE = 1

commands = typer.Typer(help="The archive's subscriptions, and what waits for your decision.")

Address = Annotated[str, typer.Argument(metavar="LIST-ADDRESS")]


def register(application: typer.Typer) -> None:
    """Add the commands to the command line."""
    application.command(epilog="Example: pakar subscribe talk@lists.example.org --wait 60")(
        subscribe
    )
    application.add_typer(commands, name="subscriptions")
    application.command(epilog="Example: pakar unsubscribe talk@lists.example.org")(unsubscribe)


def subscribe(
    context: typer.Context,
    address: Address,
    manager: Annotated[
        str, typer.Option("--manager", metavar=f"{AUTO}|{'|'.join(MANAGERS)}")
    ] = AUTO,
    request_address: Annotated[
        str | None,
        typer.Option("--request-address", help="Where the request goes, if not as usual."),
    ] = None,
    wait: Annotated[
        float | None,
        typer.Option("--wait", metavar="SECONDS", min=0, help="Wait until it is active."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Subscribe to a list: ask its manager, and let `pakar serve` confirm."""
    with archive(context) as store:
        operations.subscribe(
            store, address, _now(), manager=manager, request_address=request_address
        )
        found = subscription(store, address)
        _note_sending(found)
        is_waiting = wait is not None and found.state != State.ACTIVE
        if not is_somebody_present(store.database):
            words = (
                f"no `pakar serve` is running on this store, so nobody would confirm {found.list}; "
                "the request stays"
            )
            if is_waiting:
                raise StoreUnavailableError(words)
            note(words)
        if wait is not None and is_waiting:
            found = _wait_until_active(store, address, wait)
    if as_json:
        print_json(found)
    else:
        say(f"{found.list}: {found.state}: {found.reason}")
        say(f"receiving address: {found.receiving_address}")
    if found.state == State.LOST or (wait is not None and found.state != State.ACTIVE):
        raise typer.Exit(EXIT_NOT_DONE)


@commands.callback(invoke_without_command=True, epilog="Example: pakar subscriptions --check")
def list_all(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 1 when a subscription is lost; for monitoring.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Every subscription with its state; or one of the commands below."""
    if context.invoked_subcommand is not None:
        if check or as_json:
            raise UsageError(f"options go after `subscriptions {context.invoked_subcommand}`")
        return
    with archive(context) as store:
        page = subscriptions(store)
    if as_json:
        print_json(page)
    else:
        table = Table("list", "state", "since", "manager", "last post", "to decide", "reason")
        for one in page.items:
            last = f"{one.last_post:%Y-%m-%d}" if one.last_post else ""
            since = f"{one.changed:%Y-%m-%d}"
            waiting = str(one.waiting or "")
            table.add_row(one.list, one.state, since, one.manager or "", last, waiting, one.reason)
        answers.print(table)
    lost = [one for one in page.items if one.state == State.LOST]
    if check and lost:
        for one in lost:
            note(f"{one.list}: lost: {one.reason}")
        raise typer.Exit(EXIT_NOT_DONE)


@commands.command(epilog="Example: pakar subscriptions show talk@lists.example.org --json")
def show(context: typer.Context, address: Address, as_json: Json = False) -> None:
    """One subscription with all that happened to it."""
    with archive(context) as store:
        found = subscription(store, address)
    if as_json:
        print_json(found)
        return
    for field, value in found.model_dump(exclude={"events", "outgoing"}).items():
        say(f"{field:18} {'' if value is None else value}")
    say()
    for event in found.events:
        decided = f" [{event.decision}]" if event.decision else ""
        say(f"{event.happened:%Y-%m-%d %H:%M:%S}  {event.kind}: {event.detail}{decided}")
    for mail in found.outgoing:
        if mail.next_attempt is not None:
            say(f"{mail.next_attempt:%Y-%m-%d %H:%M:%S}  to be sent to {mail.to}: {mail.error}")


@commands.command(epilog="Example: pakar subscriptions confirm talk@lists.example.org --answer 7")
def confirm(
    context: typer.Context,
    address: Address,
    answer: Annotated[
        int | None, typer.Option("--answer", metavar="N", help="Answer notice N all the same.")
    ] = None,
    dismiss: Annotated[
        int | None, typer.Option("--dismiss", metavar="N", help="Never answer notice N.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the notices that no rule may answer, and decide on one of them."""
    if answer is not None and dismiss is not None:
        raise UsageError("either --answer or --dismiss")
    with archive(context) as store:
        if answer is not None:
            sent = operations.answer(store, address, answer, _now())
            note(f"answered notice {answer} by mail to {sent.to}")
        if dismiss is not None:
            operations.dismiss(store, address, dismiss, _now())
            note(f"dismissed notice {dismiss}")
        waiting = [decision(one) for one in operations.decisions(store, address)]
    if as_json:
        print_json({"items": [one.model_dump(mode="json") for one in waiting]})
        return
    for one in waiting:
        _say_decision(one)
    note(f"{len(waiting)} wait for your decision")


def unsubscribe(context: typer.Context, address: Address, as_json: Json = False) -> None:
    """Leave a list, or take back the wish to join it. What is stored stays."""
    with archive(context) as store:
        operations.unsubscribe(store, address, _now())
        found = subscription(store, address)
        _note_sending(found)
    if as_json:
        print_json(found)
    else:
        say(f"{found.list}: {found.state}: {found.reason}")


def _now() -> datetime:
    return datetime.now(UTC)


def _note_sending(found: SubscriptionHistory) -> None:
    """Print the error of the last mail, if the relay did not accept it."""
    last = found.outgoing[-1] if found.outgoing else None
    if last is None or last.error is None or last.sent is not None:
        return
    again = "; it is kept and tried again" if last.next_attempt is not None else ""
    note(f"the mail to {last.to} was not sent: {last.error}{again}")


def _wait_until_active(store: Store, address: str, seconds: float) -> SubscriptionHistory:
    """Wait until the subscription is active, lost or ended, or the time is over; return it."""
    deadline = time.monotonic() + seconds
    while True:
        found = subscription(store, address)
        if found.state in (State.ACTIVE, State.LOST, State.ENDED):
            return found
        left = deadline - time.monotonic()
        if left <= 0:
            note(f"not active after {seconds:g} seconds")
            return found
        time.sleep(min(POLL_SECONDS, left))


def _say_decision(one: SubscriptionDecision) -> None:
    say(f"{one.id}  {one.received:%Y-%m-%d %H:%M}  {one.kind}")
    say(f"From: {one.sender}")
    say(f"Subject: {one.subject}")
    say(f"Why it waits: {one.reason}")
    if one.answer is None:
        say("It has no address that can be answered.")
    else:
        say(f"--answer {one.id} would send to {one.answer.to}: {one.answer.subject}")
    say()
    for line in one.text.split("\n"):
        say(f"    {_printable(line)}".rstrip())
    say()


def _printable(line: str) -> str:
    """Text of a stranger, without characters that could control the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in line)
