# ruff: noqa: E501 - a report reads best on one line
"""What is read from a report: every shape producers write, every odd value, and nothing trusted that can be counted."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.errors import ReportError
from tests.core.runs.reading import other_report, pytest_report, read
from tests.cpu import cpu_seconds

SUREFIRE = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="shop.CartTest" time="1.5" tests="4" failures="1">
  <properties><property name="java.version" value="21"/></properties>
  <testcase name="adds" classname="shop.CartTest" time="0.1"/>
  <testcase name="waits" classname="shop.CartTest" time="0.2">
    <flakyFailure message="late" type="java.lang.AssertionError"><stackTrace>at Cart.java:1</stackTrace>
    <system-out>tried</system-out></flakyFailure>
    <flakyError message="gone" type="java.io.IOException"><stackTrace>at Net.java:2</stackTrace></flakyError>
  </testcase>
  <testcase name="pays" classname="shop.CartTest" time="0.3">
    <failure message="no card" type="shop.PayError">at Pay.java:3</failure>
    <rerunFailure message="no card again" type="shop.PayError"><stackTrace>at Pay.java:3</stackTrace></rerunFailure>
  </testcase>
  <testcase name="ships" classname="shop.CartTest" time="0"><skipped message="later"/></testcase>
</testsuite>"""

JEST = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="3" failures="1" errors="0" time="2.5">
  <testsuite name="cart" errors="0" failures="1" skipped="1" timestamp="2026-03-02T08:00:00" time="2.1" tests="3">
    <testcase classname="cart adds an item" name="cart adds an item" time="0.004"></testcase>
    <testcase classname="cart empties" name="cart empties" time="0.01">
      <failure>Error: expect(received).toBe(expected)</failure></testcase>
    <testcase classname="cart later" name="cart later" time="0"><skipped/></testcase>
  </testsuite>
</testsuites>"""

GO = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
	<testsuite tests="2" failures="1" time="0.160" name="example.com/pkg" timestamp="2026-03-02T08:00:00Z">
		<properties><property name="go.version" value="1.25"></property></properties>
		<testcase classname="pkg" name="TestOne" time="0.060"></testcase>
		<testcase classname="pkg" name="TestTwo/sub_case" time="0.100">
			<failure message="Failed" type="">two_test.go:7: no</failure>
		</testcase>
	</testsuite>
</testsuites>"""

GTEST = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" disabled="1" errors="0" time="0.03" name="AllTests">
  <testsuite name="Math" tests="4" failures="1" disabled="1" errors="0" time="0.02">
    <testcase name="Adds" status="run" result="completed" time="0.01" classname="Math"/>
    <testcase name="Off" status="notrun" result="suppressed" time="0" classname="Math"/>
    <testcase name="Divides" status="run" result="completed" time="0.01" classname="Math">
      <failure message="m.cc:3&#x0A;Expected: 1" type=""><![CDATA[m.cc:3
Expected: 1]]></failure>
      <failure message="m.cc:4&#x0A;Expected: 2" type=""><![CDATA[m.cc:4]]></failure>
    </testcase>
    <testcase name="Skips" status="run" result="skipped" time="0" classname="Math"><skipped message="s"/></testcase>
  </testsuite>
</testsuites>"""

PHPUNIT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="/app/phpunit.xml" tests="3" assertions="3" errors="1" failures="0" skipped="0" time="0.5">
    <testsuite name="unit" tests="3" time="0.5">
      <testsuite name="App\\MailTest" file="/app/tests/MailTest.php" tests="3" time="0.5">
        <testcase name="testSend" file="/app/tests/MailTest.php" line="9" class="App\\MailTest" classname="App.MailTest"/>
        <testsuite name="App\\MailTest::testTo" tests="2">
          <testcase name="testTo with data set #0" class="App\\MailTest" classname="App.MailTest" time="0.1"/>
          <testcase name="testTo with data set #1" class="App\\MailTest" classname="App.MailTest" time="0.1">
            <error type="TypeError">TypeError: no address</error></testcase>
        </testsuite>
      </testsuite>
    </testsuite>
  </testsuite>
</testsuites>"""

