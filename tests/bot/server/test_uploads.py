"""Reports come in over HTTP."""

import asyncio
import gzip
from typing import Any

import aiohttp
import pytest

from core.runs.history import find_run
from core.tokens.flows import create_token, list_tokens, revoke_token
from tests.bot.reports import COVERAGE, a_report
from tests.bot.server.conftest import House
from tests.core.runs.benchmarking import a_benchmark_file

pytestmark = pytest.mark.asyncio(loop_scope="module")


def a_form(*parts: tuple[str, Any, str | None]) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value, filename in parts:
        form.add_field(name, value, filename=filename)
    return form


async def test_a_plain_report_becomes_a_run(house: House) -> None:
    status, answer = await house.post(
        a_report(3, 1, name="plain"), suite="web", branch="main", revision="abc", started_at="2026-01-02T03:04:05Z"
    )
    assert status == 201
    (run,) = answer["runs"]
    assert answer["rejected"] == []
    assert (run["tests"], run["passed"], run["failed"], run["errors"], run["skipped"]) == (4, 3, 1, 0, 0)
    assert (run["suite"], run["branch"], run["started_at"]) == ("web", "main", "2026-01-02T03:04:05+00:00")
    assert run["elements"] == {"tests": 4, "passed": 3, "failed": 1, "errors": 0, "skipped": 0}
    async with house.database.read() as connection:
        assert (await find_run(connection, run["run"], "web")).revision == "abc"


async def test_a_repeat_answers_the_same_run(house: House) -> None:
    first = await house.post(a_report(name="again"), branch="main")
    second = await house.post(a_report(name="again"), branch="main")
    assert (first[0], second[0]) == (201, 200)
    assert second[1]["runs"][0]["duplicate"] is True
    assert first[1]["runs"][0]["id"] == second[1]["runs"][0]["id"]


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}, {"Content-Type": "application/gzip"}])
async def test_gzip_is_known_by_header_or_by_its_first_bytes(house: House, headers: dict[str, str]) -> None:
    name = "-".join(headers) or "magic"
    status, answer = await house.post(gzip.compress(a_report(5, name=name)), headers=headers)
    assert (status, answer["runs"][0]["tests"]) == (201, 5)


async def test_a_file_of_pytest_benchmark_is_kept_beside_the_runs(house: House) -> None:
    data = a_benchmark_file({"tests/test_speed.py::test_encrypt": 1.5e-5})
    for status, known in ((201, False), (200, True)):
        sent = await house.post(a_form(("report", data, "bench.json")))
        assert sent[0] == status
        assert sent[1]["runs"] == sent[1]["rejected"] == []
        [kept] = sent[1]["benchmarks"]
        assert (kept["benchmarks"], kept["duplicate"], kept["source"]) == (1, known, "bench.json")
    status, answer = await house.post(a_form(("report", b'{"benchmarks": 1}', "bench.json")))
    assert (status, answer["error"].startswith("this is JSON, but not of pytest-benchmark")) == (422, True)


async def test_gzip_and_plain_bytes_are_the_same_report(house: House) -> None:
    data = a_report(name="either")
    first = await house.post(data)
    second = await house.post(gzip.compress(data))
    assert second[0] == 200
    assert first[1]["runs"][0]["id"] == second[1]["runs"][0]["id"]


async def test_a_form_brings_reports_coverage_and_fields(house: House) -> None:
    form = a_form(
        ("report", a_report(2, name="one"), "one.xml"),
        ("report", gzip.compress(a_report(3, name="two")), "two.xml.gz"),
        ("coverage", COVERAGE, "coverage.xml"),
        ("suite", "forms", None),
        ("run", "shards", None),
        ("variant", "py311", None),
    )
    status, answer = await house.post(form)
    assert status == 201
    assert [each["source"] for each in answer["runs"]] == ["one.xml", "two.xml.gz"]
    assert [each["tests"] for each in answer["runs"]] == [2, 3]
    assert {each["run"] for each in answer["runs"]} == {"shards"}
    assert answer["runs"][0]["coverage_percentage"] == 50.0


