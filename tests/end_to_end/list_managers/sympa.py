"""A real Sympa on loopback: its two daemons over SQLite, in a folder of its own.

The packaged Sympa has its user and its folders built in, in one small module. A copy of that with
others, put first on Sympa's search path, lets it run without touching the machine's own.
"""

from __future__ import annotations

import grp
import itertools
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.end_to_end.list_managers.post_office import HOST, Mail

PROGRAMS = Path("/usr/lib/sympa/bin")
CONSTANTS = Path("/usr/share/sympa/lib/Sympa/Constants.pm")
DAEMONS = ("sympa_msg.pl", "bulk.pl")
FOLDERS = {
    "ARCDIR": "arc",
    "BOUNCEDIR": "bounce",
    "EXPLDIR": "list_data",
    "PIDDIR": "pid",
    "SPOOLDIR": "spool",
    "SYSCONFDIR": "etc",
}
"""What the packaged Sympa looks for elsewhere, by the name of its constant."""

CONFIGURATION = """\
domain {domain}
listmaster listmaster@{domain}
lang en-US
db_type SQLite
db_name {folder}/sympa.sqlite
sendmail {folder}/sendmail
sendmail_args -oi
sendmail_aliases none
bulk_sleep 0.2
sleep 0.2
"""
ROBOT = """\
listmaster listmaster@{domain}
wwsympa_url http://{domain}/sympa
"""
LIST = {
    "subject": "A list made for a test",
    "status": "open",
    "visibility": "noconceal",
    "subscribe": "auth",
    "unsubscribe": "auth",
    "send": "public",
    "invite": "public",
}
OWNER = "owner\nemail owner@{domain}\nprofile privileged\n"
# Of the programs that send mail it knows only sendmail. This one is in Perl, which is there where
# Sympa is and which its user may run, whoever owns the tests' Python.
SENDMAIL = """\
#!/usr/bin/perl
use strict;
use Net::SMTP;
my ($sender, @recipients);
while (defined(my $argument = shift)) {{
    $sender = shift if $argument eq '-f';
    @recipients = splice @ARGV if $argument eq '--';
}}
my $client = Net::SMTP->new('{host}', Port => {port}) or exit 75;
$client->mail($sender) && $client->to(@recipients) && $client->data(<STDIN>) or exit 75;
$client->quit;
"""


def missing_part() -> str | None:
    """A part of Sympa that is not installed; None when all are."""
    parts = (CONSTANTS, PROGRAMS / "sympa.pl", *(PROGRAMS / name for name in DAEMONS))
    return next((str(part) for part in parts if not part.exists()), None)


def _account() -> pwd.struct_passwd:
    """Who runs it: whoever runs the tests, but for root the user that the package made."""
    return pwd.getpwnam("sympa") if os.geteuid() == 0 else pwd.getpwuid(os.getuid())


