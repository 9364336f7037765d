"""Which sessions a run left behind."""

from datetime import timedelta

from core.databases.leaks import Span, find_leaks, new_since
from tests.core.databases.values import NOW, a_session, ago

RUN = Span("12", ago(600), ago(300))
LATER = Span("13", ago(400), ago(100))


def test_only_sessions_that_began_during_a_run_are_its_leaks() -> None:
    sessions = [a_session(n, began_at=ago(seconds)) for n, seconds in enumerate((601, 600, 450, 300, 299))]
    (leak,) = find_leaks([RUN], sessions, NOW)
    assert (leak.run, [each.pid for each in leak.sessions]) == ("12", [1, 2, 3])


def test_a_session_counts_for_the_newest_run_it_began_in() -> None:
    sessions = [a_session(1, began_at=ago(350)), a_session(2, began_at=ago(550))]
    found = find_leaks([RUN, LATER], sessions, NOW)
    assert [(leak.run, [each.pid for each in leak.sessions]) for leak in found] == [("13", [1]), ("12", [2])]


def test_a_run_that_has_just_ended_may_still_close_its_sessions() -> None:
    sessions = [a_session(1, began_at=ago(450))]
    assert find_leaks([RUN], sessions, RUN.ended_at + timedelta(seconds=4)) == ()
    assert find_leaks([RUN], sessions, RUN.ended_at + timedelta(seconds=5)) != ()


def test_only_the_applications_of_tests_leak_where_they_are_named() -> None:
    sessions = [a_session(n, began_at=ago(450), application=name) for n, name in enumerate(("psql", "", "pytest-3"))]
    (leak,) = find_leaks([RUN], sessions, NOW, ["pytest*"])
    assert [each.pid for each in leak.sessions] == [2]


def test_a_session_that_cannot_be_seen_is_no_leak() -> None:
    assert find_leaks([RUN], [a_session(1, began_at=None)], NOW) == ()


def test_new_sessions_are_those_that_were_not_there_even_under_an_old_number() -> None:
    before = [a_session(1, began_at=ago(9)), a_session(2, began_at=ago(9))]
    after = [a_session(2, began_at=ago(9)), a_session(1, began_at=ago(3)), a_session(3, began_at=ago(3))]
    assert [each.pid for each in new_since(before, after)] == [1, 3]
