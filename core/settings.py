"""The settings: what they are, their defaults and bounds, and where each value came from.

A value comes from the environment, else from `t12.toml`, else from its default. `T12_DATABASE_URL` sets `database_url`;
two underscores reach into a table: `T12_SERVER__PORT` sets `port` of `[server]`. Slack's secrets come from the
environment alone, under the names Slack itself uses.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from core.errors import SettingsError

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


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; write one like Europe/Madrid or UTC") from None
    return name


def _channel_id(name: str | None) -> str | None:
    if name is not None and not re.fullmatch(r"[CGD][A-Z0-9]{1,20}", name):
        raise ValueError(f"{name!r} is no channel id; Slack shows it at the end of the channel's details: C0123456789")
    return name


def _nothing_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Unset = Annotated[str | None, BeforeValidator(_nothing_if_blank)]
"""A word that need not be given; an empty one is none, as in the file that `t12 init` writes."""


UnsetPath = Annotated[Path | None, BeforeValidator(_nothing_if_blank)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class IngestSettings(_Table):
    """How reports are read."""

    max_bytes: int = Field(default=4 << 30, ge=1, description="Largest report, unpacked, in bytes.")
    max_cases: int = Field(default=5_000_000, ge=1, description="Most cases in one report.")
    repeats: Literal["auto", "attempts", "cases"] = Field(
        default="auto", description="What a repeated name in one report is: auto decides by the producer."
    )


class HealthSettings(_Table):
    """What the answers are made from."""

    window_runs: int = Field(
        default=100, ge=2, le=1000, description="Newest runs that flaky states and trends are read from."
    )
    report_every_hours: float = Field(
        default=0, ge=0, description="Alert when no report came for so many hours; 0 expects none at any time."
    )


class WatchSettings(_Table):
    """A folder that CI writes reports into."""

    path: Path = Field(description="The folder; finished reports move to its `done` folder, refused ones to `bad`.")
    suite: Unset = Field(default=None, description="Suite of the reports; the default suite if unset.")
    branch: Unset = Field(default=None, description="Branch of the reports.")


class ServerSettings(_Table):
    """The HTTP server of `t12 run`."""

    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 lets other machines upload.")
    port: int = Field(default=8012, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    max_upload_bytes: int = Field(default=64 << 20, ge=1, description="Largest upload, unpacked, in bytes.")
    uploads_at_once: int = Field(
        default=4, ge=1, le=64, description="Uploads read at the same time; more are asked to wait."
    )
    upload_seconds: float = Field(
        default=120, gt=0, description="Longest time one upload may take to be read and stored."
    )


class FailureSettings(_Table):
    """How causes are found."""

    rules: list[dict[str, Any]] = Field(default_factory=list, description="Rules of your own, see `t12 init`.")


Severity = Literal["critical", "high", "medium", "low", "advice"]


class MockPathSettings(_Table):
    """Where some rules of the mock audit are off."""

    path: str = Field(min_length=1, description="Glob of paths, relative to the project: `tests/legacy/*`.")
    rules: list[str] = Field(default_factory=list, description="Rules that are off there; none named: all of them.")


class MockSettings(_Table):
    """The audit of mocks."""

    project: UnsetPath = Field(default=None, description="Folder of the project whose mocks are audited.")
    site_packages: UnsetPath = Field(
        default=None, description="Folder of installed packages whose sources are read too, never imported."
    )
    components: dict[str, str] = Field(
        default_factory=dict, description="Production classes to report on, by name, with the module of each."
    )
    fail_on: Severity = Field(default="high", description="Findings of this severity make `t12 mocks` exit with 1.")
    baseline: UnsetPath = Field(default=None, description="File of known findings, which are not reported again.")
    rules: dict[str, Severity | Literal["off"]] = Field(
        default_factory=dict, description="Rules by code: another severity, or off."
    )
    paths: list[MockPathSettings] = Field(default_factory=list, description="Paths where rules are off.")


class RetentionSettings(_Table):
    """What is kept how long; a value of 0 keeps for ever."""

    runs_days: int = Field(default=0, ge=0, description="Days after which runs and their results go.")
    texts_days: int = Field(default=0, ge=0, description="Days after which texts of failures go; their counts stay.")


class SlackSettings(_Table):
    """Slack's secrets; from the environment alone."""

    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"


class Settings(_Table):
    """Everything that can be set."""

    suite: str = Field(
        default="default", min_length=1, max_length=200, description="Suite that is meant when none is named."
    )
    database_url: str = Field(default="sqlite:///t12.db", description="SQLite file or PostgreSQL address of the store.")
    default_branch: Unset = Field(
        default=None,
        description="Branch the answers are about when none is named; unset: all branches are one time line.",
    )
    channel: Annotated[Unset, AfterValidator(_channel_id)] = Field(
        default=None, description="Id of the channel where T12 tells of new runs by itself, such as C0123456789."
    )
    cards: Literal["news", "all"] = Field(
        default="news", description="Runs that get a card there: those with something new, or all."
    )
    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="UTC", description="Zone of reports whose timestamps name none, and of the terminal's times."
    )
    ingest: IngestSettings = IngestSettings()
    health: HealthSettings = HealthSettings()
    watch: list[WatchSettings] = Field(default_factory=list)
    server: ServerSettings = ServerSettings()
    failures: FailureSettings = FailureSettings()
    mocks: MockSettings = MockSettings()
    retention: RetentionSettings = RetentionSettings()
    slack: SlackSettings = SlackSettings()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


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
    plain = field is not None and "list" not in str(field.annotation) and "Settings" not in str(field.annotation)
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
    where = origins.get(name) or origins.get(name.split(".")[0])
    place = f" (from {where})" if where else ""
    if error["type"] == "extra_forbidden":
        return f"{name}{place} is no setting of T12; `t12 config` lists them all"
    return f"{name}{place}: {error['msg'].removeprefix('Value error, ')}"


def _anchored(settings: Settings, file: Path | None) -> Settings:
    """Relative places are beside the settings file, so that a command means the same from every folder."""
    if file is None:
        return settings
    home = file.resolve().parent
    changes: dict[str, Any] = {"watch": [each.model_copy(update={"path": home / each.path}) for each in settings.watch]}
    places = {name: getattr(settings.mocks, name) for name in ("project", "site_packages", "baseline")}
    changes["mocks"] = settings.mocks.model_copy(
        update={name: home / place for name, place in places.items() if place is not None}
    )
    prefix, slashes, rest = settings.database_url.partition(":///")
    if slashes and prefix.startswith("sqlite") and not rest.startswith("/"):
        changes["database_url"] = f"{prefix}:///{home / rest}"
    return settings.model_copy(update=changes)
