"""Health of real stored runs, however few, many or strange they are."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import NotFoundError
from core.health.answer import answer_health
from core.health.as_json import health_to_json
from core.health.model import Direction, HealthReport
from tests.builders import START, Shelf, a_shelf

NOW = START + timedelta(days=60)


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with a_shelf(tmp_path) as shelf:
        yield shelf


async def health(shelf: Shelf, branch: str | None = None, **more: Any) -> HealthReport:
    async with shelf.read() as connection:
        return await answer_health(connection, "backend", branch, NOW, **more)


async def test_nothing_brought_in_is_said(shelf: Shelf) -> None:
    with pytest.raises(NotFoundError, match="brought in"):
        await health(shelf)


async def test_unknown_branch_is_said(shelf: Shelf) -> None:
    await shelf.bring("P")
    with pytest.raises(NotFoundError, match="no run on branch 'gone'"):
        await health(shelf, "gone")


async def test_no_suite_named_is_the_newest_runs(shelf: Shelf) -> None:
    await shelf.bring("P")
    await shelf.bring("P", suite="frontend")
    async with shelf.read() as connection:
        assert (await answer_health(connection, None, None, NOW)).suite == "frontend"


async def test_one_green_run(shelf: Shelf) -> None:
    await shelf.bring("P" * 30)
    report = await health(shelf)
    assert (report.score, report.alert, report.failure_rate, report.flaky) == (100, False, 0, ())
    assert report.changes is None
    assert report.trend.direction is Direction.NOT_ENOUGH_DATA
    assert report.headline == "health 100 of 100, all 30 executed tests passed (no alert)"
    assert "one run only: what is flaky shows over several runs" in report.caveats


@pytest.mark.parametrize(
    ("strip", "score", "rate"),
    [
        ("F" * 30, 80, 1.0),
        ("S" * 30, 100, None),
        ("CC", 100, None),
        ("PPPPPPPPPPC", 100, 0.0),
    ],
)
async def test_strange_first_runs_alert_and_explain_themselves(
    shelf: Shelf, strip: str, score: float, rate: float | None
) -> None:
    await shelf.bring(strip)
    report = await health(shelf)
    assert (report.score, report.failure_rate, report.alert) == (score, rate, True)
    assert report.caveats
    assert report.gates


async def test_a_report_without_a_test_is_silent(shelf: Shelf) -> None:
    await shelf.bring("P" * 10)
    await shelf.bring("")
    report = await health(shelf)
    assert [gate.name for gate in report.gates] == ["silent"]
    assert report.changes and len(report.changes.vanished) == 10
    assert report.failure_rate is None


async def test_total_failure_alerts_although_the_score_is_80(shelf: Shelf) -> None:
    await shelf.bring("P" * 30)
    await shelf.bring("F" * 30)
    report = await health(shelf)
    assert report.score == 80
    assert report.alert
    assert [gate.name for gate in report.gates] == ["broken", "storm"]


async def test_a_collection_error_hides_tests_and_its_repair_reveals_failures(shelf: Shelf) -> None:
    await shelf.bring("PPPPPFFF--")
    await shelf.bring("C", module="tests.test_other", coverage=None)
    hidden = await health(shelf)
    assert hidden.failure_rate is None
    assert hidden.changes and len(hidden.changes.hidden) == 8
    assert not hidden.changes.vanished
    assert hidden.advice[0].text.startswith("repair collection of 1 file first")
    await shelf.bring("PPPPPFFFFP")
    repaired = await health(shelf)
    assert repaired.changes and repaired.changes.collection_repaired
    assert (len(repaired.changes.revealed), repaired.changes.revealed_known) == (4, 3)
    assert repaired.changes.newly_failing == ()
    assert "collection is repaired, 4 failures became visible" in repaired.headline


async def test_two_passes_after_reruns_are_one_flaky_test(shelf: Shelf) -> None:
    for strip in ("P" * 20, "R" + "P" * 19, "P" * 20):
        await shelf.bring(strip)
    suspect = await health(shelf)
    assert (suspect.flaky, [each.name for each in suspect.suspect]) == ((), ["tests/test_app.py::test_1"])
    assert suspect.score == 100
    await shelf.bring("R" + "P" * 19)
    flaky = await health(shelf)
    assert [each.name for each in flaky.flaky] == ["tests/test_app.py::test_1"]
    assert flaky.score == 95
    assert flaky.flake_cost.one_in is not None
    assert flaky.advice[0].gain == 5


async def test_three_failed_attempts_are_a_failure_not_a_flake(shelf: Shelf) -> None:
    for _ in range(3):
        await shelf.bring("F" + "P" * 30)
    report = await health(shelf)
    assert report.flaky == ()
    assert [each.name for each in report.broken] == ["tests/test_app.py::test_1"]


async def test_a_new_failure_alerts_once_it_is_confirmed(shelf: Shelf) -> None:
    await shelf.bring("P" * 40)
    for expected in ([], ["new"], []):
        await shelf.bring("F" + "P" * 39)
        assert [gate.name for gate in (await health(shelf)).gates] == expected


async def test_a_branch_is_read_alone(shelf: Shelf) -> None:
    await shelf.bring("P" * 20)
    await shelf.bring("F" * 9 + "P" * 11, branch="topic")
    assert (await health(shelf)).score == 80
    assert "2 branches are read as one line; name a branch to read it alone" in (await health(shelf)).caveats
    assert (await health(shelf, "main")).score == 100


async def test_a_repaired_suite_reads_so(shelf: Shelf) -> None:
    for failing in [12] * 14 + [0] * 7:
        await shelf.bring("F" * failing + "P" * (40 - failing))
    report = await health(shelf)
    assert report.trend.direction is Direction.IMPROVING
    assert (report.score, report.alert, report.broken) == (100, False, ())


async def test_storms_are_left_out_of_states(shelf: Shelf) -> None:
    for strip in ["P" * 40] * 6 + ["F" * 38 + "PP"] + ["P" * 40] * 6:
        await shelf.bring(strip)
    report = await health(shelf)
    assert (report.suspect, report.flaky, report.score) == ((), (), 100)
    assert any("left out as infrastructure failures: 1 of 13 runs (run-7)" in caveat for caveat in report.caveats)


async def test_tests_that_are_gone_are_no_longer_judged(shelf: Shelf) -> None:
    for _ in range(4):
        await shelf.bring("F" + "P" * 30)
    for _ in range(10):
        await shelf.bring("-" + "P" * 30)
    assert (await health(shelf)).broken == ()


async def test_runs_without_revision_are_read_by_history(shelf: Shelf) -> None:
    await shelf.bring("P", revision=None)
    assert any("no run names its revision" in caveat for caveat in (await health(shelf)).caveats)


async def test_variants_are_compared_with_themselves(shelf: Shelf) -> None:
    for _ in range(2):
        await shelf.bring("FPPP", variant="linux")
        await shelf.bring("PPPPPPPP", variant="windows")
    await shelf.bring("FPPP", variant="linux")
    report = await health(shelf)
    assert report.changes and report.changes.since == "run-3"
    assert (len(report.changes.still_failing), report.changes.vanished) == (1, ())
    assert "2 variants report here; run run-5 is of variant linux alone" in report.caveats
    assert [each.name for each in report.broken] == ["tests/test_app.py::test_1 [linux]"]


async def test_reading_stays_within_the_window(shelf: Shelf) -> None:
    for _ in range(6):
        await shelf.bring("FP")
    assert (await health(shelf, window_runs=4)).runs_read == 4


async def test_json_keeps_its_keys(shelf: Shelf) -> None:
    await shelf.bring("P" * 20, coverage=None)
    await shelf.bring("FF" + "P" * 18, coverage=70.0)
    found: Any = health_to_json(await health(shelf))
    assert {
        "suite", "run", "score", "alert", "deductions", "gates", "caveats", "failure_rate", "coverage_percentage",
        "flaky", "trend",
    } <= found.keys()  # fmt: skip
    assert (found["suite"], found["run"], found["score"], found["alert"]) == ("backend", "run-2", 70, True)
    assert (found["failure_rate"], found["coverage_percentage"]) == (0.1, 70.0)
    assert found["trend"] == found["trend_detail"]["direction"] == "not enough data"
    assert [(each["rule"], each["points"]) for each in found["deductions"]] == [("failure_rate", 20), ("coverage", 10)]
    assert all(isinstance(each["evidence"], str) for each in found["deductions"])
    assert found["flaky"] == []
