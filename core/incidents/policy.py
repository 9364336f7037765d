"""The settings as the flows of incidents use them: who is told, when, and what counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.calendar import BusinessCalendar, Within
from core.incidents.model import Hold, Path, Severity
from core.incidents.oncall import on_call
from core.incidents.severity import Reading
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Policy:
    """What the settings say about incidents."""

    settings: Settings

    @property
    def channel(self) -> str | None:
        return self.settings.incidents.channel or self.settings.channel

    @property
    def calendar(self) -> BusinessCalendar:
        return self.settings.business_calendar

    @property
    def reading(self) -> Reading:
        chosen = self.settings.incidents
        words = {str(kind): found for kind, found in chosen.words.items()}
        paths = {str(kind): globs for kind, globs in chosen.paths.items()}
        return Reading(tuple(chosen.kinds_by), chosen.module_path, words, paths)

    @property
    def reopen(self) -> timedelta:
        return timedelta(days=self.settings.incidents.reopen_days)

    @property
    def pause(self) -> timedelta:
        """Between two edits of a card that no person caused."""
        return timedelta(seconds=self.settings.incidents.edit_seconds)

    def path(self, severity: Severity) -> Path:
        """How an incident of this severity is answered from now on."""
        chosen = getattr(self.settings.incidents, severity.value)
        return Path(chosen.respond, tuple(chosen.path), self.settings.incidents.repeats)

    def due(self, respond: str, at: datetime) -> datetime:
        """When an answer is due that was asked for at an instant."""
        return self.calendar.after(at, Within.parse(respond))

    def on_call(self, role: str, at: datetime) -> tuple[str, ...]:
        """Slack ids of those who stand for a role; none when nobody is configured."""
        chosen = self.settings.roles.get(role)
        return on_call(chosen, at, self.calendar) if chosen is not None else ()

    def title(self, role: str) -> str:
        """What people call a role."""
        chosen = self.settings.roles.get(role)
        return chosen.title if chosen is not None else role.replace("_", " ").capitalize()

    def hold(self, word: str | None, now: datetime) -> Hold:
        """How long an acknowledgement holds: `1h`, `tomorrow`, `next_run`, `resolved`; None is the configured one."""
        chosen = word or str(self.settings.incidents.hold)
        if chosen == "resolved":
            return Hold()
        if chosen == "next_run":
            return Hold(for_run=True)
        if chosen == "tomorrow":
            return Hold(self.calendar.start_of_next_business_day(now))
        minutes = int(chosen[:-1]) * 60 if chosen.endswith("h") else int(chosen.removesuffix("m"))
        return Hold(now + timedelta(minutes=minutes))
