# ruff: noqa: E501 - words and tables read best on one line
"""The questions in a terminal: the same answers as tables and as JSON."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.cli.conftest import T12
from tests.builders import a_report

Files = Callable[..., Path]


@pytest.fixture(scope="module")
def made() -> list[bytes]:
    """The store of `fed`, once it was fed."""
    return []


@pytest.fixture
def fed(t12: T12, files: Files, sqlite_url: str, made: list[bytes]) -> T12:
    """Six runs of a suite, the last one red; brought in once and copied from then on."""
    store = Path(sqlite_url.removeprefix("sqlite:///"))
    if made:
        store.write_bytes(made[0])
        return t12
    for hour, strip in enumerate(["PPPPP", "RPPPP", "PPPPP", "RPPFP", "PPPFP", "PFEFS"]):
        files("r.xml", a_report(strip))
        found = t12(
            "ingest", "r.xml", "--suite", "backend", "--branch", "main", "--revision", f"rev{hour}", "--run", f"run-{hour}",
            "--started-at", f"2026-03-02T0{hour}:00:00Z",
        )  # fmt: skip
        assert found.code == 0
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    made.append(store.read_bytes())
    return t12


def test_the_json_of_health_has_the_keys_others_build_on(fed: T12) -> None:
    found = fed("health", "--format", "json")
    assert found.code == 0
    assert found.json.keys() >= {
        "suite", "run", "score", "alert", "deductions", "gates", "caveats", "failure_rate", "coverage_percentage", "flaky", "trend",
    }  # fmt: skip
    assert all(each.keys() >= {"rule", "points", "evidence"} for each in found.json["deductions"])
    assert all(each.keys() >= {"name", "reason"} for each in found.json["gates"])
    assert (found.json["suite"], found.json["run"], found.json["failure_rate"]) == ("backend", "run-5", 0.75)
    assert found.json["deductions"] and found.json["gates"]
    assert all(isinstance(name, str) for name in found.json["flaky"])


def test_the_json_of_failures_has_the_keys_others_build_on(fed: T12) -> None:
    found = fed("failures", "--format", "json")
    assert found.code == 0
    assert found.json.keys() >= {"run", "total_failures", "categories", "groups", "critical_issues"}
    assert (found.json["run"], found.json["total_failures"], sum(found.json["categories"].values())) == ("run-5", 3, 3)
    for group in found.json["groups"]:
        assert group.keys() >= {
            "signature",
            "category",
            "title",
            "count",
            "tests",
            "new",
            "known_since",
            "recommendation",
        }
        assert group["recommendation"].keys() == {"issue", "action", "priority", "estimated_time"}
    known = [group for group in found.json["groups"] if not group["new"]]
    assert [group["known_since"] for group in known] == ["run-3"]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("health",), ["backend", "run-5", "Deductions", "failure_rate"]),
        (("failures",), ["run-5", "NEW", "known since run run-3", "tests/test_app.py::test_4"]),
        (("failures", "run-3"), ["run-3", "test_4"]),
        (("flaky",), ["suite backend", "read from 6 runs", "test_1"]),
        (("slow",), ["suite backend", "too few runs to say what became slower", "Slowest", "tests/test_app.py::test_1"]),
        (("test", "test_4"), ["tests/test_app.py::test_4", "...FFF", "failing since run run-3"]),
        (("runs",), ["run-5", "run-0", "rev5", "main"]),
        (("runs", "--limit", "2"), ["run-5", "run-4", "the newest 2 runs"]),
        (("doctor",), ["database", "SQLite file", "uploads"]),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else None,
)
def test_the_tables_say_the_same(fed: T12, words: tuple[str, ...], shown: list[str]) -> None:
    found = fed(*words)
    assert found.code == 0
    assert found.err == ""
    for each in shown:
        assert each in found.out, found.out


@pytest.mark.parametrize(
    ("words", "key"),
    [(("flaky",), "broken"), (("slow",), "slowest"), (("test", "test_4"), "strip"), (("runs",), "runs"), (("doctor",), "checks")],
)
def test_every_answer_has_json(fed: T12, words: tuple[str, ...], key: str) -> None:
    found = fed(*words, "--format", "json")
    assert found.code == 0
    assert key in found.json


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("failures", "gone"), "no run is called 'gone'"),
        (("health", "--suite", "gone"), "no suite is called 'gone'; there are backend"),
        (("health", "--branch", "gone"), "no run on branch 'gone'"),
        (("test", "gone"), "no test is called 'gone'"),
        (("test", "test_"), "fits 5 tests"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else None,
)
def test_what_nobody_knows_exits_with_1(fed: T12, words: tuple[str, ...], said: str) -> None:
    found = fed(*words)
    assert (found.code, found.out) == (1, "")
    assert said in found.err


LOG = """\
=================================== FAILURES ===================================
___________________________________ test_one ___________________________________
    def test_one():
>       assert 1 == 2
E       assert 1 == 2

tests/test_a.py:3: AssertionError
=========================== short test summary info ============================
FAILED tests/test_a.py::test_one - assert 1 == 2
========================= 1 failed, 2 passed in 0.10s ==========================
"""


def test_a_console_log_is_read_instead_of_a_run(t12: T12, files: Files) -> None:
    files("ci.log", LOG)
    for found in (
        t12("failures", "--log", "ci.log", "--format", "json"),
        t12("failures", "--log", "-", "--format", "json", sent=LOG),
    ):
        assert found.code == 0
        assert (found.json["run"], found.json["total_failures"]) == (None, 1)
    assert "test_one" in t12("failures", "--log", "ci.log").out


def test_a_log_of_any_bytes_is_answered(t12: T12) -> None:
    assert t12("failures", "--log", "-", sent=bytes(range(256)) * 40).code == 0
    assert t12("failures", "--log", "-", sent=b"").code == 0


def test_the_doctor_exits_with_1_when_something_is_bad(fed: T12, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-s3cret")
    found = fed("doctor")
    assert found.code == 1
    assert "set SLACK_APP_TOKEN" in found.out
    assert "s3cret" not in found.out
