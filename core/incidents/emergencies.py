"""What people, the engine and the programs ask of emergencies: read, decide, write, and want it told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import NotFoundError, UsageError
from core.incidents.detect import Opening
from core.incidents.emergency import (
    MOST_ATTEMPTS,
    TITLES,
    Done,
    Emergency,
    EmergencyView,
    Step,
    StepName,
    StepState,
    boxes_of,
    number_at,
    ready_steps,
)
from core.incidents.emergency_report import emergency_report
from core.incidents.emergency_store import (
    add_emergency,
    all_emergencies,
    claim_step,
    emergencies_of,
    end_step,
    find_emergency,
    is_taken,
    numbers_like,
    put_report,
    read_emergency,
    release_step,
    unfinished,
)
from core.incidents.ledger import Ledger
from core.incidents.lifecycle import Who
from core.incidents.model import ENGINE, Change, Event, Happened, Incident, Kind, Severity
from core.incidents.severity import Judged
from core.incidents.store import events_of, open_incidents, read_incident, save_change
from core.storage.events import was_requested
from core.storage.outbox import want_posting

_TOLD_IN_THREAD = frozenset({StepName.ASSESS, StepName.STOP, StepName.TELL})
"""Steps that get a reply of their own; the report tells of the others."""


@dataclass(frozen=True, slots=True)
class Started:
    """What somebody's command came to."""

    emergency: Emergency
    sentence: str
    happened: bool


