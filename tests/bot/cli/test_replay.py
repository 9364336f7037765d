"""`t12 replay`: a history tells what would have been posted, when, and leaves no trace."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.cli.conftest import T12
from tests.builders import a_report

Files = Callable[..., Path]
GOOD, BAD = a_report("P" * 30), a_report("F" + "P" * 29)


def a_run(files: Files, name: str, report: bytes | None, **meta: object) -> None:
    if report is not None:
        files(f"runs/{name}/junit.xml", report)
    files(f"runs/{name}/meta.json", json.dumps({"branch": "main", "sha": name} | meta))


@pytest.fixture
def history(files: Files) -> None:
    """Good, bad, good, good, good, on five mornings of one week."""
    for day, report in enumerate((GOOD, BAD, GOOD, GOOD, GOOD), start=2):
        a_run(files, f"r{day}", report, commit_date=f"2026-03-0{day}T08:00:00Z")


@pytest.mark.usefixtures("history")
def test_a_history_is_told_at_its_own_times(t12: T12) -> None:
    found = t12("replay", "runs", "--format", "json").json
    told = [(each["at"][:16], each["what"], each["incident"]) for each in found["posts"]]
    assert told[0] == ("2026-03-03T08:00", "opened", 1)
    assert told[-1] == ("2026-03-06T08:00", "resolved", 1)
    assert {each[1] for each in told[1:-1]} <= {"escalated", "escalation_ended"}
    assert "test_1" in found["posts"][0]["text"]
    (incident,) = found["incidents"]
    assert (incident["status"], incident["resolved_at"][:10]) == ("resolved", "2026-03-06")


@pytest.mark.usefixtures("history")
def test_the_teams_own_store_is_not_touched(t12: T12) -> None:
    t12("replay", "runs")
    assert t12("incidents", "--format", "json").json == []


@pytest.mark.usefixtures("history")
def test_somebody_may_acknowledge(t12: T12) -> None:
    found = t12("replay", "runs", "--people", "ack-after 10m", "--format", "json").json
    assert [(each["at"][:16], each["what"]) for each in found["posts"]][:2] == [
        ("2026-03-03T08:00", "opened"), ("2026-03-03T08:10", "acknowledged"),
    ]  # fmt: skip


@pytest.mark.usefixtures("history")
def test_the_table_tells_the_same(t12: T12) -> None:
    told = t12("replay", "runs").out
    assert "2026-03-03 08:00\n  opened incident 1" in told
    assert "5 runs, 1 incidents" in told


def test_a_folder_without_a_report_is_a_run_that_died(t12: T12, files: Files) -> None:
    a_run(files, "r1", GOOD, commit_date="2026-03-02T08:00:00Z")
    a_run(files, "r2", None, commit_date="2026-03-03T08:00:00Z", exit_code=139)
    files("runs/r2/console.txt", "Segmentation fault")
    (incident,) = t12("replay", "runs", "--format", "json").json["incidents"]
    assert (incident["cause"], "exit code 139" in incident["note"]) == ("run_died", True)
    assert "Segmentation fault" in incident["note"]


def test_times_come_from_a_list(t12: T12, files: Files) -> None:
    files("runs/b.xml", GOOD)
    files("runs/a.xml", BAD)
    files("times.csv", "path,time,branch\na.xml,2026-03-03T08:00:00Z,main\nb.xml,2026-03-02T08:00:00Z,main\n")
    files("times.json", json.dumps({"a.xml": "2026-03-03T08:00:00Z", "b.xml": "2026-03-02T08:00:00Z"}))
    for times in ("times.csv", "times.json"):
        (incident,) = t12("replay", "runs", "--times", times, "--format", "json").json["incidents"]
        assert incident["triggered_at"] == "2026-03-03T08:00:00+00:00"


def test_only_one_branch_is_judged_or_all_as_one(t12: T12, files: Files) -> None:
    a_run(files, "r1", GOOD, commit_date="2026-03-02T08:00:00Z")
    a_run(files, "r2", BAD, commit_date="2026-03-03T08:00:00Z", branch="feature")
    judged = {
        words: len(t12("replay", "runs", *words, "--format", "json").json["incidents"])
        for words in (("--branch-line", "main"), ("--branch-line", "feature"), ("--merge-branches",), ("--only", "r1"))
    }
    assert list(judged.values()) == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere",), "is no folder"),
        (("empty",), "there is no run"),
        (("empty", "--people", "everybody"), "there is no run"),
        (("runs", "--people", "everybody"), "is unknown"),
        (("runs", "--only", "x*"), "fits x*"),
        (("runs", "--merge-branches", "--branch-line", "main"), "one or the other"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(t12: T12, files: Files, words: tuple[str, ...], sentence: str) -> None:
    Path("empty").mkdir()
    a_run(files, "r1", GOOD, date="2026-03-02")
    found = t12("replay", *words)
    assert (found.code, sentence in found.err) == (2, True), found.err


def test_a_time_that_is_none_is_refused(t12: T12, files: Files) -> None:
    a_run(files, "r1", GOOD, date="soon")
    found = t12("replay", "runs")
    assert (found.code, "'soon' is no time" in found.err) == (2, True)
