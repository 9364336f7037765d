"""The command line: the same questions as in Slack, and what only a terminal can do."""

import importlib
import sys
from typing import Any

import click

from core.errors import SettingsError, T12Error, UsageError

COMMANDS = {
    "health": "bot.cli.ask:health",
    "failures": "bot.cli.ask:failures",
    "flaky": "bot.cli.ask:flaky",
    "slow": "bot.cli.ask:slow",
    "resources": "bot.cli.ask:resources",
    "test": "bot.cli.ask:test",
    "runs": "bot.cli.ask:runs",
    "mocks": "bot.cli.mocks:mocks",
    "db": "bot.cli.databases:db",
    "incidents": "bot.cli.incidents:incidents",
    "incident": "bot.cli.incidents:incident",
    "emergency": "bot.cli.emergency:emergency",
    "checklist": "bot.cli.checklist:checklist",
    "matrix": "bot.cli.checklist:matrix",
    "morning": "bot.cli.briefings:morning",
    "report": "bot.cli.briefings:report",
    "doctor": "bot.cli.ask:doctor",
    "help": "bot.cli.ask:help_",
    "ingest": "bot.cli.ingest:ingest",
    "push": "bot.cli.push:push",
    "watch": "bot.cli.watch:watch",
    "replay": "bot.cli.replay:replay",
    "classify": "bot.cli.rules:classify",
    "reclassify": "bot.cli.rules:reclassify",
    "init": "bot.cli.setup:init",
    "config": "bot.cli.setup:config",
    "token": "bot.cli.tokens:token",
    "backup": "bot.cli.store:backup",
    "prune": "bot.cli.store:prune",
    "run": "bot.cli.serve:run",
    "demo": "bot.cli.demo:demo",
}
"""Every command and where it lives; a module is imported only when its command is used."""


class Commands(click.Group):
    """The group of all commands, each imported when it is needed, and one way to say an error."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            for problem in error.problems:
                click.echo(f"t12: {problem}", err=True)
            sys.exit(2)
        except T12Error as error:
            click.echo(f"t12: {error}", err=True)
            sys.exit(2 if isinstance(error, UsageError) else 1)
        except _database_errors() as error:
            words = getattr(error, "orig", None) or error
            click.echo(f"t12: the database refused: {words}; try again, or see `t12 doctor`", err=True)
            sys.exit(1)
        except BrokenPipeError:
            # The reader of our output has seen enough.
            sys.stderr.close()
            sys.exit(1)
        except OSError as error:
            click.echo(f"t12: {error}", err=True)
            sys.exit(1)


def _database_errors() -> tuple[type[Exception], ...]:
    """What the database raises. It takes a third of a second to import, and unless it was, none of it was raised."""
    module = sys.modules.get("sqlalchemy.exc")
    return () if module is None else (module.SQLAlchemyError,)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", "config_file", metavar="FILE", help="Settings file; else $T12_CONFIG, else ./t12.toml.")
@click.version_option(package_name="t12", prog_name="t12")
@click.pass_context
def main(ctx: click.Context, config_file: str | None) -> None:
    """T12 keeps a test suite healthy: bring its reports in, then ask how it is and why it failed."""
    ctx.obj = config_file
