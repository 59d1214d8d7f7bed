"""Settings, from flags, then environment, then ``pakar.toml`` in the data folder, then defaults.

An entry point loads them once and passes them on; nothing here is global.
"""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from archive.errors import UsageError
from archive.network.relay import Relay
from archive.network.resolver import resolver_address

PREFIX = "PAKAR_"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
"""RFC 5321, section 4.1.2."""
RATE_LIMITS: Final = {
    "reading": 1_200,
    "searching": 240,
    "matching": 60,
    "deciding": 120,
    "wrong-tokens": 20,
}
"""Requests of each kind that one client (for ``deciding``: one token) may send in a minute."""


class Settings(BaseSettings):
    """Every setting of Pakar; field ``x`` is ``PAKAR_X`` in the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("pakar")))
    database_url: str = ""
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8000, ge=0, le=65535)
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=8025, ge=0, le=65535)
    lmtp_port: int | None = Field(default=None, ge=0, le=65535)
    lmtp_socket: Path | None = None
    smtp_tls_cert: Path | None = None
    smtp_tls_key: Path | None = None
    mail_domain: str = "localhost"
    relay: str = "127.0.0.1:25"
    dns: str = "off"
    public_url: str = ""
    max_message_bytes: int = Field(default=26_214_400, ge=1)
    trusted_proxies: str = ""
    rate_limit_store: str = "memory"
    rate_limits: str = ""
    site_name: str = Field(default="Pakar", max_length=100)
    operator_contact: str = Field(default="", max_length=300)
    authority_gate: bool = False
    rank_interval: float = Field(default=5.0, gt=0, le=86_400)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of the sources: flags, environment, ``pakar.toml`` in the data folder."""
        stated = init_settings().get("data_dir") or os.environ.get(f"{PREFIX}DATA_DIR")
        folder = Path(stated) if stated else Path(platformdirs.user_data_dir("pakar"))
        toml = TomlConfigSettingsSource(settings_cls, folder / "pakar.toml")
        return init_settings, env_settings, toml

    @field_validator("data_dir", "lmtp_socket")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _known_dialect(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
            raise ValueError("must be a SQLAlchemy URL of SQLite or PostgreSQL")
        # Plain postgresql:// would select psycopg2, which Pakar does not install.
        if value.startswith("postgresql:"):
            return "postgresql+psycopg:" + value.removeprefix("postgresql:")
        return value

    @field_validator("http_host", "smtp_host")
    @classmethod
    def _host(cls, value: str) -> str:
        # An empty host would listen on every address there is.
        if not value or any(letter.isspace() or not letter.isprintable() for letter in value):
            raise ValueError("must be a host name or an address")
        return value

    @field_validator("mail_domain")
    @classmethod
    def _domain(cls, value: str) -> str:
        if not _DOMAIN.fullmatch(value) or len(value) > 253:
            raise ValueError("must be a domain, as archive.example.org")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for one in filter(None, map(str.strip, value.split(","))):
            ipaddress.ip_network(one, strict=False)
        return value

    @field_validator("operator_contact")
    @classmethod
    def _reachable(cls, value: str) -> str:
        is_page = urlsplit(value).scheme in ("http", "https", "mailto")
        is_address = value.count("@") == 1 and not any(letter.isspace() for letter in value)
        if value and not is_page and not is_address:
            raise ValueError("must be an e-mail address or an http or https URL")
        return value

    @field_validator("rate_limit_store")
    @classmethod
    def _counter(cls, value: str) -> str:
        if value.startswith("postgresql:"):
            return "postgresql+psycopg:" + value.removeprefix("postgresql:")
        urls = ("redis://", "rediss://", "redis+unix://", "postgresql+psycopg:")
        if value not in {"memory", "database"} and not value.startswith(urls):
            raise ValueError("must be memory, database, or a URL of Redis or PostgreSQL")
        return value

    @field_validator("rate_limits")
    @classmethod
    def _paces(cls, value: str) -> str:
        for one in filter(None, map(str.strip, value.split(","))):
            kind, _, number = one.partition("=")
            if kind not in RATE_LIMITS or not re.fullmatch(r"[1-9][0-9]{0,8}", number):
                kinds = ", ".join(RATE_LIMITS)
                raise ValueError(f"must be as reading=1200,searching=240; of {kinds}")
        return value

    @field_validator("site_name")
    @classmethod
    def _line(cls, value: str) -> str:
        if not value.strip() or not value.isprintable():
            raise ValueError("must be a line of printable characters")
        return value.strip()

    @field_validator("dns")
    @classmethod
    def _resolver(cls, value: str) -> str:
        if value not in {"off", "system"}:
            try:
                resolver_address(value)
            except UsageError as error:
                raise ValueError(str(error).removeprefix("PAKAR_DNS: ")) from None
        return value

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.netloc):
            raise ValueError("must be an http or https URL")
        return value.rstrip("/")

    @field_validator("relay")
    @classmethod
    def _readable_relay(cls, value: str) -> str:
        try:
            Relay.parse(value)
        except UsageError as error:
            raise ValueError(str(error)) from None
        return value

    @model_validator(mode="after")
    def _fill_derived(self) -> Settings:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir / 'pakar.db'}")
        if not self.public_url:
            host = f"[{self.http_host}]" if ":" in self.http_host else self.http_host
            object.__setattr__(self, "public_url", f"http://{host}:{self.http_port}")
        return self

    @property
    def allowances(self) -> dict[str, int]:
        """``RATE_LIMITS`` with what ``rate_limits`` says of them."""
        stated = [one.strip().partition("=") for one in self.rate_limits.split(",") if one.strip()]
        return {**RATE_LIMITS, **{kind: int(number) for kind, _, number in stated}}

    @property
    def index_folder(self) -> Path:
        """The folder of the full-text index."""
        return self.data_dir / "index"

    @property
    def terms_folder(self) -> Path:
        """The folder of the word counts."""
        return self.data_dir / "terms"


def load_settings(**flags: Any) -> Settings:
    """Load the settings; ``flags`` that are not None override all other sources.

    Raises ``UsageError``, with one line, for an unknown or malformed setting.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    unknown = sorted(
        name
        for name in os.environ
        if name.startswith(PREFIX)
        and name.removeprefix(PREFIX).lower() not in Settings.model_fields
    )
    if unknown:
        raise UsageError(f"unknown setting {unknown[0]} in the environment")
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else "settings"
        reason = str(first["msg"]).removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            raise UsageError(f"unknown setting {name}") from None
        raise UsageError(f"{name}: {reason}") from None
    except (ValueError, OSError) as error:
        # pakar.toml is not TOML, or it cannot be read.
        raise UsageError(f"pakar.toml: {error}") from None
