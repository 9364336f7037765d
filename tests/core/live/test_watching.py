"""Alerts open and close once, silence is told once, an hour of samples is bounded, and a leak is no warm-up."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from core.live.alerts import Watch
from core.live.growth import find_growth
from core.live.model import LiveRun, RunningTest
from core.live.sampling import SERIES_POINTS, Point, Ring, Sample, Series, Usage
from core.live.silence import Hearing, patience

T0 = 1_772_442_000.0


def test_an_alert_opens_after_three_samples_and_closes_well_below() -> None:
    watch = Watch(90)
    changes = [watch.take(each) for each in (95, 95, 20, 91, 91, 91, 99, 85, 89, 95, 79, 85, 91)]
    assert changes == [None] * 5 + ["opened"] + [None] * 4 + ["over"] + [None] * 2


def test_a_silence_is_told_once_and_again_when_it_comes_again() -> None:
    hearing = Hearing(timedelta(seconds=60), T0)
    heard = LiveRun(last_event_at=datetime.fromtimestamp(T0 + 100, UTC), last_test="a")
    assert hearing.silence(LiveRun(), T0 + 59) is None
    assert hearing.silence(LiveRun(), T0 + 61) is not None
    assert hearing.silence(LiveRun(), T0 + 99) is None
    assert hearing.silence(heard, T0 + 101) is None
    found = hearing.silence(heard, T0 + 161)
    assert found is not None
    assert (found.since, found.last_test) == (heard.last_event_at, "a")


def test_a_test_that_is_usually_slow_may_be_silent_longer() -> None:
    slow = RunningTest("a", datetime.fromtimestamp(T0, UTC), 100)
    assert patience([slow], timedelta(seconds=300)) == timedelta(seconds=500)
    assert patience([], timedelta(seconds=300)) == timedelta(seconds=300)


def a_sample(at: float, memory: float = 1e8) -> Sample:
    return Sample(T0 + at, at % 100, 50, 80, memory, 3, 1.5)


def test_the_last_hour_is_kept_and_no_more() -> None:
    usage = Usage.every(1)
    for second in range(5000):
        usage.add(a_sample(second), ["a"], 1)
    assert len(usage.hour) == 3600
    kept = list(usage.hour)
    assert (kept[0].at, kept[-1].at) == (T0 + 1400, T0 + 4999)
    assert [each.at - T0 for each in usage.hour.last(3)] == [4997, 4998, 4999]
    assert (usage.cpu.extent.high, usage.cpu.extent.low, usage.cpu.extent.count) == (99, 0, 5000)
    assert usage.cpu.peak.at == T0 + 99


def test_an_empty_ring_has_nothing() -> None:
    assert (list(Ring(5)), Ring(5).last(3)) == ([], [])


@pytest.mark.parametrize("count", [1, SERIES_POINTS, SERIES_POINTS + 1, 5000])
def test_the_whole_run_is_a_bounded_series_that_keeps_means_and_peaks(count: int) -> None:
    series = Series()
    for second in range(count):
        series.add(a_sample(second))
    assert len(series.points) <= SERIES_POINTS
    assert sum(each.samples for each in series.points) == count
    mean = sum(each.cpu * each.samples for each in series.points) / count
    assert mean == pytest.approx(sum(second % 100 for second in range(count)) / count)
    assert max(each.peak_cpu for each in series.points) == min(count - 1, 99)


def course(memory: list[float], seconds: float = 5) -> list[Point]:
    return [Point(T0 + n * seconds, 1, 1, 1, 1, each, 1, 1, each) for n, each in enumerate(memory)]


def test_memory_that_grows_all_the_way_is_a_leak() -> None:
    draw = random.Random(3)
    found = find_growth(course([2e8 + n * 3e6 + draw.gauss(0, 5e6) for n in range(120)]))
    assert found is not None
    assert found.is_leak
    assert found.bytes_a_minute == pytest.approx(3e6 * 12, rel=0.1)


@pytest.mark.parametrize(
    "memory",
    [
        [2e8] * 120,
        [2e8 + min(n, 30) * 1e7 for n in range(120)],
        [2e8 + (3e8 if 40 < n < 70 else 0) for n in range(120)],
        [2e8 + n * 1e4 for n in range(120)],
    ],
    ids=["flat", "warm-up", "a peak", "small"],
)
def test_what_settles_or_is_small_is_no_leak(memory: list[float]) -> None:
    found = find_growth(course(memory))
    assert found is not None
    assert not found.is_leak


def test_a_short_run_tells_nothing_of_leaks() -> None:
    assert find_growth(course([2e8 + n * 1e7 for n in range(10)])) is None
