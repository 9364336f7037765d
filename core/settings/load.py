"""How the settings are read, and where each value came from.

A value comes from the environment, else from `t12.toml`, else from its default. `T12_DATABASE_URL` sets `database_url`;
two underscores reach into a table: `T12_SERVER__PORT` sets `port` of `[server]`. Slack's secrets come from the
environment alone, under the names Slack itself uses.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from core.errors import SettingsError
from core.settings.tables import Settings

FILE_NAME = "t12.toml"
SECRETS = {
    "bot_token": "SLACK_BOT_TOKEN",
    "app_token": "SLACK_APP_TOKEN",
    "signing_secret": "SLACK_SIGNING_SECRET",
    "api_url": "SLACK_API_URL",
}
"""Fields of `slack` and the environment variables they come from."""

_PREFIX = "T12_"
_FLAGS = frozenset({"T12_CONFIG", "T12_TOKEN", "T12_URL"})
"""Variables with our prefix that are no settings: the settings file's place, and what `t12 push` needs."""

_PLACES = {
    "mocks": ("project", "site_packages", "baseline"),
    "incidents": ("project", "codeowners"),
    "project": ("path", "python"),
}
"""Files and folders by their tables."""


class Sourced(BaseModel):
    """The effective settings, the file they were read from, and for each dotted name where its value came from."""

    settings: Settings
    file: Path | None
    origins: dict[str, str]
    ignored: tuple[str, ...] = ()
    """Variables that begin like ours and name no setting: a typing error, or one that a container platform injects."""


def load_settings(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Sourced:
    """Read `t12.toml` and the environment.

    `path` names a file that must exist; without it `T12_CONFIG` or `t12.toml` in the working directory is read if there
    is one. Raises `SettingsError` that lists every problem at once. A relative SQLite file and relative watched folders
    are beside the settings file.
    """
    variables = os.environ if environ is None else environ
    file = path or (Path(variables["T12_CONFIG"]) if variables.get("T12_CONFIG") else None)
    if file is None and Path(FILE_NAME).is_file():
        file = Path(FILE_NAME)
    values = _from_file(file) if file is not None else {}
    origins = {name: str(file) for name in _leaves(values)}
    problems: list[str] = []
    if "slack" in values:
        problems.append("[slack] cannot be set in t12.toml: secrets come from the environment alone, SLACK_BOT_TOKEN …")
        del values["slack"]
    found, ignored = _from_environment(variables)
    for name, variable, value in found:
        _put(values, name, value)
        origins[".".join(name)] = variable
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems += [_sentence(each, origins) for each in error.errors()]
    if problems:
        raise SettingsError(problems)
    return Sourced(settings=_anchored(settings, file), file=file, origins=origins, ignored=ignored)


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError([f"the settings file {file} does not exist; write one with `t12 init`"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([f"{file} is not TOML: {error}"]) from None
    except OSError as error:
        raise SettingsError([f"{file} cannot be read: {error.strerror or error}"]) from None


def _from_environment(variables: Mapping[str, str]) -> tuple[list[tuple[tuple[str, ...], str, str]], tuple[str, ...]]:
    found: list[tuple[tuple[str, ...], str, str]] = []
    ignored: list[str] = []
    for variable, value in variables.items():
        if not variable.startswith(_PREFIX) or variable in _FLAGS:
            continue
        name = tuple(variable.removeprefix(_PREFIX).lower().split("__"))
        if name[0] == "slack" or _field(name) is None:
            ignored.append(variable)
        else:
            found.append((name, variable, value))
    found += [(("slack", field), name, variables[name]) for field, name in SECRETS.items() if variables.get(name)]
    return found, tuple(ignored)


def _field(name: tuple[str, ...]) -> FieldInfo | None:
    """The plain field of a dotted name; lists and whole tables cannot be set by a variable."""
    table: Any = Settings
    for part in name[:-1]:
        field = table.model_fields.get(part)
        table = field.annotation if field is not None else None
        if not (isinstance(table, type) and issubclass(table, BaseModel)):
            return None
    field = table.model_fields.get(name[-1])
    plain = field is not None and not any(word in str(field.annotation) for word in ("list", "dict", "Settings"))
    return field if plain else None


def _put(values: dict[str, Any], name: tuple[str, ...], value: str) -> None:
    for part in name[:-1]:
        inner = values.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        values = inner
    values[name[-1]] = value


def _leaves(values: Mapping[str, Any], before: str = "") -> list[str]:
    names: list[str] = []
    for key, value in values.items():
        name = f"{before}{key}"
        names += _leaves(value, f"{name}.") if isinstance(value, dict) else [name]
    return names


def _sentence(error: Any, origins: Mapping[str, str]) -> str:
    name = ".".join(str(part) for part in error["loc"])
    if not name:
        return str(error["msg"].removeprefix("Value error, "))
    where = _origin(name, origins)
    place = f" (from {where})" if where else ""
    if error["type"] == "extra_forbidden":
        return f"{name}{place} is no setting of T12; `t12 config` lists them all"
    return f"{name}{place}: {error['msg'].removeprefix('Value error, ')}"


def _origin(name: str, origins: Mapping[str, str]) -> str | None:
    """Where a value came from, or the list it is in, or something in it when it is a table."""
    parts = name.split(".")
    around = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    inside = (each for each in origins if each.startswith(f"{name}."))
    return next((origins[each] for each in (*around, *inside) if each in origins), None)


def _anchored(settings: Settings, file: Path | None) -> Settings:
    """Relative places are beside the settings file, so that a command means the same from every folder."""
    if file is None:
        return settings
    home = file.resolve().parent
    changes: dict[str, Any] = {"watch": [each.model_copy(update={"path": home / each.path}) for each in settings.watch]}
    for table, names in _PLACES.items():
        places = {name: getattr(getattr(settings, table), name) for name in names}
        changes[table] = getattr(settings, table).model_copy(
            update={name: home / place for name, place in places.items() if place is not None}
        )
    changes["databases"] = {name: each.beside(home) for name, each in settings.databases.items()}
    prefix, slashes, rest = settings.database_url.partition(":///")
    if slashes and prefix.startswith("sqlite") and not rest.startswith("/"):
        changes["database_url"] = f"{prefix}:///{home / rest}"
    return settings.model_copy(update=changes)
