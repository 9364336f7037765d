"""A night begins when the last business day ended, and its causes are new if they were in any of its runs."""

from datetime import UTC, datetime
from types import SimpleNamespace as Seen
from typing import Any, cast

import pytest

from core.failures.overnight import causes_of, night_before
from core.settings import Settings


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (datetime(2026, 3, 3, 7, 30, tzinfo=UTC), datetime(2026, 3, 2, 17, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 7, 30, tzinfo=UTC), datetime(2026, 2, 27, 17, 0, tzinfo=UTC)),
        (datetime(2026, 3, 3, 22, 0, tzinfo=UTC), datetime(2026, 3, 2, 17, 0, tzinfo=UTC)),
        (datetime(2026, 5, 4, 6, 30, tzinfo=UTC), datetime(2026, 4, 30, 16, 0, tzinfo=UTC)),
    ],
    ids=["a night", "a weekend", "the same day's evening", "a holiday before a weekend"],
)
def test_a_night_begins_when_the_last_business_day_ended(now: datetime, since: datetime) -> None:
    calendar = {"timezone": "Europe/Madrid", "country": "ES"}
    assert night_before(now, Settings.model_validate({"calendar": calendar}).business_calendar) == since


def test_causes_are_joined_over_the_runs_and_new_ones_come_first() -> None:
    def run(name: str, *groups: Any) -> tuple[Any, tuple[Any, ...]]:
        return Seen(name=name), groups

    def group(family: str, count: int, *, new: bool) -> Any:
        return Seen(family=family, title=family, category="code_error", count=count, new=new)

    newest = run("9", group("a", 2, new=False), group("b", 5, new=False))
    older = run("8", group("a", 7, new=True), group("c", 1, new=False))
    found = causes_of(cast(Any, [newest, older]))
    told = [(each.title, each.is_new, each.runs, each.tests, each.newest) for each in found]
    assert told == [("a", True, 2, 2, "9"), ("b", False, 1, 5, "9"), ("c", False, 1, 1, "8")]
