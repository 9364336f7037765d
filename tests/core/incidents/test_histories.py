"""What a careful QA lead would say about histories whose truth is known; each is a small suite and a few runs."""

from datetime import timedelta

from core.incidents.model import ENGINE
from core.storage.database import Database
from tests.builders import START
from tests.core.incidents.histories import History, but, cases, healthy
from tests.core.incidents.keeping import ANA

ALL = healthy(40)
A = list(cases("tests/test_a.py", 10))
B = list(cases("tests/test_b.py", 10))
KEY = "KeyError: 'colour'"
CALL = "TypeError: f() missing 1 required positional argument: 'x'"
REFUSED = "ConnectionRefusedError: [Errno 111] Connection refused"


async def test_one_regression_is_one_incident_until_three_green_runs(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=6)
    await history.run(but(ALL, KEY, A[:1]), times=3)
    assert await history.told() == [("failures", "low", "triggered", 1)]
    await history.run(ALL, times=3)
    assert await history.told() == [("failures", "low", "resolved", 1)]
    assert await history.kept.happened() == ["triggered", "resolved"]


async def test_two_causes_in_one_run_are_two_incidents_each_as_bad_as_it_is(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=6)
    await history.run(but(but(ALL, KEY, A[:9]), CALL, B[:1]))
    assert await history.told() == [("failures", "medium", "triggered", 9), ("failures", "low", "triggered", 1)]
    first, _second = await history.incidents()
    assert (first.title, first.note) == (KEY, "")


async def test_a_fixture_that_breaks_forty_tests_is_one_incident_about_that_fixture(sqlite_store: Database) -> None:
    history, suite = History(sqlite_store), healthy(80)
    await history.run(suite, times=6)
    await history.run(but(suite, "setup AttributeError: 'NoneType' object has no attribute 'cursor'", list(suite)[:40]))
    assert await history.told() == [("failures", "high", "triggered", 40)]
    (found,) = await history.incidents()
    assert found.title == "AttributeError: 'NoneType' object has no attribute 'cursor'"


async def test_a_fix_of_a_part_that_breaks_more_joins_and_rises(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=6)
    await history.run(but(ALL, KEY, A[:6]))
    await history.run(but(ALL, KEY, A[:2]), times=2)
    await history.run(but(ALL, KEY, A[:8]))
    assert await history.told() == [("failures", "medium", "triggered", 8)]
    assert await history.kept.happened() == ["triggered", "joined", "severity_changed"]


