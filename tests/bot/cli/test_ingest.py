# ruff: noqa: E501 - words and tables read best on one line
"""`t12 ingest`: files, folders and standard input; some refused, the others stored."""

import gzip
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.cli.conftest import T12
from tests.builders import a_report
from tests.core.runs.benchmarking import a_benchmark_file

Files = Callable[..., Path]
COVERAGE = '<coverage line-rate="0.8"><packages/></coverage>'
KEYS = {
    "source", "run", "duplicate", "suite", "tests", "passed", "failed", "errors", "skipped", "duration_seconds", "started_at",
    "warnings",
}  # fmt: skip


def test_a_file_of_pytest_benchmark_is_kept_for_slow(t12: T12, files: Files) -> None:
    files("r.xml", a_report("PP"))
    for number in range(9):
        files(f"b{number}.json", a_benchmark_file({"test_encrypt": 2e-5 if number > 5 else 1e-5 + number * 1e-8}))
        found = t12("ingest", f"b{number}.json", "--started-at", f"2026-03-0{number + 1}T08:00:00Z", "--format", "json")
        assert found.code == 0
        assert (found.json["runs"], found.json["benchmarks"][0]["benchmarks"]) == ([], 1)
    assert "1 benchmark of Linux" in t12("ingest", "b0.json", "r.xml", "--started-at", "2026-03-01T08:00:00Z").out
    assert t12("slow", "--format", "json").json["benchmarks"]["benchmarks"][0]["verdict"] == "slower"
    assert "test_encrypt: slower: 10 µs → 20 µs (" in t12("slow").out
    files("other.json", '{"a": 1}')
    refused = t12("ingest", "other.json")
    assert (refused.code, "not of pytest-benchmark" in refused.out) == (1, True)


def test_the_json_has_the_keys_others_build_on(t12: T12, files: Files) -> None:
    files("r.xml", a_report("PPFES"))
    files("bad.xml", "<robot/>")
    found = t12("ingest", "r.xml", "bad.xml", "--format", "json")
    assert found.code == 1
    assert set(found.json) == {"runs", "rejected"}
    (stored,), (refused,) = found.json["runs"], found.json["rejected"]
    assert stored.keys() >= KEYS
    assert [stored[name] for name in ("source", "suite", "tests", "passed", "failed", "errors", "skipped", "duplicate")] == [
        "r.xml", "default", 5, 2, 1, 1, 1, False,
    ]  # fmt: skip
    assert stored["warnings"] == []
    assert refused.keys() >= {"source", "error"}
    assert refused["source"] == "bad.xml"
    assert "Robot Framework" in refused["error"]


def test_all_stored_exits_with_0_and_a_repeat_is_known(t12: T12, files: Files) -> None:
    files("r.xml", a_report("PF"))
    first, again = (t12("ingest", "r.xml", "--format", "json") for _ in range(2))
    assert (first.code, again.code) == (0, 0)
    assert [each.json["runs"][0]["duplicate"] for each in (first, again)] == [False, True]
    assert first.json["runs"][0]["run"] == again.json["runs"][0]["run"]


@pytest.mark.parametrize("data", [a_report("PPF"), gzip.compress(a_report("PPF"), mtime=0)], ids=["plain", "gzip"])
def test_standard_input(t12: T12, data: bytes) -> None:
    found = t12("ingest", "-", "--format", "json", sent=data)
    assert (found.code, found.json["runs"][0]["source"], found.json["runs"][0]["tests"]) == (0, "-", 3)


def test_an_empty_standard_input_is_refused(t12: T12) -> None:
    found = t12("ingest", "-", "--format", "json", sent=b"")
    assert found.code == 1
    assert "the file is empty" in found.json["rejected"][0]["error"]


def test_a_pipe_that_is_named_is_read(t12: T12, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(a_report("PP")))
    writer.start()
    found = t12("ingest", pipe, "--format", "json")
    writer.join(5)
    assert (found.code, found.json["runs"][0]["tests"]) == (0, 2)


def test_what_the_sender_says_is_kept(t12: T12, files: Files) -> None:
    files("r.xml", a_report("P"))
    files("c.xml", COVERAGE)
    found = t12(
        "ingest", "r.xml", "--suite", "backend", "--branch", "main", "--revision", "abc", "--variant", "py312", "--run", "build-7",
        "--started-at", "2026-11-24T09:30:00+01:00", "--coverage", "c.xml", "--format", "json",
    )  # fmt: skip
    (run,) = found.json["runs"]
    assert [run[name] for name in ("suite", "branch", "revision", "variant", "run", "started_at", "coverage_percentage")] == [
        "backend", "main", "abc", "py312", "build-7", "2026-11-24T08:30:00+00:00", 80.0,
    ]  # fmt: skip


