"""Promises about console logs: every failing test once, whatever the style and wherever the log ends."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.failures.classify import classify
from core.failures.console import INTERNAL_ERROR, read_console
from core.failures.model import Category
from core.failures.rules import load_rules
from tests.cpu import ends_soon

START = "============================= test session starts ==============================\ncollected 4 items\n\n"
ERRORS = """\
==================================== ERRORS ====================================
________________________ ERROR at setup of test_fetches ________________________
tests/conftest.py:9: in server
    raise KeyError("port")
E   KeyError: 'port'
_____________________ ERROR collecting tests/test_gone.py ______________________
ImportError while importing test module '/w/tests/test_gone.py'.
tests/test_gone.py:1: in <module>
    import gone
E   ModuleNotFoundError: No module named 'gone'
"""
FAILURES = """\
=================================== FAILURES ===================================
_____________________________ TestCart.test_total ______________________________
tests/test_cart.py:7: in test_total
    assert cart.total == 3
E   assert 2 == 3
_________________________ test_price[a - b.c-[x]::y] __________________________
[gw1] linux -- Python 3.12.1 /usr/bin/python
tests/test_price.py:4: in test_price
    open_db()
E   sqlite3.OperationalError: database is locked
------------------------------ Captured log call -------------------------------
ERROR    db:db.py:3 ImportError everywhere
"""
SUMMARY = """\
=========================== short test summary info ============================
FAILED tests/test_cart.py::TestCart::test_total - assert 2 == 3
 +  where 2 = cart.total
