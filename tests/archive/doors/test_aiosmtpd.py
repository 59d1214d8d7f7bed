"""What ``archive.doors.connection`` relies on in aiosmtpd beyond its public surface.

A failure here means that the installed aiosmtpd is another than the door was
written for: see the docstring of ``archive/doors/connection.py``.
"""

from __future__ import annotations

import ast
import asyncio
import importlib.metadata
import inspect
import smtplib
import socket
import ssl
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from archive.doors.connection import Connection
from archive.doors.conversation import Conversation
from archive.doors.lmtp import LmtpConversation

RELIED_ON = {"_handle_client", "_reader", "_getaddr", "_getparams"}


def changed(name: str) -> str:
    release = importlib.metadata.version("aiosmtpd")
    return (
        f"aiosmtpd {release} has no {name} that does what the door relies on: "
        f"read archive/doors/connection.py before this release is used"
    )


@contextmanager
def serving(protocol: Callable[[asyncio.AbstractEventLoop], SMTP]) -> Iterator[int]:
    """The port at which each connection gets a protocol, in a loop of its own thread."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: protocol(loop), "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()


class Plain(SMTP):
    """aiosmtpd as it is, with parts replaced as the door replaces them."""

    def __init__(self, loop: asyncio.AbstractEventLoop, **options: Any) -> None:
        super().__init__(self, loop=loop, hostname="mx.example.org", **options)
        self.heard: list[object] = []

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: object, _envelope: object, address: str, _options: object
    ) -> str:
        self.heard.append(address)
        return "250 OK"


def test_connections_are_answered_by_our_own_loop_until_they_end() -> None:
    ended = threading.Event()

    class Own(Plain):
        async def _handle_client(self) -> None:
            try:
                while True:
                    line = await self._reader.readline()
                    assert isinstance(self.transport, asyncio.WriteTransport)
                    self.transport.write(b"heard " + line)
            finally:
                ended.set()

        def eof_received(self) -> bool:
            return False

    with serving(Own) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"halo\r\n")
        heard = client.makefile("rb").readline()
        client.shutdown(socket.SHUT_WR)
        assert heard == b"heard halo\r\n", changed("_handle_client and _reader")
        assert ended.wait(10), changed("_handle_client")


def test_a_stream_goes_on_over_tls_without_what_came_before(
    certificate: tuple[Path, Path],
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    readers: list[object] = []

    class Own(Plain):
        def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
            super().__init__(loop, tls_context=context)

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            if readers:
                self._reader.feed_data(b"RSET\r\n")
            super().connection_made(transport)
            readers.append(self._reader)

    with serving(Own) as port, smtplib.SMTP("localhost", port, timeout=10) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(certificate[0])))
        assert client.docmd("NOOP") == (250, b"OK"), changed("_reader")
        assert client.docmd("QUIT")[0] == 221, changed("_reader")
    assert len(readers) == 2, changed("_reader")
    assert readers[0] is readers[1], changed("_reader")


@pytest.mark.parametrize(
    ("path", "reply"), [(("<>", ""), 250), (("ayu@example.org", ""), 250), ((None, None), 553)]
)
def test_mail_and_rcpt_read_their_path_as_ours_does(
    path: tuple[str | None, str | None], reply: int
) -> None:
    spoken: list[str] = []
    heard: list[object] = []

    class Own(Plain):
        def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
            super().__init__(loop)
            self.heard = heard

        def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
            spoken.append(arg)
            return path

    with serving(Own) as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        assert client.docmd("MAIL FROM:<a b>")[0] == reply, changed("_getaddr")
    assert spoken == ["<a b>"], changed("_getaddr")
    assert heard == ([path[0]] if reply == 250 else []), changed("_getaddr")


@pytest.mark.parametrize(
    ("parameters", "reply"), [(None, 501), ({"A-B": True}, 555), ({"SIZE": "3"}, 250)]
)
def test_mail_and_rcpt_read_their_parameters_as_ours_does(
    parameters: dict[str, str | bool] | None, reply: int
) -> None:
    spoken: list[list[str]] = []

    class Own(Plain):
        def _getparams(self, params: Any) -> dict[str, str | bool] | None:
            spoken.append(list(params))
            return parameters

    with serving(Own) as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        answer = client.docmd("MAIL FROM:<ayu@example.org> a-b size=3")
        assert answer[0] == reply, changed("_getparams")
    assert spoken == [["A-B", "SIZE=3"]], changed("_getparams")


def private_names_of_aiosmtpd() -> set[str]:
    """Of the class, of its instances, and of what asyncio gives both."""
    instances: list[SMTP] = []

    def protocol(loop: asyncio.AbstractEventLoop) -> SMTP:
        instances.append(Plain(loop))
        return instances[0]

    with serving(protocol) as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.noop()
        names = {*dir(SMTP), *vars(instances[0])}
    return {name for name in names if name.startswith("_") and not name.endswith("__")}


@pytest.mark.parametrize("name", sorted(RELIED_ON))
def test_the_installed_release_has_every_name(name: str) -> None:
    assert name in private_names_of_aiosmtpd(), changed(name)


@pytest.mark.parametrize(
    ("kind", "relied_on"),
    [(Connection, RELIED_ON), (Conversation, set()), (LmtpConversation, set())],
)
def test_only_the_connection_knows_private_names_and_none_is_taken_by_chance(
    kind: type[SMTP], relied_on: set[str]
) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {name.removeprefix(f"_{kind.__name__}") for name in vars(kind)}

    assert used & private_names_of_aiosmtpd() == relied_on
