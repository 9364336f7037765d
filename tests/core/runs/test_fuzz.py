# ruff: noqa: E501 - a report reads best on one line
"""Whatever bytes come, the reader answers counts that add up or a sentence, and soon."""

import gzip
import random
import time
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ReportError
from core.runs.coverage import read_coverage
from core.runs.sniff import as_source
from tests.core.runs.reading import Read, read
from tests.core.runs.test_junit import DOTNET, GO, GTEST, JEST, PHPUNIT, SUREFIRE
from tests.cpu import BLOW_UP

REASONS = {"empty", "not-xml", "doctype", "wrong-root", "not-well-formed", "too-large", "bad-gzip"}
PYTEST = """<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" tests="3" time="1.0"
timestamp="2026-03-02T08:00:00+01:00" hostname="h"><testcase classname="tests.test_a" name="x" time="0.1"/><testcase
classname="tests.test_a" name="x" time="0.1"><failure message="assert 0">E assert 0</failure></testcase><testcase
classname="tests.test_a" name="x"><error message="failed on teardown with &quot;x&quot;">E</error></testcase></testsuite></testsuites>"""
NESTED = "<testsuites><testsuite name='a'><testcase/><error/><testsuite><testcase name='q'/><failure/></testsuite></testsuite></testsuites>"
DTD = '<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuite name="&b;"><testcase name="&a;">&b;</testcase></testsuite>'
SEEDS = [text.encode() for text in (SUREFIRE, JEST, GO, GTEST, PHPUNIT, DOTNET, PYTEST, NESTED, DTD)]
SEEDS += [
    PYTEST.replace("utf-8", "utf-16").encode("utf-16"),
    gzip.compress(PYTEST.encode(), mtime=0),
    b"\xef\xbb\xbf" + NESTED.encode(),
]
PIECES = [
    b"<", b">", b"/>", b"</testcase>", b"<testcase ", b"<testsuite>", b"</testsuite>", b"<failure/>", b"<error>", b"&", b"&#0;",
    b"&#x1F;", b"&lt;", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?", b"?>", b"<!DOCTYPE x>", b'"', b"'", b"\x00", b"\x1b[31m",
    b"\xff", b"\xfe\xff", b"\xed\xa0\x80", b"xmlns='urn:x' ", b"x:", b"time='nan'", b"tests='-1'", b"name=''", b"\xe2\x80\xae", b"1" * 400,
]  # fmt: skip


def mutated(chance: random.Random) -> bytes:
    """One of the seeds with a few bytes cut, moved, doubled, flipped or replaced by something troublesome."""
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(data) + 1), chance.randint(0, 40)
        match chance.randrange(6):
            case 0:
                del data[at : at + length]
            case 1:
                data[at:at] = data[at : at + length] * chance.randint(1, 30)
            case 2:
                data[at:at] = chance.choice(PIECES)
            case 3:
                data[at : at + length] = chance.choice(PIECES)
            case 4 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case _:
                other = chance.choice(SEEDS)
                start = chance.randrange(len(other))
                data[at:at] = other[start : start + length]
    return bytes(data)


def answer(data: bytes) -> Read | ReportError:
    """Counts or a refusal, held to what both promise."""
    start = time.process_time()
    try:
        found: Read | ReportError = read(data)
    except ReportError as error:
        found = error
    assert time.process_time() - start < BLOW_UP
    if isinstance(found, ReportError):
        assert found.reason in REASONS
        assert 10 < len(str(found)) < 500
        str(found).encode("utf-8")
        return found
    counts = found.counts
    assert counts.tests == counts.passed + counts.failed + counts.errors + counts.skipped == len(found.cases)
    assert counts.elements.tests + counts.suite_level >= counts.tests
    assert counts.attempts >= counts.tests >= counts.flaky_passes
    assert found.seconds is None or 0 <= found.seconds < 1e12
    assert len({case.key for case in found.cases}) == len(found.cases)
    finals = {failure.test_key for failure in found.failures if failure.is_final}
    assert {case.key for case in found.cases if case.outcome in ("failed", "error")} <= finals
    assert all(0 < len(case.name) <= 500 for case in found.cases)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_mutated_reports_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    kinds = {type(answer(mutated(chance))) for _ in range(1500)}
    assert kinds == {Read, ReportError}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300) | st.text(alphabet="<>/&;'\"=! ?[]-testcauir#x0", max_size=120).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    answer(data)
    answer(b"<testsuite>" + data + b"</testsuite>")


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    ["", " ", "a", "nan", "-1", "0,5", "notrun", "2026-03-02T08:00:00", "pytest", "collection failure", "x" * 600]
)
attributes = st.dictionaries(
    st.sampled_from(
        ["name", "classname", "time", "status", "file", "line", "id", "message", "type", "tests", "timestamp"]
    ),
    words,
    max_size=4,
)
tags = st.sampled_from(
    [
        "testcase",
        "testsuite",
        "testsuites",
        "failure",
        "error",
        "skipped",
        "system-out",
        "properties",
        "flakyFailure",
        "rerunError",
        "z",
    ]
)


def element(tag: str, given_: dict[str, str], inner: str) -> str:
    shown = "".join(f" {name}={quoteattr(value)}" for name, value in given_.items())
    return f"<{tag}{shown}>{inner}</{tag}>"


trees = st.recursive(
    st.builds(element, tags, attributes, st.just("")),
    lambda inner: st.builds(element, tags, attributes, st.lists(inner, max_size=4).map("".join)),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees, st.sampled_from(["testsuite", "testsuites"]), attributes)
def test_any_well_formed_tree_below_a_junit_root_is_read(tree: str, root: str, given_: dict[str, str]) -> None:
    assert isinstance(answer(element(root, given_, tree).encode()), Read)


def test_mutated_coverage_is_read_or_refused() -> None:
    chance = random.Random(9)
    seed = b'<coverage line-rate="0.5"><class><lines><line hits="1" condition-coverage="50% (1/2)"/></lines></class></coverage>'
    for _ in range(1500):
        data = bytearray(seed)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(data) + 1)
            data[at : at + chance.randint(0, 8)] = chance.choice(PIECES)
        try:
            found = read_coverage(as_source(bytes(data)))
        except ReportError as error:
            assert error.reason in REASONS | {"empty-coverage"}
        else:
            assert 0 <= found.line_percentage <= 100
