"""The settings: what they are, their defaults and bounds, and where each value came from."""

from core.settings.checklists import ChecklistSettings, ItemSettings, ListSettings
from core.settings.databases import CleanupSettings, DatabaseSettings, OrphanSettings
from core.settings.incidents import AccessSettings, EmergencySettings, IncidentSettings, Kind, SeveritySettings
from core.settings.live import LiveSettings
from core.settings.load import FILE_NAME, SECRETS, Sourced, load_settings
from core.settings.project import CHECKS, CheckSettings, MorningSettings, ProjectSettings
from core.settings.tables import (
    FailureSettings,
    HealthSettings,
    IngestSettings,
    MockPathSettings,
    MockSettings,
    RetentionSettings,
    ServerSettings,
    Settings,
    SlackSettings,
    WatchSettings,
)
from core.settings.team import CalendarSettings, OverrideSettings, RoleSettings

__all__ = [
    "CHECKS",
    "FILE_NAME",
    "SECRETS",
    "AccessSettings",
    "CalendarSettings",
    "CheckSettings",
    "ChecklistSettings",
    "CleanupSettings",
    "DatabaseSettings",
    "EmergencySettings",
    "FailureSettings",
    "HealthSettings",
    "IncidentSettings",
    "IngestSettings",
    "ItemSettings",
    "Kind",
    "ListSettings",
    "LiveSettings",
    "MockPathSettings",
    "MockSettings",
    "MorningSettings",
    "OrphanSettings",
    "OverrideSettings",
    "ProjectSettings",
    "RetentionSettings",
    "RoleSettings",
    "ServerSettings",
    "Settings",
    "SeveritySettings",
    "SlackSettings",
    "Sourced",
    "WatchSettings",
    "load_settings",
]
