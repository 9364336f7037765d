"""Same sources, different outcomes."""

from datetime import timedelta

from core.failures.sameness import is_proven, same_source_evidence
from tests.builders import START, a_history, a_run, an_entry


def test_pass_after_rerun_is_one_instance() -> None:
    entries = a_history("PRP")
    (found,) = same_source_evidence(entries)
    assert (found.kind, found.run) == ("rerun", "2")
    assert not is_proven([found], entries)


def test_the_lesser_side_of_a_revision_counts() -> None:
    assert len(same_source_evidence(a_history("FPFPFFPFPFPFP", revision="a"))) == 6
    assert len(same_source_evidence(a_history("FFFFFFPF", revision="a"))) == 1
    assert same_source_evidence(a_history("FFFF", revision="a")) == ()


def test_different_revisions_are_no_evidence() -> None:
    assert same_source_evidence(a_history("PFPFPF")) == ()


def test_two_instances_months_apart_prove_nothing() -> None:
    entries = [
        an_entry(a_run(number, started_at=START + timedelta(days=40 * number)), failed_attempts=1) for number in (1, 2)
    ]
    assert not is_proven(same_source_evidence(entries), entries)


def test_one_percent_of_the_verdicts_is_needed() -> None:
    entries = a_history("R" + "P" * 160 + "R")
    assert is_proven(same_source_evidence(entries), entries)
    crowded = a_history("R" + "P" * 300 + "R", every=timedelta(minutes=1))
    assert not is_proven(same_source_evidence(crowded), crowded)
