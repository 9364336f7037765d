"""`t12 checklist` and `t12 matrix` as a team uses them: what is due, what is wrong with the settings, who did what."""

import asyncio
import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.checklists.flows import Checklists
from core.settings import Settings
from core.storage.database import Database
from tests.bot.cli.conftest import T12
from tests.builders import a_report
from tests.core.checklists.keeping import some_settings

Files = Callable[..., Path]
MADRID = '[calendar]\ncountry = "ES"\nregion = "MD"\n'


@pytest.fixture
def posted(t12: T12, sqlite_url: str) -> int:
    """One list of two items was posted an hour ago."""
    own = {"cadence": "business days", "items": ["=look", {"text": "listen", "check": "report_fresh"}]}

    async def post() -> int:
        database = Database(sqlite_url)
        settings: Settings = some_settings({"own": own})
        flows = Checklists(database, settings, lambda: datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
        await flows.tick()
        (found,) = await flows.open()
        await database.close()
        return found.id

    return asyncio.run(post())


def test_upcoming_reckons_days_off_in_and_says_where_a_list_was_moved_from(t12: T12, files: Files) -> None:
    files("t12.toml", MADRID)
    found = t12("checklist", "upcoming", "--from", "2026-10-12", "--days", "2", "--format", "json").json
    moved = next(each for each in found if each["list"] == "monday")
    assert (moved["on"], moved["moved_from"], moved["due_at"]) == (
        "2026-10-13", "2026-10-12", "2026-10-13T09:00:00+00:00",
    )  # fmt: skip
    assert moved["items"][0] == "Full mock interface compliance audit"
    shown = t12("checklist", "upcoming", "--from", "2026-10-12", "--days", "2").out
    assert "moved from Mon 2026-10-12" in shown
    assert shown.count("Tue 2026-10-13") == 1


def test_days_on_which_nothing_is_due_are_said_so(t12: T12) -> None:
    assert "nothing is due on these days" in t12("checklist", "upcoming", "--from", "2026-03-07", "--days", "2").out


def test_validate_tells_each_list_with_its_days_and_which_have_no_channel(t12: T12) -> None:
    found = t12("checklist", "validate")
    assert found.code == 0
    assert "13 checklists are on:\n  start_of_day: every business day at 09:00 UTC, 4 items\n" in found.out
    assert "13 of them have no channel and are not posted; set checklists.channel" in found.out


def test_validate_explains_every_mistake_in_a_sentence(t12: T12, files: Files) -> None:
    files("t12.toml", '[checklists.lists.mondy]\non = false\n[checklists.lists.friday]\nrole = "x"\ncadence = "mo"\n')
    found = t12("checklist", "validate")
    assert found.code == 2
    lines = found.err.splitlines()
    assert lines[0].startswith("t12: checklists.lists.friday: cadence: 'mo' is no cadence; write business days")
    assert lines[1].startswith("t12: checklists.lists.friday: role: 'x' is no role; there are ")
    assert lines[2] == "t12: checklists.lists.mondy: there is no such list; did you mean monday?"


def test_status_shows_item_by_item_who_and_when(t12: T12, posted: int) -> None:
    t12("checklist", "item", posted, "skip", 1, "no", "time")
    (found,) = t12("checklist", "status", "--format", "json").json
    assert (found["list"], found["on"], found["status"]) == ("own", "2026-03-02", "open")
    first = found["items"][0]
    assert (first["text"], first["state"], first["reason"]) == ("=look", "skipped", "no time")
    assert first["by"]
    assert first["at"]
    assert {"text", "state", "by", "at", "reason", "evidence"} <= set(first)
    shown = t12("checklist", "status").out
    assert "Own, Mon 2026-03-02: 0 of 2 done (open)" in shown
    assert "no time" in shown


def test_items_are_worked_on_by_their_number_and_a_repeat_is_said_so(t12: T12, posted: int) -> None:
    assert t12("checklist", "item", posted, "done", 1).out == "Done.\n"
    assert t12("checklist", "item", posted, "done", 1).out.startswith("Already done by ")
    assert t12("checklist", "item", posted, "undo", 1).out == "Undone.\n"
    assert t12("checklist", "item", posted, "skip", 1).out == "Say why it is skipped: others will ask.\n"
    assert t12("checklist", "item", posted, "done", "all").out == "Done.\n"


def test_a_check_answers_at_once_with_what_it_found(t12: T12, posted: int) -> None:
    assert t12("checklist", "item", posted, "check", 2).out.startswith(
        "It could not be checked: no run has been brought in yet"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("dance", 1), "'dance' is nothing that an item knows; write done, skip, undo, assign, note, check"),
        (("done", "first"), "name the item by its number, as the list shows it"),
        (("done", 9), "that item is not on this list; look at the list again"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(t12: T12, posted: int, words: tuple[object, ...], told: str) -> None:
    found = t12("checklist", "item", posted, *words)
    assert (found.code, told in found.err) == (2, True)


def test_a_checklist_that_is_not_there_is_said_so(t12: T12) -> None:
    assert "there is no checklist 99" in t12("checklist", "item", 99, "done", 1).err


def test_export_is_a_table_without_formulas(t12: T12, posted: int) -> None:
    rows = [*csv.DictReader(io.StringIO(t12("checklist", "export").out))]
    assert [(each["list"], each["on"], each["item"], each["state"]) for each in rows] == [
        ("own", "2026-03-02", "'=look", "open"), ("own", "2026-03-02", "listen", "open"),
    ]  # fmt: skip


def test_statistics_are_of_lists_that_are_over(t12: T12, posted: int) -> None:
    assert "no checklist is over yet" in t12("checklist", "stats", "--since", "2026-01-01").out
    found = t12("checklist", "stats", "--since", "2026-01-01", "--format", "json").json
    assert (found["whole"]["occurrences"], found["lists"]) == (0, [])


def test_the_matrix_is_read_off_real_runs(t12: T12, files: Files) -> None:
    files("report.xml", a_report("PPF", module="tests.integration.test_app"))
    t12("ingest", "report.xml")
    found = t12("matrix", "--format", "json").json["categories"]
    assert [(each["category"], each["tests"]) for each in found][:2] == [("Unit Tests", 0), ("Integration Tests", 3)]
    shown = t12("matrix").out
    assert "4 of 5 kinds of tests are overdue" in shown
    assert "Security Team" in shown
