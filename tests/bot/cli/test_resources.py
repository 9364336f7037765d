"""`t12 resources` in a terminal, of a small run that was really watched."""

import sys

import pytest

from tests.bot.cli.conftest import T12
from tests.bot.cli.test_ask import Files

TESTS = """
import time

def test_naps():
    time.sleep(1.2)

def test_fails():
    time.sleep(0.3)
    assert 1 == 2
"""


@pytest.fixture
def watched(t12: T12, files: Files) -> T12:
    files("t12.toml", 'suite = "tiny"\n[live]\nsample_seconds = 0.2\n')
    files("test_tiny.py", TESTS)
    words = ("-p", "no:cacheprovider", "-p", "no:xdist", "-q", "test_tiny.py")
    found = t12("watch", "--quiet", "--run", "job-7", "--", sys.executable, "-m", "pytest", *words)
    assert found.code == 1
    return t12


def test_a_watched_run_tells_what_it_used_and_what_ran_at_the_peak(watched: T12) -> None:
    found = watched("resources")
    assert (found.code, found.err) == (0, "")
    shown = ("suite tiny: ", "1 watched run", "Watched runs", "CPU avg", "Run job-7", "At the peak", "Course")
    for words in shown:
        assert words in found.out, found.out
    named = watched("resources", "job-7")
    assert named.code == 0
    assert "Watched runs" not in named.out


def test_its_json_has_the_numbers_and_the_course(watched: T12) -> None:
    found = watched("resources", "job-7", "--format", "json").json
    assert [each["run"] for each in found["runs"]] == ["job-7"]
    shown = found["shown"]
    assert shown["cpu"].keys() == {"average", "max", "min", "peak_at", "peak_tests", "peak_tests_count"}
    assert shown["cpu"]["min"] <= shown["cpu"]["average"] <= shown["cpu"]["max"] <= 100
    assert 0 < shown["memory"]["average"] < 100
    assert shown["tree_memory"]["max"] > 1 << 20
    assert len(shown["points"]) == shown["samples"] >= 3
    assert shown["starts"] == sorted(shown["starts"]) and len(shown["starts"]) == 2


def test_a_run_that_nobody_watched_is_said_with_what_to_do(t12: T12, files: Files) -> None:
    files("r.xml", "<testsuite name='a'><testcase classname='t' name='x' time='1'/></testsuite>")
    assert t12("ingest", "r.xml", "--run", "12").code == 0
    for run, sentence in (((), "was watched; `t12 watch"), (("12",), "nobody watched run 12; ")):
        found = t12("resources", *run)
        assert (found.code, found.out) == (1, "")
        assert sentence in found.err
