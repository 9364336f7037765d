"""The words people type, and the questions they become."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import T12Error, UsageError
from handlers.commands import COMMANDS, Ask, as_typed, parse, unpack


@pytest.mark.parametrize(
    ("typed", "ask"),
    [
        ("", Ask("help")),
        ("   ", Ask("help")),
        ("HEALTH", Ask("health")),
        ("health --suite backend --branch=main", Ask("health", None, "backend", "main")),
        ("health —suite backend", Ask("health", None, "backend")),
        ("health --suite “my suite”", Ask("health", None, "my suite")),
        ("failures 42", Ask("failures", "42")),
        ("failures --branch 'release 1' 42", Ask("failures", "42", None, "release 1")),
        ("test tests/test_a.py::test_b[one two]", Ask("test", "tests/test_a.py::test_b[one two]")),
        ("test don't", Ask("test", "don't")),
        ("test -k", Ask("test", "-k")),
        ("db", Ask("db")),
        ("db integrity orders", Ask("db", "integrity orders")),
        ("help failures", Ask("help", "failures")),
    ],
)
def test_words_become_a_question(typed: str, ask: Ask) -> None:
    assert parse(typed) == ask


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("helth", "“helth” is not a command; did you mean /t12 health?"),
        ("flakes", "“flakes” is not a command; did you mean /t12 flaky?"),
        ("qwertz", "“qwertz” is not a command; /t12 help lists them all"),
        ("test", "`test` needs more words; write /t12 test NAME [--suite NAME] [--branch NAME]"),
        ("doctor now", "`doctor` does not know what to do with “now”; write /t12 doctor"),
        ("doctor --suite x", "`doctor` has no option “--suite”; it has none"),
        ("health --sweet x", "`health` has no option “--sweet”; it has --suite, --branch"),
        ("health --suite", "--suite needs a value; write /t12 health [--suite NAME] [--branch NAME]"),
    ],
)
def test_other_words_are_answered_with_what_was_meant(typed: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(typed)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("escaped", "typed"),
    [
        ("test a&lt;b&gt;c &amp;amp;", "test a<b>c &amp;"),
        ("health --suite <#C1|qa>", "health --suite #qa"),
        ("test <@U1|ana>", "test @ana"),
        ("test <https://ci.example.com|ci.example.com>", "test ci.example.com"),
        ("test <!channel>", "test channel"),
    ],
)
def test_slacks_escaped_words_are_what_was_typed(escaped: str, typed: str) -> None:
    assert as_typed(escaped) == typed


@given(st.text(max_size=200))
def test_any_words_are_a_question_or_a_sentence(typed: str) -> None:
    try:
        ask = parse(as_typed(typed))
    except T12Error as error:
        assert str(error)
    else:
        assert ask.word in COMMANDS


@given(st.text(max_size=200), st.integers(1, 10_000))
def test_a_button_brings_its_question_back(name: str, page: int) -> None:
    ask = Ask("test", name, "suite", None, page)
    packed = ask.packed()
    assert packed is None or unpack(packed) == ask


def test_a_question_too_long_for_a_button_has_none() -> None:
    assert Ask("test", "x" * 3000).packed() is None


@pytest.mark.parametrize("value", ["", "x", "[]", "{}", '{"w":"rm"}', '{"w":"test","a":1}', '{"w":"test","p":"1"}'])
def test_a_button_we_did_not_make_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="older version"):
        unpack(value)
