"""The words of a failure: which child decides, what stands in for missing words, and how much is kept."""

import pytest

from core.runs.failing import MESSAGE_LIMIT, TEXT_LIMIT
from core.runs.model import CaseFailure
from tests.core.runs.reading import other_report, pytest_report, read


def words(children: str) -> CaseFailure:
    found = read(other_report(f'<testcase classname="a" name="t">{children}</testcase>'))
    return found.failures[0]


@pytest.mark.parametrize(
    ("children", "type_name", "message", "text"),
    [
        ('<failure type="AssertionError" message="m">t</failure>', "AssertionError", "m", "t"),
        ("<failure>t</failure>", None, None, "t"),
        ("<failure message='  '>  </failure>", None, None, None),
        ("<failure><![CDATA[<b>&amp;]]> and more</failure>", None, None, "<b>&amp; and more"),
        ("<failure>a<b>c</b>d</failure>", None, None, "acd"),
        ("<failure/><system-out>the output</system-out>", None, None, "the output"),
        ("<failure/><system-out>out</system-out><system-err>err</system-err>", None, None, "err"),
        ("<failure message='m'/><system-out>out</system-out>", None, "m", None),
        ("<system-out>first</system-out><error/>", None, None, "first"),
    ],
)
def test_words_of_a_failure(children: str, type_name: str | None, message: str | None, text: str | None) -> None:
    found = words(children)
    assert (found.type_name, found.message, found.text) == (type_name, message, text)


def test_the_error_comes_before_the_failure() -> None:
    found = read(other_report('<testcase name="t"><failure message="f"/><error message="e"/></testcase>'))
    assert [(each.message, each.is_final) for each in found.failures] == [("e", True), ("f", False)]


def test_long_words_keep_their_beginning_and_their_end() -> None:
    found = words(f'<failure message="begin {"m" * 20_000} end">begin {"t" * 100_000} end</failure>')
    assert found.message is not None and found.text is not None
    for kept, limit in ((found.message, MESSAGE_LIMIT), (found.text, TEXT_LIMIT)):
        assert kept.startswith("begin ")
        assert kept.endswith(" end")
        assert "characters left out" in kept
        assert len(kept) < limit + 100


def test_a_failure_in_a_namespace_is_read() -> None:
    found = read(
        '<x:testsuite xmlns:x="u"><x:testcase name="a"><x:failure message="m">t</x:failure></x:testcase></x:testsuite>'
    )
    assert (found.failures[0].message, found.failures[0].text) == ("m", "t")


def test_skips_have_no_words_to_keep() -> None:
    assert read(pytest_report('<testcase name="a"><skipped message="later">why</skipped></testcase>')).failures == ()
