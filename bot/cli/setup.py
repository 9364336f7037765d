"""`t12 init` and `t12 config`: the settings file, and what is in force."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.cli.context import Command, command, format_option, print_json
from core.errors import UsageError
from core.settings import FILE_NAME, Settings

_RULES = """
# Rules of your own come before ours. Try them: echo '{"text": "E  RatesError: no quote"}' | t12 classify
#   [[failures.rules]]
#   id = "rates-service"
#   category = "network"
#   patterns = ["RatesError: no quote"]
"""

_MOCKS = """
# Classes to report on, rules that are off or of another severity, and paths where some are off.
#   [mocks.components]
#   KeyManager = "app.security.key_manager"
#   [mocks.rules]
#   M005 = "off"
#   [[mocks.paths]]
#   path = "tests/legacy/*"
#   rules = ["M003"]
"""
_ROLES = """
# Members are people U…, user groups S… or channels C… of Slack.
#   [roles.developer]
#   members = ["U0123456789", "U0234567890"]
#   rotation = "weekly"          # one member a week from Monday's opening; "all" tells all of them
#   starts = 2026-01-05          # a day in a week of the first member
#   [[roles.developer.overrides]]
#   from = 2026-12-24            # days, or times like 2026-12-24T18:00:00
#   until = 2026-12-31
#   who = "U0234567890"
#   [roles.security_team]
#   title = "Security on call"
#   members = ["S0123456789"]
"""

_INCIDENTS = """
# Words and paths that tell the kind of a test, and the Slack ids of the owners that CODEOWNERS names.
#   [incidents.words]
#   security = ["security", "authentication", "authorization", "encryption"]
#   integration = ["integration"]
#   performance = ["performance"]
#   [incidents.paths]
#   security = ["tests/security/**"]
#   [incidents.owners]
#   "@acme/payments" = "S0123456789"
"""

_EMERGENCY = """
# Programs whose output belongs to the diagnostics of an emergency, by name.
#   [emergency.commands]
#   disk = ["df", "-h"]
"""
_DATABASES = """
# A database that tests use. Its address stands in a variable; `t12 db` looks at it, `t12 db cleanup` deletes test data.
#   [databases.orders_test]
#   url_variable = "TEST_DATABASE_URL"     # or url = "sqlite:///orders.db", never with a password
#   connections = 20                       # active ones that are still fine
#   idle_seconds = 30                      # how long a session may be idle in a transaction
#   [[databases.orders_test.orphans]]      # a reference that no foreign key holds
#   table = "audit_logs"
#   column = "user_id"
#   references = "users.id"
#   [[databases.orders_test.cleanup]]      # exactly these rows may be deleted, after a look and a confirmation
#   name = "probe users"
#   table = "users"
#   where = "created_by = 'integration-tests'"
"""
_EXAMPLES = {
    "failures": _RULES,
    "mocks": _MOCKS,
    "databases": _DATABASES,
    "roles": _ROLES,
    "incidents": _INCIDENTS,
    "emergency": _EMERGENCY,
}


@click.command()
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def init(force: bool) -> None:
    """Write a commented t12.toml with every setting at its default."""
    target = Path(FILE_NAME)
    if target.exists() and not force:
        raise UsageError(f"{target} exists; --force replaces it")
    target.write_text(commented_settings(), encoding="utf-8")
    click.echo(f"{target} written; every line in it is a default you may change")


@click.command()
@format_option
@command
async def config(self: Command, form: str) -> None:
    """The effective settings and where each came from; secrets are not shown."""
    origins = self.sourced.origins
    rows = [
        (name, _shown(name, value), origins.get(name.partition("[")[0], "default"))
        for name, value in _leaves(dict(self.settings))
    ]
    if form == "json":
        values = [{"name": name, "value": value, "from": origin} for name, value, origin in rows]
        print_json({"file": str(self.sourced.file) if self.sourced.file else None, "settings": values,
                    "ignored": list(self.sourced.ignored)})  # fmt: skip
        return
    from bot.terminal.settings import show_settings  # noqa: PLC0415 - Rich is not needed for JSON

    show_settings(rows, self.sourced.ignored)


def commented_settings() -> str:
    """The text of a t12.toml that says what every setting is, each commented out at its default."""
    lines = [
        "# Settings of T12. A variable wins over this file: T12_DATABASE_URL, T12_SERVER__PORT …",
        "# Slack's secrets are never here: SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET.",
        "",
    ]
    tables: list[str] = []
    for name, field in Settings.model_fields.items():
        if name == "slack":
            continue
        if name == "watch":
            inner = field.annotation.__args__[0]  # type: ignore[union-attr]
            tables += ["", "# A folder that CI writes reports into; repeat the table for more.", "# [[watch]]"]
            tables += _commented(inner, prefix="# ", required='"reports"')
        elif (table := _table(field)) is not None:
            tables += _section(name, table)
        elif name in _EXAMPLES:
            tables += ["", f"# {field.description}", _EXAMPLES[name].strip("\n")]
        else:
            lines += [f"# {field.description}", _assignment(name, field.default), ""]
    return "\n".join([*lines[:-1], *tables]) + "\n"


def _section(name: str, table: type[BaseModel]) -> list[str]:
    lines = ["", f"[{name}]", *_commented(table)]
    if name in _EXAMPLES:
        lines.append(_EXAMPLES[name].strip("\n"))
    for inner, field in table.model_fields.items():
        if (found := _table(field)) is not None:
            lines += _section(f"{name}.{inner}", found)
    return lines


def _commented(table: type[BaseModel], prefix: str = "", required: str = "") -> list[str]:
    """A line of words and a line of TOML for each setting; tables and lists of tables are shown by an example."""
    lines = []
    for name, field in table.model_fields.items():
        if any(kind in str(field.annotation) for kind in ("dict", "Settings")):
            continue
        value = f"# {name} = {required}" if field.is_required() else _assignment(name, field.default)
        lines += [f"{prefix}# {field.description}".replace("# # ", "# "), value]
    return lines


def _table(field: FieldInfo) -> type[BaseModel] | None:
    inner = field.annotation
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _assignment(name: str, default: Any) -> str:
    if default is None:
        return f'# {name} = ""'
    if isinstance(default, str | list | bool):
        return f"# {name} = {json.dumps(default)}"
    return f"# {name} = {default}"


def _leaves(values: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        name = f"{before}{key}"
        if isinstance(value, BaseModel):
            found += _leaves(dict(value), f"{name}.")
        elif isinstance(value, dict) and value:
            found += _leaves(value, f"{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], BaseModel):
            found += [
                (f"{name}[{index}]", each.model_dump(mode="json", by_alias=True)) for index, each in enumerate(value)
            ]
        else:
            found.append((name, value))
    return found


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, SecretStr):
        return "set, not shown"
    if name == "database_url":
        try:
            return make_url(value).render_as_string(hide_password=True)
        except (ArgumentError, ValueError):
            return "not an address"
    if isinstance(value, list):
        return [_shown(name, each) for each in value]
    return str(value) if isinstance(value, Path | date) else value
