"""Which elements are attempts of one case: pytest's reruns and teardown pairs, and what other producers repeat."""

import pytest

from core.runs.attempts import Repeats
from tests.core.runs.reading import Read, other_report, pytest_report, read


def element(letter: str, name: str = "x", *, more: str = "") -> str:
    """One element of test `name`: P clean, F failure, T teardown error, E setup error, S skipped."""
    child = {
        "P": "",
        "F": '<failure message="assert 0">F</failure>',
        "T": '<error message="failed on teardown with &quot;boom&quot;">T</error>',
        "E": '<error message="failed on setup with &quot;boom&quot;">E</error>',
        "S": '<skipped message="later"/>',
    }[letter]
    return f'<testcase classname="test_a" name="{name}" {more}>{child}</testcase>'


def by_pytest(letters: str, repeats: Repeats = "auto") -> Read:
    return read(pytest_report(*(element(letter) for letter in letters)), repeats=repeats)


def by_another(letters: str, repeats: Repeats = "auto") -> Read:
    return read(other_report(*(element(letter) for letter in letters)), repeats=repeats)


@pytest.mark.parametrize(
    ("letters", "outcome", "attempts", "failed"),
    [
        ("P", "passed", 1, 0),
        ("F", "failed", 1, 1),
        ("PP", "passed", 2, 1),
        ("PPP", "passed", 3, 2),
        ("PPF", "failed", 3, 3),
        ("FT", "error", 1, 1),
        ("T", "error", 1, 1),
        ("PFT", "error", 2, 2),
        ("FTP", "passed", 2, 1),
        ("TP", "passed", 2, 1),
        ("FTFT", "error", 2, 2),
        ("E", "error", 1, 1),
        ("PE", "error", 2, 2),
        ("S", "skipped", 1, 0),
        ("PS", "skipped", 2, 1),
    ],
)
def test_what_pytest_writes_is_read_as_attempts(letters: str, outcome: str, attempts: int, failed: int) -> None:
    found = by_pytest(letters)
    assert (found.one.outcome, found.one.attempts, found.one.failed_attempts) == (outcome, attempts, failed)
    assert found.counts.tests == 1
    assert found.counts.attempts == attempts
    assert found.counts.elements.tests == len(letters)
    assert found.counts.flaky_passes == int(outcome == "passed" and failed > 0)


def test_three_failed_attempts_are_a_failure_and_no_flake() -> None:
    found = by_pytest("PPF")
    assert found.counts.flaky_passes == 0
    assert [(each.attempt, each.is_final) for each in found.failures] == [(3, True)]


def test_a_teardown_error_joins_the_failure_before_it_and_does_not_decide() -> None:
    found = by_pytest("FT")
    assert found.tally == (1, 0, 0, 1, 0)
    assert [(each.attempt, each.is_final, each.phase) for each in found.failures] == [
        (1, True, "call"),
        (1, False, "teardown"),
    ]
    assert found.warnings == ()


def test_attempts_that_xdist_interleaves_are_found() -> None:
    order = [("a", "P"), ("b", "F"), ("c", "P"), ("a", "P"), ("b", "T"), ("c", "P"), ("a", "F"), ("d", "P"), ("c", "P")]
    found = read(pytest_report(*(element(letter, name) for name, letter in order)))
    assert {each.name: (each.outcome, each.attempts, each.failed_attempts) for each in found.cases} == {
        "a": ("failed", 3, 3),
        "b": ("error", 1, 1),
        "c": ("passed", 3, 2),
        "d": ("passed", 1, 0),
    }
    assert found.warned("4 repeated elements were read as further attempts of their case")


def test_parametrised_tests_are_different_tests() -> None:
    assert read(pytest_report(element("P", "t[1_0]"), element("F", "t[1_1]"))).tally == (2, 1, 1, 0, 0)


def test_equal_names_of_different_classes_stay_apart() -> None:
    report = pytest_report(
        '<testcase classname="test_a.TestX" name="t"/>', '<testcase classname="test_a.TestY" name="t"/>'
    )
    assert read(report).counts.tests == 2


