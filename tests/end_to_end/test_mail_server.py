"""Real mail clients at the doors: Postfix as the operators' document sets it up, smtp-source."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.service import pakar, running
from tests.mail_server import free_port, missing_server, postfix
from tests.mandatory import MANDATORY

LIST = "talk@lists.example.org"
DOMAIN = "archive.example.org"
RECIPES = Path(__file__).parents[2] / "docs" / "operator" / "mail-servers.md"


@pytest.fixture
def _server_there() -> None:
    reason = missing_server()
    if reason is not None and "MAIL_SERVER" in MANDATORY:
        pytest.fail(f"{reason}, and tests with a mail server are mandatory here")
    if reason is not None:
        pytest.skip(reason)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def receiving_address(data_dir: Path) -> str:
    added = pakar(data_dir, "list", "add", LIST, "--json", PAKAR_MAIL_DOMAIN=DOMAIN)
    address: str = json.loads(added.stdout)["receiving_address"]
    return address


def recipe(heading: str, port: int) -> str:
    """The configuration under a heading of the document, with another port of the SMTP door."""
    text = RECIPES.read_text(encoding="utf-8").partition(f"## {heading}\n")[2]
    found = re.search(r"^```[a-z]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert found is not None, heading
    assert ":8025 " in found[1]
    return found[1].replace(":8025 ", f":{port} ")


def messages_of(data_dir: Path) -> int:
    """How many messages a store without fault holds."""
    verified = json.loads(pakar(data_dir, "verify", "--json").stdout)
    assert verified["faults"] == []
    count: int = verified["messages"]
    return count


def smtp_source(port: int, recipient: str, *options: str) -> None:
    command = ["smtp-source", "-f", "ayu@example.org", "-t", recipient, *options]
    subprocess.run([*command, f"127.0.0.1:{port}"], check=True, timeout=120)


@pytest.mark.usefixtures("_server_there")
def test_postfix_keeps_what_comes_while_pakar_is_away_and_then_delivers_it_by_smtp_and_lmtp(
    data_dir: Path, receiving_address: str
) -> None:
    port = free_port()
    with postfix(recipe("Postfix", port)) as server:
        smtp_source(server.port, receiving_address, "-s", "10", "-m", "40", "-l", "5000")
        smtp_source(server.port, LIST)
        server.wait_for("status=deferred")
        sockets = server.queue / "pakar"
        sockets.mkdir()
        settings = {
            "PAKAR_MAIL_DOMAIN": DOMAIN,
            "PAKAR_SMTP_PORT": str(port),
            "PAKAR_LMTP_SOCKET": str(sockets / "lmtp"),
        }
        with running(data_dir, "--only", "smtp", "--accept-list-address", **settings) as service:
            # As the group of its folder would give it in earnest.
            (sockets / "lmtp").chmod(0o666)
            server.flush()
            server.wait_until_empty()
            service.process.terminate()
            assert service.process.wait(30) == 0
        log = server.log()
    assert "status=bounced" not in log
    assert re.search(r"postfix/lmtp.*status=sent \(250 2.0.0 Stored\)", log)
    assert messages_of(data_dir) == 41


@pytest.mark.usefixtures("_server_there")
def test_fifty_connections_at_once_are_all_stored(data_dir: Path, receiving_address: str) -> None:
    with running(data_dir, "--only", "smtp", PAKAR_MAIL_DOMAIN=DOMAIN) as service:
        # It ends with an error at the first reply that it does not like.
        smtp_source(service.smtp[1], receiving_address, "-s", "50", "-m", "300", "-l", "20000")
        service.process.terminate()
        assert service.process.wait(30) == 0
    assert messages_of(data_dir) == 300