DOTNET = """<?xml version="1.0" encoding="utf-8"?>
<testsuites>
  <testsuite name="Shop.Tests.dll" tests="2" skipped="0" failures="1" errors="0" time="3.2" hostname="ci"
    timestamp="2026-03-02T08:00:00.5123456Z">
    <testcase classname="Shop.Tests.Cart" name="Adds(a: 1, b: &quot;x&quot;)" time="0.0012345" />
    <testcase classname="Shop.Tests.Cart" name="Pays" time="1,5">
      <failure type="failure" message="Assert.Equal() Failure">at Shop.Tests.Cart.Pays()</failure>
    </testcase>
    <system-out>Test Framework Informational Messages</system-out>
    <system-err />
  </testsuite>
</testsuites>"""


@pytest.mark.parametrize(
    ("report", "tally", "shown"),
    [
        (SUREFIRE, (4, 2, 1, 0, 1), ["shop.CartTest.adds", "shop.CartTest.waits", "shop.CartTest.pays", "shop.CartTest.ships"]),
        (JEST, (3, 1, 1, 0, 1), ["cart adds an item", "cart empties", "cart later"]),
        (GO, (2, 1, 1, 0, 0), ["pkg.TestOne", "pkg.TestTwo/sub_case"]),
        (GTEST, (4, 1, 1, 0, 2), ["Math.Adds", "Math.Off", "Math.Divides", "Math.Skips"]),
        (
            PHPUNIT,
            (3, 2, 0, 1, 0),
            ["App.MailTest.testSend", "App.MailTest.testTo with data set #0", "App.MailTest.testTo with data set #1"],
        ),
        (DOTNET, (2, 1, 1, 0, 0), ['Shop.Tests.Cart.Adds(a: 1, b: "x")', "Shop.Tests.Cart.Pays"]),
    ],
    ids=["surefire", "jest", "go", "gtest", "phpunit", "dotnet"],
)  # fmt: skip
def test_reports_of_many_producers_are_read(report: str, tally: tuple[int, ...], shown: list[str]) -> None:
    found = read(report)
    assert found.tally == tally
    assert [each.shown for each in found.cases] == shown


def test_surefires_children_are_attempts_of_their_case() -> None:
    found = read(SUREFIRE)
    assert [(each.attempts, each.failed_attempts) for each in found.cases] == [(1, 0), (3, 2), (2, 2), (1, 0)]
    assert found.counts.flaky_passes == 1
    assert [(each.attempt, each.is_final, each.message, each.text) for each in found.failures] == [
        (1, False, "late", "at Cart.java:1"),
        (2, False, "gone", "at Net.java:2"),
        (1, False, "no card again", "at Pay.java:3"),
        (2, True, "no card", "at Pay.java:3"),
    ]


def test_a_flaky_case_in_a_namespace_is_read_too() -> None:
    found = read(
        '<x:testsuite xmlns:x="urn:r"><x:testcase name="a"><x:flakyError message="m"/></x:testcase></x:testsuite>'
    )
    assert (found.one.outcome, found.one.attempts, found.failures[0].message) == ("passed", 2, "m")


def test_several_failures_in_one_case_make_one_failing_case() -> None:
    found = read(GTEST)
    assert [(each.is_final, each.text) for each in found.failures] == [(True, "m.cc:3\nExpected: 1"), (False, "m.cc:4")]


def test_the_commas_of_other_countries_are_read_with_a_warning() -> None:
    found = read(DOTNET)
    assert [each.seconds for each in found.cases] == [0.0012345, 1.5]
    assert found.warned("time '1,5' read as 1.5 s")


