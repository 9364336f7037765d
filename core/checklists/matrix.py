"""The book's test category matrix beside real runs: when each kind of test last ran, and what is overdue."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from core.calendar import BusinessCalendar
from core.checklists.book import MATRIX, Category
from core.checklists.lists import TITLES
from core.incidents.oncall import on_call
from core.runs.history import TestRow, recent_runs, results_of, suite_named, tests_named
from core.runs.model import Outcome, Run
from core.settings import Settings

RUNS_READ = 50

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A category, and what the runs say about it."""

    category: Category
    role: str
    """The title of who is responsible."""
    people: tuple[str, ...]
    """Slack ids of who stands for that role now."""
    last_run: Run | None
    """The newest run that executed a test of it; None: none of the runs read did."""
    tests: int
    """How many of its tests that run executed."""
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class MatrixReport:
    """The matrix, one row a category in the book's order."""

    suite: str
    rows: tuple[MatrixRow, ...]
    runs_read: int
    now: datetime

    @property
    def verdict(self) -> str:
        late = sum(each.is_overdue for each in self.rows)
        if not late:
            return "every kind of test ran in time"
        return f"{late} of {len(self.rows)} kinds of tests {'is' if late == 1 else 'are'} overdue"


async def answer_matrix(
    connection: AsyncConnection, suite: str, branch: str | None, settings: Settings, now: datetime
) -> MatrixReport:
    """When each category last ran. Reads the newest runs, until every category was found or 50 were read."""
    found: dict[str, tuple[Run, int]] = {}
    kinds: dict[int, str] = {}
    runs = await recent_runs(connection, (await suite_named(connection, suite)).id, branch=branch, limit=RUNS_READ)
    read = 0
    for run in runs:
        results = await results_of(connection, run.id)
        ids = [test_id for test_id, result in results.items() if result.outcome != Outcome.SKIPPED]
        unknown = [test_id for test_id in ids if test_id not in kinds]
        kinds |= {id_: category_of(test).name for id_, test in (await tests_named(connection, unknown)).items()}
        for name in {kinds[test_id] for test_id in ids if test_id in kinds}:
            found.setdefault(name, (run, sum(kinds.get(test_id) == name for test_id in ids)))
        read += 1
        if len(found) == len(MATRIX):
            break
    return MatrixReport(suite, _rows(found, settings, now), read, now)


def category_of(test: TestRow) -> Category:
    """By the whole words of its path, class and name; one without such a word is a unit test."""
    return category_named(test.file, test.classname, test.short_name)


def category_named(*names: str) -> Category:
    """The same, of what a test is called."""
    words = _words(names)
    named = (each for each in MATRIX if any(_holds(words, word) for word in each.words))
    return next(named, next(each for each in MATRIX if not each.words))


def is_overdue(category: Category, last_at: datetime | None, now: datetime, calendar: BusinessCalendar) -> bool:
    """Whether it should have run since. What is daily counts business days: it runs on this one or the last."""
    if last_at is None:
        return True
    if category.days > 1:
        return now - last_at > timedelta(days=category.days)
    return calendar.next_business_day(calendar.local_date(last_at)) < calendar.local_date(now)


def matrix_to_json(report: MatrixReport) -> dict[str, Any]:
    return {
        "suite": report.suite,
        "runs_read": report.runs_read,
        "categories": [
            {
                "category": each.category.name, "frequency": each.category.frequency,
                "last_at": each.last_run.started_at.isoformat() if each.last_run else None,
                "last_run": each.last_run.name if each.last_run else None, "tests": each.tests,
                "overdue": each.is_overdue, "role": each.role, "people": list(each.people),
                "tasks": list(each.category.tasks),
            }
            for each in report.rows
        ],
    }  # fmt: skip


def _rows(found: Mapping[str, tuple[Run, int]], settings: Settings, now: datetime) -> tuple[MatrixRow, ...]:
    calendar, rows = settings.business_calendar, []
    for category in MATRIX:
        run, tests = found.get(category.name, (None, 0))
        role = settings.roles.get(category.responsible)
        overdue = is_overdue(category, run.started_at if run else None, now, calendar)
        title = role.title if role else TITLES[category.responsible]
        people = on_call(role, now, calendar) if role else ()
        rows.append(MatrixRow(category, title, people, run, tests, overdue))
    return tuple(rows)


def _words(names: Iterable[str]) -> Sequence[str]:
    return [word.lower() for name in names for word in _WORD.findall(name.partition("[")[0])]


def _holds(words: Sequence[str], wanted: str) -> bool:
    """Whether a word stands there, or the words of one that is written in several."""
    parts = _words([wanted])
    return any(words[at : at + len(parts)] == parts for at in range(len(words) - len(parts) + 1))
