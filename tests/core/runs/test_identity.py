# ruff: noqa: E501 - a table reads best with one case a line
"""What makes two results results of the same test, and what people call it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runs.identity import clean, cut, derived_file, display_name, keyed, prefix_of, test_key
from core.runs.model import CaseKind
from tests.core.runs.reading import other_report, pytest_report, read

digest = test_key
del test_key


def only(report: str, *, suite: str = "s", variant: str = "") -> int:
    return read(report, suite=suite, variant=variant).one.key


def case(**attributes: str) -> str:
    return "<testcase " + " ".join(f'{name}="{value}"' for name, value in attributes.items()) + "/>"


BASE = other_report(case(classname="a.B", name="t"))


@pytest.mark.parametrize(
    ("report", "suite", "variant"),
    [
        (other_report(case(classname="a.C", name="t")), "s", ""),
        (other_report(case(classname="a.B", name="u")), "s", ""),
        (other_report(case(classname="a.B", name="t"), suite="other"), "s", ""),
        (other_report(case(classname="a.B", name="t", file="spec/a.rb")), "s", ""),
        (BASE, "s2", ""),
        (BASE, "s", "windows"),
    ],
    ids=["class", "name", "suite element", "file", "suite", "variant"],
)
def test_these_make_another_test(report: str, suite: str, variant: str) -> None:
    assert only(report, suite=suite, variant=variant) != only(BASE)


@pytest.mark.parametrize(
    "report",
    [
        other_report(case(classname="a.B", name="t", time="9")),
        other_report(case(classname="a.B", name="t", status="run")),
        other_report(case(classname="a.B", name="t", line="7")),
        other_report(case(classname="x", name="first")) and other_report(case(classname="a.B", name="t")),
        '<testsuite name="unit"><testcase classname="a.B" name="t"><failure/></testcase></testsuite>',
        other_report(case(classname="a.B", name="t", file="/home/ci/build-7/a.rb")),
        other_report(case(classname="a.B", name="t", file="C:\\ci\\a.rb")),
    ],
    ids=["time", "status", "line", "neighbour", "outcome and root", "absolute file", "absolute windows file"],
)
def test_these_leave_it_the_same_test(report: str) -> None:
    assert only(report) == only(BASE)


def test_a_key_is_the_same_for_ever() -> None:
    # A changed digest would lose every stored history.
    assert only(pytest_report(case(classname="tests.test_a", name="test_x"))) == digest(
        "s", "", "tests.test_a", "test_x"
    )
    assert digest("s", "", "tests.test_a", "test_x") == -7121490088356168334


@given(st.lists(st.text(max_size=5), min_size=2, max_size=4))
def test_a_key_is_a_signed_64_bit_number_of_all_its_parts(parts: list[str]) -> None:
    key = digest(*parts)
    assert -(1 << 63) <= key < 1 << 63
    assert key == keyed(prefix_of(*parts[:-1]), parts[-1])
    assert digest(*parts, "") != key


def test_parts_do_not_run_together() -> None:
    assert digest("a", "bc", "d") != digest("ab", "c", "d")


@pytest.mark.parametrize(
    ("classname", "file"),
    [
        ("tests.api.test_a", "tests/api/test_a.py"), ("tests.api.test_a.TestB", "tests/api/test_a.py"),
        ("tests.api.test_a.TestB.TestInner", "tests/api/test_a.py"), ("test_a", "test_a.py"), ("pkg.a_test.TestB", "pkg/a_test.py"),
        ("tests.test_api.test_a", "tests/test_api/test_a.py"), ("tests.conftest", "tests/conftest.py"), ("shop.CartTest", ""),
        ("", ""), ("TestA", ""), ("test suite of mine", ""), ("a..test_b", ""), ("." * 500, ""), ("a." * 240, ""),
    ],
)  # fmt: skip
def test_the_file_a_pytest_classname_stands_for(classname: str, file: str) -> None:
    assert derived_file(classname) == file


@pytest.mark.parametrize(
    ("classname", "name", "file", "kind", "shown"),
    [
        ("tests.test_a", "test_x", "tests/test_a.py", CaseKind.CASE, "tests/test_a.py::test_x"),
        ("tests.test_a.TestB", "test_x[1]", "tests/test_a.py", CaseKind.CASE, "tests/test_a.py::TestB::test_x[1]"),
        ("shop.Cart", "adds", "", CaseKind.CASE, "shop.Cart.adds"),
        ("shop.Cart", "adds", "src/Cart.java", CaseKind.CASE, "shop.Cart.adds"),
        ("cart adds", "cart adds", "", CaseKind.CASE, "cart adds"),
        ("cart", "cart adds", "", CaseKind.CASE, "cart adds"),
        ("the cart", "adds", "", CaseKind.CASE, "the cart › adds"),
        ("", "adds", "", CaseKind.CASE, "adds"),
        ("", "db", "", CaseKind.SUITE, "suite db"),
        ("", "pkg.test_bad", "pkg/test_bad.py", CaseKind.COLLECTION, "collection of pkg.test_bad"),
        ("", "tests/test_bad.py", "tests/test_bad.py", CaseKind.COLLECTION, "collection of tests/test_bad.py"),
    ],
)
def test_what_people_call_a_test(classname: str, name: str, file: str, kind: CaseKind, shown: str) -> None:
    assert display_name(classname, name, file, kind) == shown


@given(st.text(max_size=60))
def test_a_clean_text_breaks_no_layout(text: str) -> None:
    kept = clean(text)
    assert not any(ord(each) < 32 or each in "\x7f\x9b\u200b\u200e\u202e\u2066\ufeff\u2028" for each in kept)
    assert clean(kept) == kept
    kept.encode("utf-8")


@given(st.text(max_size=1200))
def test_a_cut_text_fits(text: str) -> None:
    assert len(cut(text)) <= 500
    assert len(text) > 500 or cut(text) == text
