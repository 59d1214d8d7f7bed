"""``pakar serve``: the doors, the HTTP service and the worker in one process."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import signal
import socket
import threading
from collections.abc import Callable, Collection, Generator

import structlog
import uvicorn

from api.context import Context
from api.protocol.connections import Places, bounded_connections
from api.schemas import PartState
from api.service.app import create_app
from api.service.composition import open_store
from api.service.current_view import CurrentView
from api.service.other_views import OtherViews
from api.service.worker import Worker
from archive.database import Database
from archive.doors.door import SmtpDoor
from archive.errors import StoreUnavailableError
from archive.search.audiences import AudienceIndexes
from archive.search.searcher import Searcher
from archive.settings import Settings
from archive.store.store import Store
from archive.subscription.service import Correspondent
from reputation.corpus.reader import CorpusReader
from reputation.epochs.scorer import Scorer
from reputation.epochs.view import load_view
from reputation.topics.queries import threads_of_topic

PARTS = ("smtp", "http", "worker")
FIRST_PASS_SECONDS = 30.0
GRACE_SECONDS = 20
QUEUED_CONNECTIONS = 2_048
ACCEPTED_AT_ONCE = 16
"""Connections taken from the queue before any of them is looked at: each needs a descriptor."""

log = structlog.get_logger()


class Service:
    """Everything that ``serve`` runs. ``run`` returns after it was told to stop.

    parts: which of ``PARTS`` to run.
    announce: called with the line that says that the service is ready.
    """

    def __init__(
        self,
        settings: Settings,
        parts: Collection[str] = PARTS,
        *,
        accept_list_address: bool = False,
        announce: Callable[[str], None] = print,
    ) -> None:
        self.settings = settings
        self.parts = parts
        self.accept_list_address = accept_list_address
        self.announce = announce
        self._stop = asyncio.Event()
        self._threads_stopping = threading.Event()

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT.

        Raises ``StoreUnavailableError`` when the service cannot start.
        """
        store = open_store(self.settings)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        database = store.database
        indexes = AudienceIndexes(self.settings.index_folder, store.parsed)
        reader = CorpusReader(database, self.settings.terms_folder)
        gated = self.settings.authority_gate
        current = CurrentView(functools.partial(load_view, database, reader, gated=gated))
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(database.close)
            ready: dict[str, str] = {}
            places: dict[str, str] = {}
            checks: dict[str, Callable[[], PartState]] = {}
            if "worker" in self.parts:
                worker = Worker(store, indexes, Scorer(database, reader, gated=gated), current)
                checks["worker"] = lambda: _worker_state(worker)
                worker.start()
                stack.push_async_callback(asyncio.to_thread, worker.stop)
                await asyncio.to_thread(worker.wait_until_current, FIRST_PASS_SECONDS)
                self._correspond(store, checks, stack)
            else:
                self._follow(database, current, stack)
            if "smtp" in self.parts:
                places = await self._open_door(store, stack)
                ready["smtp"] = places.pop("smtp")
            if "http" in self.parts:
                searcher = Searcher(
                    indexes,
                    database,
                    threads_of_topic=threads_of_topic,
                )
                others = OtherViews(
                    database, self.settings.terms_folder, gated=gated, background=True
                )
                context = Context(self.settings, database, store, searcher, current, others, checks)
                ready["http"] = await self._open_http(context, stack)
            ready |= places
            words = " ".join(f"{part}={address}" for part, address in ready.items())
            # The objects made so far stay for ever. Exempt them from garbage collection, which
            # would delay answers to search them.
            gc.freeze()
            self.announce(f"pakar: ready {words}".rstrip())
            await self._stop.wait()

    def stop(self) -> None:
        """Ask ``run`` to finish the requests in progress and return."""
        self._stop.set()

    def _correspond(
        self,
        store: Store,
        checks: dict[str, Callable[[], PartState]],
        stack: contextlib.AsyncExitStack,
    ) -> None:
        """Answer list managers in their own thread, because the worker's rankings take long."""
        correspondent = Correspondent(store)
        checks["subscriptions"] = lambda: PartState(
            ready=correspondent.failure is None, detail=correspondent.failure
        )
        correspondent.start()
        stack.push_async_callback(asyncio.to_thread, correspondent.stop)

    def _follow(
        self, database: Database, current: CurrentView, stack: contextlib.AsyncExitStack
    ) -> None:
        follower = threading.Thread(
            target=current.follow, args=(database, self._threads_stopping), daemon=True
        )
        follower.start()
        stack.callback(self._threads_stopping.set)

    async def _open_door(self, store: Store, stack: contextlib.AsyncExitStack) -> dict[str, str]:
        door = SmtpDoor(
            self.settings, store.database, store, accept_list_address=self.accept_list_address
        )
        await door.start()
        stack.push_async_callback(door.stop)
        return door.places

    async def _open_http(self, context: Context, stack: contextlib.AsyncExitStack) -> str:
        settings = self.settings
        listener = _listen(settings.http_host, settings.http_port)
        configuration = uvicorn.Config(
            create_app(context),
            http=bounded_connections(Places()),
            proxy_headers=False,
            backlog=ACCEPTED_AT_ONCE,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=30,
            lifespan="off",
        )
        server = _Server(configuration)
        running = asyncio.create_task(server.serve(sockets=[listener]))

        async def stop() -> None:
            server.should_exit = True
            await running

        stack.push_async_callback(stop)
        while not server.started:
            if running.done():
                running.result()
                raise StoreUnavailableError("the HTTP service did not start")
            await asyncio.sleep(0.01)
        # The server has set the queue to what it accepts at once; a burst may wait in a longer one.
        listener.listen(QUEUED_CONNECTIONS)
        host, port = listener.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class _Server(uvicorn.Server):
    """uvicorn inside our event loop; the service handles signals, not uvicorn."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only on sockets whose protocol is explicitly TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(QUEUED_CONNECTIONS)
    except OSError as error:
        listener.close()
        raise _cannot_listen(host, port, error) from None
    listener.setblocking(False)
    return listener


def _cannot_listen(host: str, port: int, error: OSError) -> StoreUnavailableError:
    return StoreUnavailableError(f"cannot listen on {host}:{port}: {error.strerror or error}")


def _worker_state(worker: Worker) -> PartState:
    return PartState(ready=worker.failure is None, detail=worker.failure)
