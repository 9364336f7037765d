"""The tables about incidents: what makes one, who is told when, what an emergency does, and who may act."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from core.calendar import Within
from core.settings.values import (
    Actor,
    ChannelId,
    Respond,
    RoleName,
    Table,
    TargetId,
    UnsetPath,
    UnsetUrl,
    unique,
)

Kind = Literal["security", "integration", "performance"]
"""Kinds of tests whose failing raises the severity."""
Hold = Literal["resolved", "tomorrow", "next_run"]

_WORDS: dict[Kind, list[str]] = {
    "security": ["security", "authentication", "authorization", "encryption"],
    "integration": ["integration"],
    "performance": ["performance"],
}
_LONGEST_HOLD = 7 * 24 * 60


def _hold(value: object) -> object:
    if value in ("resolved", "tomorrow", "next_run"):
        return value
    try:
        minutes = int(str(value))
    except ValueError:
        minutes = 0
    if not 1 <= minutes <= _LONGEST_HOLD:
        raise ValueError(f"{value!r} is no time to hold; write resolved, tomorrow, next_run or up to 10080 minutes")
    return minutes


def _with_book_words(given: Any) -> Any:
    return _WORDS | given if isinstance(given, dict) else given


RespondIn = Annotated[
    Respond, Field(description="Time to answer: 15m, 1h, 4h business (hours of the calendar) or next business day.")
]
EscalationPath = Annotated[
    list[RoleName], AfterValidator(unique), Field(min_length=1, description="Roles that are told, one after another.")
]


class SeveritySettings(Table):
    """Within what time an incident is to be answered, and who is told in turn while it is not."""

    respond: RespondIn
    path: EscalationPath

    @property
    def within(self) -> Within:
        return Within.parse(self.respond)


class CriticalSettings(SeveritySettings):
    """More than half of the tests failing, or security tests."""

    respond: RespondIn = "15m"
    path: EscalationPath = Field(default=["developer", "team_lead", "security_team"])


class HighSettings(SeveritySettings):
    """More than a fifth of the tests failing, or integration tests."""

    respond: RespondIn = "1h"
    path: EscalationPath = Field(default=["developer", "team_lead"])


class MediumSettings(SeveritySettings):
    """More than a tenth of the tests failing, or performance tests."""

    respond: RespondIn = "4h business"
    path: EscalationPath = Field(default=["developer", "qa_team"])


class LowSettings(SeveritySettings):
    """Everything else that fails."""

    respond: RespondIn = "next business day"
    path: EscalationPath = Field(default=["developer"])


class IncidentSettings(Table):
    """What makes an incident, and what becomes of it."""

    channel: ChannelId = Field(default=None, description="Id of the channel for incidents; the top-level one if unset.")
    green_runs: int = Field(default=3, ge=1, le=100, description="Runs in a row that must pass to resolve by itself.")
    reopen_days: int = Field(
        default=5, ge=0, le=365, description="Days in which the same failure opens the old incident again."
    )
    kinds_by: Annotated[list[Literal["marker", "path", "name"]], AfterValidator(unique)] = Field(
        default=["marker", "path", "name"],
        description="What tells the kind of a test, first come first: its marker, a glob of paths, a word in its name.",
    )
    module_path: bool = Field(
        default=False, description="Look for the words in the module's path too, not in test and class names alone."
    )
    rate_of: Literal["executed", "all"] = Field(
        default="executed", description="What the failing are a share of: executed tests, or all with the skipped."
    )
    words: Annotated[dict[Kind, list[str]], BeforeValidator(_with_book_words)] = Field(
        default=_WORDS, description="Words in a test's name that tell its kind; none turns a kind off."
    )
    paths: dict[Kind, list[str]] = Field(default={}, description="Globs of test files by the kind they tell.")
    edit_seconds: float = Field(
        default=45, ge=0, le=3600, description="Shortest time between two changes that runs make to an incident's card."
    )
    hold: Annotated[Hold | int, BeforeValidator(_hold)] = Field(
        default="tomorrow",
        description="How long an acknowledgement holds: resolved, tomorrow, next_run, or so many minutes.",
    )
    repeats: int = Field(default=2, ge=0, le=100, description="How often the last level is told again.")
    codeowners: UnsetPath = Field(default=None, description="CODEOWNERS file; looked for in the project if unset.")
    owners: dict[str, TargetId] = Field(default={}, description="Slack ids of the owners that CODEOWNERS names.")
    heartbeat_url: UnsetUrl = Field(
        default=None, description="Address that is called while T12 works: a watcher that tells when it falls silent."
    )
    project: UnsetPath = Field(
        default=None, description="Folder of the repository under test; that of the mock audit if unset."
    )
    critical: CriticalSettings = CriticalSettings()
    high: HighSettings = HighSettings()
    medium: MediumSettings = MediumSettings()
    low: LowSettings = LowSettings()


class EmergencySettings(Table):
    """What the emergency response runs and whom it tells; programs are run as they are listed, never by a shell."""

    commands: dict[RoleName, Annotated[list[str], Field(min_length=1)]] = Field(
        default={}, description="Programs whose output belongs to the diagnostics, by name, each with its arguments."
    )
    security_tests: list[str] = Field(
        default=[], description="Program that runs the security tests, with its arguments; none runs none."
    )
    stop_pipeline: list[str] = Field(
        default=[], description="Program that stops the pipeline, with its arguments; none stops nothing."
    )
    stop_webhook: UnsetUrl = Field(default=None, description="Address that stops the pipeline, in place of a program.")
    automatic: bool = Field(
        default=False, description="Stop the pipeline too when the response begins by itself, over security tests."
    )
    tell: Annotated[list[RoleName], AfterValidator(unique)] = Field(
        default=["developer", "team_lead", "security_team"], description="Roles that are told."
    )
    timeout_seconds: float = Field(default=300, gt=0, le=3600, description="Longest time one program may take.")

    @model_validator(mode="after")
    def _one_way_to_stop(self) -> Self:
        if self.stop_pipeline and self.stop_webhook:
            raise ValueError("stop_pipeline and stop_webhook are two ways to stop the pipeline; keep one")
        return self


Actors = Annotated[list[Actor], AfterValidator(unique)]


class AccessSettings(Table):
    """Who may do what: ids of people and user groups of Slack, or * for everybody."""

    acknowledge: Actors = Field(default=["*"], description="Who may acknowledge incidents.")
    resolve: Actors = Field(default=["*"], description="Who may resolve incidents.")
    escalate: Actors = Field(default=["*"], description="Who may escalate incidents.")
    declare: Actors = Field(default=["*"], description="Who may declare incidents.")
    checklists: Actors = Field(default=["*"], description="Who may work on checklists.")
    emergency: Actors = Field(default=[], description="Who may start the emergency response.")
    databases: Actors = Field(default=[], description="Who may delete test data by the rules of a database.")
    admins: Actors = Field(default=[], description="Who may do everything.")
