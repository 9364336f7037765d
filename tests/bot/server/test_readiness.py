"""Health, readiness and figures."""

import asyncio
import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.server.readiness import LoopLag, reasons_not_ready
from core.errors import StorageError
from tests.bot.here import WorkerHere
from tests.bot.reports import a_report
from tests.bot.server.conftest import House, a_house


async def until_ready(house: House) -> tuple[int, dict[str, object]]:
    for _ in range(200):
        status, answer = await house.get("/readyz")
        if status == 200:
            break
        await asyncio.sleep(0.02)
    return status, answer


async def test_a_sound_server_is_healthy_and_ready(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        assert (await until_ready(house)) == (200, {"ready": True, "reasons": {}})
        status, answer = await house.get("/healthz")
        assert (status, answer["healthy"]) == (200, True)


async def test_readiness_says_every_reason(tmp_path: Path) -> None:
    async def slack() -> str | None:
        return "Slack does not answer"

    async def broken() -> str | None:
        raise ValueError("no detail of ours leaves")

    async def slow() -> str | None:
        await asyncio.sleep(60)
        return None

    async with a_house(tmp_path, probes={"slack": slack, "broken": broken, "slow": slow}) as house:
        status, answer = await house.get("/readyz")
    assert status == 503
    assert answer["reasons"]["slack"] == "Slack does not answer"
    assert answer["reasons"]["broken"] == "cannot be asked (ValueError)"
    assert "within 2 seconds" in answer["reasons"]["slow"]


async def test_a_database_that_was_not_written_for_ten_seconds_is_not_ready(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await until_ready(house)
        house.clock.forward(seconds=11)
        status, answer = await house.get("/readyz")
    assert status == 503
    assert "last written 11 seconds ago" in answer["reasons"]["writes"]


async def test_tables_of_another_version_are_not_ready(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await until_ready(house)
        await house.sql("UPDATE alembic_version SET version_num = '9999'")
        status, answer = await house.get("/readyz")
        assert (await house.get("/healthz"))[0] == 200
    assert (status, "9999" in answer["reasons"]["migrations"]) == (503, True)


async def test_a_loop_that_hangs_is_late() -> None:
    lag = LoopLag()
    measuring = asyncio.create_task(lag.run())
    await asyncio.sleep(0.01)
    time.sleep(0.5)  # noqa: ASYNC251 - the very thing that must be noticed
    assert lag.seconds > 0.2
    measuring.cancel()
    with pytest.raises(asyncio.CancelledError):
        await measuring


async def test_no_probe_is_no_reason() -> None:
    assert await reasons_not_ready({}) == {}


async def test_figures_count_what_came_in(tmp_path: Path) -> None:
    async with a_house(tmp_path, worker=WorkerHere) as house:
        await house.post(a_report(5))
        await house.post(a_report(5))
        await house.post(b"")
        await house.post(b"<robot/>")
        async with house.session.get(house.url + "/metrics") as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            text = await answer.text()
    values = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert values["t12_ingest_tests_total",] == 5
    assert values["t12_ingest_seconds_count",] == 4
    assert values["t12_ingest_rejected_total", "empty"] == 1
    assert values["t12_ingest_rejected_total", "wrong-root"] == 1
    assert values["t12_build_info", "1.2.3"] == 1
    assert ("t12_loop_lag_seconds",) in values


async def test_a_worker_asked_after_the_server_stopped_refuses_politely(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.post(a_report())
    with pytest.raises(StorageError, match="stopping"):
        await house.worker.start()
