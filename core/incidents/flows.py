"""What people ask of incidents: read, decide, write, and want it told, in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import UsageError
from core.incidents import lifecycle
from core.incidents.answer import IncidentList, IncidentView, answer_event, answer_incident, answer_incidents
from core.incidents.detect import Opening
from core.incidents.evidence import IncidentReport, answer_report
from core.incidents.ledger import Answered, Ledger
from core.incidents.lifecycle import Who
from core.incidents.metrics import IncidentStats, incident_stats
from core.incidents.model import Change, Event, Incident, Kind, Mute, Severity
from core.incidents.severity import Judged
from core.incidents.store import events_of, incidents_since, lock_suite, put_mute
from core.storage.events import was_requested

_STATS = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Incidents:
    """The flows over one store. Every method raises a `T12Error` whose message may be shown.

    `request` is the key of the click or command: delivered again, it changes nothing.
    """

    ledger: Ledger

    async def show(self, id_: int) -> IncidentView:
        """One incident. Raises `NotFoundError`."""
        async with self.ledger.database.read() as connection:
            return await answer_incident(connection, id_, self.ledger.policy, self.ledger.clock())

    async def list(self, *, suite: str | None = None, only_open: bool = True, limit: int = 50) -> IncidentList:
        async with self.ledger.database.read() as connection:
            now = self.ledger.clock()
            return await answer_incidents(
                connection, self.ledger.policy, now, suite=suite, only_open=only_open, limit=limit
            )

    async def event(self, id_: int) -> tuple[Event, IncidentView]:
        """Something that happened, with its incident. Raises `NotFoundError`."""
        async with self.ledger.database.read() as connection:
            return await answer_event(connection, id_, self.ledger.policy, self.ledger.clock())

    async def report(self, id_: int) -> IncidentReport:
        """All that is known of one incident; `core.incidents.report` writes it. Raises `NotFoundError`."""
        ledger = self.ledger
        return await answer_report(ledger.database, id_, ledger.policy, ledger.clock())

    async def stats(self, *, suite: str | None = None, since: datetime | None = None) -> IncidentStats:
        """How fast incidents were answered and mended, of one suite or of all: those of the last 180 days, or since an
        instant."""
        ledger = self.ledger
        now, zone = ledger.clock(), ledger.policy.settings.zone
        since = since or now - _STATS
        async with ledger.database.read() as connection:
            found = await incidents_since(connection, since, suite)
            events = await events_of(connection, [each.id for each in found])
        with_events = [(each, events[each.id]) for each in found]
        return incident_stats(with_events, since=since, until=now, zone=zone, due=ledger.due, suite=suite)

    async def acknowledge(self, id_: int, who: Who, hold: str | None = None, *, request: str | None = None) -> Answered:
        """Somebody has it, for the configured time or for `hold`: `1h`, `tomorrow`, `next_run`, `resolved`."""

        def step(incident: Incident, now: datetime) -> Change:
            return lifecycle.acknowledge(incident, who, now, self.ledger.policy.hold(hold, now))

        return await self.ledger.change(id_, step, request=request)

    async def resolve(self, id_: int, who: Who, reason: str = "", *, request: str | None = None) -> Answered:
        return await self.ledger.change(id_, lambda one, now: lifecycle.resolve(one, who, now, reason), request=request)

    async def escalate(
        self, id_: int, who: Who, *, drawn_at: datetime | None = None, request: str | None = None
    ) -> Answered:
        """Tell the next level now; not when it was escalated since the button was drawn."""

        def step(incident: Incident, now: datetime) -> Change:
            told = self.ledger.told(incident, incident.level + 1, now)
            return lifecycle.escalate(incident, who, now, self.ledger.due, told, drawn_at=drawn_at)

        return await self.ledger.change(id_, step, request=request)

    async def hand_over(self, id_: int, who: Who, to: str, *, request: str | None = None) -> Answered:
        def step(incident: Incident, now: datetime) -> Change:
            return lifecycle.hand_over(incident, who, now, to, self.ledger.policy.hold(None, now))

        return await self.ledger.change(id_, step, request=request)

    async def change_severity(self, id_: int, who: Who, to: Severity, *, request: str | None = None) -> Answered:
        path = self.ledger.policy.path(to)

        def step(incident: Incident, now: datetime) -> Change:
            return lifecycle.change_severity(incident, who, now, to, path, self.ledger.due)

        return await self.ledger.change(id_, step, request=request)

    async def snooze(self, id_: int, who: Who, until: datetime, *, request: str | None = None) -> Answered:
        return await self.ledger.change(id_, lambda one, now: lifecycle.snooze(one, who, now, until), request=request)

    async def note(self, id_: int, who: Who, text: str, *, request: str | None = None) -> Answered:
        return await self.ledger.change(id_, lambda one, now: lifecycle.note(one, who, now, text), request=request)

    async def mute(
        self, id_: int, who: Who, test_id: int, until: datetime, reason: str, *, request: str | None = None
    ) -> Answered:
        """Leave a test of the incident out of detection until an instant."""

        async def put(connection: AsyncConnection, incident: Incident) -> None:
            name = next((each.name for each in incident.tests if each.test_id == test_id), None)
            if name is None or incident.suite_id is None:
                raise UsageError("that test is not one of this incident; choose one of its list")
            await put_mute(connection, incident.suite_id, Mute(test_id, name, until, who.id, reason))

        def step(incident: Incident, now: datetime) -> Change:
            name = next((each.name for each in incident.tests if each.test_id == test_id), "")
            text = f"muted {name} until {until:%Y-%m-%d %H:%M} UTC" + (f": {reason}" if reason else "")
            return lifecycle.muted(incident, who, now, text)

        return await self.ledger.change(id_, step, request=request, beside=put)

    async def declare(
        self, who: Who, title: str, severity: Severity, note: str = "", *, request: str | None = None
    ) -> Answered:
        """A person opens an incident; the same request opens one."""
        if not title.strip():
            raise UsageError("an incident needs a title: a few words that say what is wrong")
        opening = Opening(
            Kind.DECLARED, title.strip()[:300], Kind.DECLARED.value, Judged(severity, "declared by a person"), note=note
        )
        async with self.ledger.database.write() as connection:
            await lock_suite(connection, None)
            if request is not None and await was_requested(connection, request):
                raise UsageError("this was declared already; `/t12 incident` lists it")
            now = self.ledger.clock()
            made = await self.ledger.open(connection, opening, now)
            said = Change(made, lifecycle.note(made, who, now, note or "declared").events)
            await self.ledger.save(connection, made, said, now, request=request)
        return Answered(made, f"Incident {made.id} is open.", happened=True)
