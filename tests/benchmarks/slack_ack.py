"""How long a slash command waits for its acknowledgement, through real Bolt in Socket Mode.

Three processes, as in production: the bot, over a store of 100 runs of 2,000 tests; the workspace that sends the
commands, open loop, at a fixed rate; and, in the second half, `t12 ingest` that stores one report of 10,000 cases after
the other. Run it with `python -m tests.benchmarks.slack_ack [--rate 50] [--seconds 20] [--words help health test]`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from bot.answering import AnswersAside
from bot.slack import SlackSide
from bot.workspace import Answer, Workspace
from core.checklists.flows import Checklists
from core.clock import utc_now
from core.failures.diagnose import diagnoser
from core.incidents.flows import Incidents
from core.incidents.ledger import Ledger
from core.incidents.policy import Policy
from core.runs.ingest import Ingest
from core.runs.model import RunMark
from core.settings import load_settings
from core.storage.database import Database
from tests.benchmarks.reports import write_report
from tests.handlers.harness import a_store, manifest

TARGET_MS = 100.0


async def serve() -> None:
    """The bot's process: it runs until its standard input ends."""
    sourced = load_settings()
    database = Database(sourced.settings.database_url)
    answers = AnswersAside(sourced)
    await answers.start()
    incidents = Incidents(Ledger(database, Policy(sourced.settings), utc_now))
    checklists = Checklists(database, sourced.settings, utc_now)
    side = SlackSide(sourced.settings.slack, answers, incidents, database, checklists=checklists)
    await side.start()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await side.stop()
    await answers.close()
    await database.close()


@asynccontextmanager
async def a_bot_process(ws: Workspace, folder: Path) -> AsyncIterator[None]:
    environment = os.environ | {
        "SLACK_BOT_TOKEN": ws.bot_token,
        "SLACK_APP_TOKEN": ws.app_token,
        "SLACK_API_URL": ws.base_url,
        "T12_DATABASE_URL": f"sqlite:///{folder / 't12.db'}",
        "T12_SUITE": "backend",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.slack_ack", "--serve", stdin=asyncio.subprocess.PIPE, env=environment
    )
    try:
        await ws.wait_for_connections(2, timeout_seconds=30)
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def fill(database: Database, folder: Path) -> None:
    """100 runs of 2,000 tests with about 20 failures each."""
    flow = Ingest(database, diagnoser([]))
    for number in range(1, 101):
        path = write_report(folder / "run.xml", 2_000, 20 + number % 3, seed=number)
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
        with path.open("rb") as raw:
            await flow.report(raw, RunMark("backend", "main", f"{number // 2:040x}", at), path.name)


async def measure(ws: Workspace, rate: float, seconds: float, words: Sequence[str]) -> tuple[list[float], int]:
    """Latencies in milliseconds of commands sent at `rate`, whatever the answers take; and how many failed."""
    started = perf_counter()
    tasks: list[asyncio.Task[Answer]] = []
    for number in range(int(rate * seconds)):
        wait = started + number / rate - perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(ws.command("ana", "qa", words[number % len(words)])))
    found = await asyncio.gather(*tasks)
    latencies = [each.latency_seconds * 1000 for each in found if each.latency_seconds is not None]
    return latencies, sum(not each.acked for each in found)


async def ingest_for_ever(folder: Path, stored: list[int]) -> None:
    """Bring in one fresh report of 10,000 cases after the other."""
    while True:
        path = folder / f"load{len(stored)}.xml"
        write_report(path, 10_000, 20, seed=len(stored))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "ingest", str(path), "--suite", "load",
            env=os.environ | {"T12_DATABASE_URL": f"sqlite:///{folder / 't12.db'}"},
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            stored.append(await process.wait())
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise


def told(title: str, latencies: list[float], failed: int) -> float:
    ordered = sorted(latencies)
    at = {share: ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99)}
    print(f"{title}, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores:")
    print(f"  {len(ordered)} acknowledged, {failed} failed,", end=" ")
    print(f"p50 {at[0.5]:.1f} ms, p95 {at[0.95]:.1f} ms, p99 {at[0.99]:.1f} ms, worst {ordered[-1]:.1f} ms")
    return at[0.99]


async def main(rate: float, seconds: float, words: Sequence[str]) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with a_store(folder) as store:
            await fill(store.database, folder)
        async with Workspace.start(manifest=manifest(), limit_rates=False) as ws, a_bot_process(ws, folder):
            await measure(ws, 20, 1, words)
            title = f"{rate:g} commands a second ({', '.join(words)})"
            quiet = told(title, *await measure(ws, rate, seconds, words))
            stored: list[int] = []
            load = asyncio.create_task(ingest_for_ever(folder, stored))
            await asyncio.sleep(1)
            loaded = told(f"{title} while reports of 10,000 cases are stored", *await measure(ws, rate, seconds, words))
            load.cancel()
            await asyncio.gather(load, return_exceptions=True)
            answered = len(ws.calls_of("response_url"))
            print(f"reports stored meanwhile: {stored.count(0)} of {len(stored)}; answers sent: {answered}")
            print(f"Slack's rules broken: {sorted({rule.rule for rule in ws.broken_rules}) or 'none'}")
    return max(quiet, loaded) <= TARGET_MS


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--words", nargs="+", default=["help", "health", "failures", "runs"])
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        asyncio.run(serve())
    else:
        sys.exit(0 if asyncio.run(main(asked.rate, asked.seconds, asked.words)) else 1)
