"""Fixtures that are asked for and defined nowhere: M017."""

from collections.abc import Iterator

from core.mocks.model import Finding
from core.mocks.rules.finding import Case, finding, said_near


def find_undefined(case: Case) -> Iterator[Finding]:
    for seen in case.record.requests:
        if not seen.unknown:
            message = f"The fixture {seen.name} is defined nowhere{said_near(seen.near)}."
            suggestion = f"ask for {seen.near}" if seen.near else f"define {seen.name}"
            yield finding("M017", seen.sight, message, member=seen.name, loudness="loud", suggestion=suggestion)
