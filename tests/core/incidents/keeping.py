"""Incidents as values with dull defaults, and a real store of them with a clock to move."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from bot.reactions import Reactor
from core.answers import Answers
from core.incidents.detect import Opening
from core.incidents.engine import Engine
from core.incidents.flows import Incidents
from core.incidents.ledger import Ledger
from core.incidents.lifecycle import Who
from core.incidents.model import Event, Incident, Kind, Path, Severity
from core.incidents.policy import Policy
from core.incidents.severity import Judged
from core.incidents.store import events_of, read_incident
from core.runs.model import Run
from core.settings import Settings, Sourced
from core.storage.database import Database
from core.storage.tables import posting
from tests.builders import Shelf

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ANA, LUIS = Who("U1", "ana"), Who("U2", "luis")

ROLES = {"developer": {"members": ["U1"]}, "team_lead": {"members": ["U2"]}, "security_team": {"members": ["U4"]}}


def due(respond: str, at: datetime) -> datetime:
    """Every answer is due within an hour."""
    return at + HOUR


def an_incident(**changes: Any) -> Incident:
    """A high one that was opened and told at eight, with its clock running."""
    values: dict[str, Any] = {
        "id": 1, "suite_id": 1, "suite": "backend", "branch": "main", "kind": Kind.FAILURES, "title": "assert 1 == 2",
        "cause": "assertion", "severity": Severity.HIGH, "rule": "a third fails",
        "path": Path("1h", ("developer", "team_lead"), 1), "triggered_at": NOW, "opened_at": NOW, "announced_at": NOW,
        "due_at": NOW + HOUR, "channel": "C1",
    }  # fmt: skip
    return Incident(**(values | changes))


@dataclass
class Kept:
    """The incidents of a real store, and a clock."""

    database: Database
    settings: Settings = field(
        default_factory=lambda: Settings.model_validate({"suite": "backend", "channel": "C1", "roles": ROLES})
    )
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.database)
        self.ledger = Ledger(self.database, Policy(self.settings), lambda: self.now)
        self.flows = Incidents(self.ledger)
        self.engine = Engine(self.ledger)

    @property
    def reactor(self) -> Reactor:
        sourced = Sourced(settings=self.settings, file=None, origins={})
        answers = Answers(self.database, sourced, lambda: self.now)
        return Reactor(self.database, self.settings, lambda: self.now, answers, self.engine)

    async def opened(self, severity: Severity = Severity.HIGH, **more: Any) -> Incident:
        """An incident that was declared just now."""
        answered = await self.flows.declare(ANA, "it burns", severity, **more)
        return await self.read(answered.incident.id)

    async def bring(self, strip: str, *, react: bool = True, **mark: Any) -> Run:
        """One more run, an hour after the last, and what follows from it; the clock is then at its start."""
        run = await self.shelf.bring(strip, **mark)
        self.now = max(self.now, run.started_at)
        if react:
            await self.reactor.react()
        return run

    async def tick(self, after: timedelta = timedelta()) -> int:
        self.now += after
        return await self.engine.tick()

    async def read(self, id_: int = 1) -> Incident:
        async with self.database.read() as connection:
            found = await read_incident(connection, id_)
        assert found is not None
        return found

    async def events(self, id_: int = 1) -> list[Event]:
        async with self.database.read() as connection:
            return (await events_of(connection, [id_]))[id_]

    async def happened(self, id_: int = 1) -> list[str]:
        return [event.type.value for event in await self.events(id_)]

    async def postings(self) -> Sequence[Row[Any]]:
        async with self.database.read() as connection:
            return (await connection.execute(select(posting).order_by(posting.c.id))).all()


def an_opening(title: str = "it burns", kind: Kind = Kind.DECLARED, severity: Severity = Severity.HIGH) -> Opening:
    return Opening(kind, title, kind.value, Judged(severity, "because"))
