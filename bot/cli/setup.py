"""`t12 init` and `t12 config`: the settings file, and what is in force."""

from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel, SecretStr
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
_EXAMPLES = {"failures": _RULES, "mocks": _MOCKS}


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
    rows = [(name, _shown(name, value), origins.get(name, "default")) for name, value in _leaves(self.settings)]
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
        elif isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            tables += ["", f"[{name}]", *_commented(field.annotation)]
            if name in _EXAMPLES:
                tables.append(_EXAMPLES[name].strip("\n"))
        else:
            lines += [f"# {field.description}", _assignment(name, field.default), ""]
    return "\n".join([*lines[:-1], *tables]) + "\n"


def _commented(table: type[BaseModel], prefix: str = "", required: str = "") -> list[str]:
    lines = []
    for name, field in table.model_fields.items():
        if any(kind in str(field.annotation) for kind in ("list", "dict")):
            continue
        value = f"# {name} = {required}" if field.is_required() else _assignment(name, field.default)
        lines += [f"{prefix}# {field.description}".replace("# # ", "# "), value]
    return lines


def _assignment(name: str, default: Any) -> str:
    if default is None:
        return f'# {name} = ""'
    if isinstance(default, str):
        return f'# {name} = "{default}"'
    return f"# {name} = {str(default).lower() if isinstance(default, bool) else default}"


def _leaves(table: BaseModel, before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name in type(table).model_fields:
        value = getattr(table, name)
        if isinstance(value, BaseModel):
            found += _leaves(value, f"{before}{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], BaseModel):
            found += [(f"{before}{name}[{index}]", each.model_dump(mode="json")) for index, each in enumerate(value)]
        else:
            found.append((f"{before}{name}", value))
    return found


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, SecretStr):
        return "set, not shown"
    if name == "database_url":
        try:
            return make_url(value).render_as_string(hide_password=True)
        except (ArgumentError, ValueError):
            return "not an address"
    return str(value) if isinstance(value, Path) else value
