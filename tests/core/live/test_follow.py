"""A run is followed by its log: what runs, what ended how, how far it is, whatever stands between the lines."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.live.follow import Follower
from core.live.model import LiveRun, Phase
from core.live.reading import Lines, read_line

T0 = 1_772_442_000.0


def line(kind: str, **values: Any) -> bytes:
    return json.dumps({"$report_type": kind} | values).encode()


def report(name: str, when: str = "call", outcome: str = "passed", **more: Any) -> bytes:
    return line("TestReport", nodeid=name, when=when, outcome=outcome, duration=0.5, start=T0, **more)


def started(*names: str) -> list[bytes]:
    """A session of T12's own plugin, with these tests collected."""
    return [line("SessionStart"), line("LiveStart", at=T0, report="/r.xml"), line("LiveCollected", ids=list(names))]


def one(name: str, at: float, outcome: str = "passed", seconds: float = 1.0, **more: Any) -> list[bytes]:
    """All that is written of one test."""
    return [line("TestStart", nodeid=name, at=at), report(name, "setup"), report(name, "call", outcome, **more),
            report(name, "teardown"), line("TestFinish", nodeid=name, at=at + seconds)]  # fmt: skip


def followed(lines: list[bytes], now: float = T0 + 10, **usual: float) -> LiveRun:
    follower = Follower(usual)
    follower.take_lines(lines, now)
    return follower.seen(now)


def test_a_test_that_began_and_did_not_end_runs_since_then() -> None:
    run = followed([*started("a", "b", "c"), *one("a", T0), line("TestStart", nodeid="b", at=T0 + 2)])
    assert (run.phase, run.tests, run.done) == (Phase.RUNNING, 3, 1)
    assert [(each.name, each.since) for each in run.running] == [("b", datetime.fromtimestamp(T0 + 2, UTC))]


def test_a_test_that_passed_in_all_its_phases_is_one_line() -> None:
    passed = line("TestPassed", nodeid="a", at=T0 + 3, seconds=2.5, worker_id="gw1")
    follower = Follower()
    follower.take_lines([*started("a", "b"), line("TestStart", nodeid="a", at=T0 + 1), passed], T0 + 4)
    run = follower.seen(T0 + 4)
    assert (run.passed, run.running_count, run.last_test, run.workers) == (1, 0, "a", 1)
    assert list(follower.starts) == [T0 + 1]


def test_every_outcome_is_counted_once() -> None:
    lines = [*started("p", "f", "e", "s", "r"), *one("p", T0), *one("f", T0, "failed", longrepr="E  assert 1 == 2")]
    lines += [line("TestStart", nodeid="e", at=T0), report("e", "setup", "failed", longrepr="boom"),
              report("e", "teardown"), line("TestFinish", nodeid="e", at=T0 + 1)]  # fmt: skip
    lines += [line("TestStart", nodeid="s", at=T0), report("s", "setup", "skipped"), report("s", "teardown"),
              line("TestFinish", nodeid="s", at=T0 + 1)]  # fmt: skip
    lines += [line("TestStart", nodeid="r", at=T0), report("r", "call", "rerun"), report("r", "call", "passed"),
              line("TestFinish", nodeid="r", at=T0 + 1), line("SessionFinish", exitstatus=1)]  # fmt: skip
    run = followed(lines)
    assert (run.passed, run.failed, run.errors, run.skipped) == (2, 1, 1, 1)
    assert [(each.name, each.reason) for each in run.failures] == [("f", "assert 1 == 2"), ("e", "boom")]
    assert (run.phase, run.exit_status, run.running) == (Phase.ENDED, 1, ())


def test_a_plain_log_tells_of_a_test_when_its_setup_has_ended() -> None:
    run = followed([line("SessionStart"), report("a", "setup")])
    assert (run.tells_starts, [each.name for each in run.running]) == (False, ["a"])
    run = followed([line("SessionStart"), report("a", "setup"), report("a"), report("a", "teardown")])
    assert (run.running, run.passed, run.tests) == ((), 1, None)


def test_workers_are_counted_and_a_crashed_one_ends_its_test() -> None:
    run = followed([
        *started("a", "b"), *one("a", T0, worker_id="gw0"),
        line("TestStart", nodeid="b", at=T0),
        report("b", "???", "failed", longrepr="worker 'gw1' crashed", worker_id="gw1"),
    ])  # fmt: skip
    assert (run.workers, run.errors, run.running) == (2, 1, ())


def test_a_file_that_cannot_be_collected_is_a_failure_of_its_own() -> None:
    run = followed(
        [line("SessionStart"), line("CollectReport", nodeid="tests/a.py", outcome="failed", longrepr="No m")]
    )
    assert (run.collection_errors, run.failures[0].name) == (1, "collection of tests/a.py")


def test_failing_tests_are_kept_with_their_time() -> None:
    follower = Follower()
    follower.take_lines([*started("a", "b"), *one("a", T0 + 1), *one("b", T0 + 2, "failed", 3)], T0 + 9)
    assert [tuple(each) for each in follower.moments] == [("b", T0 + 2, T0 + 5)]
    assert list(follower.starts) == [T0 + 1, T0 + 2]


def test_what_is_usual_says_how_long_it_will_take() -> None:
    usual = {"a": 10.0, "b": 10.0, "c": 20.0}
    run = followed([*started(*usual), *one("a", T0, seconds=10)], T0 + 10, **usual)
    assert run.share_done == pytest.approx(0.25)
    assert run.left_seconds == pytest.approx(30, abs=2)
    run = followed(
        [*started(*usual), *one("a", T0, seconds=10), line("TestStart", nodeid="b", at=T0 + 10)], T0 + 15, **usual
    )
    assert run.share_done == pytest.approx(0.375)


def test_garbage_between_the_lines_costs_a_note() -> None:
    lines = [b"\xff\xfe", b"{}", b"[1]", b"null", b'{"$report_type": "TestStart"}', b'{"$report_type": 3}', b"[" * 9000]
    run = followed([*lines, *started("a"), *one("a", T0)])
    assert run.passed == 1
    assert run.notes == ("7 lines of the log could not be read",)


@given(st.lists(st.binary(max_size=60) | st.sampled_from([*started("a"), *one("a", T0)]), max_size=20))
def test_no_log_breaks_it(lines: list[bytes]) -> None:
    run = followed([part for each in lines for part in each.split(b"\n")])
    assert run.done <= len(lines)
    assert 0 <= run.share_done <= 1


@given(st.lists(st.binary(max_size=30), max_size=12), st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_lines_are_whole_however_they_come_in(lines: list[bytes], cuts: list[int]) -> None:
    wanted = [each for each in lines if b"\n" not in each and each.strip()]
    data, reader, found = b"".join(each + b"\n" for each in wanted), Lines(), list[bytes]()
    for cut in cuts * (len(data) + 1):
        found += reader.feed(data[:cut])
        data = data[cut:]
    assert found == wanted
    assert not reader.has_rest


def test_a_line_without_end_fills_no_memory() -> None:
    reader = Lines(longest=100)
    assert reader.feed(b"x" * 250) == []
    assert reader.feed(b"x" * 90 + b"\n" + b"short\n" + b"y" * 101 + b"\n") == [b"short"]
    assert (reader.skipped, reader.has_rest) == (2, False)


def test_what_is_of_no_interest_is_none() -> None:
    assert read_line(line("WarningReport", message="x")) is None
    with pytest.raises(ValueError, match=r"\$report_type"):
        read_line(b"{}")
