"""Which suite, branch and run a question is about when its words do not say."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.answers import Answers
from core.errors import NotFoundError
from core.settings import Settings, Sourced
from core.storage.database import Database
from tests.builders import START, a_report
from tests.core.runs.bringing import bring


def answers(store: Database, **settings: str) -> Answers:
    sourced = Sourced(settings=Settings.model_validate(settings), file=None, origins={})
    return Answers(store, sourced, lambda: START + timedelta(days=2))


async def test_every_question_says_so_where_nothing_was_brought_in(sqlite_store: Database) -> None:
    asked = answers(sqlite_store)
    for question in (asked.health(), asked.failures(), asked.flaky(), asked.slow(), asked.test("x"), asked.runs()):
        with pytest.raises(NotFoundError, match="brought in"):
            await question
    assert (await asked.doctor()).worst == "warn"


async def test_the_configured_suite_is_meant_else_the_newest_runs(sqlite_store: Database) -> None:
    await bring(sqlite_store, a_report("PF"), suite="backend", started_at=START)
    await bring(sqlite_store, a_report("PFF"), suite="frontend", started_at=START + timedelta(hours=1))
    assert (await answers(sqlite_store, suite="backend").health()).suite == "backend"
    assert (await answers(sqlite_store).health()).suite == "frontend"
    assert (await answers(sqlite_store).health(suite="backend")).suite == "backend"
    for question in (answers(sqlite_store).health(suite="gone"), answers(sqlite_store).runs(suite="gone")):
        with pytest.raises(NotFoundError, match="no suite is called 'gone'"):
            await question


async def test_the_default_branch_is_meant_where_none_is_named(sqlite_store: Database) -> None:
    await bring(sqlite_store, a_report("PF"), branch="main", run_key="m", started_at=START)
    await bring(sqlite_store, a_report("PP"), branch="topic", run_key="t", started_at=START + timedelta(hours=1))
    on_main, anywhere = answers(sqlite_store, default_branch="main"), answers(sqlite_store)
    assert (await on_main.failures()).source == "m"
    assert (await anywhere.failures()).source == "t"
    assert (await on_main.failures(branch="topic")).source == "t"
    assert (await on_main.failures("t")).source == "t"
    assert (await on_main.health()).run.name == "m"
    assert [run.name for run in (await on_main.runs()).runs] == ["t", "m"]


async def test_every_question_is_answered_on_both_databases(store: Database) -> None:
    for hour in range(12):
        await bring(store, a_report("PFRES"[hour % 5] + "PF"), branch="main", started_at=START + timedelta(hours=hour))
    asked = answers(store)
    assert (await asked.health()).runs_read == 12
    assert (await asked.failures()).total_failures == 2
    assert (await asked.flaky()).runs_read == 12
    assert (await asked.slow()).runs_read == 12
    assert len((await asked.test("test_3")).strip) == 12
    assert len((await asked.runs(limit=5)).runs) == 5
    assert (await asked.doctor()).checks


async def test_a_store_without_tables_is_told_by_the_doctor(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'gone.db'}")
    report = await answers(database).doctor()
    assert report.worst == "bad"
    await database.close()
