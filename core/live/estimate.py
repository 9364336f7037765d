"""How far a run is and how long it will take: by the usual seconds of its tests, else by how fast it went so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median

_EARLIEST = 0.02
"""Before this share is done, the speed of a run says nothing."""


@dataclass(slots=True)
class Estimate:
    """`usual` holds the seconds a test takes when it passes, by name."""

    usual: Mapping[str, float]
    _expected: float = 0.0
    _weight_done: float = 0.0
    _began: float | None = None
    _unknown: float = field(init=False)

    def __post_init__(self) -> None:
        # A test that nobody timed counts as one of the middle.
        self._unknown = max(median(self.usual.values()), 1e-4) if self.usual else 1.0

    def expect(self, names: Iterable[str]) -> None:
        self._expected += sum(self._weight(name) for name in names)

    def begin(self, at: float) -> None:
        if self._began is None:
            self._began = at

    def end(self, name: str) -> None:
        self._weight_done += self._weight(name)

    def _weight(self, name: str) -> float:
        return max(self.usual.get(name, self._unknown), 1e-4)

    def share(self, done: int, tests: int | None, running: Iterable[tuple[str, float]] = ()) -> float:
        """What share of the run is done, 0 to 1; 0 while its size is not known.

        `running` are the tests that run, with their seconds so far: they count as far as is usual.
        """
        if self._expected:
            begun = sum(min(max(0.0, seconds), self.usual.get(name, 0.0)) for name, seconds in running)
            return min(1.0, (self._weight_done + begun) / self._expected)
        return min(1.0, done / tests) if tests else 0.0

    def left(self, share: float, now: float, workers: int) -> float | None:
        """Seconds from now to the end of the tests; None while nobody can say.

        The usual seconds count for the part that is to come and the speed so far for the part that is done.
        """
        if self._began is None:
            return None
        if share >= 1:
            return 0.0
        elapsed = max(0.0, now - self._began)
        if self.usual and self._expected:
            total = self._expected / workers
            return (1 - share) * ((1 - share) * total + elapsed)
        return elapsed * (1 - share) / share if share >= _EARLIEST else None
