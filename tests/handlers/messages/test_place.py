"""Foreign text is stripped, collapsed, cut, and escaped last."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.messages import place
from handlers.messages.message import cut_escaped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\r\nc", "a b c"),
        ("left\u202eright", "leftright"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("nul\x00\x1b[31m", "nul [31m"),
        ("half\ud83d", "half\ufffd"),
        ("e\u0301" + "\u0301" * 30, "e\u0301\u0301"),
        ("\u3164", ""),
    ],
)
def test_what_cannot_be_seen_goes(text: str, shown: str) -> None:
    assert place.clean(text) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("tests/test_a.py::test_b", "tests/test_a.py::test_b"),
        ("tests/deep/er/test_a.py::TestLong::test_b_c", "…/test_a.py::TestLong::test_b_c"),
        ("x" * 30 + "tail_that_tells_apart", "xxxxxxxxxxx…xtail_that_tells_apart"),
    ],
)
def test_a_name_loses_its_folders_first_and_keeps_its_end(name: str, shown: str) -> None:
    found = place.cut_name(name, 34)
    assert len(found) <= 34
    assert found.endswith(shown[-10:])
    assert found == shown or name.startswith("x")


@given(st.text(max_size=400), st.integers(8, 100))
def test_placed_text_has_its_length_and_is_never_empty(text: str, limit: int) -> None:
    assert 0 < len(place.plain(text, limit)) <= max(limit, len("(no text)"))
    assert 0 < len(place.name(text, limit)) <= max(limit, len("(no name)"))


@given(st.text(alphabet="<>!@#&;`abc", max_size=60))
def test_escaped_text_holds_no_entity_of_slacks(text: str) -> None:
    assert not re.search("[<>]", place.escape(text))
    assert place.code(text).count("`") == 2


@given(st.text(alphabet="a&<>", max_size=60), st.integers(1, 60))
def test_a_cut_is_never_inside_an_entity(text: str, limit: int) -> None:
    cut = cut_escaped(place.escape(text), limit)
    assert len(cut) <= limit
    assert re.fullmatch(r"(a|&amp;|&lt;|&gt;)*", cut)


def test_nothing_that_calls_people_leaves_the_house() -> None:
    called = "<!channel> <!here|x> <!everyone> <!subteam^S1> <@U1> <!date^1^{time}|x>"
    assert place.defuse(called) == (
        "&lt;!channel> &lt;!here|x> &lt;!everyone> &lt;!subteam^S1> &lt;@U1> <!date^1^{time}|x>"
    )
