"""What pytest-benchmark wrote is read, and anything else is refused with a sentence."""

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from core.errors import ReportError
from core.runs.benchmark_store import comparable_benchmarks
from core.runs.benchmarks import ParsedBenchmarks, Rounds, read_benchmarks
from core.runs.model import RunMark, StoredBenchmarks
from core.runs.sniff import as_source
from core.storage.database import Database
from tests.core.runs.benchmarking import a_benchmark_file
from tests.core.runs.bringing import a_flow, rows

NAME = "tests/test_speed.py::test_encrypt"


def read(data: bytes) -> ParsedBenchmarks:
    return read_benchmarks(as_source(data), UTC)


async def bring(store: Database, data: bytes, **mark: Any) -> StoredBenchmarks:
    kept = await a_flow(store).file(BytesIO(data), RunMark(**({"suite": "backend"} | mark)), "bench.json")
    assert isinstance(kept, StoredBenchmarks)
    return kept


def test_a_file_says_machine_revision_and_rounds() -> None:
    found = read(a_benchmark_file({NAME: 1e-5}))
    assert found.machine == "Linux, x86_64, AMD EPYC 7763 64-Core Processor, CPython 3.11"
    assert (found.branch, found.revision) == ("main", "8e31154f28e5")
    assert found.started_at == datetime(2026, 3, 2, 7, 30, 0, 123456, tzinfo=UTC)
    assert found.results == {NAME: Rounds(1e-5, pytest.approx(1.1e-5), pytest.approx(1e-6), 1234)}


def test_the_name_of_the_host_does_not_tell_machines_apart() -> None:
    info = json.loads(a_benchmark_file({NAME: 1e-5}))["machine_info"]
    assert read(a_benchmark_file({NAME: 1e-5}, machine_info=info | {"node": "other"})).machine == read(
        a_benchmark_file({NAME: 1e-5})
    ).machine


def test_what_a_file_leaves_out_is_unknown() -> None:
    found = read(a_benchmark_file({NAME: 1.0}, machine_info={}, commit_info=None, datetime="soon"))
    assert (found.machine, found.branch, found.revision, found.started_at) == ("unknown machine", None, None, None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "bad-json"),
        (b'{"a": NaN}', "bad-json"),
        (b"\xff\xfe{}", "bad-json"),
        (b'{"a": ' + b"1" * 5000 + b"}", "bad-json"),
        (b"[" * 100_000, "bad-json"),
        (b"[]", "not-benchmarks"),
        (b'{"benchmarks": []}', "not-benchmarks"),
        (b'{"benchmarks": {}, "machine_info": {}}', "not-benchmarks"),
        (b'{"benchmarks": [], "machine_info": {}}', "empty-benchmarks"),
        (b'{"benchmarks": [1, {}, {"name": "x"}, {"name": "x", "stats": []}], "machine_info": {}}', "empty-benchmarks"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_anything_else_is_refused_with_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(ReportError) as refused:
        read(data)
    assert refused.value.reason == reason
    assert 20 < len(str(refused.value)) < 300


def test_the_times_of_every_round_are_skipped_wherever_the_file_is_cut() -> None:
    """pytest --benchmark-json writes them all: megabytes for one fast benchmark."""
    found = json.loads(a_benchmark_file({f"{NAME}_{number}": 1e-5 for number in range(4)}))
    for number, each in enumerate(found["benchmarks"]):
        each["stats"]["data"] = [1.2345678901e-05] * (60_000 + number)
    found["benchmarks"][0]["extra_info"] = {"said": 'a "data": [ in words', "data": []}
    for indent in (None, 4):
        data = json.dumps(found, indent=indent).encode()
        assert len(data) > 4 << 20
        assert len(read(data).results) == 4


def test_too_many_benchmarks_are_refused() -> None:
    with pytest.raises(ReportError, match="the file holds 10,001 benchmarks, more than 10,000"):
        read(a_benchmark_file({f"test_{number}": 1.0 for number in range(10_001)}))


@pytest.mark.parametrize("least", ["1", None, True, -1, 0, 1e300, 10**400, 2e7, [1]])
def test_times_that_are_none_leave_the_benchmark_out(least: Any) -> None:
    data = json.loads(a_benchmark_file({NAME: 1.0, "odd": 1.0}))
    data["benchmarks"][1]["stats"]["min"] = least
    assert list(read(json.dumps(data).encode()).results) == [NAME]


def test_names_are_cleaned_and_cut() -> None:
    found = read(a_benchmark_file({"a\u202eb\x00\ud800" + "x" * 900: 1.0}))
    [name] = found.results
    assert name.startswith("ab")
    assert len(name) == 500
    assert name.encode()


async def test_a_file_is_stored_once_and_makes_no_run(store: Database) -> None:
    data = a_benchmark_file({NAME: 1e-5})
    assert not (await bring(store, data)).duplicate
    assert (await bring(store, data)).duplicate
    assert await rows(store) == {"suite": 1, "benchmark_file": 1}


async def test_what_the_sender_says_wins_and_files_of_another_machine_are_apart(store: Database) -> None:
    for hour, machine in ((1, {"system": "Linux"}), (2, {"system": "Darwin"}), (3, {"system": "Linux"})):
        data = a_benchmark_file({NAME: hour * 1e-5}, machine_info=machine)
        at = datetime(2026, 3, 2, hour, tzinfo=UTC)
        await bring(store, data, branch="topic", revision=f"rev{hour}", started_at=at)
    async with store.read() as connection:
        found = await comparable_benchmarks(connection, 1, branch=None, limit=10)
        assert [each.revision for each in found] == ["rev1", "rev3"]
        assert found[-1].results[NAME].fastest == pytest.approx(3e-5)
        assert await comparable_benchmarks(connection, 1, branch="main", limit=10) == []
        assert len(await comparable_benchmarks(connection, 1, branch="topic", limit=1)) == 1


async def test_json_that_is_no_benchmark_stores_nothing(store: Database) -> None:
    with pytest.raises(ReportError, match="not of pytest-benchmark"):
        await bring(store, b' \n{"benchmarks": 1}')
    assert "benchmark_file" not in await rows(store)
