"""The server as a whole: its limits, other people's routes, and its end."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.server import build_server, listen
from bot.worker import IngestWorker
from core.storage.database import Database
from tests.bot.here import WorkerHere
from tests.bot.reports import DIAGNOSER, a_report, settings_for
from tests.bot.server.conftest import House, a_house


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - the server does not announce it
            await asyncio.sleep(0.01)


async def test_too_many_at_once_are_asked_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    under_way = tmp_path / "under way"
    under_way.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(under_way))
    gate = asyncio.Event()

    async def slowly(data: bytes) -> AsyncIterator[bytes]:
        yield data[:20]
        await gate.wait()
        yield data[20:]

    async with a_house(tmp_path, worker=WorkerHere, server={"uploads_at_once": 2}) as house:
        hanging = [asyncio.create_task(house.post(slowly(a_report(0, 1, name=f"n{n}")))) for n in range(2)]
        await until(lambda: len(list(under_way.iterdir())) == 2)
        async with house.session.post(
            house.url + "/api/v1/runs", data=b"x", headers={"Authorization": f"Bearer {house.token}"}
        ) as answer:
            assert answer.status == 429
            assert int(answer.headers["Retry-After"]) > 0
            assert "too many" in (await answer.json())["error"]
        gate.set()
        assert [status for status, _ in await asyncio.gather(*hanging)] == [201, 201]
        assert (await house.post(a_report(1)))[0] == 201


async def test_uploads_at_the_same_time_are_all_stored(tmp_path: Path) -> None:
    async with a_house(tmp_path, server={"uploads_at_once": 64}) as house:
        answers = await asyncio.gather(*(house.post(a_report(20, name=f"n{n}")) for n in range(20)))
        same = await asyncio.gather(*(house.post(a_report(20, name="same")) for _ in range(10)))
    assert [status for status, _ in answers] == [201] * 20
    assert sorted(status for status, _ in same) == [200] * 9 + [201]
    assert len({answer["runs"][0]["id"] for _, answer in same}) == 1


async def test_the_loop_answers_while_a_large_report_is_read(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.worker.start()
        upload = asyncio.create_task(house.post(a_report(60_000)))
        waits = []
        while not upload.done():
            began = time.perf_counter()
            assert (await house.get("/healthz"))[0] == 200
            waits.append(time.perf_counter() - began)
            await asyncio.sleep(0.01)
        assert (await upload)[1]["runs"][0]["tests"] == 60_000
    assert len(waits) > 5
    assert sorted(waits)[len(waits) // 2] < 0.5  # reading it takes seconds: a loop that waited would answer once


async def test_a_store_that_is_gone_asks_to_come_back(tmp_path: Path) -> None:
    async with a_house(tmp_path, worker=WorkerHere) as house:
        await house.sql("DROP TABLE report")
        status, answer = await house.post(a_report())
        assert (status, "send it again later" in answer["error"]) == (503, True)
        shutil.rmtree(tmp_path, ignore_errors=True)
        assert (await house.get("/healthz"))[0] == 200


async def test_tokens_that_cannot_be_looked_up_ask_to_come_back(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.sql("DROP TABLE token")
        for headers in ({}, {"Expect": "100-continue"}):
            status, answer = await house.post(a_report(), headers=headers)
            assert (status, "try again later" in answer["error"]) == (503, True)


async def test_a_disk_that_takes_no_upload_asks_to_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_house(tmp_path) as house:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
        assert (await house.post(a_report()))[0] == 503


async def a_guest(request: web.Request) -> web.Response:
    match request.query.get("act"):
        case "raise":
            raise RuntimeError("a secret detail")
        case "forbid":
            raise web.HTTPForbidden
        case _:
            return web.Response(text=(await request.read()).decode(), headers={"X-Guest": "yes"})


async def guests(house: House, act: str) -> tuple[int, Any]:
    async with house.session.post(house.url + "/slack/events", data=b"as it came", params={"act": act}) as answer:
        return answer.status, await answer.text()


async def test_the_routes_of_others_keep_their_answers(tmp_path: Path) -> None:
    async with a_house(tmp_path, routes=[web.post("/slack/events", a_guest)]) as house:
        assert await guests(house, "") == (200, "as it came")
        status, text = await guests(house, "raise")
        assert (status, "secret" in text, "error" in text) == (500, False, True)
        assert (await guests(house, "forbid"))[0] == 403


async def test_stopping_lets_an_upload_finish(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        upload = asyncio.create_task(house.post(a_report(30_000)))
        await until(lambda: house.worker.pid is not None)  # it starts with the upload's report
        await house.listening.stop()
        assert (await upload)[0] == 201


async def test_a_taken_port_is_an_error_and_leaves_nothing_open(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with a_house(tmp_path) as house, IngestWorker(settings, diagnoser=DIAGNOSER) as worker:
        database = Database(settings.database_url)
        with pytest.raises(OSError, match="address already in use"):
            await listen(build_server(settings, database, worker), "127.0.0.1", house.listening.port)
        await database.close()


async def test_a_silent_connection_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.server.listening._BOUNDS", {"keepalive_timeout": 0.2, "access_log": None})
    async with a_house(tmp_path) as house:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.listening.port)
        writer.write(b"POST /api/v1/runs HTTP/1.1\r\nHos")
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
