# ruff: noqa: E501 - a report reads best on one line
"""A report is stored once and whole, or not at all."""

import asyncio
import gzip
import io
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import ReportError
from core.runs.history import results_of
from core.runs.ingest import Limits, coverage_of, report_files
from core.runs.model import Coverage, Diagnosis, RunMark
from core.runs.presenting import report_json
from core.storage.database import Database
from core.storage.tables import event
from tests.builders import a_report
from tests.core.runs.bringing import NOW, a_flow, bring, rows

ROOT = Path(__file__).parents[3]


async def test_a_report_becomes_a_run_with_its_event(store: Database) -> None:
    found = await bring(store, a_report("PFES"), branch="main", revision="abc", variant="py312", source="ci/r.xml")
    run = found.run
    assert (run.name, run.suite, run.branch, run.revision, run.variant) == (
        str(run.id),
        "backend",
        "main",
        "abc",
        "py312",
    )
    assert (run.started_at, run.ingested_at, run.duration_seconds, run.coverage_percentage) == (NOW, NOW, 0.4, None)
    assert (found.duplicate, found.source) == (False, "ci/r.xml")
    async with store.read() as connection:
        (told,) = (await connection.execute(select(event))).all()
    assert (told.type, told.run_id, told.at) == ("RunIngested", run.id, NOW)
    assert told.data == {"source": "ci/r.xml", "tests": 4}


async def test_the_same_report_is_stored_once(store: Database) -> None:
    first = await bring(store, a_report("PFR"), branch="main")
    before = await rows(store)
    again = await bring(store, a_report("PFR"), branch="main", source="other.xml")
    packed = await bring(store, gzip.compress(a_report("PFR")), branch="main")
    assert [each.duplicate for each in (first, again, packed)] == [False, True, True]
    assert first.run == again.run == packed.run
    assert first.counts == again.counts
    assert await rows(store) == before


@pytest.mark.parametrize(
    "mark",
    [
        {"branch": "topic"}, {"revision": "def"}, {"run_key": "7"}, {"variant": "windows"}, {"started_at": NOW},
        {"suite": "frontend"},
    ],
)  # fmt: skip
async def test_another_mark_makes_another_run(sqlite_store: Database, mark: dict[str, Any]) -> None:
    first = await bring(sqlite_store, a_report("P"))
    second = await bring(sqlite_store, a_report("P"), **mark)
    assert first.run.id != second.run.id
    assert not second.duplicate


async def test_the_same_instant_in_another_zone_is_the_same_mark(sqlite_store: Database) -> None:
    from datetime import timezone

    await bring(sqlite_store, a_report("P"), started_at=NOW)
    again = await bring(sqlite_store, a_report("P"), started_at=NOW.astimezone(timezone(timedelta(hours=5))))
    assert again.duplicate


async def test_a_repeat_may_bring_the_coverage_that_was_missing(store: Database) -> None:
    await bring(store, a_report("P"))
    again = await bring(store, a_report("P"), coverage=Coverage(81.5))
    assert (again.duplicate, again.run.coverage_percentage) == (True, 81.5)


@pytest.mark.parametrize(
    ("report", "mark", "expected"),
    [
        ('<testsuite timestamp="2026-01-01T10:00:00"/>', {}, datetime(2026, 1, 1, 10, tzinfo=UTC)),
        (
            '<testsuite timestamp="2026-01-01T10:00:00"/>',
            {"started_at": NOW - timedelta(days=9)},
            NOW - timedelta(days=9),
        ),
        ('<testsuite timestamp="junk"/>', {}, NOW),
        ("<testsuite/>", {}, NOW),
    ],
)
async def test_a_run_starts_when_the_sender_says_else_the_report_else_now(
    sqlite_store: Database, report: str, mark: dict[str, Any], expected: datetime
) -> None:
    assert (await bring(sqlite_store, report, **mark)).run.started_at == expected


