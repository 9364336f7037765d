"""Looks at the machine and at a run's processes: the last hour of them, and the whole run in a bounded series."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

HOUR_SECONDS = 3600.0
SERIES_POINTS = 240


class Sample(NamedTuple):
    """One look."""

    at: float
    """Seconds of the clock."""
    cpu: float
    """Percent of what the machine, or the container it is, may use."""
    memory: float
    """Percent, the same."""
    tree_cpu: float = 0.0
    """Percent of one core that the run's processes used since the look before."""
    tree_memory: float = 0.0
    """Bytes that they hold (resident; what several share counts for each)."""
    processes: int = 0
    load: float = 0.0
    """Of the last minute."""


class Ring:
    """The samples of the last hour, as plain columns: at one a second they take some hundred kilobytes."""

    def __init__(self, capacity: int) -> None:
        self._columns = (array("d", bytes(8 * capacity)), *(array("f", bytes(4 * capacity)) for _ in range(6)))
        self._capacity = capacity
        self._added = 0

    def add(self, sample: Sample) -> None:
        """Keep a sample; the oldest goes when there is no place left."""
        place = self._added % self._capacity
        for column, value in zip(self._columns, sample, strict=True):
            column[place] = value
        self._added += 1

    def __len__(self) -> int:
        return min(self._added, self._capacity)

    def __iter__(self) -> Iterator[Sample]:
        """The oldest first."""
        for number in range(self._added - len(self), self._added):
            at, cpu, memory, tree_cpu, tree_memory, processes, load = (
                column[number % self._capacity] for column in self._columns
            )
            yield Sample(at, cpu, memory, tree_cpu, tree_memory, int(processes), load)

    def last(self, seconds: float) -> list[Sample]:
        """Those of the last so many seconds before the newest, the oldest first."""
        if not self._added:
            return []
        newest = self._columns[0][(self._added - 1) % self._capacity]
        return [each for each in self if each.at > newest - seconds]


class Point(NamedTuple):
    """Some samples in a row: the first instant, and the means; `peak` values are the largest among them."""

    at: float
    samples: int
    cpu: float
    memory: float
    tree_cpu: float
    tree_memory: float
    peak_cpu: float
    peak_memory: float
    peak_tree_memory: float


@dataclass(slots=True)
class Series:
    """The whole run in at most `SERIES_POINTS` points: when they are full, each two become one."""

    points: list[Point] = field(default_factory=list)
    each: int = 1
    """Samples a point."""

    def add(self, sample: Sample) -> None:
        new = Point(
            sample.at, 1, sample.cpu, sample.memory, sample.tree_cpu, sample.tree_memory, sample.cpu, sample.memory,
            sample.tree_memory,
        )  # fmt: skip
        if self.points and self.points[-1].samples < self.each:
            self.points[-1] = _joined(self.points[-1], new)
            return
        if len(self.points) == SERIES_POINTS:
            pairs = zip(self.points[::2], self.points[1::2], strict=True)
            self.points = [_joined(first, second) for first, second in pairs]
            self.each *= 2
        self.points.append(new)


def shortened(points: Sequence[Point], most: int) -> list[Point]:
    """The same course in at most so many points; neighbours become one."""
    each = -(-len(points) // most)
    return [reduce(_joined, points[place : place + each]) for place in range(0, len(points), each)] if points else []


def _joined(first: Point, second: Point) -> Point:
    count = first.samples + second.samples

    def mean(one: float, other: float) -> float:
        return (one * first.samples + other * second.samples) / count

    return Point(
        first.at, count, mean(first.cpu, second.cpu), mean(first.memory, second.memory),
        mean(first.tree_cpu, second.tree_cpu), mean(first.tree_memory, second.tree_memory),
        max(first.peak_cpu, second.peak_cpu), max(first.peak_memory, second.peak_memory),
        max(first.peak_tree_memory, second.peak_tree_memory),
    )  # fmt: skip


@dataclass(slots=True)
class Extent:
    """Average, largest and smallest of what was measured."""

    count: int = 0
    total: float = 0.0
    high: float = 0.0
    low: float = 0.0

    def add(self, value: float) -> None:
        self.high = value if not self.count else max(self.high, value)
        self.low = value if not self.count else min(self.low, value)
        self.count += 1
        self.total += value

    @property
    def average(self) -> float:
        return self.total / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest value, when it was, and what ran then."""

    value: float = 0.0
    at: float = 0.0
    tests: tuple[str, ...] = ()
    tests_count: int = 0


@dataclass(slots=True)
class Gauge:
    """One measure over the whole run."""

    extent: Extent = field(default_factory=Extent)
    peak: Peak = field(default_factory=Peak)

    def add(self, at: float, value: float, tests: Sequence[str], tests_count: int) -> None:
        if not self.extent.count or value > self.peak.value:
            self.peak = Peak(value, at, tuple(tests[:_PEAK_TESTS]), tests_count)
        self.extent.add(value)


_PEAK_TESTS = 10


@dataclass(slots=True)
class Usage:
    """Everything that was measured of a run. `hour` is for what is asked while it runs."""

    hour: Ring
    series: Series = field(default_factory=Series)
    cpu: Gauge = field(default_factory=Gauge)
    memory: Gauge = field(default_factory=Gauge)
    tree_cpu: Gauge = field(default_factory=Gauge)
    tree_memory: Gauge = field(default_factory=Gauge)
    processes: int = 0
    """The most at once."""
    first_at: float = 0.0
    last_at: float = 0.0

    @classmethod
    def every(cls, seconds: float) -> "Usage":
        """For one look in so many seconds."""
        return cls(Ring(max(2, int(HOUR_SECONDS / seconds))))

    def add(self, sample: Sample, tests: Sequence[str], tests_count: int) -> None:
        """Take a sample and the names of the tests that run now, those that run longest first."""
        self.first_at = self.first_at or sample.at
        self.last_at = sample.at
        self.hour.add(sample)
        self.series.add(sample)
        for gauge, value in (
            (self.cpu, sample.cpu), (self.memory, sample.memory), (self.tree_cpu, sample.tree_cpu),
            (self.tree_memory, sample.tree_memory),
        ):  # fmt: skip
            gauge.add(sample.at, value, tests, tests_count)
        self.processes = max(self.processes, sample.processes)