@pytest.mark.parametrize(
    ("report", "tally"),
    [
        ('<testsuite name="bare"><testcase name="a"/></testsuite>', (1, 1, 0, 0, 0)),
        ("<testsuite><testcase/></testsuite>", (1, 1, 0, 0, 0)),
        ('<testsuites><testcase name="a"/><testcase name="b"><failure/></testcase></testsuites>', (2, 1, 1, 0, 0)),
        ("<testsuites/>", (0, 0, 0, 0, 0)),
        ("<testsuites><testsuite/></testsuites>", (0, 0, 0, 0, 0)),
        ('<testsuite><group><testcase name="a"/></group></testsuite>', (1, 1, 0, 0, 0)),
        ('<testsuites xmlns="urn:x"><testsuite><testcase name="a"><error/></testcase></testsuite></testsuites>', (1, 0, 0, 1, 0)),
        ('<testsuites><j:testsuite xmlns:j="urn:x"><j:testcase name="a"/></j:testsuite></testsuites>', (1, 1, 0, 0, 0)),
        ("<testsuite>" * 12 + '<testcase name="deep"><skipped/></testcase>' + "</testsuite>" * 12, (1, 0, 0, 0, 1)),
        ('<testsuite><testcase name="a"><testcase name="inside"><failure/></testcase></testcase></testsuite>', (1, 1, 0, 0, 0)),
        (
            '<testsuite><testcase name="a"><properties><property><failure/></property></properties></testcase></testsuite>',
            (1, 1, 0, 0, 0),
        ),
        ("<!-- made by hand --><testsuite><!-- x --><?y z?><testcase name='a'><!-- f --></testcase></testsuite>", (1, 1, 0, 0, 0)),
    ],
    ids=[
        "bare suite", "no attribute", "directly under testsuites", "empty root", "empty suite", "unknown element",
        "namespace", "inner namespace", "nested", "case in a case", "failure deep inside", "comments",
    ],
)  # fmt: skip
def test_every_nesting_is_counted_by_the_same_rule(report: str, tally: tuple[int, ...]) -> None:
    found = read(report)
    assert found.tally == found.element_tally == tally


def test_summary_attributes_are_never_trusted() -> None:
    lying = '<testsuites tests="99" failures="98" errors="x"><testsuite tests="-1"><testcase name="a"/></testsuite></testsuites>'
    found = read(lying)
    assert found.tally == (1, 1, 0, 0, 0)
    assert found.warnings == ("the report declares 99 tests, 1 were found; the found ones count",)


@pytest.mark.parametrize("declared", ["abc", "", "-3", "1e3", "9" * 5000, "²"])
def test_a_summary_that_is_no_number_is_passed_over(declared: str) -> None:
    assert read(f'<testsuite tests="{declared}"><testcase name="a"/></testsuite>').warnings == ()


def test_a_broken_attribute_never_loses_another_case() -> None:
    found = read(
        '<testsuite tests="x" time="y" timestamp="z"><testcase name="a" time="brrrr"/><testcase name="b" time="n/a"/>'
        '<testcase name="c" time="0.5"/></testsuite>'
    )
    assert [each.seconds for each in found.cases] == [None, None, 0.5]
    assert found.warnings == (
        "2 durations were odd, e.g. time 'brrrr' is not a number",
        "1 timestamps could not be read, e.g. timestamp 'z'",
    )


def test_an_error_directly_under_a_suite_is_a_case_named_after_it() -> None:
    found = read(
        '<testsuites><testsuite name="db"><testcase name="a"/><error message="no server">x</error></testsuite></testsuites>'
    )
    assert found.outcomes == {"a": "passed", "db": "error"}
    assert [each.kind for each in found.cases] == ["case", "suite"]
    assert (found.counts.suite_level, found.counts.elements.tests) == (1, 1)
    assert found.failures[0].message == "no server"
    assert found.warned("errors stand directly under a suite, e.g. db")


def test_two_broken_suites_of_one_name_are_two_cases() -> None:
    suite = '<testsuite name="db"><failure message="no"/></testsuite>'
    assert read(f"<testsuites>{suite}{suite}</testsuites>").tally == (2, 0, 0, 2, 0)


