"""What a run used, as it is kept with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.live.growth import Growth, find_growth
from core.live.model import Alert, Silence
from core.live.sampling import Gauge, Point, Usage

MOST_STARTS = 50_000


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure over a run: average, largest and smallest, and when it was at its largest."""

    average: float
    high: float
    low: float
    peak_at: datetime | None = None
    peak_tests: tuple[str, ...] = ()
    """Tests that ran then, those that had run longest first; some of `peak_tests_count`."""
    peak_tests_count: int = 0


@dataclass(frozen=True, slots=True)
class Resources:
    """What the machine and a run's processes used while it ran."""

    began_at: datetime
    seconds: float
    samples: int
    cpu: Measure
    """Percent of the machine, or of what its container may use."""
    memory: Measure
    tree_cpu: Measure
    """Percent of one core, of the run's processes."""
    tree_memory: Measure
    """Bytes."""
    processes: int
    limits: str = ""
    """What the percentages are a share of, where it is not the machine."""
    growth: Growth | None = None
    alerts: tuple[Alert, ...] = ()
    silences: tuple[Silence, ...] = ()
    points: tuple[Point, ...] = field(default=(), repr=False)
    starts: tuple[float, ...] = field(default=(), repr=False)
    """When each test began, in seconds of the clock."""
    databases: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    """Looks at the databases that tests use, as `DatabaseSample.to_json` made them."""


def summarise(
    usage: Usage,
    starts: Sequence[float],
    *,
    limits: str = "",
    alerts: Sequence[Alert] = (),
    silences: Sequence[Silence] = (),
    databases: Sequence[Mapping[str, Any]] = (),
) -> Resources | None:
    """What is kept of everything measured; None when there was not one look."""
    if not usage.cpu.extent.count:
        return None
    points = tuple(usage.series.points)
    return Resources(
        datetime.fromtimestamp(usage.first_at, UTC), usage.last_at - usage.first_at, usage.cpu.extent.count,
        _measure(usage.cpu), _measure(usage.memory), _measure(usage.tree_cpu), _measure(usage.tree_memory),
        usage.processes, limits, find_growth(points), tuple(alerts), tuple(silences), points,
        tuple(starts[:MOST_STARTS]), tuple(databases),
    )  # fmt: skip


def _measure(gauge: Gauge) -> Measure:
    extent, peak = gauge.extent, gauge.peak
    at = datetime.fromtimestamp(peak.at, UTC)
    return Measure(extent.average, extent.high, extent.low, at, peak.tests, peak.tests_count)