def test_a_time_without_a_zone_is_in_the_configured_one(t12: T12, files: Files) -> None:
    files("t12.toml", 'timezone = "Europe/Madrid"')
    files("r.xml", a_report("P"))
    found = t12("ingest", "r.xml", "--started-at", "2026-07-01 10:00", "--format", "json")
    assert found.json["runs"][0]["started_at"] == "2026-07-01T08:00:00+00:00"


def test_folders_are_searched_at_any_depth_each_file_once(t12: T12, files: Files) -> None:
    for name in ("a/one.xml", "a/b/two.xml", "a/b/c/three.xml.gz", "a/notes.txt"):
        report = a_report("P", module=f"tests.test_{len(name)}")
        files(name, gzip.compress(report) if name.endswith("gz") else report)
    found = t12("ingest", "a", "a/one.xml", "a/b", "--format", "json")
    assert found.code == 0
    assert [each["source"] for each in found.json["runs"]] == ["a/b/c/three.xml.gz", "a/b/two.xml", "a/one.xml"]
    assert len({each["run"] for each in found.json["runs"]}) == 3


def test_files_joined_by_run_are_one_run_also_later_ones(t12: T12, files: Files) -> None:
    for name in ("a", "b", "c"):
        files(f"r/{name}.xml", a_report("PF", module=f"tests.test_{name}"))
    late = files("late.xml", a_report("PP", module="tests.test_late"))
    assert {each["run"] for each in t12("ingest", "r", "--run", "7", "--format", "json").json["runs"]} == {"7"}
    t12("ingest", late, "--run", "7")
    (run,) = t12("runs", "--format", "json").json["runs"]
    assert (run["run"], run["tests"], run["failed"]) == ("7", 8, 3)


def test_coverage_beside_a_report_goes_with_it(t12: T12, files: Files) -> None:
    files("ci/r.xml", a_report("P"))
    files("ci/coverage.xml", COVERAGE)
    found = t12("ingest", "ci", "--format", "json")
    assert found.code == 0
    assert [(each["source"], each["coverage_percentage"]) for each in found.json["runs"]] == [("ci/r.xml", 80.0)]


def test_coverage_beside_several_reports_is_nobodys_unless_they_are_joined(t12: T12, files: Files) -> None:
    for name in ("a", "b"):
        files(f"ci/{name}.xml", a_report("P", module=f"tests.test_{name}"))
    files("ci/coverage.xml", COVERAGE)
    apart = t12("ingest", "ci", "--format", "json")
    assert apart.code == 1
    assert [each["coverage_percentage"] for each in apart.json["runs"]] == [None, None]
    assert "send it with --coverage" in apart.json["rejected"][0]["error"]
    joined = t12("ingest", "ci", "--run", "7", "--format", "json")
    assert (joined.code, {each["coverage_percentage"] for each in joined.json["runs"]}) == (0, {80.0})


def test_broken_coverage_stores_nothing(t12: T12, files: Files) -> None:
    files("r.xml", a_report("P"))
    for name, content in (("c.xml", "<testsuite/>"), ("d.xml", ""), ("gone.xml", None)):
        if content is not None:
            files(name, content)
        found = t12("ingest", "r.xml", "--coverage", name)
        assert found.code == 2
        assert "nothing was stored" in found.err
    assert t12("runs").code == 1


