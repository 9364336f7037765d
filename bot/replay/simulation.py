"""Lets a history happen: each run at its time, and between the runs whatever the clock asks for."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.delivery import Delivery
from bot.reactions import Reactor
from bot.replay.history import Step
from core.answers import Answers
from core.errors import ReportError
from core.failures.diagnose import diagnoser
from core.incidents.answer import IncidentView
from core.incidents.engine import Engine
from core.incidents.flows import Incidents
from core.incidents.ledger import Ledger
from core.incidents.lifecycle import Who
from core.incidents.model import Happened, Incident, Status
from core.incidents.policy import Policy
from core.incidents.store import events_of, open_incidents
from core.runs.deaths import Death, record_death
from core.runs.history import recent_runs, suites
from core.runs.ingest import Ingest, Limits, coverage_of
from core.runs.model import RunMark
from core.settings import Sourced
from core.storage.database import Database
from core.storage.migrate import migrate
from handlers.messages.message import Message
from handlers.subjects import Subjects

CHANNEL = "C0REPLAY"
SOMEBODY = Who("somebody")
AFTERMATH = timedelta(days=7)
"""So long after the last run the clock goes on with what is due."""
_INSTANT = timedelta(seconds=1)
_STARTS = frozenset({Happened.TRIGGERED, Happened.REOPENED, Happened.ACK_EXPIRED, Happened.SNOOZE_ENDED})
"""After these somebody is asked to acknowledge."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message that would have been posted."""

    at: datetime
    what: str
    """`opened`, or the type of the event that it tells of."""
    incident: int
    text: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a history came to."""

    posts: tuple[Post, ...]
    incidents: tuple[IncidentView, ...]
    runs: int
    refused: tuple[str, ...] = ()
    """A sentence for each report that could not be read."""


@dataclass(slots=True)
class SimulatedClock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Notebook:
    """Stands for Slack: draws what delivery sends and keeps every new message; edits of cards are no news."""

    subjects: Subjects
    incidents: Incidents
    clock: Callable[[], datetime]
    posts: list[Post] = field(default_factory=list)
    _subject: str = ""

    async def message(self, subject: str, *, is_there: bool) -> Message | None:
        self._subject = subject
        return await self.subjects.message(subject, is_there=is_there)

    async def post_once(self, _channel: str, message: Message, mark: int, _thread_ts: str | None = None) -> str:
        kind, _, number = self._subject.partition(":")
        what, incident = "opened", int(number)
        if kind != "incident":
            event, view = await self.incidents.event(int(number))
            what, incident = event.type.value, view.incident.id
        self.posts.append(Post(self.clock(), what, incident, message.text))
        return f"{mark}.0"

    async def edit(self, _channel: str, _ts: str, _message: Message) -> None:
        return

    async def find_posted(self, _channel: str, _mark: int, _since: float, _thread_ts: str | None = None) -> str | None:
        return None


@asynccontextmanager
async def a_simulation(sourced: Sourced, began: datetime, ack_after: timedelta | None) -> AsyncIterator["Simulation"]:
    """A simulation over an empty store of its own, which is gone afterwards."""
    folder = await asyncio.to_thread(tempfile.mkdtemp, prefix="t12-replay-")
    database = Database(f"sqlite:///{Path(folder) / 'replay.db'}")
    try:
        await migrate(database)
        yield Simulation(database, _quiet(sourced), began, ack_after)
    finally:
        await database.close()
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _quiet(sourced: Sourced) -> Sourced:
    """The settings without cards of runs, and with a channel for incidents."""
    settings = sourced.settings
    incidents = settings.incidents.model_copy(update={"channel": CHANNEL})
    quiet = settings.model_copy(update={"channel": None, "incidents": incidents})
    return sourced.model_copy(update={"settings": quiet})


class Simulation:
    """One history in one store."""

    def __init__(self, database: Database, sourced: Sourced, began: datetime, ack_after: timedelta | None) -> None:
        settings = sourced.settings
        self._database, self._settings, self._ack_after = database, settings, ack_after
        self.clock = SimulatedClock(began)
        answers = Answers(database, sourced, self.clock)
        self.incidents = Incidents(Ledger(database, Policy(settings), self.clock))
        self._engine = Engine(self.incidents.ledger)
        self._reactor = Reactor(database, settings, self.clock, answers, self._engine)
        self._notebook = Notebook(Subjects(answers, settings.cards, self.incidents), self.incidents, self.clock)
        self._delivery = Delivery(database, self._notebook, self._notebook, self.clock)
        limits = Limits(settings.ingest.max_bytes, settings.ingest.max_cases)
        self._ingest = Ingest(
            database, diagnoser(settings.failures.rules), limits, settings.ingest.repeats, settings.zone, self.clock
        )

    async def replay(self, steps: Sequence[Step], suite: str) -> Replayed:
        """Let the runs happen in their order, and then what is still due."""
        refused = []
        for step in steps:
            await self._pass_until(step.at, is_watched=True)
            try:
                await self._take(step, suite)
            except (ReportError, OSError) as error:
                refused.append(f"{step.name}: {error}")
            await self._settle()
        await self._pass_until(self.clock.now + AFTERMATH, is_watched=False)
        views = (await self.incidents.list(only_open=False, limit=100_000)).incidents
        ids = sorted(each.incident.id for each in views)
        found = [await self.incidents.show(id_) for id_ in ids]
        return Replayed(tuple(self._notebook.posts), tuple(found), len(steps) - len(refused), tuple(refused))

    async def _take(self, step: Step, suite: str) -> None:
        if step.report is None:
            death = Death(suite, step.branch, step.revision, step.name, step.at, step.exit_code, step.why)
            await record_death(self._database, death, self.clock.now)
            return
        coverage = None
        if step.coverage is not None:
            with step.coverage.open("rb") as raw:
                coverage = coverage_of(raw, self._ingest.limits)
        mark = RunMark(suite, step.branch, step.revision, step.at, step.run_key)
        with step.report.open("rb") as raw:
            await self._ingest.report(raw, mark, step.name, coverage=coverage)

    async def _pass_until(self, end: datetime, *, is_watched: bool) -> None:
        """Do what falls due before `end`, each thing at its own moment."""
        while (due := await self._next_due(is_watched)) is not None and due < end:
            before = self.clock.now
            self.clock.now = max(due, before)
            await self._settle(is_watched=is_watched)
            if self.clock.now == before and await self._next_due(is_watched) == due:
                break
        self.clock.now = max(end, self.clock.now)

    async def _settle(self, *, is_watched: bool = False) -> None:
        """What a bot would do at this moment."""
        while await self._reactor.react():
            pass
        await self._answer()
        while await self._engine.tick():
            pass
        await self._tell()
        if is_watched:
            await self._engine.watch()
            await self._tell()

    async def _tell(self) -> None:
        while await self._delivery.send_due():
            pass

    async def _answer(self) -> None:
        for incident, at in await self._waiting():
            if at <= self.clock.now:
                await self.incidents.acknowledge(incident.id, SOMEBODY)

    async def _next_due(self, is_watched: bool) -> datetime | None:
        async with self._database.read() as connection:
            opened = await open_incidents(connection)
        moments = [at for each in opened for at in (each.due_at, each.held_until, each.snoozed_until)]
        moments += [at for _, at in await self._waiting()]
        if is_watched:
            moments.append(await self._silence())
        return min((at for at in moments if at is not None), default=None)

    async def _waiting(self) -> list[tuple[Incident, datetime]]:
        """Whom somebody will answer, and when."""
        if self._ack_after is None:
            return []
        async with self._database.read() as connection:
            opened = [each for each in await open_incidents(connection) if each.status is Status.TRIGGERED]
            events = await events_of(connection, [each.id for each in opened])
        found = []
        for each in opened:
            asked = [event.at for event in events[each.id] if event.type in _STARTS]
            found.append((each, max(asked, default=each.triggered_at) + self._ack_after))
        return found

    async def _silence(self) -> datetime | None:
        """When the next report is late, if that moment is still to come."""
        hours = self._settings.health.report_every_hours
        if not hours:
            return None
        async with self._database.read() as connection:
            branch = self._settings.default_branch
            runs = [
                run
                for each in await suites(connection)
                for run in await recent_runs(connection, each.id, branch=branch, limit=1)
            ]
        late = [run.started_at + timedelta(hours=hours) + _INSTANT for run in runs]
        return min((at for at in late if at > self.clock.now), default=None)
