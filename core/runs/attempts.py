"""Decides which elements of a report are attempts of one case, and how the case ended.

pytest writes a rerun as one more element of the same classname and name: every element but the last is a failed
attempt, whatever it shows, and a teardown error right after a failure belongs to that attempt. Other producers repeat
names for many reasons: elements in different suites, or with different file, line, id or properties, are different
cases.
"""

from dataclasses import dataclass, replace
from typing import Literal

from core.runs.model import Outcome
from core.runs.results import MOST_ATTEMPTS, Columns

Repeats = Literal["auto", "attempts", "cases"]
"""Setting: `auto` decides as this module says, the others read every repeat as what they name."""

_BAD = (Outcome.FAILED, Outcome.ERROR)


@dataclass(slots=True)
class Ending:
    """How a case with more than one element, or with reruns inside its element, ended."""

    outcome: int
    duration_seconds: float | None
    attempts: int
    failed_attempts: int
    first_outcome: int
    """What its first element showed, and was counted as."""


class Attempts:
    """Remembers what was seen of each case, 8 bytes of state a case, and the endings of the repeated ones."""

    def __init__(self, *, pytest_shaped: bool, repeats: Repeats = "auto") -> None:
        self._pytest = pytest_shaped
        self._repeats = repeats
        self.seen: dict[int, int] = {}
        self.endings: dict[int, Ending] = {}
        self._copies: dict[int, dict[int, int]] = {}
        self.joined = 0
        """Elements read as a further attempt of a case seen before."""

    def first(self, key: int, outcome: int, mark: int = 0) -> None:
        """Note the first element of a case; `mark` tells elements of equal names apart (0 where all are alike)."""
        self.seen[key] = mark << 2 | outcome if mark else outcome

    def case_of(self, key: int, mark: int) -> int | None:
        """The key of the case that a repeat of `key` belongs to; None when it is a case of its own, not yet seen."""
        if self._repeats == "attempts" or (self._pytest and self._repeats == "auto"):
            return key
        copies = self._copies.setdefault(key, {self.seen[key] >> 2: key})
        if self._repeats == "cases":
            return None
        return copies.get(mark)

    def copy_key(self, key: int, mark: int) -> int:
        """A key for one more case of an equal name: stable as long as such cases keep their order."""
        copies = self._copies.setdefault(key, {self.seen[key] >> 2: key})
        ordinal = len(copies) + 1
        slot = mark if mark not in copies else -ordinal
        copies[slot] = made = _mixed(key, ordinal)
        return made

    def repeat(self, key: int, outcome: int, duration: float | None, *, is_teardown_error: bool) -> tuple[int, bool]:
        """Join one more element to a case; answers (attempt, whether its failure may be the deciding one)."""
        self.joined += 1
        ending = self._ending(key)
        if is_teardown_error and ending.outcome == Outcome.FAILED and self._pytest:
            self.joined -= 1
            ending.outcome = Outcome.ERROR
            return ending.attempts, False
        if self._pytest and ending.outcome not in _BAD:
            ending.failed_attempts += 1
        ending.attempts += 1
        ending.failed_attempts += outcome in _BAD
        ending.outcome = outcome
        ending.duration_seconds = duration
        return ending.attempts, True

    def reruns(self, key: int, outcome: int, duration: float | None, failed_before: int) -> None:
        """Note attempts that the producer wrote inside one element (Surefire's flaky and rerun children)."""
        known = self.endings.get(key)
        base = known if known is not None else Ending(outcome, duration, 1, int(outcome in _BAD), self.seen[key] & 3)
        self.endings[key] = replace(
            base, attempts=base.attempts + failed_before, failed_attempts=base.failed_attempts + failed_before
        )

    def settle(self, columns: Columns) -> None:
        """Write the endings of the repeated cases over what their first elements showed."""
        if not self.endings:
            return
        columns.fill_attempts()
        for index, key in enumerate(columns.ids):
            ending = self.endings.get(key)
            if ending is None:
                continue
            columns.outcomes[index] = ending.outcome
            columns.attempts[index] = min(ending.attempts, MOST_ATTEMPTS)
            columns.failed[index] = min(ending.failed_attempts, MOST_ATTEMPTS)
            if ending.duration_seconds is not None:
                columns.seconds[index] = ending.duration_seconds

    def _ending(self, key: int) -> Ending:
        if key not in self.endings:
            outcome = self.seen[key] & 3
            self.endings[key] = Ending(outcome, None, 1, int(outcome in _BAD), outcome)
        return self.endings[key]


def _mixed(key: int, ordinal: int) -> int:
    """Another signed 64-bit key, the same for the same key and ordinal."""
    mixed = (key ^ ordinal * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    return mixed - (1 << 64) if mixed >> 63 else mixed
