"""What `health` costs after 1,000 runs of 2,000 tests beside what it costs after 100."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from core.answers import Answers
from core.failures.diagnose import diagnoser
from core.runs.ingest import Ingest
from core.runs.model import RunMark
from core.settings import load_settings
from core.storage.database import Database
from core.storage.migrate import migrate
from tests.benchmarks.reports import write_report

_TESTS, _FAILURES = 2_000, 20
_START = datetime(2026, 1, 1, tzinfo=UTC)


async def measure(home: Path) -> None:
    database = Database(f"sqlite:///{home / 'health.db'}")
    await migrate(database)
    flow = Ingest(database, diagnoser([]))
    answers = Answers(database, load_settings(environ={}), clock=lambda: _START + timedelta(days=1000))
    seconds = {}
    for number in range(1, 1001):
        path = write_report(home / "run.xml", _TESTS, _FAILURES + number % 3, seed=number)
        mark = RunMark(revision=f"{number // 2:040x}", started_at=_START + timedelta(hours=number))
        with path.open("rb") as raw:
            await flow.report(raw, mark, "run.xml")
        if number in (100, 1000):
            seconds[number] = await _cpu_of_health(answers)
            print(f"  health after {number} runs: {seconds[number]:.3f} s CPU")
    print(f"health after 1,000 runs costs {seconds[1000] / seconds[100]:.2f} times as much as after 100 (bar: 1.5)")
    await database.close()


async def _cpu_of_health(answers: Answers) -> float:
    """The median of five."""
    took = []
    for _ in range(5):
        began = time.process_time()
        await answers.health()
        took.append(time.process_time() - began)
    return sorted(took)[2]


def main() -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()
