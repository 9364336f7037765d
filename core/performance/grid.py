"""The durations of many tests over some runs as columns of four bytes a value, small enough for 100,000 tests."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import filterfalse
from math import isnan, nan

from core.runs.model import Outcome, Run
from core.runs.results import Columns


@dataclass(slots=True)
class Totals:
    """What the cases of one run took together, whatever their outcome."""

    seconds: float = 0.0
    failing_seconds: float = 0.0
    longest_failing: int | None = None
    """Test id of the failing case that took longest."""
    longest_failing_seconds: float = 0.0

    def add(self, results: Columns) -> None:
        """Count the cases of one report of the run."""
        self.seconds += sum(filterfalse(isnan, results.seconds))
        if not results.outcomes.count(Outcome.FAILED) and not results.outcomes.count(Outcome.ERROR):
            return
        for index, outcome in enumerate(results.outcomes):
            value = results.seconds[index]
            if outcome in (Outcome.FAILED, Outcome.ERROR) and not isnan(value):
                self.failing_seconds += value
                if self.longest_failing is None or value > self.longest_failing_seconds:
                    self.longest_failing, self.longest_failing_seconds = results.ids[index], value


@dataclass(slots=True)
class Grid:
    """A column per run, oldest first, with a place per test: its seconds where it passed at once, else NaN.

    A failing case is slow or fast for another reason, and one that passed after a failing attempt was timed twice.
    """

    runs: Sequence[Run]
    ids: "array[int]" = field(default_factory=lambda: array("q"))
    columns: "list[array[float]]" = field(default_factory=list)
    totals: list[Totals] = field(default_factory=list)
    _places: dict[int, int] = field(default_factory=dict)
    _rosters: "dict[int, array[int]]" = field(default_factory=dict)
    _failed: dict[int, set[int]] = field(default_factory=dict)
    """Places of the tests that failed an attempt in an earlier report of a run, by the run's place."""
    _reports: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = [array("f") for _ in self.runs]
        self.totals = [Totals() for _ in self.runs]

    def add(self, run: int, roster: int, results: Columns) -> None:
        """Take one report of the run at a place; `roster` names the list of its tests, which many reports share."""
        places = self._places_of(roster, results)
        values = _passing(results)
        column = self.columns[run]
        column.extend(array("f", (nan,)) * (len(self.ids) - len(column)))
        self.totals[run].add(results)
        again = self._reports.get(run, 0)
        self._reports[run] = again + 1
        failed = self._failed.setdefault(run, set())
        for place, value in zip(places, values, strict=True):
            column[place] = value
        if again:
            for place in failed:
                column[place] = nan
        if any(results.failed):
            failed.update(place for place, count in zip(places, results.failed, strict=True) if count)

    def close(self) -> None:
        """Fill up the columns of runs that know fewer tests; to be called once, after the last report."""
        for column in self.columns:
            column.extend(array("f", (nan,)) * (len(self.ids) - len(column)))
        self._places, self._rosters, self._failed = {}, {}, {}

    def rows(self) -> Iterator[tuple[float, ...]]:
        """The values of each test, oldest run first, in the order of `ids`."""
        return zip(*self.columns, strict=True)

    def row(self, place: int) -> list[float]:
        return [column[place] for column in self.columns]

    def _places_of(self, roster: int, results: Columns) -> "array[int]":
        if roster not in self._rosters:
            places = self._places
            for test_id in results.ids:
                if test_id not in places:
                    places[test_id] = len(self.ids)
                    self.ids.append(test_id)
            self._rosters[roster] = array("I", map(places.__getitem__, results.ids))
        return self._rosters[roster]


def _passing(results: Columns) -> "Sequence[float]":
    if results.outcomes.count(Outcome.PASSED) == len(results) and not any(results.failed):
        return results.seconds
    rows = zip(results.seconds, results.outcomes, results.failed, strict=True)
    return [nan if outcome or failed else value for value, outcome, failed in rows]