@dataclass(frozen=True, slots=True)
class Emergencies:
    """The flows over one store. Every method for people raises a `T12Error` whose message may be shown."""

    ledger: Ledger

    async def start(
        self, who: Who, reason: str, incident_id: int | None = None, *, request: str | None = None
    ) -> Started:
        """Begin the response to an incident: the one named, else the newest open critical one, else a new one.

        One that a person began and that is still under way is answered, not begun twice.
        """
        if not reason.strip():
            raise UsageError("an emergency needs a reason: a few words that say what happened")
        ledger = self.ledger
        async with ledger.database.write() as connection:
            now = ledger.clock()
            if request is not None and await was_requested(connection, request):
                raise UsageError("this was done already; the incident's thread tells of it")
            incident = await self._meant(connection, reason.strip()[:300], incident_id, now)
            for each in await emergencies_of(connection, incident.id):
                if each.finished_at is None and not each.is_automatic:
                    return Started(each, f"{each.number} is under way already.", happened=False)
            made = await self._begin(connection, incident, who.id, reason.strip()[:1000], now, request=request)
        return Started(made, f"{made.number} has begun, over incident {incident.id}.", happened=True)

    async def begin_by_itself(self, connection: AsyncConnection, incident: Incident, now: datetime) -> None:
        """Begin once for each opening of a critical incident of security tests, in the caller's transaction."""
        occasion = f"incident:{incident.id}:{incident.reopened}"
        if incident.severity is not Severity.CRITICAL or not incident.is_open or await is_taken(connection, occasion):
            return
        await self._begin(connection, incident, ENGINE, incident.rule, now, occasion=occasion)

    async def _meant(
        self, connection: AsyncConnection, reason: str, incident_id: int | None, now: datetime
    ) -> Incident:
        if incident_id is not None:
            found = await read_incident(connection, incident_id, lock=True)
            if found is None:
                raise NotFoundError(f"there is no incident {incident_id}; `incident` lists them")
            return found
        critical = [each for each in await open_incidents(connection) if each.severity is Severity.CRITICAL]
        if critical:
            return critical[-1]
        judged = Judged(Severity.CRITICAL, "an emergency was declared by a person")
        return await self.ledger.open(connection, Opening(Kind.DECLARED, reason, Kind.DECLARED.value, judged), now)

    async def _begin(
        self, connection: AsyncConnection, incident: Incident, by: str, reason: str, now: datetime, *,
        occasion: str | None = None, request: str | None = None,
    ) -> Emergency:  # fmt: skip
        number = number_at(now, await numbers_like(connection, f"EMRG-{now:%Y%m%d}"))
        made = await add_emergency(connection, Emergency(0, number, incident.id, now, by, reason), occasion)
        begun = "began by itself" if made.is_automatic else "began"
        said = Event(Happened.EMERGENCY, now, by, {"emergency": made.id, "text": f"{number} {begun}: {reason}"})
        await self.ledger.save(connection, incident, Change(incident, (said,)), now, request=request)
        return made

    async def claim(self, owner: str, lease: timedelta) -> tuple[Emergency, Step] | None:
        """Take the next step that may begin; None when there is none. A step is one replica's at a time."""
        ledger = self.ledger
        async with ledger.database.read() as connection:
            open_ = await unfinished(connection)
        for each in open_:
            for step in ready_steps(each, ledger.clock()):
                async with ledger.database.write() as connection:
                    now = ledger.clock()
                    if not await claim_step(connection, each.id, step.name, owner, now, now + lease):
                        continue
                if step.attempts < MOST_ATTEMPTS:
                    return each, step
                stopped = f"T12 was stopped {MOST_ATTEMPTS} times while at it; it is not begun again."
                await self.end(each, step.name, owner, Done(StepState.FAILED, stopped))
        return None

    async def end(
        self, emergency: Emergency, name: StepName, owner: str, done: Done, mention: Sequence[str] = ()
    ) -> None:
        """Keep what came of a step and tell of it; `mention` are people it calls."""
        ledger = self.ledger
        async with ledger.database.write() as connection:
            now = ledger.clock()
            if not await end_step(connection, emergency.id, name, owner, now, done):
                return
            incident = await self._incident(connection, emergency)
            data: dict[str, object] = {
                "emergency": emergency.id, "step": name.value, "state": done.state.value,
                "text": f"{TITLES[name]}: {done.told}",
            }  # fmt: skip
            if mention:
                data |= {"mention": list(mention), "broadcast": True}
            change = Change(incident, (Event(Happened.EMERGENCY, now, ENGINE, data),))
            if name in _TOLD_IN_THREAD:
                await ledger.save(connection, incident, change, now)
            else:
                await save_change(connection, incident, change)
            if name is StepName.REPORT:
                await self._write(connection, emergency.id, now, finished_at=now)

    async def release(self, emergency: Emergency, name: StepName, owner: str) -> None:
        """Give back a step that was interrupted."""
        async with self.ledger.database.write() as connection:
            await release_step(connection, emergency.id, name, owner)

    async def tick(
        self, id_: int, who: Who, changed: Iterable[tuple[str, bool]], *, request: str | None = None
    ) -> bool:
        """A person ticks boxes of the report, or takes a tick away; False when nothing changed."""
        ledger = self.ledger
        async with ledger.database.write() as connection:
            if request is not None and await was_requested(connection, request):
                return False
            view = await self._view(connection, id_, ledger.clock())
            now = {each.key: each for each in view.boxes}
            events = [
                Event(
                    Happened.EMERGENCY, view.now, who.id,
                    {"emergency": id_, "box": key, "ticked": ticked,
                     "text": f"{'ticked' if ticked else 'took the tick away from'} “{now[key].title}”"},
                )
                for key, ticked in changed
                if key in now and now[key].is_ticked is not ticked
            ]  # fmt: skip
            if not events:
                return False
            await save_change(connection, view.incident, Change(view.incident, tuple(events)), request=request)
            await self._write(connection, id_, view.now)
        return True

    async def show(self, id_: int) -> EmergencyView:
        """Raises `NotFoundError`."""
        async with self.ledger.database.read() as connection:
            return await self._view(connection, id_, self.ledger.clock())

    async def find(self, number: str) -> Emergency:
        """By its number, such as `EMRG-20260302-090501`. Raises `NotFoundError`."""
        async with self.ledger.database.read() as connection:
            found = await find_emergency(connection, number)
        if found is None:
            raise NotFoundError(f"there is no emergency {number[:40]!r}; `t12 emergency` lists them")
        return found

    async def all(self) -> list[Emergency]:
        """The oldest first."""
        async with self.ledger.database.read() as connection:
            return await all_emergencies(connection)

    async def _write(
        self, connection: AsyncConnection, id_: int, now: datetime, *, finished_at: datetime | None = None
    ) -> None:
        """Write the document anew, and want its message posted or edited."""
        view = await self._view(connection, id_, now)
        if finished_at is None and view.emergency.finished_at is None:
            return
        await put_report(connection, id_, emergency_report(view, self.ledger.policy.settings.zone), finished_at)
        if view.incident.channel is not None:
            parent = f"incident:{view.incident.id}"
            await want_posting(connection, view.incident.channel, f"emergency:{id_}", now, parent=parent)

    async def _view(self, connection: AsyncConnection, id_: int, now: datetime) -> EmergencyView:
        found = await read_emergency(connection, id_)
        if found is None:
            raise NotFoundError(f"there is no emergency {id_}")
        incident = await self._incident(connection, found)
        events = (await events_of(connection, [incident.id]))[incident.id]
        policy = self.ledger.policy
        boxes = boxes_of(found, events)
        version = sum(bool(each.text("box")) and each.data.get("emergency") == id_ for each in events)
        return EmergencyView(
            found, incident, boxes, version, policy.on_call("security_team", now), policy.on_call("developer", now), now
        )

    async def _incident(self, connection: AsyncConnection, emergency: Emergency) -> Incident:
        found = await read_incident(connection, emergency.incident_id)
        if found is None:
            raise NotFoundError(f"incident {emergency.incident_id} is gone")
        return found
