"""The steps of an emergency with real programs: whatever one does, the next goes on, and each says what it did."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.emergency import Responder
from core.incidents.emergencies import Emergencies
from core.incidents.emergency import Emergency, StepName, StepState
from core.settings import Settings
from core.storage.database import Database
from tests.core.incidents.keeping import ANA, ROLES, Kept

PASS, FAIL = "print('2 passed')", "import sys; print('1 failed: test_keys'); sys.exit(1)"
HANG = "import time; print('begun', flush=True); time.sleep(600)"
HOSTILE = r"import sys; sys.stdout.write('\x1b[31m```\n# <!channel> token=abcdef123456\n' + '`' * 9000)"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def kept(store: Database, folder: Path, **emergency: Any) -> Kept:
    given = {"suite": "backend", "channel": "C1", "roles": ROLES, "emergency": {"timeout_seconds": 20} | emergency,
             "incidents": {"project": str(folder)}}  # fmt: skip
    return Kept(store, Settings.model_validate(given))


async def carried_out(kept: Kept) -> Emergency:
    flows = Emergencies(kept.ledger)
    started = await flows.start(ANA, "the keys leaked")
    responder = Responder(flows)
    try:
        return await asyncio.wait_for(responder.finish(started.emergency.id), 60)
    finally:
        await responder.close()


def ends(emergency: Emergency) -> dict[str, str]:
    return {step.name.value: step.state.value for step in emergency.steps}


async def test_everything_is_done_and_told(sqlite_store: Database, tmp_path: Path) -> None:
    here = kept(
        sqlite_store, tmp_path, security_tests=python(FAIL), stop_pipeline=python(PASS),
        commands={"answer": python("print(6 * 7)")},
    )  # fmt: skip
    found = await carried_out(here)
    assert ends(found) == {"assess": "failed", "stop": "done", "tell": "done", "diagnose": "done", "report": "done"}
    assert "SECURITY TESTS FAIL (exit code 1)" in found.step(StepName.ASSESS).told
    assert "Developer, Team Lead, Security Team called in the incident's thread" in found.step(StepName.TELL).told
    details = dict(found.step(StepName.DIAGNOSE).details)
    assert {"Python", "System", "T12", "CPU", "Memory", "Disk", "Database", "Project's revision"} <= set(details)
    assert details["answer (exit code 0)"] == "42\n"
    assert "reachable" in details["Database"]
    assert "1 failed: test_keys" in found.report
    assert "- [x] CI/CD pipeline stopped" in found.report
    told = [each.text("step") for each in await here.events(1) if each.text("step")]
    assert set(told) == {name.value for name in StepName}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["no-such-program"], "there is no program 'no-such-program'"),
        (python(HANG), "longer than 1 seconds"),
        (python(FAIL), "exit code 1"),
        (["/no/such/program"], "could not be run"),
    ],
)
async def test_what_fails_stops_nothing_else(
    sqlite_store: Database, tmp_path: Path, words: list[str], told: str
) -> None:
    here = kept(
        sqlite_store, tmp_path, security_tests=words, stop_pipeline=words, timeout_seconds=1, commands={"one": words}
    )
    found = await carried_out(here)
    assert ends(found) == {"assess": "failed", "stop": "failed", "tell": "done", "diagnose": "done", "report": "done"}
    assert told in found.step(StepName.ASSESS).told
    assert told in found.step(StepName.STOP).told
    assert "NOT stopped" in found.step(StepName.STOP).told
    assert "- [ ] CI/CD pipeline stopped" in found.report


async def test_hostile_output_stays_inside_the_report(sqlite_store: Database, tmp_path: Path) -> None:
    found = await carried_out(kept(sqlite_store, tmp_path, security_tests=python(HOSTILE)))
    assert found.step(StepName.ASSESS).state is StepState.DONE
    assert "\x1b" not in found.report
    assert "abcdef123456" not in found.report
    headings = [line for line in found.report.splitlines() if line.startswith("## ")]
    assert headings[-1] == "## Capture diagnostic information"


async def test_what_is_not_set_is_left_out_and_said(sqlite_store: Database, tmp_path: Path) -> None:
    given = {"suite": "backend", "incidents": {"project": str(tmp_path)}}
    found = await carried_out(Kept(sqlite_store, Settings.model_validate(given)))
    assert ends(found) == {
        "assess": "left_out", "stop": "left_out", "tell": "failed", "diagnose": "done", "report": "done",
    }  # fmt: skip
    assert "emergency.stop_pipeline" in found.step(StepName.STOP).told
    assert "Nobody was told" in found.step(StepName.TELL).told


@pytest.mark.parametrize(("is_set", "state"), [(False, "left_out"), (True, "done")])
async def test_one_that_begins_by_itself_stops_the_pipeline_only_where_the_settings_say_so(
    sqlite_store: Database, tmp_path: Path, is_set: bool, state: str
) -> None:
    here = kept(
        sqlite_store,
        tmp_path,
        automatic=is_set,
        security_tests=python(FAIL),
        stop_pipeline=python("open('stopped', 'w')"),
    )
    await here.bring("PPPP", module="tests.test_keys.TestSecurity")
    await here.bring("FPPP", module="tests.test_keys.TestSecurity")
    responder = Responder(Emergencies(here.ledger))
    found = await asyncio.wait_for(responder.finish(1), 60)
    await responder.close()
    assert ends(found)["stop"] == state
    assert (tmp_path / "stopped").exists() is is_set
    assert "Failing tests (1)" in dict(found.step(StepName.DIAGNOSE).details)


async def test_a_stop_in_the_middle_is_taken_up_again(sqlite_store: Database, tmp_path: Path) -> None:
    here = kept(sqlite_store, tmp_path, security_tests=python(HANG), timeout_seconds=600)
    flows = Emergencies(here.ledger)
    await flows.start(ANA, "fire")
    first = Responder(flows)
    assert await first.begin_due() == 4
    await asyncio.sleep(1)
    await first.close()
    assert (await flows.show(1)).emergency.step(StepName.ASSESS).state is StepState.WAITING
    again = Responder(Emergencies(kept(sqlite_store, tmp_path, security_tests=python(PASS)).ledger))
    assert ends(await asyncio.wait_for(again.finish(1), 60))["assess"] == "done"
    await again.close()


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def address(answer: Handler) -> tuple[web.AppRunner, str]:
    application = web.Application()
    application.router.add_route("*", "/hook/secret-path", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/hook/secret-path"


@pytest.mark.parametrize(("status", "state"), [(204, "done"), (302, "failed"), (500, "failed")])
async def test_an_address_can_stop_the_pipeline(
    sqlite_store: Database, tmp_path: Path, status: int, state: str
) -> None:
    asked: list[Any] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append((request.method, await request.json()))
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    runner, url = await address(answer)
    try:
        found = await carried_out(kept(sqlite_store, tmp_path, stop_webhook=url))
    finally:
        await runner.cleanup()
    assert asked == [("POST", {"event": "emergency", "number": found.number})]
    assert ends(found)["stop"] == state
    assert "secret-path" not in found.report


async def test_an_address_that_does_not_answer_is_told(sqlite_store: Database, tmp_path: Path) -> None:
    found = await carried_out(kept(sqlite_store, tmp_path, stop_webhook="http://127.0.0.1:1/hook"))
    assert "NOT stopped: 127.0.0.1 gave no answer" in found.step(StepName.STOP).told
