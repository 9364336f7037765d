"""`t12 push` against a server that misbehaves as told, and against the real one."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from bot.api import ATTEMPTS, LONGEST_WAIT_SECONDS, backoff_seconds, is_loopback
from bot.push import Pushed, PushOptions, push
from bot.server import Listening, listen
from core.errors import UsageError
from tests.bot.here import WorkerHere
from tests.bot.reports import COVERAGE, a_report
from tests.bot.server.conftest import a_house

STORED = {"runs": [{"source": "x", "run": "1", "suite": "s", "tests": 2, "duplicate": False}], "rejected": []}


@dataclass
class Scripted:
    """Answers what it is told, in order, and the last answer for ever; notes what it was asked."""

    url: str = ""
    answers: list[Callable[[web.Request], web.Response]] = field(default_factory=list)
    asked: list[tuple[dict[str, str], dict[str, str], list[str | None]]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def will(self, status: int, body: Any = None, **headers: str) -> None:
        def answer(request: web.Request) -> web.Response:
            if isinstance(body, str):
                return web.Response(text=body, status=status, headers=headers)
            return web.json_response(body if body is not None else {"error": "because"}, status=status, headers=headers)

        self.answers.append(answer)

    def will_hang_up(self) -> None:
        def answer(request: web.Request) -> web.Response:
            assert request.transport is not None
            request.transport.close()
            return web.Response()

        self.answers.append(answer)

    async def handle(self, request: web.Request) -> web.Response:
        names: list[str | None] = []
        async for part in await request.multipart():
            names.append(part.name)  # type: ignore[union-attr]
        self.asked.append((dict(request.headers), dict(request.query), names))
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(request)

    async def push(self, *paths: Path, environ: dict[str, str] | None = None, **options: Any) -> Pushed:
        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        values = {"url": self.url, "token": "t12_a_b"} | options
        return await push(
            PushOptions(paths, **values), environ or {}, self.said.append, sleep=sleep, chance=lambda: 0.0
        )


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Scripted]:
    scripted = Scripted()
    app = web.Application(client_max_size=1 << 24)
    app.router.add_post("/api/v1/runs", scripted.handle)
    listening: Listening = await listen(app, "127.0.0.1", 0)
    scripted.url = f"http://127.0.0.1:{listening.port}"
    yield scripted
    await listening.stop()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.xml"
    path.write_bytes(a_report())
    return path


async def test_a_stored_report_is_said_and_exits_0(server: Scripted, report: Path) -> None:
    server.will(201, STORED)
    result = await server.push(report, suite="web", branch="main", revision="abc", run="r", variant="v")
    assert result.exit_code == 0
    assert result.runs[0]["source"] == str(report)
    headers, query, names = server.asked[0]
    assert headers["Authorization"] == "Bearer t12_a_b"
    assert query == {"suite": "web", "branch": "main", "revision": "abc", "run": "r", "variant": "v"}
    assert names == ["report"]
    assert "2 tests are run 1 of s" in server.said[-1]


async def test_what_is_not_said_is_read_off_the_job(server: Scripted, report: Path) -> None:
    server.will(201, STORED)
    job = {"GITHUB_ACTIONS": "true", "GITHUB_REF_NAME": "main", "GITHUB_SHA": "abc", "GITHUB_RUN_ID": "7"}
    await server.push(report, environ=job, branch="mine")
    assert server.asked[0][1] == {"branch": "mine", "revision": "abc", "run": "github-7"}


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
async def test_trouble_of_the_server_is_retried(server: Scripted, report: Path, status: int) -> None:
    server.will(status, "<html>bad gateway</html>")
    server.will(status)
    server.will(200, STORED)
    result = await server.push(report)
    assert (result.exit_code, len(server.asked), server.slept) == (0, 3, [0.5, 1.0])


async def test_a_dropped_connection_is_retried(server: Scripted, report: Path) -> None:
    server.will_hang_up()
    server.will(201, STORED)
    assert (await server.push(report)).exit_code == 0
    assert len(server.asked) == 2


async def test_the_server_says_when_to_come_back(server: Scripted, report: Path) -> None:
    server.will(429, {"error": "busy"}, **{"Retry-After": "3"})
    server.will(201, STORED)
    await server.push(report)
    assert server.slept == [3.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 413, 422])
async def test_a_refusal_is_final_and_said(server: Scripted, report: Path, status: int) -> None:
    server.will(status, {"error": "not like this"})
    result = await server.push(report)
    assert (result.exit_code, len(server.asked)) == (1, 1)
    assert result.rejected == [{"source": str(report), "error": "not like this"}]
    assert "refused: not like this" in server.said[-1]


async def test_it_gives_up_in_the_end(server: Scripted, report: Path) -> None:
    server.will(503)
    result = await server.push(report)
    assert (result.exit_code, len(server.asked)) == (1, ATTEMPTS)
    assert "gave up" in result.undelivered[0]["error"]


async def test_nobody_there_is_not_delivered(report: Path) -> None:
    nobody = Scripted(url="http://127.0.0.1:1")
    result = await nobody.push(report)
    assert (result.exit_code, len(result.undelivered)) == (1, 1)


async def test_a_redirect_does_not_carry_the_token_away(server: Scripted, report: Path) -> None:
    server.will(302, "", Location="https://elsewhere.example/")
    result = await server.push(report)
    assert len(server.asked) == 1
    assert "redirects" in result.undelivered[0]["error"]


async def test_another_server_at_the_address_is_noticed(server: Scripted, report: Path) -> None:
    server.will(200, "<html>welcome</html>")
    result = await server.push(report)
    assert "not like T12" in result.undelivered[0]["error"]


async def test_one_refusal_does_not_keep_the_others(server: Scripted, report: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.xml"
    other.write_bytes(b"<x/>")
    server.will(422, {"error": "no"})
    server.will(201, STORED)
    result = await server.push(other, report)
    assert (result.exit_code, len(result.runs), len(result.rejected)) == (1, 1, 1)


async def test_coverage_goes_once_with_a_run_and_with_each_report_without(server: Scripted, tmp_path: Path) -> None:
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(a_report(name=name))
    coverage = tmp_path / "coverage.xml"
    coverage.write_bytes(COVERAGE)
    server.will(201, STORED)
    await server.push(tmp_path, coverage=coverage, run="r")
    await server.push(tmp_path, coverage=coverage)
    assert [names for _, _, names in server.asked] == [
        ["report", "coverage"],
        ["report"],
        ["report", "coverage"],
        ["report", "coverage"],
    ]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"url": None}, "T12_URL"),
        ({"token": None}, "T12_TOKEN"),
        ({"url": "t12.example.com"}, "no address"),
        ({"url": "ftp://t12.example.com"}, "no address"),
        ({"url": "http://[::1"}, "no address"),
        ({"url": "http://t12.example.com"}, "unencrypted"),
        ({"token": "t12 with space"}, "characters"),
        ({"token": "t12_\r\nX-Evil: 1"}, "characters"),
    ],
)
async def test_words_that_do_not_fit_send_nothing(report: Path, options: dict[str, Any], word: str) -> None:
    values: dict[str, Any] = {"url": "http://127.0.0.1:1", "token": "t"} | options
    with pytest.raises(UsageError, match=word):
        await push(PushOptions([report], **values), {}, lambda _: None)


async def test_missing_and_empty_places_are_usage(tmp_path: Path) -> None:
    for path, word in ((tmp_path / "nothing.xml", "does not exist"), (tmp_path, "no report found")):
        with pytest.raises(UsageError, match=word):
            await push(PushOptions([path], url="http://localhost", token="t"), {}, lambda _: None)


def test_waits_grow_and_end_at_a_minute() -> None:
    assert [backoff_seconds(n, None, lambda: 1.0) for n in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert [backoff_seconds(n, None, lambda: 0.0) for n in range(3)] == [0.5, 1, 2]
    assert backoff_seconds(0, 1e6, lambda: 0.5) == LONGEST_WAIT_SECONDS


@pytest.mark.parametrize(
    ("host", "is_one"),
    [("localhost", True), ("127.8.9.1", True), ("::1", True), ("10.0.0.1", False), ("localhost.evil.com", False)],
)
def test_loopback_is_this_machine_only(host: str, is_one: bool) -> None:
    assert is_loopback(host) is is_one


async def test_the_real_server_takes_it_and_knows_a_repeat(tmp_path: Path, report: Path) -> None:
    coverage = tmp_path / "coverage.xml"
    coverage.write_bytes(COVERAGE)
    said: list[str] = []
    async with a_house(tmp_path, worker=WorkerHere) as house:
        options = PushOptions([report], url=house.url, token=house.token, coverage=coverage, suite="web", run="r 1/ü")
        first = await push(options, {}, said.append)
        second = await push(options, {}, said.append)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.runs[0]["run"] == "r 1/ü"
    assert first.runs[0]["coverage_percentage"] == 50.0
    assert second.runs[0]["duplicate"] is True


async def test_a_run_that_died_is_said_to_the_real_server_once(tmp_path: Path) -> None:
    console = tmp_path / "pytest.log"
    console.write_text("collected 3 items\nKilled\n")
    job = {"GITLAB_CI": "1", "CI_COMMIT_BRANCH": "main", "CI_PIPELINE_ID": "4"}
    async with a_house(tmp_path) as house:
        client = Scripted(url=house.url)
        options = {"token": house.token, "died": True, "exit_code": 137, "console": console}
        first = await client.push(environ=job, **options)
        again = await client.push(environ=job, **options)
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert client.said[1] == "the run that died is noted"
    assert client.said[-1] == "the run that died is noted, known before"


async def test_a_refused_death_is_said(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        result = await Scripted(url=house.url).push(died=True, token="t12_0123456789ab_x")
    assert result.exit_code == 1
    assert "a valid token is needed" in result.rejected[0]["error"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"died": True, "coverage": Path("c.xml")}, "has no coverage"),
        ({}, "name reports"),
        ({"exit_code": 1}, "name reports"),
        ({"died": True, "console": Path("/nowhere/x.log")}, "cannot be read"),
    ],
)
async def test_words_about_a_death_must_fit(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        await Scripted(url="http://127.0.0.1:1").push(**options)