@pytest.mark.parametrize(
    "report",
    [
        b"",
        b"<html>",
        b"<robot/>",
        b"<testsuite><testcase",
        a_report("P")[:-3],
        gzip.compress(a_report("P"), mtime=0)[:-5],
    ],
    ids=["empty", "page", "robot", "cut in a tag", "cut at the end", "cut gzip"],
)
async def test_a_refused_report_leaves_nothing(store: Database, report: bytes) -> None:
    with pytest.raises(ReportError):
        await bring(store, report)
    assert await rows(store) == {}


async def test_the_limits_are_kept(sqlite_store: Database) -> None:
    bomb = gzip.compress(b"<testsuite>" + b" " * 3_000_000 + b"</testsuite>")
    for limits, report in ((Limits(max_bytes=1_000_000), bomb), (Limits(max_cases=2), a_report("PPP"))):
        with pytest.raises(ReportError) as refused:
            await a_flow(sqlite_store, limits=limits).report(io.BytesIO(report), RunMark(), "r.xml")
        assert refused.value.reason == "too-large"
    assert await rows(sqlite_store) == {}


async def test_words_of_the_sender_are_cleaned_and_cut(store: Database) -> None:
    found = await bring(
        store, a_report("P"), suite="  back\u202eend\n", branch="b" * 900, revision="\x1b[31m" + "r" * 900, run_key="k\x00" * 400,
        source="r\udcff\x1b.xml",
    )  # fmt: skip
    run = found.run
    assert (run.suite, run.branch, run.revision, run.name) == ("backend", "b" * 300, "[31m" + "r" * 96, "k" * 300)
    async with store.read() as connection:
        assert (await connection.execute(select(event.c.data["source"].as_string()))).scalar() == "r.xml"


@pytest.mark.parametrize("suite", ["", "   ", "\u200b\u202e"])
async def test_a_suite_without_a_name_is_refused(sqlite_store: Database, suite: str) -> None:
    with pytest.raises(ReportError, match="the suite has no name"):
        await bring(sqlite_store, a_report("P"), suite=suite)


async def test_an_error_of_ours_leaves_nothing(store: Database) -> None:
    class Broken:
        version = "x"

        def __call__(self, _failure: object, /) -> Diagnosis:
            raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        await a_flow(store, diagnose=Broken()).report(io.BytesIO(a_report("PF")), RunMark(), "r.xml")
    assert await rows(store) == {}


async def test_a_report_larger_than_a_chunk_is_stored_whole(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.runs.junit.CHUNK_ROWS", 500)
    monkeypatch.setattr("core.runs.junit._CHUNK_FAILURES", 40)
    cases = "".join(
        f'<testcase classname="tests.test_{n % 50}" name="t{n}">{"<failure>E</failure>" if n % 40 == 0 else ""}</testcase>'
        for n in range(3_000)
    )
    found = await bring(store, f'<testsuite name="pytest">{cases}</testsuite>')
    assert (found.run.counts.tests, found.run.counts.failed) == (3_000, 75)
    assert {name: count for name, count in (await rows(store)).items() if count > 1} == {
        "test": 3_000, "test_group": 50, "failure": 75,
    }  # fmt: skip


async def test_the_same_report_sent_at_once_is_one_run(store: Database) -> None:
    found = await asyncio.gather(*(bring(store, a_report("PFE"), branch="main") for _ in range(6)))
    assert len({each.run.id for each in found}) == 1
    assert sorted(each.duplicate for each in found) == [False] + [True] * 5
    assert (await rows(store))["report"] == 1


CHILD = """
import asyncio, io, sys
from core.storage.database import Database
from tests.core.runs.bringing import bring

async def main():
    database = Database(sys.argv[1])
    report = open(sys.argv[2], "rb").read()
    print("ready", flush=True)
    sys.stdin.readline()
    found = await bring(database, report, run_key=sys.argv[3] or None)
    print(found.run.id, found.duplicate, found.run.counts.tests, flush=True)
    await database.close()

asyncio.run(main())
"""


def a_child(url: str, report: Path, key: str = "") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, url, str(report), key],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run_together(children: "list[subprocess.Popen[str]]") -> list[list[str]]:
    """Let all go at once; the words each printed."""
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    answers = [child.communicate(timeout=60) for child in children]
    assert [child.returncode for child in children] == [0] * len(children), answers
    return [out.split() for out, _errors in answers]