@pytest.mark.parametrize(
    "attributes", ["", 'name=""', 'name="  "', 'name="&#10;"', 'name="&#x200b;"', 'name="&#x202e;"']
)
def test_a_case_without_a_name_is_named_after_its_place(attributes: str) -> None:
    found = read(
        f'<testsuite name="unit"><testcase name="a"/><testcase {attributes}/><testcase {attributes}/></testsuite>'
    )
    assert [each.name for each in found.cases] == ["a", "unit#2", "unit#3"]
    assert found.warned("2 cases without a name were named after their place, e.g. unit#2")


def test_very_long_names_are_cut_and_stay_different() -> None:
    found = read(other_report(f'<testcase name="{"a" * 10_000}"/>', f'<testcase name="{"a" * 10_001}"/>'))
    first, second = found.cases
    assert len(first.name) == len(second.name) == 500
    assert first.name != second.name
    assert found.warned("2 names over 500 characters were cut")


def test_very_long_class_names_are_cut_and_stay_different() -> None:
    found = read(other_report(*(f'<testcase classname="{"k" * n}" name="a"/>' for n in (9_000, 9_001))))
    assert [len(each.classname) for each in found.cases] == [500, 500]
    assert found.counts.tests == 2


def test_characters_that_forge_a_layout_are_removed_from_names() -> None:
    found = read('<testsuite><testcase classname="\u2066evil" name="a\u202eb\u200bc&#10;d\u2028e\ufefff"/></testsuite>')
    assert (found.one.classname, found.one.name) == ("evil", "abc def")


def test_words_of_any_language_are_kept() -> None:
    assert read('<testsuite><testcase name="größe_测试_🐍"/></testsuite>').one.name == "größe_测试_🐍"


UMLAUT = '<testsuite><testcase name="ä"/></testsuite>'


@pytest.mark.parametrize(
    "report",
    [
        UMLAUT.encode(),
        b"\xef\xbb\xbf" + UMLAUT.encode(),
        b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>' + UMLAUT.encode(),
        UMLAUT.encode("utf-16"),
        ('<?xml version="1.0" encoding="UTF-16"?>' + UMLAUT).encode("utf-16"),
        ('<?xml version="1.0" encoding="utf-16"?>' + UMLAUT).encode("utf-16-le"),
        ('<?xml version="1.0" encoding="utf-16"?>' + UMLAUT).encode("utf-16-be"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>' + UMLAUT).encode("latin-1"),
        ('<?xml version="1.0" encoding="windows-1252"?>' + UMLAUT).encode("cp1252"),
        b"\n  " + UMLAUT.encode(),
        b"<?xml version='1.1' standalone='yes'?>" + UMLAUT.encode(),
    ],
    ids=[
        "plain",
        "BOM",
        "BOM and declaration",
        "utf-16",
        "utf-16 declared",
        "le",
        "be",
        "latin-1",
        "cp1252",
        "blank",
        "1.1",
    ],
)
def test_encodings_are_read(report: bytes) -> None:
    assert read(report).one.name == "ä"


def test_the_earliest_timestamp_starts_the_run() -> None:
    found = read(
        '<testsuites><testsuite timestamp="2026-03-02T09:00:00"><testcase name="a"/></testsuite>'
        '<testsuite timestamp="2026-03-02T08:00:00"><testcase name="b"/></testsuite></testsuites>',
        zone=ZoneInfo("Europe/Madrid"),
    )
    assert found.started_at == datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("report", "seconds"),
    [
        ('<testsuites time="9"><testsuite time="4"><testcase name="a" time="1"/></testsuite></testsuites>', 9.0),
        (
            '<testsuites><testsuite time="4"><testcase name="a" time="1"/></testsuite><testsuite time="3"/></testsuites>',
            7.0,
        ),
        (
            '<testsuites time="0"><testsuite><testcase name="a" time="1"/><testcase name="b" time="2"/></testsuite></testsuites>',
            3.0,
        ),
        ('<testsuite time="0.1"><testcase name="a" time="5"/></testsuite>', 5.0),
        ('<testsuite time="brr"><testcase name="a" time="5"/></testsuite>', 5.0),
        ("<testsuite/>", None),
    ],
    ids=["root", "suites", "root says nothing", "impossible", "no number", "nothing"],
)
def test_a_run_lasts_what_the_report_says_if_that_is_possible(report: str, seconds: float | None) -> None:
    assert read(report).seconds == seconds


