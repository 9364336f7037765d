"""Promises about signatures: what changes from run to run does not change them, what matters does."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.failures.model import FailureText, Signature
from core.failures.signature import TITLE_CHARS, is_generic, normalise, sign
from tests.cpu import ends_soon

STEPS = [
    ("\x1b[31mred\x1b[0m", "red"),
    ("<Cart at 0x7f3a>", "<Cart at ADDR1>"),
    ("id 123e4567-e89b-12d3-a456-426614174000", "id UUID1"),
    ("at 2026-01-02T03:04:05.678Z", "at DATE1"),
    ("at 2026-01-02 03:04:05,678 +02:00", "at DATE1"),
    ("on Thu, 01 Jan 2026 00:00:00 GMT", "on DATE1"),
    ("host 10.0.0.1:5432 down", "host IP1 down"),
    ("localhost:8080 down", "HOST1 down"),
    ("/tmp/pytest-of-ci/pytest-12/test_a0/x.db", "TMP1/test_a0/x.db"),
    ("from 'shop' (/tmp/build-6cnh21vz/12/shop/pay.py)", "from 'shop' (TMP1/N1/shop/pay.py)"),
    ("no file /tmp/tmpa1b2c3_d, no /tmp/settings.ini", "no file TMP1/, no /tmp/settings.ini"),
    ("in /private/var/folders/zz/zyxw_vut/T/tmp1q2w3e4r/a.db", "in TMP1/a.db"),
    (r"in C:\Users\ann\AppData\Local\Temp\tmp1q\a.db", r"in TMP1/a.db"),
    ("/home/runner/work/shop/shop/app/x.py", "HOME1/app/x.py"),
    (r"C:\Users\ann\shop\x.py", r"HOME1\shop\x.py"),
    ("/Users/ann/shop/x.py", "HOME1/shop/x.py"),
    ("worker gw3", "worker GW1"),
    ("sha deadbeef12345", "sha HEX1"),
    ("got 'a literal longer than twenty characters'", "got STR1"),
    ("got 'short' and can't", "got 'short' and can't"),
    ("took 3.25s or 12ms", "took SPAN1 or SPAN2"),
    ("3 of 4.5 and -7", "N1 of N2 and N3"),
    ("utf8 int64 test_p2", "utf8 int64 test_p2"),
    ("Task-12 failed", "Task-N1 failed"),
    ("status 404, 503 and 200", "status 404, 503 and N1"),
    ("SQLSTATE[23505] after 23505", "SQLSTATE[23505] after N1"),
    ("pgcode: 40001", "pgcode: 40001"),
    ("exited with exit code 137", "exited with exit code 137"),
]


@pytest.mark.parametrize(("message", "normalised"), STEPS)
def test_what_changes_from_run_to_run_becomes_a_placeholder(message: str, normalised: str) -> None:
    assert normalise(message) == normalised


def test_equal_values_stay_equal_and_different_ones_different() -> None:
    assert normalise("0xaa is 0xaa") == "ADDR1 is ADDR1"
    assert normalise("0xaa is 0xbb") == "ADDR1 is ADDR2"
    assert normalise("3 == 3") != normalise("3 == 4")


def signed(text: str, test: str = "test_a") -> Signature:
    return sign(FailureText(text=text), test)


def a_text(
    line: int = 7, path: str = "shop/pay.py", function: str = "pay", words: str = "order 7 at 0x7f is lost"
) -> str:
    return f"{path}:{line}: in {function}\n    raise LostError()\nE   shop.errors.LostError: {words}"


def test_line_numbers_addresses_and_numbers_do_not_change_a_fingerprint() -> None:
    assert signed(a_text()) == signed(a_text(line=99), "test_b")
    other = signed(a_text(words="order 8 at 0x80 is lost"))
    assert (other.fingerprint, other.family) == (signed(a_text()).fingerprint, signed(a_text()).family)


def test_another_frame_changes_the_fingerprint_but_not_the_family() -> None:
    one, two = signed(a_text()), signed(a_text(function="refund"))
    assert one.fingerprint != two.fingerprint
    assert one.family == two.family


@pytest.mark.parametrize("words", ["order 7 at 0x7f is stolen", "cart 7 at 0x7f is lost"])
def test_other_words_change_the_family(words: str) -> None:
    assert signed(a_text()).family != signed(a_text(words=words)).family


def test_where_the_checkout_lives_does_not_matter() -> None:
    frame = "Traceback (most recent call last):\n  File \"{}/shop/pay.py\", line 3, in pay\n    x\nKeyError: 'a'"
    roots = ["/home/runner/work/shop/shop", "/builds/acme/shop", "/home/ann", "/tmp/build-1x2y"]
    assert len({signed(frame.format(root)).fingerprint for root in roots}) == 1


def test_the_root_cause_is_part_of_the_signature() -> None:
    chain = "E   {}\n\nThe above exception was the direct cause of the following exception:\nE   shop.SaveError: lost"
    locked, closed = (signed(chain.format(f"sqlite3.OperationalError: {words}")) for words in ("locked", "closed"))
    assert locked.family != closed.family
    assert locked.exception == "shop.SaveError<sqlite3.OperationalError"


def test_the_title_leaves_out_where_a_machine_keeps_its_work() -> None:
    missing = "ImportError: cannot import name 'pay' from 'shop' (/tmp/build-1x2y/shop/__init__.py)"
    assert signed(f"E   {missing}").title == "ImportError: cannot import name 'pay' from 'shop' (…/shop/__init__.py)"


GENERIC = [
    "",
    "E   assert False",
    "E   AssertionError",
    "Process completed with exit code 1",
    "E   assert 3 == 4",
    "E   assert None is True",
]


@pytest.mark.parametrize("text", GENERIC)
def test_messages_that_say_nothing_never_join_two_tests(text: str) -> None:
    assert signed(text, "test_a").family != signed(text, "test_b").family
    assert signed(text, "test_a") == signed(text, "test_a")


@pytest.mark.parametrize(
    "message", ["cart is empty", "assert 404 == N1", "assert 'paid' == 'open'", "list index out of range"]
)
def test_messages_that_say_something_join_tests(message: str) -> None:
    assert not is_generic("", message)


def test_values_and_statements_that_frameworks_append_are_left_out() -> None:
    plain = signed("E   AssertionError: totals differ")
    detailed = signed(
        "E   AssertionError: totals differ\nE    +  where 3 = len(['x'])\nE     - a\nE     + b\nE     ? ^"
    )
    assert plain.family == detailed.family


def test_the_signature_names_type_frame_and_title() -> None:
    one = signed(a_text())
    assert (one.exception, one.frame, one.title) == (
        "shop.errors.LostError",
        "shop/pay.py:pay",
        "LostError: order 7 at 0x… is lost",
    )
    assert re.fullmatch(r"v1:[0-9a-f]{16}", one.fingerprint)
    assert re.fullmatch(r"v1:[0-9a-f]{16}", one.family)


def test_the_first_version_of_the_fingerprint_never_changes() -> None:
    assert signed(a_text()).fingerprint == "v1:31dc4ed4f00890c7"
    assert signed(a_text()).family == "v1:9bec7fc8adbbe662"


def test_a_title_is_never_empty_and_never_long() -> None:
    assert signed("", "test_a").title == "test_a"
    assert len(signed("E   KeyError: " + "x" * 5_000).title) <= TITLE_CHARS


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.text(max_size=30))
def test_no_text_makes_it_raise(text: str, test_name: str) -> None:
    assert len(sign(FailureText(text, text, text), test_name).fingerprint) == len("v1:") + 16


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab0123456789.:-/'\" x", max_size=200))
def test_normalising_is_repeatable(message: str) -> None:
    assert normalise(message) == normalise(message)


@pytest.mark.parametrize("unit", ["1", "a1", "'", "/home/", "0x", "1.", "2026-01-01 ", "f", "pytest-of-", '"a', "-"])
def test_ten_thousand_hostile_characters_are_normalised_without_a_blow_up(unit: str) -> None:
    text = unit * (10_000 // len(unit))
    assert ends_soon(lambda: normalise(text))
