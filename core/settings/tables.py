"""The tables of the settings, their defaults and bounds."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, model_validator

from core.calendar import BusinessCalendar
from core.settings.checklists import ChecklistSettings
from core.settings.databases import DatabaseName, DatabaseSettings
from core.settings.incidents import AccessSettings, EmergencySettings, IncidentSettings
from core.settings.live import LiveSettings
from core.settings.project import CHECKS, CheckName, CheckSettings, MorningSettings, ProjectSettings, ReportSettings
from core.settings.team import CalendarSettings, RoleSettings, with_book_roles
from core.settings.values import ChannelId, RoleName, Table, Unset, UnsetPath, Zone


class IngestSettings(Table):
    """How reports are read."""

    max_bytes: int = Field(default=4 << 30, ge=1, description="Largest report, unpacked, in bytes.")
    max_cases: int = Field(default=5_000_000, ge=1, description="Most cases in one report.")
    repeats: Literal["auto", "attempts", "cases"] = Field(
        default="auto", description="What a repeated name in one report is: auto decides by the producer."
    )


class HealthSettings(Table):
    """What the answers are made from."""

    window_runs: int = Field(
        default=100, ge=2, le=1000, description="Newest runs that flaky states and trends are read from."
    )
    report_every_hours: float = Field(
        default=0, ge=0, description="Alert when no report came for so many hours; 0 expects none at any time."
    )


class WatchSettings(Table):
    """A folder that CI writes reports into."""

    path: Path = Field(description="The folder; finished reports move to its `done` folder, refused ones to `bad`.")
    suite: Unset = Field(default=None, description="Suite of the reports; the default suite if unset.")
    branch: Unset = Field(default=None, description="Branch of the reports.")


class ServerSettings(Table):
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


class FailureSettings(Table):
    """How causes are found."""

    rules: list[dict[str, Any]] = Field(default_factory=list, description="Rules of your own, see `t12 init`.")


Severity = Literal["critical", "high", "medium", "low", "advice"]


class MockPathSettings(Table):
    """Where some rules of the mock audit are off."""

    path: str = Field(min_length=1, description="Glob of paths, relative to the project: `tests/legacy/*`.")
    rules: list[str] = Field(default_factory=list, description="Rules that are off there; none named: all of them.")


class MockSettings(Table):
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


class RetentionSettings(Table):
    """What is kept how long; a value of 0 keeps for ever."""

    runs_days: int = Field(default=0, ge=0, description="Days after which runs and their results go.")
    texts_days: int = Field(default=0, ge=0, description="Days after which texts of failures go; their counts stay.")


class SlackSettings(Table):
    """Slack's secrets; from the environment alone."""

    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"


class Settings(Table):
    """Everything that can be set."""

    suite: str = Field(
        default="default", min_length=1, max_length=200, description="Suite that is meant when none is named."
    )
    database_url: str = Field(default="sqlite:///t12.db", description="SQLite file or PostgreSQL address of the store.")
    default_branch: Unset = Field(
        default=None,
        description="Branch the answers are about when none is named; unset: all branches are one time line.",
    )
    channel: ChannelId = Field(
        default=None, description="Id of the channel where T12 tells of new runs by itself, such as C0123456789."
    )
    cards: Literal["news", "all"] = Field(
        default="news", description="Runs that get a card there: those with something new, or all."
    )
    timezone: Zone = Field(
        default="UTC", description="Zone of reports whose timestamps name none, and of the terminal's times."
    )
    ingest: IngestSettings = IngestSettings()
    health: HealthSettings = HealthSettings()
    watch: list[WatchSettings] = Field(default_factory=list)
    server: ServerSettings = ServerSettings()
    failures: FailureSettings = FailureSettings()
    mocks: MockSettings = MockSettings()
    databases: dict[DatabaseName, DatabaseSettings] = Field(
        default={}, description="Databases that tests use, by name: where each is, what is too much for it."
    )
    calendar: CalendarSettings = CalendarSettings()
    roles: Annotated[dict[RoleName, RoleSettings], AfterValidator(with_book_roles)] = Field(
        default={}, description="Roles that are told of incidents; those of the escalation paths are always there."
    )
    incidents: IncidentSettings = IncidentSettings()
    emergency: EmergencySettings = EmergencySettings()
    access: AccessSettings = AccessSettings()
    checklists: ChecklistSettings = ChecklistSettings()
    project: ProjectSettings = ProjectSettings()
    checks: dict[CheckName, CheckSettings] = Field(default={}, description="Checks of your own, by name.")
    morning: MorningSettings = MorningSettings()
    reports: ReportSettings = ReportSettings()
    live: LiveSettings = LiveSettings()
    retention: RetentionSettings = RetentionSettings()
    slack: SlackSettings = SlackSettings()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def business_calendar(self) -> BusinessCalendar:
        return self.calendar.in_zone(self.timezone)

    @property
    def project_path(self) -> Path | None:
        """The folder of the project under test."""
        return self.project.path or self.mocks.project

    @property
    def audited(self) -> MockSettings:
        """The audit of mocks, with the folder it is about."""
        return self.mocks.model_copy(update={"project": self.mocks.project or self.project.path})

    @model_validator(mode="after")
    def _checks_are_known(self) -> Self:
        built_in = sorted(set(self.checks) & set(CHECKS))
        if built_in:
            raise ValueError(f"checks: {built_in[0]!r} is a check of T12's; give yours another name")
        named = {f"morning.checks.{index}": name for index, name in enumerate(self.morning.checks)}
        for key, each in self.checklists.lists.items():
            for part, items in (("items", each.items or []), ("add", each.add)):
                named |= {f"checklists.lists.{key}.{part}.{at}.check": one.check for at, one in enumerate(items)}
        for place, name in named.items():
            if name and name not in CHECKS and name not in self.checks:
                raise ValueError(f"{place}: {name!r} is no check; there are {', '.join((*CHECKS, *self.checks))}")
        return self

    @model_validator(mode="after")
    def _roles_are_known(self) -> Self:
        incidents = self.incidents
        levels = {"critical": incidents.critical, "high": incidents.high, "medium": incidents.medium,
                  "low": incidents.low}  # fmt: skip
        named = {f"incidents.{name}.path": level.path for name, level in levels.items()}
        for place, names in {**named, "emergency.tell": self.emergency.tell, "morning.tell": self.morning.tell}.items():
            for name in names:
                if name not in self.roles:
                    raise ValueError(f"{place}: {name!r} is no role; there are {', '.join(self.roles)}")
        return self