def test_one_coverage_for_several_runs_is_asked_back(t12: T12, files: Files) -> None:
    for name in ("a.xml", "b.xml", "c.xml"):
        files(name, COVERAGE if name == "c.xml" else a_report("P"))
    found = t12("ingest", "a.xml", "b.xml", "--coverage", "c.xml")
    assert found.code == 2
    assert "--coverage belongs to one run and 2 reports are given; join them with --run ID" in found.err


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.xml", None, "cannot be read: No such file or directory"),
        ("e.xml", b"", "the file is empty"),
        ("p.xml", b"<!doctype html>", "HTML page"),
        ("n.xml", b"<test-run/>", "NUnit 3"),
        ("c.xml", b"<testsuite><testcase", "not well-formed"),
        ("g.xml", b"\x1f\x8bxx", "gzip data is damaged"),
        ("empty", "folder", "no file in this folder ends in .xml or .xml.gz"),
    ],
)
def test_each_refusal_is_a_sentence_and_the_others_are_stored(
    t12: T12, files: Files, name: str, content: bytes | str | None, words: str
) -> None:
    files("good.xml", a_report("P"))
    if content == "folder":
        Path(name).mkdir()
    elif content is not None:
        files(name, content)
    found = t12("ingest", name, "good.xml", "--format", "json")
    assert found.code == 1
    assert words in found.json["rejected"][0]["error"]
    assert found.json["rejected"][0]["source"] == name
    assert len(found.json["runs"]) == 1
    shown = t12("ingest", name, "good.xml")
    assert shown.code == 1
    assert f"refused {name}" in shown.out
    assert "0 stored, 1 known already, 1 refused" in shown.out


def test_the_table_shows_counts_and_warnings(t12: T12, files: Files) -> None:
    files(
        "r.xml",
        '<testsuite tests="9"><testcase name="a" time="brr"/><testcase name="b"><failure/></testcase></testsuite>',
    )
    found = t12("ingest", "r.xml")
    assert found.code == 0
    for words in (
        "tests",
        "passed",
        "r.xml",
        "durations were odd",
        "declares 9 tests",
        "1 stored, 0 known already, 0 refused",
    ):
        assert words in found.out


HOSTILE = "[red]x[/red] [/] \x1b[31mred\x9b31m\u202eevil"


def test_hostile_names_of_files_are_inert(t12: T12, files: Files) -> None:
    files(f"{HOSTILE.replace('/', '')}.xml", a_report("P"))
    Path(os.fsdecode(b"not-utf8-\xff.xml")).write_bytes(a_report("PP"))
    Path(os.fsdecode(b"bad-\xff.xml")).write_bytes(b"<robot/>")
    found = t12("ingest", ".")
    assert found.code == 1
    assert "[red]x[red] []" in found.out.replace("\n", "")
    assert not any(each in found.out for each in "\x1b\x9b\u202e\udcff")
    assert t12("ingest", ".", "--format", "json").json["runs"][0]["duplicate"] is True


def test_settings_bound_what_is_read(t12: T12, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files("r.xml", a_report("PPP"))
    monkeypatch.setenv("T12_INGEST__MAX_CASES", "2")
    assert "more than 2 cases" in t12("ingest", "r.xml", "--format", "json").json["rejected"][0]["error"]
    monkeypatch.setenv("T12_INGEST__MAX_CASES", "5")
    monkeypatch.setenv("T12_INGEST__MAX_BYTES", "100")
    assert "larger than" in t12("ingest", "r.xml", "--format", "json").json["rejected"][0]["error"]


def test_settings_say_what_a_repeat_is(t12: T12, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files("r.xml", a_report("RR"))
    monkeypatch.setenv("T12_INGEST__REPEATS", "cases")
    assert t12("ingest", "r.xml", "--format", "json").json["runs"][0]["tests"] == 4


def test_much_to_read_is_watched_on_a_bar(t12: T12, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.cli import ingest as command

    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    files("[/x].xml", a_report("P" * 50))
    items, _rejected = command._items(("[/x].xml",), joined=False)
    monkeypatch.setattr(command, "_LONG_BYTES", 1)
    with command._progress(items) as steps:
        told = steps(items[0])
        assert told is not None
        told(100)


def test_a_run_that_died_becomes_an_incident(t12: T12, files: Files) -> None:
    files("pytest.log", "collected 3 items\nSegmentation fault (core dumped)\n")
    found = t12(
        "ingest", "--died", "--branch", "main", "--exit-code", 139, "--console", "pytest.log", "--format", "json"
    )
    assert found.code == 0
    assert found.json["died"]["why"] == "Segmentation fault (core dumped)"
    again = [t12("ingest", "--died", "--run", "7") for _ in range(2)]
    assert [each.out.strip() for each in again] == [
        "a run without a report is noted",
        "this run's death was known already",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--died", "r.xml"), "leave the paths out"),
        ((), "name reports"),
        (("r.xml", "--exit-code", "1"), "say --died too"),
        (("--died", "--started-at", "yesterday"), "is no time"),
    ],
)
def test_words_about_a_death_must_fit(t12: T12, words: tuple[str, ...], sentence: str) -> None:
    found = t12("ingest", *words)
    assert (found.code, sentence in found.err) == (2, True)
