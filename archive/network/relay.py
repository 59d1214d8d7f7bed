"""The relay (smarthost) that sends the archive's mail: ``[user:password@]host:port[?tls=…]``."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from archive.errors import PakarError, RefusedError, UsageError

SECONDS = 30.0
"""How long to wait for one reply of the relay."""
TLS_WAYS = ("none", "starttls", "implicit")


class RelayUnavailableError(PakarError):
    """The relay cannot accept the mail now; a later attempt may succeed."""


@dataclass(frozen=True, slots=True)
class Relay:
    """A smarthost, with a method to send one mail through it."""

    host: str
    port: int = 25
    user: str | None = None
    password: str | None = None
    tls: str = "none"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse the setting. Raises ``UsageError``, whose message does not show the password."""
        try:
            parts = urlsplit(f"smtp://{text}")
            port = parts.port or 25
            options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        except ValueError:
            raise UsageError("must be [user:password@]host:port[?tls=starttls]") from None
        tls = options.pop("tls", "none")
        if options or tls not in TLS_WAYS or not parts.hostname or parts.path or parts.fragment:
            raise UsageError("must be [user:password@]host:port[?tls=starttls|implicit]")
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        if (user is None) != (password is None):
            raise UsageError("a relay's user needs a password, and a password a user")
        return cls(parts.hostname, port, user, password, tls)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def send(self, sender: str, recipient: str, raw: bytes) -> None:
        """Send one mail; when this returns, the relay has accepted it.

        Raises ``RefusedError`` when the relay will never accept it,
        ``RelayUnavailableError`` when it may accept it later.
        """
        try:
            with self._connect() as client:
                client.ehlo_or_helo_if_needed()
                if self.tls == "starttls":
                    client.starttls(context=ssl.create_default_context())
                if self.user is not None and self.password is not None:
                    client.login(self.user, self.password)
                client.sendmail(sender, [recipient], raw)
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = next(iter(error.recipients.values()))
            raise self._failure(code, reply) from None
        except smtplib.SMTPAuthenticationError as error:
            # The settings are wrong, not the mail, so the mail waits for correct settings.
            raise RelayUnavailableError(
                f"the relay {self} refused the password: {_said(error.smtp_code, error.smtp_error)}"
            ) from None
        except smtplib.SMTPResponseException as error:
            raise self._failure(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPException as error:
            raise RelayUnavailableError(f"the relay {self} failed: {_line(str(error))}") from None
        except OSError as error:
            reason = error.strerror or str(error) or type(error).__name__
            raise RelayUnavailableError(
                f"the relay {self} cannot be reached: {_line(reason)}"
            ) from None

    def _connect(self) -> smtplib.SMTP:
        if self.tls == "implicit":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=SECONDS)

    def _failure(self, code: int, reply: bytes | str) -> PakarError:
        said = _said(code, reply)
        if 500 <= code < 600:
            return RefusedError(f"the relay {self} refused it: {said}")
        return RelayUnavailableError(f"the relay {self} took it not yet: {said}")


def _said(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {_line(text)}"


def _line(text: str) -> str:
    """One printable line of at most 300 characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:300].strip()
