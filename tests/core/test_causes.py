"""A failure names a finding as its cause only where its own words confirm it."""

from typing import Any

import pytest

from core.causes import Failed, cause_of, explained
from core.mocks.model import Finding, Place
from tests.core.mocks.values import a_finding
from tests.handlers.messages.values import a_group

TEST = "tests/test_mail.py::TestMail::test_greets"
SOURCE = "    mailer.send_mail.return_value = True\n>   greet(mailer)\ntests/test_mail.py:12: in test_greets\n"


def a_find(rule: str, member: str = "send_mail", **changes: Any) -> Finding:
    values = {"rule": rule, "member": member, "test": TEST, "place": Place("tests/test_mail.py", 9)}
    return a_finding(1, **(values | changes))


AGREEING = {
    "a missing member": ("M001", "AttributeError: Mock object has no attribute 'send_mail'"),
    "a missing target": ("M002", "AttributeError: <module 'app.mail'> does not have the attribute 'send_mail'"),
    "a call that never came": ("M003", "AssertionError: expected call not found.\nExpected: send_mail('a')\n"),
    "an assertion by name": ("M003", "AssertionError: Expected 'send_mail' to be called once. Called 0 times."),
    "a rejected call": ("M013", "TypeError: Mailer.send_mail() missing 1 required positional argument: 'body'"),
    "a rejected constructor": ("M013", "TypeError: send_mail.__init__() got an unexpected keyword argument 'x'"),
    "a missing name": ("M014", "AttributeError: 'Mailer' object has no attribute 'send_mail'. Did you mean: 'send'?"),
    "a fixture": ("M017", "fixture 'send_mail' not found"),
    "another mock in the way": ("M001", "TypeError: object of type 'Mock' has no len()"),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "message"), AGREEING.values(), ids=AGREEING)
def test_words_that_agree_name_the_finding(rule: str, message: str) -> None:
    finding = a_find(rule)
    assert cause_of(Failed(TEST, message, SOURCE), [finding]) is finding


SILENT = {
    "another member": (a_find("M001"), Failed(TEST, "AttributeError: Mock object has no attribute 'send'", "")),
    "a longer member": (a_find("M014"), Failed(TEST, "AttributeError: 'M' object has no attribute 'send_mails'", "")),
    "another error": (a_find("M001"), Failed(TEST, "AssertionError: assert 1 == 2", SOURCE)),
    "another test": (
        a_find("M001"), Failed("tests/test_mail.py::test_b", "Mock object has no attribute 'send_mail'", ""),
    ),
    "a rule that fails nothing": (a_find("M005"), Failed(TEST, "has no attribute 'send_mail'", SOURCE)),
    "a dormant test": (a_find("M002", dormant=True), Failed(TEST, "does not have the attribute 'send_mail'", "")),
    "a mock, and the member nowhere": (a_find("M001"), Failed(TEST, "TypeError: 'Mock' object is not iterable", "")),
}  # fmt: skip


@pytest.mark.parametrize(("finding", "failed"), SILENT.values(), ids=SILENT)
def test_words_that_do_not_agree_name_nothing(finding: Finding, failed: Failed) -> None:
    assert cause_of(failed, [finding]) is None


def test_two_stale_members_in_one_test_leave_the_cause_open() -> None:
    failed = Failed(TEST, "TypeError: object of type 'Mock' has no len()", SOURCE + "    mailer.fetch_all()\n")
    assert cause_of(failed, [a_find("M001"), a_find("M001", "fetch_all")]) is None


@pytest.mark.parametrize(
    "name",
    [TEST, f"{TEST}[a]", f"backend/{TEST}", "tests.test_mail.TestMail::test_greets", "test_mail.TestMail.test_greets"],
)  # fmt: skip
def test_a_test_is_known_however_a_report_spells_it(name: str) -> None:
    assert cause_of(Failed(name, "Mock object has no attribute 'send_mail'", ""), [a_find("M001")]) is not None


def test_a_fixture_or_helper_is_known_by_a_line_of_the_trace() -> None:
    finding = a_find("M002", test="tests/conftest.py::mailer", place=Place("tests/conftest.py", 7))
    message = "does not have the attribute 'send_mail'"
    assert cause_of(Failed(TEST, message, "tests/conftest.py:7: in mailer"), [finding]) is finding
    assert cause_of(Failed(TEST, message, "tests/conftest.py:8: in mailer"), [finding]) is None


def test_a_file_that_cannot_be_collected_is_explained_by_its_import() -> None:
    finding = a_find("M015", test="")
    failed = Failed("tests.test_mail", "ImportError: cannot import name 'send_mail' from 'app.mail'", "")
    assert cause_of(failed, [finding]) is finding


def test_a_group_has_a_cause_when_it_explains_every_failure_in_it() -> None:
    failed = Failed(TEST, "Mock object has no attribute 'send_mail'", "")
    other = Failed("tests/test_mail.py::test_b", failed.message, "")
    found = explained(a_group(), [failed, failed], [a_find("M001")]).finding
    assert found is not None
    assert (found.rule, found.path, found.line) == ("M001", "tests/test_mail.py", 9)
    assert found.production == "app/keys.py:3 def rotate(self, name: str) -> bytes"
    assert explained(a_group(), [failed, other], [a_find("M001")]).finding is None