def test_xunit1_gives_files_and_xunit2_derives_them() -> None:
    exact = read(pytest_report('<testcase classname="t_a.TestB" name="test_x" file="t_a.py" line="5"/>')).one
    derived = read(pytest_report('<testcase classname="tests.api.test_a.TestB" name="test_x"/>')).one
    assert (exact.file, exact.derived, exact.shown) == ("t_a.py", False, "t_a.py::TestB::test_x")
    assert (derived.file, derived.derived) == ("tests/api/test_a.py", True)
    assert derived.shown == "tests/api/test_a.py::TestB::test_x"


def test_changing_pytests_family_keeps_every_history() -> None:
    one = read(pytest_report('<testcase classname="t_a" name="test_x" file="t_a.py" line="5"/>')).one
    two = read(pytest_report('<testcase classname="t_a" name="test_x"/>')).one
    assert one.key == two.key


def test_a_collection_error_is_no_test_but_a_file() -> None:
    found = read(
        pytest_report(
            '<testcase classname="" name="pkg.test_bad"><error message="collection failure">E</error></testcase>'
        )
    )
    assert (found.one.kind, found.one.shown, found.one.file) == (
        "collection",
        "collection of pkg.test_bad",
        "pkg/test_bad.py",
    )
    assert found.counts.collection_errors == 1
    assert found.failures[0].phase == "collection"


def test_a_skip_at_collection_is_no_collection_error() -> None:
    found = read(
        pytest_report('<testcase classname="" name="pkg.test_b"><skipped message="collection skipped"/></testcase>')
    )
    assert (found.tally, found.counts.collection_errors) == ((1, 0, 0, 0, 1), 0)


def test_a_worker_that_crashed_is_an_error_at_setup() -> None:
    crash = "failed on setup with &quot;worker 'gw1' crashed while running 'test_a.py::test_x'&quot;"
    found = read(pytest_report(f'<testcase classname="test_a" name="test_x"><error message="{crash}"/></testcase>'))
    assert (found.one.outcome, found.failures[0].phase) == ("error", "setup")


@pytest.mark.parametrize(
    ("message", "phase"),
    [
        ("failed on setup with &quot;x&quot;", "setup"),
        ("failed on teardown with &quot;x&quot;", "teardown"),
        ("test setup failure", "call"),
        ("assert 1", "call"),
    ],
)
def test_the_phase_is_read_off_pytests_words(message: str, phase: str) -> None:
    found = read(
        pytest_report(f'<testcase classname="test_a" name="t"><error message="{message}">E</error></testcase>')
    )
    assert found.failures[0].phase == phase


def test_nothing_is_taken_for_pytests_that_is_not() -> None:
    found = read(
        other_report('<testcase classname="a" name="t"><error message="failed on setup of the rig"/></testcase>')
    )
    assert found.failures[0].phase == "call"


def test_more_cases_than_allowed_refuse_the_report() -> None:
    report = other_report(*(f'<testcase name="t{n}"/>' for n in range(11)))
    assert read(report, max_cases=11).counts.tests == 11
    with pytest.raises(ReportError, match=r"more than 10 cases; split it or raise ingest\.max_cases") as refused:
        read(report, max_cases=10)
    assert refused.value.reason == "too-large"


def test_a_wide_report_is_read_in_linear_time() -> None:
    def seconds(cases: int) -> float:
        report = other_report(*(f'<testcase name="t{n}"/><!-- c --><system-out>x</system-out>' for n in range(cases)))
        assert read(report).counts.tests == cases
        return cpu_seconds(lambda: read(report))

    assert seconds(16_000) < 32 * max(seconds(2_000), 0.02)
