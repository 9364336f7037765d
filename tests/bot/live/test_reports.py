"""The JUnit report that T12 makes of a session's log says what pytest's own report of that session says."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from bot.live.child import lent_plugin, log_folder, with_plugin
from core.live.junit import report_of

_EVERYTHING = '''
import doctest, os, unittest, warnings
import pytest

def test_passes(): pass

def test_fails():
    print("said on the way")
    assert {"a": 1, "b": list(range(40))} == {"a": 2, "b": list(range(41))}

def test_has_a_cause():
    try:
        {}["missing"]
    except KeyError as error:
        raise RuntimeError("could not <look> & see \\x07") from error

def test_fails_without_a_trace(): pytest.fail("just so", pytrace=False)

@pytest.mark.parametrize("value", ["a b", "x::y", "[1]", "ñ☃", "tab\\there", "q'\\"<&>", 1.5, None], ids=str)
def test_takes(value): assert value != "[1]"

@pytest.fixture
def broken(): raise ValueError("no such thing")

def test_is_not_set_up(broken): pass

@pytest.fixture
def late():
    yield
    raise OSError("cannot clean up")

def test_is_not_torn_down(late): pass

def test_fails_twice(late): assert False, "first"

@pytest.mark.skip(reason="not today")
def test_is_skipped(): pass

def test_skips_itself(): pytest.skip("in the middle")

@pytest.mark.xfail(reason="known")
def test_fails_as_known(): assert False

@pytest.mark.xfail
def test_passes_against_all_odds(): pass

@pytest.mark.xfail(strict=True, reason="must fail")
def test_must_fail(): pass

@pytest.mark.xfail(run=False)
def test_is_not_run(): pass

def test_tells(record_property):
    record_property("markers", "security slow")
    record_property("number", 7)

def test_tells_and_fails(record_property):
    record_property("tag", "integration")
    assert 0

class TestOuter:
    class TestInner:
        def test_inside(self): pass

class TestUnits(unittest.TestCase):
    def test_parts(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertNotEqual(number, 1)

    @unittest.expectedFailure
    def test_expected(self): self.fail()

    @unittest.skip("no unit")
    def test_unit_skipped(self): pass

def test_is_tried_again(tmp_path_factory):
    pass  # conftest.py has it fail twice
'''

_CONFTEST = '''
import pytest
from _pytest.runner import runtestprotocol

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """As pytest-rerunfailures does it."""
    if item.name != "test_is_tried_again":
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for attempt in range(3):
        for report in runtestprotocol(item, nextitem=nextitem, log=False):
            if report.when == "call" and attempt < 2:
                report.outcome = "rerun"
            item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
'''


def a_project(folder: Path) -> Path:
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "conftest.py").write_text(_CONFTEST)
    inner = folder / "inner"
    inner.mkdir()
    (inner / "test_everything.py").write_text(_EVERYTHING)
    (folder / "test_unreadable.py").write_text("import nothing_like_it\n")
    (folder / "test_left_out.py").write_text("import pytest\npytest.skip('not here', allow_module_level=True)\n")
    return folder


def reports_of(project: Path, *words: str) -> tuple[Path, Path]:
    """pytest's own report of a session, and the one made of the session's log."""
    own = project / "own.xml"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    with lent_plugin() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={own}", *words]
        done = subprocess.run(
            command, cwd=project, env=with_plugin(folder, environ), capture_output=True, text=True, timeout=100,
            check=False,
        )  # fmt: skip
        assert own.is_file(), done.stdout + done.stderr
        [log] = log_folder(folder).glob("*.log")
        assert not list(log_folder(folder).glob("*.trouble"))
        assert report_of(log) == own
        kept = own.rename(project / "pytest.xml")
        made = report_of(log)
        assert made == log.with_suffix(".xml")
        return kept, made.rename(project / "t12.xml")


def cases_of(report: Path) -> list[tuple[Any, ...]]:
    """Each case with its attributes and children, whatever their order in the report."""
    found = []
    for case in etree.parse(report).iter("testcase"):
        attributes = {name: value for name, value in case.items() if name != "time"}
        children = [
            (each.tag, sorted(each.items()), each.text or "", [sorted(one.items()) for one in each])
            for each in case
            if not each.tag.startswith("system-")
        ]
        found.append((sorted(attributes.items()), children))
    return sorted(found, key=repr)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("-o", "junit_family=xunit1", "--junitprefix", "some.where"),
        ("--tb=short", "-o", "junit_suite_name=theirs"),
        ("-p", "xdist", "-n", "2"),
    ],
    ids=["as it is", "the older family", "short traces", "two workers"],
)
def test_it_says_what_pytests_own_report_says(tmp_path: Path, words: Sequence[str]) -> None:
    theirs, ours = reports_of(a_project(tmp_path / "project"), "--continue-on-collection-errors", *words)
    assert cases_of(ours) == cases_of(theirs)
    assert len(cases_of(ours)) > 30
    theirs_suite, ours_suite = etree.parse(theirs).getroot()[0], etree.parse(ours).getroot()[0]
    assert ours_suite.get("name") == theirs_suite.get("name")
    assert float(ours_suite.get("time", 0)) == pytest.approx(float(theirs_suite.get("time", 0)), abs=1.0)
    assert ours_suite.get("timestamp", "")[:4] == theirs_suite.get("timestamp", "")[:4]


def test_seconds_are_those_of_all_phases_or_of_the_call_alone(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "test_it.py").write_text(
        "import pytest, time\n@pytest.fixture\ndef slow(): time.sleep(0.2)\ndef test_a(slow): time.sleep(0.1)\n"
    )
    for words in ((), ("-o", "junit_duration_report=call")):
        cases = [next(etree.parse(each).iter("testcase")) for each in reports_of(project, *words)]
        seconds = [float(each.get("time", 0)) for each in cases]
        assert seconds[0] == pytest.approx(seconds[1], abs=0.002)


def test_a_crashed_worker_is_told_as_pytest_tells_it(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "test_it.py").write_text(
        "import os\ndef test_a(): pass\ndef test_b(): os._exit(3)\ndef test_c(): pass\n"
    )
    theirs, ours = reports_of(project, "-p", "xdist", "-n", "1")
    assert cases_of(ours) == cases_of(theirs)
    assert "crashed while running" in ours.read_text()


def test_what_a_failing_test_printed_stands_beside_it(tmp_path: Path) -> None:
    _, ours = reports_of(a_project(tmp_path / "project"), "inner")
    [failed] = [each for each in etree.parse(ours).iter("testcase") if each.get("name") == "test_fails"]
    assert "said on the way" in (failed.findtext("system-out") or "")


def test_a_report_that_an_earlier_session_left_is_not_this_ones(tmp_path: Path) -> None:
    """The session was told to write its report where an old one lies, and did not."""
    old, log = tmp_path / "old.xml", tmp_path / "1-0.log"
    old.write_text("<testsuites/>")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    log.write_text(
        f'{{"$report_type": "LiveStart", "at": 1500000000, "report": "{old}"}}\n'
        '{"$report_type": "TestPassed", "nodeid": "test_it.py::test_a", "at": 1500000001, "seconds": 0.5}\n'
        '{"$report_type": "SessionFinish", "exitstatus": 0, "at": 1500000002}\n'
    )
    report = report_of(log)
    assert report == tmp_path / "1-0.xml"
    assert [each.get("name") for each in etree.parse(report).iter("testcase")] == ["test_a"]


def test_a_session_that_told_of_no_end_has_no_report(tmp_path: Path) -> None:
    log = tmp_path / "1-0.log"
    log.write_text('{"$report_type": "LiveStart", "at": 1500000000}\n{"$report_type": "TestStart", "nodeid": "a"')
    assert report_of(log) is None
