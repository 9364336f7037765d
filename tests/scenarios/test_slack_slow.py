"""People ask in Slack what became slow, and share it."""

import io
from datetime import timedelta
from pathlib import Path

from bot.workspace import Workspace
from core.failures.diagnose import diagnoser
from core.runs.ingest import Ingest
from core.runs.model import RunMark
from tests.builders import START, a_report
from tests.core.runs.benchmarking import a_benchmark_file
from tests.handlers.harness import Store, a_bot, a_store, manifest


async def bring_in_a_slow_down(store: Store) -> None:
    """The first of twelve tests takes a second in fifteen runs and three in the five after; a benchmark doubles."""
    ingest = Ingest(store.database, diagnoser([]))
    for run in range(1, 21):
        swing = [1 + ((run * 31 + test * 17) % 20 - 10) / 100 for test in range(12)]
        seconds = [each * (0.2 if test else 1.0 if run <= 15 else 3.0) for test, each in enumerate(swing)]
        mark = RunMark("backend", "main", f"rev{run}", START + timedelta(hours=run))
        files = (a_report("P" * 12, seconds=seconds), a_benchmark_file({"test_encrypt": 1e-5 if run <= 15 else 2e-5}))
        for data in files:
            await ingest.file(io.BytesIO(data), mark, "file")


async def test_what_became_slower_is_told_with_its_revision_and_can_be_shared(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await bring_in_a_slow_down(store)
        async with a_bot(ws, store):
            await ws.command("ana", "qa", "slow")
            message = await ws.wait_for_message("qa", "ana")
            assert message.text.startswith("backend: 1 slower\n1 test became slower (+")
            assert "tests/test_app.py::test_1 " in message.text
            assert "Since run 16 at rev16; last at the old level in run 15 at rev15." in message.text
            assert "Look at what run 16 (rev16) changed" in message.text
            assert "1 benchmark: 1 slower, 0 faster" in message.text
            assert message.ephemeral_to == "U1"
            assert ws.messages("qa", "luis") == []
            await ws.press("ana", "answer.share", channel="qa", ts=message.ts)
            shared = await ws.wait_for_message("qa", "luis")
            assert "1 test became slower" in shared.text
            assert ws.broken_rules == []
