"""People ask in Slack what the watched runs used, and the checklist's items about it tick themselves."""

from datetime import timedelta
from pathlib import Path

from bot.workspace import Workspace
from core.answers import Answers
from core.checks import State, run_check
from core.live.store import put_resources
from core.settings import Sourced
from tests.handlers.harness import Store, a_bot, a_store, manifest
from tests.handlers.messages.watched import a_busy_run, an_alert

NAME = "tests/test_app.py::test_large_import"


async def watched_runs(store: Store, *, alert: bool) -> None:
    """Three runs were watched and the fourth was not; in the third the CPU was above its limit."""
    for number in range(1, 5):
        await store.ingest([("test_large_import", "")])
        if number < 4:
            alerts = (an_alert("cpu", NAME),) if alert and number == 3 else ()
            async with store.database.write() as connection:
                await put_resources(connection, number, a_busy_run(NAME, alerts=alerts))


def answers(store: Store, days: int = 0) -> Answers:
    sourced = Sourced(settings=store.settings, file=None, origins={})
    return Answers(store.database, sourced, lambda: store.now + timedelta(days=days))


async def test_the_last_watched_runs_are_told_with_what_ran_at_the_peak(tmp_path: Path) -> None:
    async with Workspace.start(manifest=manifest()) as ws, a_store(tmp_path) as store:
        await watched_runs(store, alert=True)
        async with a_bot(ws, store):
            await ws.command("ana", "qa", "resources")
            message = await ws.wait_for_message("qa", "ana")
            assert message.text.startswith("backend: 1 of 3 watched runs had trouble\nRuns with trouble\n• Run 3 ")
            assert "CPU above its limit for 42 s, 97 % when it was told" in message.text
            assert f"while {NAME} ran" in message.text
            assert message.text.count("Chart, ") == 2
            await ws.press("ana", "resources.show:1", channel="qa", ts=message.ts)
            named = await ws.wait_for_message("qa", "ana", containing="CPU over this run")
            assert named.text.startswith("backend: 1 CPU alert\nRun 3\n")
            await ws.command("ana", "qa", "resources 4")
            await ws.wait_for_message("qa", "ana", containing="obody watched run 4")
            assert ws.broken_rules == []


async def test_the_check_passes_on_quiet_runs_fails_on_an_alert_and_says_when_nobody_watched(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await watched_runs(store, alert=False)
        found = await run_check(answers(store), "resources_fine")
        assert (found.state, found.evidence) == (
            State.PASSED, "3 runs watched since Friday: CPU up to 97 %, memory up to 55 %; no alert, no hang, no leak.",
        )  # fmt: skip
        found = await run_check(answers(store, days=4), "resources_fine")
        assert (found.state, found.evidence.partition(";")[0]) == (State.UNKNOWN, "No run was watched since Thursday")
        async with store.database.write() as connection:
            await put_resources(connection, 2, a_busy_run(NAME, alerts=(an_alert("memory", NAME),)))
        found = await run_check(answers(store), "resources_fine")
        assert (found.state, found.detail) == (State.FAILED, "resources 2")
        assert found.evidence == "3 runs watched since Friday, 1 with trouble, such as run 2: 1 memory alert."
