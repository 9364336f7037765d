"""What every command needs: the settings, an open store, and one way to print."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from core.settings import Sourced, load_settings

if TYPE_CHECKING:
    from core.storage.database import Database

P = ParamSpec("P")
T = TypeVar("T")


class Command:
    """Handed to every command as its first argument."""

    def __init__(self, config_file: str | None) -> None:
        self.sourced: Sourced = load_settings(Path(config_file) if config_file else None)
        self.settings = self.sourced.settings

    @asynccontextmanager
    async def store(self) -> AsyncIterator["Database"]:
        """The open store, its tables brought up to date."""
        from core.storage.database import Database  # noqa: PLC0415 - takes half a second, and not all commands need it
        from core.storage.migrate import migrate  # noqa: PLC0415

        database = Database(self.settings.database_url)
        try:
            await migrate(database)
            yield database
        finally:
            await database.close()


def command(run: Callable[Concatenate[Command, P], Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Turn `async def run(command, …)` into what click calls: settings loaded, the loop started."""

    @wraps(run)
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(run(Command(click.get_current_context().find_root().obj), *args, **kwargs))

    return call


def with_store(
    run: Callable[Concatenate[Command, "Database", P], Awaitable[None]],
) -> Callable[Concatenate[Command, P], Coroutine[Any, Any, None]]:
    """Hand the open store to a command as its second argument."""

    @wraps(run)
    async def call(self: Command, /, *args: P.args, **kwargs: P.kwargs) -> None:
        async with self.store() as database:
            await run(self, database, *args, **kwargs)

    return call


def print_json(value: object) -> None:
    """One JSON document on standard output, in UTF-8 whatever the locale."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()


def format_option(function: Callable[..., T]) -> Callable[..., T]:
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "json"]),
        default="table",
        help="Tables for people, JSON for programs.",
    )(function)


def suite_option(function: Callable[..., T]) -> Callable[..., T]:
    return click.option("--suite", metavar="NAME", help="Suite; else the configured one, else the newest run's.")(
        function
    )


def branch_option(function: Callable[..., T]) -> Callable[..., T]:
    return click.option("--branch", metavar="NAME", help="Only this branch; else the default branch, else all.")(
        function
    )
