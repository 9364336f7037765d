"""Compares files of pytest-benchmark: what the fastest round of each benchmark took, on machines of one kind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from core.runs.benchmark_store import BenchmarkFile

CONFIRMING_FILES = 3
BASELINE_FILES = 30
MIN_BASELINE_FILES = 5
READ_FILES = CONFIRMING_FILES + BASELINE_FILES
MIN_RATIO = 1.1
"""Fastest rounds on shared runners differ by five percent between runs; three in a row above ten are no chance."""
MIN_FACTOR_BENCHMARKS = 10
APART = 0.75
"""Share of the baseline that must lie on the other side: of the rest some are at the new level already."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark of the newest file."""

    name: str
    seconds: float
    """Its fastest round."""
    median_seconds: float
    rounds: int
    usual_seconds: float | None
    """Median over the baseline; None with fewer than five files before."""
    is_slower: bool
    """All of the newest three files are 10 % above the baseline's median, and above three quarters of it."""
    is_faster: bool

    @property
    def ratio(self) -> float | None:
        return self.seconds / self.usual_seconds if self.usual_seconds else None


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """How the benchmarks of the newest file are."""

    machine: str
    started_at: datetime
    revision: str | None
    files: int
    """Comparable files, the newest one counted."""
    speed: float
    """How slow the machine was at the newest file, 1 as usual; 1 too where benchmarks are too few to tell."""
    benchmarks: tuple[Benchmark, ...]
    """What moved most first."""


def compare(files: Sequence[BenchmarkFile]) -> Benchmarks | None:
    """The verdict on the newest of some comparable files, oldest first; None where there is none."""
    if not files:
        return None
    newest = files[-1]
    speeds = _speeds(files)
    series = {
        name: [
            each.results[name].fastest / speed
            for each, speed in zip(files, speeds, strict=True)
            if name in each.results
        ]
        for name in newest.results
    }
    judged = [_judged(newest, name, values) for name, values in series.items()]
    judged.sort(key=lambda each: (not (each.is_slower or each.is_faster), -abs((each.ratio or 1.0) - 1.0), each.name))
    return Benchmarks(newest.machine, newest.started_at, newest.revision, len(files), speeds[-1], tuple(judged))


def _speeds(files: Sequence[BenchmarkFile]) -> list[float]:
    """As for tests: the median over the benchmarks of what each took against its usual time."""
    before: dict[str, list[float]] = {}
    for file in files[:-CONFIRMING_FILES]:
        for name, rounds in file.results.items():
            before.setdefault(name, []).append(rounds.fastest)
    usual = {name: median(values) for name, values in before.items()}
    return [_speed(file, usual) for file in files]


def _speed(file: BenchmarkFile, usual: Mapping[str, float]) -> float:
    ratios = [rounds.fastest / usual[name] for name, rounds in file.results.items() if name in usual]
    return median(ratios) if len(ratios) >= MIN_FACTOR_BENCHMARKS else 1.0


def _share(marks: Iterable[bool]) -> float:
    found = list(marks)
    return sum(found) / len(found)


def _judged(newest: BenchmarkFile, name: str, values: Sequence[float]) -> Benchmark:
    last, base = values[-CONFIRMING_FILES:], values[-READ_FILES:-CONFIRMING_FILES]
    known = len(base) >= MIN_BASELINE_FILES
    usual = median(base) if known else None
    rounds = newest.results[name]
    return Benchmark(
        name=name,
        seconds=values[-1],
        median_seconds=rounds.median,
        rounds=rounds.rounds,
        usual_seconds=usual,
        is_slower=usual is not None and min(last) >= MIN_RATIO * usual and _share(x < min(last) for x in base) >= APART,
        is_faster=usual is not None and max(last) * MIN_RATIO <= usual and _share(x > max(last) for x in base) >= APART,
    )
