"""Fixtures that are asked for and defined nowhere: M017."""

import re
from collections.abc import Iterator

from core.mocks.doubles.record import FixtureRequest
from core.mocks.model import Finding
from core.mocks.rules.finding import Case, finding, said_near


def _is_called_otherwise(case: Case, seen: FixtureRequest) -> bool:
    """Whether the file itself hands on or calls the test, whose parameters are then no fixtures."""
    name = re.escape(seen.sight.test.rpartition("::")[2].encode())
    return re.search(rb"(?<!def )(?<![\w'\"])" + name + rb"\b(?!['\"])", case.text(seen.sight.place.path)) is not None


def find_undefined(case: Case) -> Iterator[Finding]:
    for seen in case.record.requests:
        if not seen.unknown and not _is_called_otherwise(case, seen):
            message = f"The fixture {seen.name} is defined nowhere{said_near(seen.near)}."
            suggestion = f"ask for {seen.near}" if seen.near else f"define {seen.name}"
            yield finding("M017", seen.sight, message, member=seen.name, loudness="loud", suggestion=suggestion)
