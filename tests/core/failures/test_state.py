"""What a strip of outcomes says about a test."""

from datetime import timedelta

import pytest

from core.failures.state import judge
from core.failures.verdict import State
from tests.builders import START, a_history, a_run, an_entry

NOW = START + timedelta(days=60)


@pytest.mark.parametrize(
    ("strip", "state"),
    [
        ("P" * 12, State.HEALTHY),
        ("P", State.UNKNOWN),
        ("F", State.UNKNOWN),
        ("FF", State.UNKNOWN),
        ("FFF", State.BROKEN),
        ("P" * 11 + "FFF", State.BROKEN),
        ("FFPFF", State.BROKEN),
        ("F" * 10 + "P", State.BROKEN),
        ("F" * 10 + "PPP", State.SUSPECT),
        ("F" * 10 + "PPPP", State.HEALTHY),
        ("P" * 11 + "F", State.SUSPECT),
        ("P" * 30 + "F" + "P" * 10 + "F" + "P" * 10, State.FLAKY),
        ("P" * 20 + "FFF" + "P" * 15 + "FFF" + "P" * 10, State.SUSPECT),
        ("P" * 20 + "R", State.SUSPECT),
        ("P" * 20 + "RPPR", State.FLAKY),
        ("RR", State.FLAKY),
        ("R", State.SUSPECT),
        ("P" * 20 + "RPPR" + "P" * 32, State.FLAKY),
        ("P" * 10 + "F" * 5 + "P" * 20, State.HEALTHY),
        ("PFPFFPFFF" * 3, State.FLAKY),
        ("S", State.UNKNOWN),
        ("", State.UNKNOWN),
        ("FFFSS", State.BROKEN),
    ],
)
def test_strip_has_state(strip: str, state: State) -> None:
    verdict = judge(a_history(strip), NOW)
    assert verdict.state is state, verdict.reason


def test_every_reason_is_given() -> None:
    for strip in ("", "S", "SS", "P", "F", "FFF", "P" * 12, "P" * 20 + "R", "P" * 11 + "F"):
        assert judge(a_history(strip), NOW).reason


def test_failing_and_passing_at_one_revision_twice_is_flaky() -> None:
    verdict = judge(a_history("FPFPFFPFPFPFP", revision="8e31154"), NOW)
    assert verdict.state is State.FLAKY
    assert "failed in 7 of 13 runs of revision 8e31154" in verdict.reason
    assert {each.kind for each in verdict.evidence} == {"same-revision"}


def test_one_odd_run_of_a_revision_is_suspect_alone() -> None:
    assert judge(a_history("FFFFFFPFF", revision="a"), NOW).state is State.BROKEN
    assert judge(a_history("PPPPPPFPP", revision="a"), NOW).state is State.SUSPECT


def test_always_failing_at_one_revision_is_broken_not_flaky() -> None:
    assert judge(a_history("F" * 13, revision="a"), NOW).state is State.BROKEN


def test_flaky_test_that_fails_three_times_by_chance_stays_flaky() -> None:
    assert judge(a_history("FPFPPFPFPPFFF", revision="a"), NOW).state is State.FLAKY


def test_rarely_flaky_test_that_keeps_failing_is_broken() -> None:
    assert judge(a_history("P" * 40 + "RPPR" + "P" * 40 + "FFFF"), NOW).state is State.BROKEN


def test_flaky_becomes_healthy_after_enough_passes_and_a_week() -> None:
    strip = "P" * 20 + "RPPR" + "P" * 33
    assert judge(a_history(strip), NOW).state is State.HEALTHY
    soon = a_history(strip)[-1].run.started_at
    assert judge(a_history(strip), soon).state is State.FLAKY


def test_passes_needed_follow_the_rule_of_three_and_stand_still() -> None:
    first, later = judge(a_history("P" * 20 + "RPPR"), NOW), judge(a_history("P" * 20 + "RPPR" + "P" * 9), NOW)
    assert first.passes_needed == later.passes_needed == 33
    assert (first.passes_missing, later.passes_missing) == (33, 24)


def test_a_third_of_failures_still_needs_thirty_passes() -> None:
    assert judge(a_history("FPPFPPFPPFPP", revision="a"), NOW).passes_needed == 30


def test_three_failures_of_212_come_with_their_interval() -> None:
    strip = list("P" * 212)
    for place in (20, 90, 160):
        strip[place] = "F"
    verdict = judge(a_history("".join(strip)), NOW)
    assert (verdict.failures, verdict.runs, verdict.episodes) == (3, 212, 3)
    assert (verdict.rate, verdict.low, verdict.high) == pytest.approx((0.0155, 0.005, 0.031), abs=0.0006)


def test_storms_say_nothing_about_a_test() -> None:
    history = a_history("P" * 10 + "F" + "P" * 10)
    assert judge(history, NOW, storms={11}).state is State.HEALTHY
    assert judge(a_history("FF"), NOW, storms={1, 2}).reason == "ran only where the infrastructure failed"


def test_first_seen_lately_is_new() -> None:
    assert judge(a_history("PP"), NOW, runs_before=40).state is State.NEW


def test_branches_that_differ_are_no_flakes() -> None:
    entries = [
        an_entry(a_run(number, branch="topic" if bad else "main"), a_history("F" if bad else "P")[0].outcome)
        for number, bad in enumerate([False, True] * 8, start=1)
    ]
    verdict = judge(entries, NOW)
    assert verdict.state is State.SUSPECT
    assert "all on branch topic" in verdict.reason


def test_no_revision_gives_no_same_revision_evidence() -> None:
    assert judge(a_history("PFPFPF", revision=None), NOW).evidence == ()


def test_first_failing_run_and_last_pass_before_it_are_named() -> None:
    verdict = judge(a_history("P" * 30 + "F" * 6), NOW)
    assert verdict.first_failing and verdict.first_failing.run.name == "31"
    assert verdict.last_passing and verdict.last_passing.run.name == "30"
    assert [(each.runs, each.failures) for each in verdict.segments] == [(30, 0), (6, 6)]


def test_skipping_a_broken_test_does_not_heal_it() -> None:
    verdict = judge(a_history("PPPFFFS"), NOW)
    assert verdict.state is State.BROKEN
    assert verdict.reason.endswith("skipped in run 7")


def test_collected_evidence_of_long_ago_is_forgotten_after_recovery() -> None:
    strip = "P" * 5 + "RR" + "P" * 45 + "F"
    verdict = judge(a_history(strip, every=timedelta(days=1)), NOW)
    assert verdict.state is State.SUSPECT
    assert verdict.evidence == ()
