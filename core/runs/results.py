"""The results of a report as columns, and how they are packed: one roster of tests for all runs of the same tests.

A suite of 2,000 tests that runs a thousand times keeps its 2,000 ids once and about three bytes for each result.
"""

import hashlib
import math
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from core.runs.model import CaseResult, Outcome

MOST_ATTEMPTS = 255
"""More are kept as this many."""


@dataclass(slots=True)
class Columns:
    """Results by position; `seconds` holds NaN where nobody knows. Not sorted while a report is read."""

    ids: "array[int]" = field(default_factory=lambda: array("q"))
    outcomes: bytearray = field(default_factory=bytearray)
    seconds: "array[float]" = field(default_factory=lambda: array("d"))
    attempts: bytearray = field(default_factory=bytearray)
    """Empty while every case has one attempt."""
    failed: bytearray = field(default_factory=bytearray)

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, result: CaseResult) -> None:
        """Append one result with its attempts."""
        if not self.attempts:
            self.fill_attempts()
        self.ids.append(result.test_key)
        self.outcomes.append(result.outcome)
        self.seconds.append(math.nan if result.duration_seconds is None else result.duration_seconds)
        self.attempts.append(min(result.attempts, MOST_ATTEMPTS))
        self.failed.append(min(result.failed_attempts, MOST_ATTEMPTS))

    def fill_attempts(self) -> None:
        """Write out that each case so far had one attempt, which failed if the case did."""
        self.attempts = bytearray(b"\x01" * len(self.ids))
        self.failed = bytearray(1 if outcome in (Outcome.FAILED, Outcome.ERROR) else 0 for outcome in self.outcomes)

    def at(self, index: int) -> CaseResult:
        """The result at a position."""
        seconds = self.seconds[index]
        return CaseResult(
            self.ids[index],
            self.outcomes[index],
            None if math.isnan(seconds) else seconds,
            self.attempts[index],
            self.failed[index],
        )

    def index_of(self, test_id: int) -> int | None:
        """The position of a test in sorted columns; None when it has no result."""
        index = bisect_left(self.ids, test_id)
        return index if index < len(self.ids) and self.ids[index] == test_id else None

    def __iter__(self) -> Iterator[CaseResult]:
        return (self.at(index) for index in range(len(self.ids)))


@dataclass(frozen=True, slots=True)
class Packed:
    """Sorted columns as bytes: the roster (ids) apart from the rest, little-endian."""

    roster: bytes
    digest: bytes
    """16 bytes that tell rosters apart."""
    data: bytes


def pack(columns: Columns) -> Packed:
    """Sort by id and pack. Two reports of the same tests have the same roster, whatever order they ran in."""
    if not columns.attempts:
        columns.fill_attempts()
    order = array("I", sorted(range(len(columns.ids)), key=columns.ids.__getitem__))
    ids = _little(array("q", map(columns.ids.__getitem__, order)))
    seconds = _little(array("d", map(columns.seconds.__getitem__, order)))
    small = (bytes(map(column.__getitem__, order)) for column in (columns.outcomes, columns.attempts, columns.failed))
    data = zlib.compress(b"".join((*small, seconds)), 1)
    return Packed(ids, hashlib.blake2b(ids, digest_size=16).digest(), data)


def unpack(roster: bytes, data: bytes) -> Columns:
    """The sorted columns of packed results."""
    ids = _from_little("q", roster)
    count, raw = len(ids), zlib.decompress(data)
    small = [bytearray(raw[count * part : count * (part + 1)]) for part in range(3)]
    return Columns(ids, small[0], _from_little("d", raw[count * 3 :]), small[1], small[2])


def merged(parts: Iterable[Columns]) -> dict[int, CaseResult]:
    """The results of a run made of several reports, by test id: a later report decides, attempts add up."""
    found: dict[int, CaseResult] = {}
    for part in parts:
        for result in part:
            known = found.get(result.test_key)
            found[result.test_key] = result if known is None else joined(known, result)
    return found


def joined(earlier: CaseResult, later: CaseResult) -> CaseResult:
    """One case in two reports of a run: the later one decides."""
    return later._replace(
        attempts=earlier.attempts + later.attempts, failed_attempts=earlier.failed_attempts + later.failed_attempts
    )


def _little(column: "array[int] | array[float]") -> bytes:
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _from_little(code: str, raw: bytes) -> Any:
    column = array(code, raw)
    if sys.byteorder == "big":
        column.byteswap()
    return column
