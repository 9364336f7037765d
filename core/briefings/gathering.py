"""Asks everything a report tells, side by side; what cannot be had is a sentence in its place."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from core.briefings.due import period_of
from core.briefings.model import Kind
from core.checklists.matrix import MatrixReport
from core.checklists.statistics import Statistics, summarise
from core.checklists.store import recent_occurrences
from core.checks import Asked
from core.errors import T12Error
from core.failures.overnight import Overnight
from core.failures.report import RunsReport
from core.health.model import HealthReport
from core.incidents.flows import Incidents
from core.incidents.ledger import Ledger
from core.incidents.metrics import IncidentStats
from core.incidents.model import Incident
from core.incidents.policy import Policy
from core.mocks.report import MocksReport
from core.performance.model import SlowReport
from core.storage.database import Database

_MOST_RUNS = 200
_MOST_LISTS = 500
_Answer = TypeVar("_Answer")


class Reporting(Asked, Protocol):
    """Who answers the questions that reports are made of."""

    async def matrix(self) -> MatrixReport: ...


@dataclass(frozen=True, slots=True)
class Gathered:
    """The answers; in place of one that could not be had, a sentence."""

    kind: Kind
    begins: datetime
    ends: datetime
    runs: RunsReport | str
    """The runs of the period and before it."""
    health: HealthReport | str
    causes: Overnight | str
    """Why the runs of the period failed."""
    matrix: MatrixReport | str
    slow: SlowReport | str
    mocks: MocksReport | str
    incidents: IncidentStats | str
    """Of the incidents that opened in the period."""
    open: tuple[Incident, ...] | str
    checklists: Statistics | str
    """Of the occurrences of the period."""


async def gather(asked: Reporting, database: Database, kind: Kind) -> Gathered:
    """Everything that a report made now is about. Raises nothing of T12's own."""
    now = asked.now()
    begins, ends = period_of(kind, asked.settings, now)
    runs, health, causes, matrix = await asyncio.gather(
        _had(asked.runs(limit=_MOST_RUNS)), _had(asked.health()), _had(asked.overnight(begins)), _had(asked.matrix())
    )
    slow, mocks, incidents, open_, checklists = await asyncio.gather(
        _had(asked.slow()),
        _had(asked.mocks()),
        _had(_incidents(asked, database, begins)),
        _had(asked.open_incidents()),
        _had(_checklists(asked, database, begins)),
    )
    return Gathered(kind, begins, ends, runs, health, causes, matrix, slow, mocks, incidents, open_, checklists)


async def _had(question: Awaitable[_Answer]) -> _Answer | str:
    try:
        return await question
    except T12Error as error:
        return str(error)


async def _incidents(asked: Asked, database: Database, begins: datetime) -> IncidentStats:
    ledger = Ledger(database, Policy(asked.settings), asked.now)
    return await Incidents(ledger).stats(since=begins)


async def _checklists(asked: Asked, database: Database, begins: datetime) -> Statistics:
    since = asked.settings.business_calendar.local_date(begins)
    async with database.read() as connection:
        found = await recent_occurrences(connection, limit=_MOST_LISTS, since=since)
    return summarise(each for each in found if begins - timedelta(days=1) <= each.due_at)