class Sympa:
    """A running Sympa that sends all its mail to ``smtp_port``.

    It serves two domains: one without web pages, whose questions are answered by mail, and one
    with them, whose questions hold a link.
    """

    def __init__(self, domain: str, web_domain: str, smtp_port: int) -> None:
        self._domain = domain
        self._numbers = itertools.count(1)
        # Not below the tests' own temporary folder, which only its owner may enter.
        self._folder = Path(tempfile.mkdtemp(prefix="pakar-sympa-"))
        self._account = _account()
        self._prepare(smtp_port, web_domain)
        self._environment = {**os.environ, "SYMPALIB": str(self._folder / "lib")}
        self._command("check")
        self._log = (self._folder / "output").open("wb")
        self._daemons = [
            subprocess.Popen(
                [PROGRAMS / name, "--foreground"],
                stdout=self._log,
                stderr=subprocess.STDOUT,
                **self._as_account(),
            )
            for name in DAEMONS
        ]

    def _prepare(self, smtp_port: int, web_domain: str) -> None:
        folder = self._folder
        robot = f"etc/{web_domain}"
        lists = f"list_data/{web_domain}"
        for name in (*FOLDERS.values(), "spool/msg", "lib/Sympa", robot, lists):
            (folder / name).mkdir(parents=True, exist_ok=True)
        text = CONFIGURATION.format(domain=self._domain, folder=folder)
        (folder / "sympa.conf").write_text(text)
        (folder / robot / "robot.conf").write_text(ROBOT.format(domain=web_domain))
        (folder / "sendmail").write_text(SENDMAIL.format(host=HOST, port=smtp_port))
        (folder / "sendmail").chmod(0o755)
        own = {
            "USER": self._account.pw_name,
            "GROUP": grp.getgrgid(self._account.pw_gid).gr_name,
            "CONFIG": str(folder / "sympa.conf"),
            **{name: str(folder / path) for name, path in FOLDERS.items()},
        }
        constants = CONSTANTS.read_text()
        for name, value in own.items():
            pattern = rf"(use constant {name} +=> )'[^']*'"
            constants = re.sub(pattern, rf"\g<1>'{value}'", constants)
        (folder / "lib" / "Sympa" / "Constants.pm").write_text(constants)
        self._give(folder)

    def _give(self, folder: Path) -> None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _as_account(self) -> dict[str, Any]:
        """How a process of it is started: never as root, which it refuses to be."""
        if os.geteuid() != 0:
            return {"env": self._environment}
        account = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        return {"env": self._environment, "cwd": self._folder, **account}

    def stop(self) -> None:
        """End the daemons."""
        for daemon in self._daemons:
            daemon.terminate()
        try:
            for daemon in self._daemons:
                daemon.wait(30)
        finally:
            for daemon in self._daemons:
                daemon.kill()
            self._log.close()
            shutil.rmtree(self._folder)

    def create_list(self, address: str) -> None:
        """A list that people join by themselves, with a confirmation."""
        settings = [f"{key} {value}\n" for key, value in LIST.items()]
        name, _, domain = address.partition("@")
        text = "\n".join([*settings, OWNER.format(domain=domain)])
        folder = self._folder / "list_data"
        folder = folder / name if domain == self._domain else folder / domain / name
        folder.mkdir()
        (folder / "config").write_text(text)
        self._give(folder)

    def receive(self, mail: Mail) -> None:
        """Take a mail: into the spool, as Sympa's ``queue`` does, whose paths are built in."""
        spool = self._folder / "spool" / "msg"
        headers = f"X-Sympa-To: {mail.recipient}\nReturn-Path: <{mail.sender}>\n"
        content = mail.content.replace(b"\r\n", b"\n")
        name = f"{mail.recipient}.{int(time.time())}.{next(self._numbers)}"
        unfinished = spool / f"T.{name}"
        unfinished.write_bytes(headers.encode() + content)
        self._give(unfinished)
        unfinished.rename(spool / name)

    def members(self, address: str) -> list[str]:
        """The addresses subscribed to a list."""
        _number, *members = self._command("review", address).splitlines()
        return members

    def invite(self, address: str, somebody: str) -> None:
        """Send an invitation, as anybody may have one sent."""
        robot, inviter = f"sympa@{self._domain}", "ayu@example.org"
        command = f"INVITE {address.partition('@')[0]} {somebody}"
        headers = f"From: {inviter}\r\nTo: {robot}\r\nSubject: {command}\r\n"
        identifier = f"Message-ID: <invite.{next(self._numbers)}@example.org>\r\n"
        self.receive(Mail(inviter, robot, f"{headers}{identifier}\r\n".encode()))

    def remove(self, address: str, member: str) -> None:
        """End a membership, as a list's owner does."""
        self._command("del", address, text=f"{member}\n")

    def _command(self, *arguments: str, text: str = "") -> str:
        ended: subprocess.CompletedProcess[str] = subprocess.run(
            [PROGRAMS / "sympa.pl", *arguments],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            **self._as_account(),
        )
        assert ended.returncode == 0, f"sympa {arguments[0]}: {ended.stdout}{ended.stderr}"
        return ended.stdout
