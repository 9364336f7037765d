"""Where a database is: read from its settings and the environment, and never told to anybody."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.errors import SettingsError
from core.redact import redact
from core.settings import DatabaseSettings


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """What the driver connects with."""

    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Parts of the address that no sentence may hold."""

    def hide(self, text: str) -> str:
        """The text without any part of the address."""
        for secret in self.secrets:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "…", text)
        return redact(text, self.secrets)


@dataclass(frozen=True, slots=True)
class SqliteAddress:
    path: Path = field(repr=False)

    def hide(self, text: str) -> str:
        return redact(text.replace(str(self.path), self.path.name))


Address = PostgresAddress | SqliteAddress


def read_address(name: str, settings: DatabaseSettings, environ: Mapping[str, str] | None = None) -> Address:
    """Raises `SettingsError` with a sentence that says what to set; it never holds the address."""
    variable, url = settings.url_variable, settings.url
    where = f"databases.{name}.url"
    if variable is not None:
        where = f"the variable {variable}"
        url = (os.environ if environ is None else environ).get(variable, "").strip()
        if not url:
            raise SettingsError([f"{where} is not set here; it holds the address of the database {name}"])
    try:
        parsed = make_url(url or "")
        kind = parsed.get_backend_name() if parsed.drivername.partition("+")[0] != "postgres" else "postgresql"
    except (ArgumentError, ValueError):
        wanted = "write postgresql://user@host/name or sqlite:///file.db"
        raise SettingsError([f"{where} is no address; {wanted}"]) from None
    if kind == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise SettingsError([f"{where} must name a SQLite file; a database in memory is its program's alone"])
        return SqliteAddress(Path(parsed.database).absolute())
    if kind == "postgresql":
        hosts = parsed.query.get("host", "")
        named = hosts.split(",") if isinstance(hosts, str) else [part for host in hosts for part in host.split(",")]
        secrets = {part for part in (parsed.password, parsed.host, *named) if part}
        plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresAddress(plain, tuple(sorted(secrets, key=len, reverse=True)))
    raise SettingsError([f"{where} names {kind!r}; T12 looks at PostgreSQL and SQLite"])
