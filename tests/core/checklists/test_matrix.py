"""The matrix says when each kind of test last ran, how many there were, and whether that is too long ago."""

from datetime import timedelta

import pytest

from core.checklists.book import MATRIX
from core.checklists.matrix import answer_matrix, category_of, is_overdue, matrix_to_json
from core.settings import Settings
from core.storage.database import Database
from tests.builders import START, Shelf, a_test
from tests.core.checklists.keeping import DAY, HOUR, MONDAY, a_calendar

ROWS = {each.name: each for each in MATRIX}


@pytest.mark.parametrize(
    ("file", "classname", "name", "category"),
    [
        ("tests/test_app.py", "tests.test_app", "test_adds", "Unit Tests"),
        ("tests/integration/test_app.py", "tests.integration.test_app", "test_adds", "Integration Tests"),
        ("tests/test_app.py", "tests.test_app.TestSecurity", "test_adds", "Security Tests"),
        ("tests/test_app.py", "tests.test_app", "test_authentication_of_guests", "Security Tests"),
        ("tests/test_app.py", "tests.test_app", "test_load", "Performance Tests"),
        ("tests/test_app.py", "tests.test_app", "test_loads", "Unit Tests"),
        ("tests/test_app.py", "tests.test_app", "test_payload", "Unit Tests"),
        ("tests/e2e/test_app.py", "tests.e2e.test_app", "test_adds", "End-to-End Tests"),
        ("tests/test_app.py", "tests.test_app.TestEndToEnd", "test_adds", "End-to-End Tests"),
        ("tests/test_app.py", "tests.test_app", "test_adds[security]", "Unit Tests"),
    ],
)
def test_a_test_is_of_a_kind_by_whole_words(file: str, classname: str, name: str, category: str) -> None:
    assert category_of(a_test(file=file, classname=classname, short_name=name)).name == category


@pytest.mark.parametrize(
    ("name", "days", "overdue"),
    [("Unit Tests", 0, False), ("Unit Tests", 3, False), ("Unit Tests", 4, True), ("Security Tests", 7, False),
     ("Security Tests", 7.1, True), ("End-to-End Tests", 14, False), ("End-to-End Tests", 14.1, True)],
)  # fmt: skip
def test_it_is_overdue_by_its_frequency_and_a_weekend_does_not_count(name: str, days: float, overdue: bool) -> None:
    assert is_overdue(ROWS[name], MONDAY - days * DAY, MONDAY, a_calendar()) is overdue


def test_what_never_ran_is_overdue() -> None:
    assert is_overdue(ROWS["Unit Tests"], None, MONDAY, a_calendar())


async def test_each_kind_has_its_newest_run_and_how_many_tests_it_had(store: Database) -> None:
    shelf = Shelf(store)
    await shelf.bring("PPP", module="tests.integration.test_app")
    second = await shelf.bring("PFS", module="tests.test_app")
    settings = Settings.model_validate({"roles": {"developer": {"members": ["U1"]}}})
    async with store.read() as connection:
        found = await answer_matrix(connection, second.suite, None, settings, START + 8 * HOUR)
    rows = {each.category.name: each for each in found.rows}
    assert [*rows] == [*ROWS]
    unit, integration, security = rows["Unit Tests"], rows["Integration Tests"], rows["Security Tests"]
    assert unit.last_run == second
    assert (unit.tests, unit.is_overdue, unit.role, unit.people) == (2, False, "Developer", ("U1",))
    assert (integration.tests, integration.is_overdue, integration.role) == (3, False, "QA Engineer")
    assert (security.last_run, security.is_overdue) == (None, True)
    assert matrix_to_json(found)["categories"][2]["overdue"] is True
    assert found.now - START > timedelta(0)
