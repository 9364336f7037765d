"""The tables about the project under test: where it is, how its programs are run, and what is asked of it."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from core.settings.team import Weekday
from core.settings.values import ChannelId, RoleName, Table, TimeOfDay, UnsetPath, unique

CHECKS = (
    "dependencies", "variables", "databases_reachable", "databases_healthy", "smoke_tests", "mock_audit",
    "overnight_failures", "morning_check", "health", "failures_owned", "report_fresh", "coverage", "no_flaky",
    "no_duration_regression", "no_stale_mutes", "resources_fine",
)  # fmt: skip
"""Names of T12's own checks."""

MORNING = (
    "dependencies", "databases_reachable", "variables", "smoke_tests", "mock_audit", "databases_healthy",
    "overnight_failures",
)  # fmt: skip
"""The checks of the procedure book's morning check, in its order."""

_MOST_SECONDS = 3600


def _variable(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", name):
        raise ValueError(f"{name!r} is no name of an environment variable; write one like DATABASE_URL")
    if name.startswith(("SLACK_", "T12_")):
        raise ValueError(f"{name} is T12's own, and no program gets it")
    return name


def _words(words: list[str]) -> list[str]:
    if not words or not words[0].strip():
        raise ValueError('name a program and its arguments, each in quotes: ["make", "lint"]')
    return words


def _check_name(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise ValueError(f"{name!r} is no name of a check; write it in small letters, like licences_known")
    return name


Variables = Annotated[list[Annotated[str, AfterValidator(_variable)]], AfterValidator(unique)]
CheckName = Annotated[str, AfterValidator(_check_name)]


class ProjectSettings(Table):
    """The project under test. Its programs are run in its folder, by no shell, with few variables."""

    path: UnsetPath = Field(default=None, description="Folder of the project; that of the mock audit if unset.")
    python: UnsetPath = Field(
        default=None, description="Its interpreter; the one of .venv or venv in its folder if unset."
    )
    variables: Variables = Field(
        default=[], description="Environment variables that must be set, and that its programs get."
    )
    smoke: list[str] = Field(
        default=["tests/smoke"], min_length=1, description="Paths of the smoke tests, and other words for pytest."
    )
    smoke_seconds: float = Field(
        default=300, gt=0, le=_MOST_SECONDS, description="Longest time the smoke tests may take."
    )


class CheckSettings(Table):
    """A check of one's own: a program that passes when it ends with 0."""

    command: Annotated[list[str], AfterValidator(_words)] = Field(description="Program and arguments, no shell.")
    hint: str = Field(default="", max_length=300, description="What to do when it does not pass.")
    seconds: float = Field(default=60, gt=0, le=_MOST_SECONDS, description="Longest time it may take.")


class MorningSettings(Table):
    """The morning check."""

    on: bool = Field(default=True, description="Whether it runs by itself on business days.")
    at: TimeOfDay = Field(default="08:30", description="When it runs, in the zone of the calendar.")
    channel: ChannelId = Field(default=None, description="Id of the channel it is told in; the top-level one if unset.")
    checks: Annotated[list[str], AfterValidator(unique)] = Field(
        default=list(MORNING), min_length=1, description="Checks that it runs, side by side."
    )
    tell: list[RoleName] = Field(default=["developer"], description="Roles that an alarm mentions.")
    alert_below: float = Field(default=80, ge=0, le=100, description="Score below which it raises the alarm.")


class ReportSettings(Table):
    """The daily and the weekly report."""

    daily: bool = Field(default=True, description="Whether the daily report is posted, on business days.")
    weekly: bool = Field(default=True, description="Whether the weekly report is posted.")
    at: TimeOfDay = Field(default="17:30", description="When they are posted, in the zone of the calendar.")
    weekly_on: Weekday = Field(
        default="fri", description="Day of the weekly report; the last business day before it in a week it is off."
    )
    channel: ChannelId = Field(default=None, description="Id of their channel; the top-level one if unset.")
