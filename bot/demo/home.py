"""Where the demo keeps its things, and the settings it runs the bot with."""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

import bot
from bot.demo.credentials import NAME, settings_of
from bot.workspace import DEFAULT_MANIFEST, Workspace
from core.errors import UsageError
from core.settings import (
    AccessSettings,
    MockSettings,
    ProjectSettings,
    RoleSettings,
    ServerSettings,
    Settings,
    SlackSettings,
    Sourced,
)
from core.settings.team import with_book_roles

FOLDER = Path(".t12", "demo")
CHANNEL_ID = "C1"
"""#qa of the workspace, where the bot tells of runs."""
_MANIFEST = Path(bot.__file__).resolve().parents[1] / "manifest.yml"
SAMPLE_SUITE = "credstore"
_SMOKE = ("tests/unit/test_crypto.py", "tests/unit/test_tokens.py")
_ROLES = {"developer": ["U1"], "team_lead": ["U2"], "qa_team": ["U3"], "security_team": ["U4"]}
"""People of the workspace by what they are there."""


@dataclass(frozen=True, slots=True)
class Home:
    """One store per source of reports, so that the sample's history and the reader's never mix."""

    folder: Path
    reports: Path | None
    """The reader's own reports; None shows the sample's."""

    @classmethod
    def of(cls, reports: Path | None, base: Path = FOLDER) -> "Home":
        """Make the folder. Raises `UsageError` when it cannot be made."""
        name = "sample"
        if reports is not None:
            name = f"reports-{hashlib.sha256(str(reports.resolve()).encode()).hexdigest()[:12]}"
        folder = (base / name).resolve()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"the demo keeps its store in {folder}, which cannot be made: {error.strerror}") from None
        return cls(folder, reports)

    @property
    def shown(self) -> Path:
        """The folder as people read it: short where they started the demo."""
        here = Path.cwd()
        return self.folder.relative_to(here) if self.folder.is_relative_to(here) else self.folder

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 't12.db'}"

    @property
    def credentials(self) -> Path:
        """The database that the sample is thought to use."""
        return self.folder / "credentials.db"

    def settings(self, given: Sourced) -> Sourced:
        """The given settings pointed at the demo's own store; nothing of the reader's is written to or watched.

        The sample is shown with the defaults, because the reader's rules and branches are not about it.
        """
        base = given.settings if self.reports is not None else Settings(suite=SAMPLE_SUITE)
        changes = {
            "database_url": self.database_url,
            "timezone": given.settings.timezone,
            "watch": [],
            "server": ServerSettings(port=0),
            "channel": CHANNEL_ID,
            "cards": "all",
            "mocks": base.mocks if self.reports is not None else MockSettings(project=self.folder / SAMPLE_SUITE),
            "project": base.project if self.reports is not None else self._sample(),
            "slack": SlackSettings(),
            "roles": with_book_roles({name: RoleSettings(members=members) for name, members in _ROLES.items()}),
            "access": AccessSettings(emergency=["U2", "U4"], databases=["U1", "U2"]),
            "databases": base.databases if self.reports is not None else {NAME: settings_of(self.credentials)},
        }
        file = given.file if self.reports is not None else None
        return Sourced(settings=base.model_copy(update=changes), file=file, origins={})

    def _sample(self) -> ProjectSettings:
        """The sample is run by our own interpreter, which has what it needs."""
        return ProjectSettings(path=self.folder / SAMPLE_SUITE, python=Path(sys.executable), smoke=list(_SMOKE))


def manifest() -> Mapping[str, Any]:
    """What the app asks of Slack: the file in the repository; without it the least that a bot like this needs."""
    if not _MANIFEST.is_file():
        return DEFAULT_MANIFEST
    import yaml  # noqa: PLC0415 - comes with the demo alone

    read: Mapping[str, Any] = yaml.safe_load(_MANIFEST.read_text(encoding="utf-8"))
    return read


def in_workspace(sourced: Sourced, workspace: Workspace) -> Sourced:
    """The settings of a bot that lives in this workspace, by Socket Mode."""
    slack = SlackSettings(
        bot_token=SecretStr(workspace.bot_token), app_token=SecretStr(workspace.app_token), api_url=workspace.base_url
    )
    return sourced.model_copy(update={"settings": sourced.settings.model_copy(update={"slack": slack})})
