"""Occurrences of checklists as values with dull defaults, and what hostile words make of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.checklists.book import MATRIX
from core.checklists.items import ENGINE
from core.checklists.matrix import MatrixReport, MatrixRow
from core.checklists.model import Event, Happened, Item, ItemState, Occurrence, Standing
from core.checklists.statistics import Statistics, summarise
from tests.handlers.messages.values import NOW, a_run


def an_occurrence(*items: Item, **changes: Any) -> Occurrence:
    values: dict[str, Any] = {
        "id": 7, "key": "monday", "title": "Monday", "on": NOW.date(), "due_at": NOW, "items": items, "minutes": 30,
        "role": "qa_team", "channel": "C1", "carry_to": "wednesday", "closes_at": NOW + timedelta(hours=9),
    }  # fmt: skip
    return Occurrence(**(values | changes))


def a_typical_occurrence(**changes: Any) -> Occurrence:
    return an_occurrence(
        Item(0, "Full mock interface compliance audit", "mock_audit", state=ItemState.DONE, by=ENGINE, at=NOW,
             evidence="0 mocks contradict production; 40 files were read."),
        Item(1, "Review test performance trends", how="`/t12 health`"),
        Item(2, "Update security test scenarios", state=ItemState.SKIPPED, by="U1", at=NOW, reason="done on Friday"),
        Item(3, "Validate test coverage metrics", "coverage", 80,
             evidence="Coverage is 61.0 % in run 12, 80 % wanted.", assignee="U2", carried_from=NOW.date()),
        **changes,
    )  # fmt: skip


def an_awful_occurrence(words: str, count: int = 30) -> Occurrence:
    """Everything at once, in these words."""
    items = tuple(
        Item(
            n, words, words, 80, words, state=list(ItemState)[n % 4], by=words if n % 4 else None,
            at=NOW if n % 4 else None, reason=words, evidence=words, assignee=words, note=words,
            carried_from=NOW.date(),
        )
        for n in range(count)
    )  # fmt: skip
    return an_occurrence(*items, title=words, is_late=True, moved_from=NOW.date() - timedelta(days=1))


def a_nag(*mention: str) -> Event:
    return Event(Happened.NAGGED, NOW, ENGINE, {"rung": 2, "left": 2, "mention": list(mention)}, 9, 7)


def an_end() -> Event:
    return Event(Happened.CLOSED, NOW, ENGINE, {"done": 1, "items": 4, "left": 2, "carried": 2}, 10, 7)


def closed(occurrence: Occurrence) -> Occurrence:
    return replace(occurrence, standing=Standing.CLOSED, closed_at=NOW, closes_at=None)


def several(occurrence: Occurrence, count: int) -> tuple[Occurrence, ...]:
    """The same on so many days."""
    return tuple(replace(occurrence, id=n, on=occurrence.on - timedelta(days=n)) for n in range(count))


def some_statistics(occurrence: Occurrence, count: int, keys: int = 1) -> Statistics:
    """Of so many of its kind, one a day, by turns of several lists, each worked on an hour after it was due."""
    made = [
        replace(
            closed(each), key=f"list_{n % keys}", due_at=each.due_at - timedelta(days=n),
            items=tuple(replace(item, at=each.due_at - timedelta(days=n) + timedelta(hours=1)) for item in each.items),
        )
        for n, each in enumerate(several(occurrence, count))
    ]  # fmt: skip
    return summarise(made)


def a_matrix(count: int | None = 0, words: str = "T12", *people: str) -> MatrixReport:
    """Every other category ran `count` tests a moment ago, in a run of that name; None: none ever did."""
    rows = [
        MatrixRow(each, each.responsible.replace("_", " ").title() if words == "T12" else words, people,
                  a_run(name=words) if count is not None and n % 2 == 0 else None, count or 0, n % 2 == 1)
        for n, each in enumerate(MATRIX)
    ]  # fmt: skip
    return MatrixReport(words, tuple(rows), 50, NOW)