async def test_a_flaky_test_is_told_of_once(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    for letter in "PPPFPPPPFPPPPFPPPPPFPPPP":
        found = ALL if letter == "P" else but(ALL, "AssertionError: assert 3 == 4", A[:1])
        await history.run(found, revision="the same")
    assert await history.told() == [("failures", "low", "resolved", 1)]
    assert await history.kept.happened() == ["triggered", "resolved"]


async def test_tests_that_vanish_are_the_finding_and_a_person_may_accept_it(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=6)
    left = {name: "" for name in ALL if "test_a" not in name and "test_b" not in name}
    await history.run(left, times=2)
    assert await history.told() == [("tests_vanished", "high", "triggered", 0)]
    await history.kept.flows.resolve(1, ANA, "removed on purpose")
    await history.run(left, times=4)
    assert await history.told() == [("tests_vanished", "high", "resolved", 0)]


async def test_tests_that_come_back_close_it_at_once(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=6)
    await history.run(dict.fromkeys(A, ""))
    await history.run(ALL)
    (found,) = await history.incidents()
    assert (found.title, found.resolved_by) == ("30 tests disappeared: 10 of the usual 40 are left", ENGINE)


async def test_a_report_without_any_test_is_critical(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=6)
    await history.run({})
    assert await history.told() == [("tests_vanished", "critical", "triggered", 0)]


async def test_a_file_that_cannot_be_collected_is_an_import_and_closes_with_its_repair(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=6)
    broken = {"tests/test_a.py": "collect ModuleNotFoundError: No module named 'gone'"}
    await history.run(broken, times=2)
    (found,) = await history.incidents()
    assert (found.severity.value, found.cause) == ("critical", "import_errors")
    assert found.note == "40 tests did not run: neither removed nor fixed."
    await history.run({**ALL, "tests/test_new.py::test_1": KEY})
    assert await history.told() == [("collection", "critical", "resolved", 1), ("failures", "low", "triggered", 1)]
    assert "the suite did not collapse" in (await history.incidents())[1].note


async def test_an_outage_is_one_story_and_closes_nothing_else(sqlite_store: Database) -> None:
    history, known = History(sqlite_store), but(ALL, KEY, A[:1])
    await history.run(ALL, times=6)
    await history.run(known, times=2)
    await history.run(but(ALL, REFUSED, list(ALL)[:35]))
    await history.run(known, times=3)
    assert await history.told() == [("failures", "low", "triggered", 1), ("failures", "critical", "resolved", 35)]
    assert "looks like an infrastructure failure" in (await history.incidents())[1].title


async def test_a_wave_of_skips_closes_when_they_run_again(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=6)
    await history.run(but(ALL, "skip", A), times=2)
    assert await history.told() == [("tests_skipped", "medium", "triggered", 10)]
    await history.run(but(but(ALL, "skip", A), "skip", B))
    await history.run(ALL)
    assert await history.told() == [("tests_skipped", "medium", "resolved", 10)] * 2


async def test_skipping_the_failing_test_is_no_repair(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=6)
    await history.run(but(ALL, KEY, A[:1]))
    await history.run(but(ALL, "skip", A[:1]), times=4)
    assert await history.told() == [("failures", "low", "triggered", 1)]


async def test_lost_coverage_is_low_and_its_return_closes_it(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=4, coverage=80.0)
    await history.run(ALL, times=2)
    assert await history.told() == [("coverage_missing", "low", "triggered", 0)]
    await history.run(ALL, coverage=80.0)
    assert await history.told() == [("coverage_missing", "low", "resolved", 0)]


async def test_shards_of_one_run_are_judged_together(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    one = {name: "" for name in ALL if "test_a" in name or "test_b" in name}
    two = {name: "" for name in ALL if name not in one}
    for number in range(6):
        at = START + timedelta(hours=10 + number)
        bad = but(two, KEY, ["tests/test_c.py::test_1"]) if number in (2, 3) else two
        for part, later in ((one, 0), (bad, 1)):
            mark = {"run_key": f"r{number}", "revision": f"v{number}", "started_at": at + timedelta(minutes=later)}
            await history.run(part, **mark)
    assert await history.told() == [("failures", "low", "triggered", 1)]
    assert (await history.incidents())[0].green_runs == 2


async def test_tests_that_move_to_another_folder_stay_the_tests_they_were(sqlite_store: Database) -> None:
    history, red = History(sqlite_store), but(ALL, KEY, A[:2])
    await history.run(ALL, times=4)
    await history.run(red)
    await history.run({f"backend/{name}": said for name, said in red.items()}, times=2)
    assert await history.kept.happened() == ["triggered"]
    await history.run({f"backend/{name}": "" for name in red}, times=3)
    assert await history.told() == [("failures", "low", "resolved", 2)]


async def test_a_hang_is_a_degradation_of_performance(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=6)
    await history.run(but(ALL, "Failed: Timeout (>60.0s) from pytest-timeout.", A[:1]))
    assert await history.told() == [("failures", "medium", "triggered", 1)]


async def test_a_security_test_is_critical_by_itself(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    suite = {**ALL, "tests/test_login.py::TestAuthentication::test_token": ""}
    await history.run(suite, times=6)
    await history.run(but(suite, KEY, list(suite)[-1:]))
    assert await history.told() == [("failures", "critical", "triggered", 1)]


async def test_a_new_test_that_fails_is_told_as_born_so(sqlite_store: Database) -> None:
    history = History(sqlite_store)
    await history.run(ALL, times=6)
    await history.run({**ALL, "tests/test_new.py::test_x": KEY}, times=2)
    (found,) = await history.incidents()
    assert found.note == "1 test failing since first seen; no pass is known."


async def test_nobody_further_is_told_of_what_the_newest_runs_passed(sqlite_store: Database) -> None:
    history, red = History(sqlite_store), but(ALL, KEY, A[:9])
    await history.run(ALL, times=6)
    await history.run(red)
    assert (await history.kept.read()).due_at is not None
    await history.run(ALL, times=2)
    await history.kept.tick(timedelta(days=30))
    assert await history.kept.happened() == ["triggered"]
    await history.run(red, started_at=history.kept.now)
    found = await history.kept.read()
    assert (found.green_runs, found.due_at is not None) == (0, True)