async def test_a_broken_coverage_file_does_not_cost_the_results(house: House) -> None:
    form = a_form(("report", a_report(name="kept"), "r.xml"), ("coverage", b"<html>", "c.xml"))
    status, answer = await house.post(form)
    assert status == 422
    assert len(answer["runs"]) == 1
    assert answer["rejected"][0]["source"] == "c.xml"


async def test_one_refused_report_leaves_the_others_stored(house: House) -> None:
    form = a_form(("report", a_report(name="good"), "good.xml"), ("report", b"<robot/>", "bad.xml"))
    status, answer = await house.post(form)
    assert status == 422
    assert "Robot Framework" in answer["error"]
    assert [each["source"] for each in answer["runs"]] == ["good.xml"]
    assert [each["source"] for each in answer["rejected"]] == ["bad.xml"]


async def test_wrong_tokens_get_one_and_the_same_answer(house: House) -> None:
    revoked = await create_token(house.database, "gone", house.clock())
    await revoke_token(house.database, "gone", house.clock())
    expired = await create_token(house.database, "old", house.clock(), expires_at=house.clock.now.replace(hour=9))
    house.clock.forward(hours=2)
    real_id = house.token.split("_")[1]
    wrong = [
        "nonsense",
        "t12_000000000000_" + "a" * 43,
        f"t12_{real_id}_" + "a" * 43,
        revoked.text,
        expired.text,
        "é" * 50,
    ]
    answers = [await house.post(a_report(), headers={"Authorization": f"Bearer {each}"}) for each in wrong]
    answers += [await house.post(a_report(), headers={"Authorization": each}) for each in ("", "Basic eDp5", "Bearer")]
    assert {status for status, _ in answers} == {401}
    assert len({answer["error"] for _, answer in answers}) == 1


async def test_a_stranger_is_refused_before_the_body_is_read(house: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.listening.port)
    writer.write(b"POST /api/v1/runs HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
    assert b" 401 " in await asyncio.wait_for(reader.readline(), 10)
    writer.close()


async def test_expect_continue_asks_for_the_body_only_with_a_token(house: House) -> None:
    body = a_report(name="expected")
    head = b"POST /api/v1/runs HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n%s\r\n"
    for header, wanted in ((b"", b" 401 "), (f"Authorization: Bearer {house.token}\r\n".encode(), b" 100 ")):
        reader, writer = await asyncio.open_connection("127.0.0.1", house.listening.port)
        writer.write(head % (len(body), header))
        assert wanted in await asyncio.wait_for(reader.readline(), 10)
        if wanted == b" 100 ":
            await reader.readline()
            writer.write(body)
            assert b" 201 " in await asyncio.wait_for(reader.readline(), 10)
        writer.close()


async def test_the_use_of_a_token_is_noted(house: House) -> None:
    made = await create_token(house.database, "noted", house.clock())
    await house.post(a_report(name="noted"), token=made.text)
    for _ in range(100):
        (token,) = [each for each in await list_tokens(house.database) if each.name == "noted"]
        if token.last_used_at is not None:
            break
        await asyncio.sleep(0.02)
    assert token.last_used_at == house.clock.now


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"brnach": "main"}, "brnach"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"started_at": "9999-12-31T23:59:59-23:59"}, "started_at"),
    ],
)
async def test_words_that_make_no_sense_are_refused(house: House, query: dict[str, str], word: str) -> None:
    status, answer = await house.post(a_report(name="words"), **query)
    assert status == 400
    assert word in answer["error"]


async def test_a_field_in_address_and_form_is_refused(house: House) -> None:
    form = a_form(("report", a_report(), "r.xml"), ("branch", "a", None))
    status, answer = await house.post(form, branch="b")
    assert (status, "branch" in answer["error"]) == (400, True)


async def test_other_methods_and_addresses_are_answered_in_json(house: House) -> None:
    assert (await house.get("/api/v1/runs"))[0] == 405
    assert (await house.get("/nowhere"))[0] == 404
    async with house.session.delete(house.url + "/healthz") as answer:
        assert answer.status == 405
        assert "error" in await answer.json()
        assert "GET" in answer.headers["Allow"]