FAILED tests/test_price.py::test_price[a - b.c-[x]::y] - sqlite3.OperationalError: da...
ERROR tests/test_fetch.py::test_fetches - KeyError: 'port'
ERROR tests/test_gone.py
"""
END = """\
!!!!!!!!!!!!!!!!!!! Interrupted: 1 error during collection !!!!!!!!!!!!!!!!!!!!
==== 2 failed, 2 errors in 0.41s ====
"""
LOG = START + ERRORS + FAILURES + SUMMARY + END
NAMES = {
    "tests/test_cart.py::TestCart::test_total",
    "tests/test_price.py::test_price[a - b.c-[x]::y]",
    "tests/test_fetch.py::test_fetches",
    "tests/test_gone.py",
}


def names_in(log: str) -> list[str]:
    return [found.test for found in read_console(log)]


def categories_of(log: str) -> dict[str, Category]:
    return {found.test: classify(found.failure, load_rules()).category for found in read_console(log)}


def test_a_whole_log_gives_each_failing_test_once_with_its_text_and_phase() -> None:
    assert sorted(names_in(LOG)) == sorted(NAMES)
    assert categories_of(LOG) == {
        "tests/test_cart.py::TestCart::test_total": Category.ASSERTION,
        "tests/test_price.py::test_price[a - b.c-[x]::y]": Category.DATABASE_SESSION,
        "tests/test_fetch.py::test_fetches": Category.FIXTURE_ERROR,
        "tests/test_gone.py": Category.IMPORT_ERRORS,
    }
    assert {found.test: found.failure.phase for found in read_console(LOG)}["tests/test_gone.py"] == "collection"


@pytest.mark.parametrize("tag", ["shop> ", "shop-1  | "])
def test_a_build_tools_name_before_every_line_hides_no_test(tag: str) -> None:
    tagged = "".join(f"{tag}{line}\n" for line in LOG.splitlines())
    assert read_console(tagged) == read_console(LOG)


def test_colours_carriage_returns_and_times_of_a_service_make_no_difference() -> None:
    coloured = (
        LOG.replace("E   ", "\x1b[1m\x1b[31mE   ").replace("FAILED", "\x1b[31mFAILED\x1b[0m").replace("\n", "\r\n")
    )
    stamped = "".join(f"2026-01-02T03:04:05.1234567Z {line}\n" for line in LOG.split("\n"))
    tabbed = "".join(f"test\tRun pytest\t2026-01-02T03:04:05.1234567Z {line}\n" for line in LOG.split("\n"))
    for log in (coloured, stamped, tabbed):
        assert categories_of(log) == categories_of(LOG)


def test_a_log_without_summary_derives_the_names_from_the_texts() -> None:
    assert set(names_in(START + FAILURES)) == {
        "tests/test_cart.py::TestCart::test_total",
        "tests/test_price.py::test_price[a - b.c-[x]::y]",
    }


def test_a_log_with_only_a_summary_still_names_the_tests_and_their_messages() -> None:
    assert set(names_in(START + SUMMARY + END)) == NAMES
    assert categories_of(START + SUMMARY + END)["tests/test_cart.py::TestCart::test_total"] is Category.ASSERTION


def test_one_line_failures_belong_to_the_names_in_the_summary_in_order() -> None:
    log = (
        START
        + "=================================== FAILURES ===================================\n"
        + "/w/tests/test_cart.py:7: assert 2 == 3\n/w/tests/test_price.py:4: sqlite3.OperationalError: database "
        "is locked\n"
        + "=========================== short test summary info ============================\n"
        + "FAILED tests/test_cart.py::test_total - assert 2 == 3\nFAILED tests/test_price.py::test_price - "
        "sqlite3.Op...\n"
    )
    assert categories_of(log) == {
        "tests/test_cart.py::test_total": Category.ASSERTION,
        "tests/test_price.py::test_price": Category.DATABASE_SESSION,
    }


def test_a_log_that_ends_during_the_run_names_what_had_failed_so_far() -> None:
    plain = (
        "tests/test_a.py::test_one PASSED [ 10%]\ntests/test_a.py::test_two FAILED [ 20%]\ntests/test_a.py::test_three "
    )
    spread = "[gw0] [  5%] FAILED tests/test_a.py::test_two \n[gw1] [  6%] PASSED tests/test_a.py::test_one \n"
    assert names_in(START + plain) == ["tests/test_a.py::test_two"]
    assert names_in(START + spread) == ["tests/test_a.py::test_two"]


@pytest.mark.parametrize("end", range(0, len(LOG), 97))
def test_a_log_cut_anywhere_invents_no_test(end: int) -> None:
    known = {name.split("::")[-1] for name in NAMES}
    assert {name.split("::", 1)[-1].split("::")[-1] for name in names_in(LOG[:end])} <= known | {
        name for name in names_in(LOG[:end]) if any(whole.startswith(name) for whole in NAMES)
    } | {"TestCart.test_total"}


def test_a_failure_and_the_teardown_error_of_one_test_are_one_failure() -> None:
    log = (
        "=== ERRORS ===\n____ ERROR at teardown of test_a ____\ntests/test_a.py:3: in db\nE   OSError: late\n"
        "=== FAILURES ===\n____ test_a ____\ntests/test_a.py:9: in test_a\nE   assert 1 == 2\n"
        "=== short test summary info ===\nFAILED tests/test_a.py::test_a - assert 1 == 2\nERROR "
        "tests/test_a.py::test_a - OSError: late\n"
    )
    assert categories_of(log) == {"tests/test_a.py::test_a": Category.ASSERTION}


def test_equal_names_in_two_files_are_two_failures() -> None:
    log = "=== FAILURES ===\n" + "".join(
        f"____ test_a ____\ntests/test_{x}.py:3: in test_a\nE   assert 0\n" for x in "xy"
    )
    assert names_in(log) == ["tests/test_x.py::test_a", "tests/test_y.py::test_a"]


def test_a_session_printed_by_a_test_is_part_of_its_failure() -> None:
    inner = (
        "=== test session starts ===\n=== FAILURES ===\n____ test_inner ____\nE   assert 0\n=== 1 failed in 0.01s ===\n"
    )
    outer = "=== FAILURES ===\n____ test_outer ____\ntests/test_o.py:3: in test_outer\nE   assert 1 == 2\n"
    log = f"{outer}--- Captured stdout call ---\n{inner}"
    assert names_in(log) == ["tests/test_o.py::test_outer"]


def test_headers_the_summary_does_not_know_were_printed_by_a_test() -> None:
    log = (
        "=== FAILURES ===\n____ test_a ____\nE   assert 0\n--- Captured stdout call ---\n____ test_printed "
        "____\nE   KeyError: 1\n"
        "=== short test summary info ===\nFAILED tests/test_a.py::test_a - assert 0\n"
    )
    assert names_in(log) == ["tests/test_a.py::test_a"]


def test_an_internal_error_is_a_failure_of_the_run() -> None:
    log = (
        START + "INTERNALERROR> Traceback (most recent call last):\nINTERNALERROR> E   sqlite3.OperationalError: "
        "database is locked\n"
    )
    assert categories_of(log) == {INTERNAL_ERROR: Category.DATABASE_SESSION}


def test_a_time_limit_that_kills_the_run_is_a_timeout_of_the_test_that_ran() -> None:
    bar = "+" * 30
    log = (
        START + f'tests/test_a.py::test_hangs {bar} Timeout {bar}\n~~~ Stack of MainThread (1) ~~~\n  File "/w/a.py", '
        f"line 3, in f\n    wait()\n"
    )
    assert categories_of(log) == {"tests/test_a.py::test_hangs": Category.TIMEOUT}


def test_a_crashed_worker_names_its_test() -> None:
    log = (
        "=== FAILURES ===\n____ tests/test_a.py ____\n[gw0] linux -- Python 3.12.1 /usr/bin/python\n"
        "worker 'gw0' crashed while running 'tests/test_a.py::test_a'\n"
        "=== short test summary info ===\nFAILED tests/test_a.py::test_a\n"
    )
    assert list(categories_of(log)) == ["tests/test_a.py::test_a"]


def test_a_green_log_and_no_log_have_no_failures() -> None:
    assert read_console(START + "tests/test_a.py ....  [100%]\n==== 4 passed in 0.02s ====\n") == []
    assert read_console("") == []


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([*LOG.split("\n"), "", "=== x ===", "____ y ____", "INTERNALERROR> z", "++++ Timeout ++++"]),
        max_size=50,
    )
)
def test_any_mixture_of_lines_gives_each_test_at_most_once(lines: list[str]) -> None:
    found = names_in("\n".join(lines))
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "unit", ["=", "_ ", "FAILED a::b - ", "____ a ____\n", "[gw1] ", "INTERNALERROR> ", "::", "+", "=== FAILURES ===\n"]
)
def test_a_megabyte_of_anything_is_read_in_linear_time(unit: str) -> None:
    log = "=== FAILURES ===\n" + unit * (1_000_000 // len(unit))
    assert ends_soon(lambda: read_console(log))
