"""The tables about the databases that tests use: where each is, what is too much, and what may be deleted."""

import re
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, Field, model_validator

from core.settings.values import Table, Unset

_VERBS = ("integrity", "cleanup")
"""Words that follow `db` and would hide a database of that name."""
_NAME = r"[^\W\d][\w$]{0,62}"
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")


def _database_name(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or name in _VERBS:
        raise ValueError(f"{name[:60]!r} is no name of a database here; write it in small letters, like orders_test")
    return name


def _table_name(name: str) -> str:
    if not re.fullmatch(rf"(?:{_NAME}\.)?{_NAME}", name):
        raise ValueError(f"{name[:60]!r} is no name of a table; write users, or app.users with its schema")
    return name


def _column_name(name: str) -> str:
    if not re.fullmatch(_NAME, name):
        raise ValueError(f"{name[:60]!r} is no name of a column; write it as the database does, like user_id")
    return name


def _reference(name: str) -> str:
    if not re.fullmatch(rf"(?:{_NAME}\.){{1,2}}{_NAME}", name):
        raise ValueError(f"{name[:60]!r} does not say where to; write table.column, like users.id")
    return name


def _variable(name: str | None) -> str | None:
    if name is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", name):
        raise ValueError("this is no name of a variable; the address itself stands in the variable: TEST_DATABASE_URL")
    return name


def _condition(sql: str) -> str:
    """One condition, and nothing that leaves the place where it is put."""
    bare = _QUOTED.sub("''", sql)
    depth = 0
    for mark in re.findall(r"[()]", bare):
        depth += 1 if mark == "(" else -1
        if depth < 0:
            break
    if not sql.strip() or depth != 0 or re.search(r";|--|/\*|\x00", bare) or "$$" in bare:
        raise ValueError("write one SQL condition, as after WHERE, without a semicolon and comments: name = 'probe'")
    return sql.strip()


def _address(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        has_password = parts.password is not None or "password" in parse_qs(parts.query)
    except ValueError:
        raise ValueError("this is no address; write postgresql://user@host/name or sqlite:///file.db") from None
    if has_password:
        raise ValueError("it holds a password; put the address into a variable and name that as url_variable")
    if not re.match(r"(?:postgres(?:ql)?|sqlite)(?:\+\w+)?://", url):
        raise ValueError("write an address that begins with postgresql:// or sqlite:///")
    return url


TableName = Annotated[str, AfterValidator(_table_name)]
ColumnName = Annotated[str, AfterValidator(_column_name)]
Condition = Annotated[str, AfterValidator(_condition)]
DatabaseName = Annotated[str, AfterValidator(_database_name)]


class OrphanSettings(Table):
    """A reference that no foreign key holds, and that is to be true all the same."""

    table: TableName = Field(description="Table that refers, such as audit_logs or app.audit_logs.")
    column: ColumnName = Field(description="Its column.")
    references: Annotated[str, AfterValidator(_reference)] = Field(description="Where to: users.id.")
    where: Condition | None = Field(default=None, description="Only the rows that this SQL condition holds for.")


class CleanupSettings(Table):
    """Rows that tests leave behind and that may be deleted, by a condition the team wrote."""

    name: str = Field(min_length=1, max_length=60, description="What people call it.")
    table: TableName = Field(description="Table that rows are deleted from.")
    where: Condition = Field(description="SQL condition that exactly these rows hold.")
    most: int = Field(
        default=10_000, ge=1, le=10_000_000, description="Most rows at once; when more match none is deleted."
    )


class DatabaseSettings(Table):
    """A database that tests use."""

    url_variable: Annotated[Unset, AfterValidator(_variable)] = Field(
        default=None, description="Variable that holds the address, such as TEST_DATABASE_URL; it is never shown."
    )
    url: Annotated[Unset, AfterValidator(_address)] = Field(
        default=None, description="The address itself, without a password: postgresql://… or sqlite:///file.db."
    )
    connections: int = Field(default=20, ge=1, le=100_000, description="Active connections that are still fine.")
    idle_seconds: float = Field(
        default=30, gt=0, le=86_400, description="How long a session may be idle in a transaction."
    )
    transaction_seconds: float = Field(default=300, gt=0, le=864_000, description="How long a transaction may last.")
    lock_seconds: float = Field(default=5, gt=0, le=86_400, description="How long a session may wait for a lock.")
    timeout_seconds: float = Field(default=5, gt=0, le=60, description="Longest time one look at it may take.")
    every_seconds: float = Field(
        default=60, ge=0, le=86_400, description="How often the bot looks at it and tells of trouble; 0 is never."
    )
    integrity_seconds: float = Field(
        default=60, gt=0, le=3600, description="Longest time its integrity checks, or the rows of one rule, may take."
    )
    wal_bytes: int = Field(default=64 << 20, ge=1, description="Size of a SQLite write-ahead log that is still fine.")
    applications: list[str] = Field(
        default=[], description="Globs of the application names that tests connect as; none: all may leak."
    )
    orphans: list[OrphanSettings] = Field(default=[], description="References that no foreign key holds.")
    cleanup: list[CleanupSettings] = Field(default=[], max_length=40, description="Test data that may be deleted.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.url is None) == (self.url_variable is None):
            raise ValueError("say where it is, in one way: url_variable (a variable with the address) or url")
        names = [each.name for each in self.cleanup]
        twice = next((name for index, name in enumerate(names) if name in names[:index]), None)
        if twice is not None:
            raise ValueError(f"two rules of cleanup are called {twice!r}; give each a name of its own")
        return self

    def beside(self, home: Path) -> "DatabaseSettings":
        """With a relative SQLite file in `home`."""
        prefix, slashes, rest = (self.url or "").partition(":///")
        if not slashes or not prefix.startswith("sqlite") or rest.startswith("/"):
            return self
        return self.model_copy(update={"url": f"{prefix}:///{home / rest}"})