@pytest.mark.parametrize(
    ("letters", "outcome", "attempts", "failed"),
    [
        ("PP", "passed", 2, 0),
        ("FP", "passed", 2, 1),
        ("PF", "failed", 2, 1),
        ("FFP", "passed", 3, 2),
        ("FT", "error", 2, 2),
    ],
)
def test_others_repeats_in_one_suite_are_attempts_the_last_decides(
    letters: str, outcome: str, attempts: int, failed: int
) -> None:
    found = by_another(letters)
    assert (found.one.outcome, found.one.attempts, found.one.failed_attempts) == (outcome, attempts, failed)


@pytest.mark.parametrize(
    "pair",
    [
        ('line="1"', 'line="2"'), ('id="1"', 'id="2"'), ('file="a.rb"', 'file="b.rb"'), ("", 'line="2"'),
    ],
)  # fmt: skip
def test_others_repeats_that_differ_are_cases_of_their_own(pair: tuple[str, str]) -> None:
    found = read(other_report(element("P", more=pair[0]), element("F", more=pair[1])))
    assert found.tally == (2, 1, 1, 0, 0)
    assert len({each.key for each in found.cases}) == 2


def test_repeats_with_other_properties_are_cases_of_their_own() -> None:
    def case(value: int) -> str:
        properties = f'<properties><property name="row" value="{value}"/></properties>'
        return f'<testcase classname="a" name="x">{properties}</testcase>'

    assert read(other_report(case(1), case(2))).counts.tests == 2
    assert read(other_report(case(1), case(1))).counts.tests == 1


@pytest.mark.parametrize("second", ["one", "two"])
def test_repeats_in_another_suite_are_cases_of_their_own(second: str) -> None:
    suites = f'<testsuite name="one">{element("P")}</testsuite><testsuite name="{second}">{element("F")}</testsuite>'
    assert read(f"<testsuites>{suites}</testsuites>").tally == (2, 1, 1, 0, 0)


def test_a_suite_that_goes_on_after_an_inner_one_is_still_the_same_suite() -> None:
    inner = f'<testsuite name="inner">{element("P")}</testsuite>'
    found = read(f'<testsuite name="outer">{element("F")}{inner}{element("P")}</testsuite>')
    assert [(each.outcome, each.attempts) for each in found.cases] == [("passed", 2), ("passed", 1)]


def test_the_third_of_equal_name_joins_the_one_it_fits() -> None:
    report = other_report(
        element("F", more='line="1"'),
        element("F", more='line="2"'),
        element("P", more='line="2"'),
        element("P", more='line="1"'),
    )
    assert [(each.outcome, each.attempts) for each in read(report).cases] == [("passed", 2), ("passed", 2)]


@pytest.mark.parametrize(("repeats", "tests", "attempts"), [("auto", 1, 3), ("attempts", 1, 3), ("cases", 3, 3)])
@pytest.mark.parametrize("report", [by_pytest, by_another], ids=["pytest", "another"])
def test_the_setting_decides_what_a_repeat_is(report: object, repeats: Repeats, tests: int, attempts: int) -> None:
    found = report("FPP", repeats)  # type: ignore[operator]
    assert (found.counts.tests, found.counts.attempts) == (tests, attempts)


def test_the_setting_joins_what_differs_too() -> None:
    report = other_report(element("F", more='line="1"'), element("P", more='line="2"'))
    assert read(report, repeats="attempts").counts.tests == 1


def test_cases_of_equal_name_keep_their_keys_from_run_to_run() -> None:
    keys = [[each.key for each in by_another("PFP", "cases").cases] for _ in range(2)]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == 3


def test_nameless_cases_are_never_attempts_of_each_other() -> None:
    found = read(other_report("<testcase/>", "<testcase><failure/></testcase>", suite=""))
    assert found.tally == (2, 1, 1, 0, 0)


def test_attempts_beyond_what_is_kept_are_kept_as_the_most() -> None:
    found = by_pytest("P" * 400)
    assert (found.one.attempts, found.one.failed_attempts, found.counts.attempts) == (255, 255, 400)


def test_the_deciding_attempt_gives_the_duration() -> None:
    report = pytest_report('<testcase classname="a" name="x" time="9"/>', '<testcase classname="a" name="x" time="2"/>')
    assert read(report).one.seconds == 2.0