def test_two_processes_that_store_the_same_report_make_one_run(store_url: str, tmp_path: Path) -> None:
    report = tmp_path / "r.xml"
    report.write_bytes(a_report("PF" * 300))
    answers = run_together([a_child(store_url, report) for _ in range(2)])
    assert len({run for run, _duplicate, _tests in answers}) == 1
    assert sorted(duplicate for _run, duplicate, _tests in answers) == ["False", "True"]


def test_two_processes_that_store_shards_make_one_run(store_url: str, tmp_path: Path) -> None:
    children = []
    for name in ("a", "b"):
        report = tmp_path / f"{name}.xml"
        report.write_bytes(a_report("PF" * 100, module=f"tests.test_{name}"))
        children.append(a_child(store_url, report, "build-7"))
    answers = run_together(children)
    assert len({run for run, _duplicate, _tests in answers}) == 1
    assert sorted(int(tests) for _run, _duplicate, tests in answers) == [200, 400]


async def test_a_kill_leaves_the_whole_report_or_nothing(sqlite_url: str, tmp_path: Path) -> None:
    report = tmp_path / "r.xml"
    content = a_report("PPPPPF" * 1500)
    report.write_bytes(content)
    kinds = set()
    for after in (0.0, 0.06, 0.15):
        child = a_child(sqlite_url, report)
        assert child.stdout is not None and child.stdin is not None
        child.stdout.readline()
        child.stdin.write("go\n")
        child.stdin.flush()
        await asyncio.sleep(after)
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        database = Database(sqlite_url)
        found = await rows(database)
        kinds.add(found.get("run", 0))
        assert found.get("run", 0) == found.get("report", 0) == found.get("event", 0)
        assert found.get("failure", 0) == 1500 * found.get("run", 0)
        await database.close()
        if found:
            break
    database = Database(sqlite_url)
    stored = await bring(database, content)
    async with database.read() as connection:
        assert len(await results_of(connection, stored.run.id)) == 9000
    assert (await rows(database))["run"] == 1
    assert 0 in kinds
    await database.close()


async def test_a_read_is_answered_while_a_report_is_written(store: Database) -> None:
    await bring(store, a_report("PF"))
    report = a_report("PPPPPF" * 2000)
    task = asyncio.create_task(bring(store, report))
    answered = 0
    while not task.done():
        async with asyncio.timeout(5):
            assert (await rows(store))["run"] in (1, 2)
        answered += 1
    await task
    assert answered > 1


def test_files_of_a_folder_are_found_at_any_depth_in_order(tmp_path: Path) -> None:
    wanted = ["a.xml", "b/c.XML", "b/d.xml.gz", "z/y/x/w.xml"]
    for name in [*wanted, "b/notes.txt", "b/e.gz", "f.xml.bak"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "folder.xml").mkdir()
    (tmp_path / "gone.xml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b" / "up").symlink_to(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in report_files(tmp_path)] == wanted


def test_coverage_may_be_packed() -> None:
    report = b'<coverage line-rate="0.5"/>'
    for data in (report, gzip.compress(report)):
        assert coverage_of(io.BytesIO(data), Limits()).line_percentage == 50.0


async def test_the_answer_to_a_report_has_the_keys_others_build_on(sqlite_store: Database) -> None:
    found: Any = report_json(await bring(sqlite_store, a_report("PFESR")))
    assert {
        "source", "run", "duplicate", "suite", "tests", "passed", "failed", "errors", "skipped", "duration_seconds",
        "started_at", "warnings",
    } <= found.keys()  # fmt: skip
    assert (found["tests"], found["passed"], found["attempts"], found["elements"]["tests"]) == (5, 2, 6, 6)
    assert json.loads(json.dumps(found)) == found
