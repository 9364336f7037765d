# ruff: noqa: E501 - a table reads best with one case a line
"""Coverage is counted from the lines of a Cobertura report; its own rates only stand in."""

import pytest

from core.errors import ReportError
from core.runs.coverage import read_coverage
from core.runs.model import Coverage
from core.runs.sniff import as_source


def a_coverage(*lines: str, root: str = "", methods: str = "") -> bytes:
    inner = f'<class name="a" filename="a.py"><methods>{methods}</methods><lines>{"".join(lines)}</lines></class>'
    return f"<coverage {root}><packages><package><classes>{inner}</classes></package></packages></coverage>".encode()


HIT, MISSED = '<line number="1" hits="3"/>', '<line number="2" hits="0"/>'


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (a_coverage(HIT, MISSED), Coverage(50.0, None, 2, 1)),
        (a_coverage(HIT, HIT, MISSED), Coverage(66.67, None, 3, 2)),
        (a_coverage(HIT, root='line-rate="0.99" lines-valid="900" lines-covered="890"'), Coverage(100.0, None, 1, 1)),
        (a_coverage('<line hits="1" branch="true" condition-coverage="50% (1/2)"/>'), Coverage(100.0, 50.0, 1, 1)),
        (
            a_coverage('<line hits="1" condition-coverage="100% (2/2)"/>', '<line hits="0" condition-coverage="0% (0/4)"/>'),
            Coverage(50.0, 33.33, 2, 1),
        ),
        (a_coverage(HIT, MISSED, methods=f"<method><lines>{HIT}{HIT}</lines></method>"), Coverage(50.0, None, 2, 1)),
        (a_coverage(root='line-rate="0.8123" branch-rate="0.5"'), Coverage(81.23, 50.0, None, None)),
        (a_coverage(root='lines-valid="200" lines-covered="50"'), Coverage(25.0, None, 200, 50)),
        (a_coverage('<line hits="x"/>', '<line/>', HIT), Coverage(33.33, None, 3, 1)),
        (a_coverage('<line hits="1" condition-coverage="broken"/>'), Coverage(100.0, None, 1, 1)),
        (a_coverage(HIT).replace(b"<coverage ", b'<coverage xmlns="urn:c" '), Coverage(100.0, None, 1, 1)),
        (b'<?xml version="1.0"?><!-- by pytest-cov -->' + a_coverage(HIT), Coverage(100.0, None, 1, 1)),
    ],
    ids=[
        "half", "rounded", "rates lie", "branches", "several branches", "methods", "rate alone", "totals alone", "broken hits",
        "broken condition", "namespace", "declaration",
    ],
)  # fmt: skip
def test_coverage_is_counted(report: bytes, expected: Coverage) -> None:
    assert read_coverage(as_source(report)) == expected


@pytest.mark.parametrize(
    ("report", "words", "reason"),
    [
        (b"<testsuite/>", "root element `testsuite` is not Cobertura coverage XML", "wrong-root"),
        (a_coverage(), "measured no line; was the source found?", "empty-coverage"),
        (a_coverage(root='line-rate="nan"'), "measured no line", "empty-coverage"),
        (a_coverage(root='line-rate="7"'), "measured no line", "empty-coverage"),
        (a_coverage(HIT)[:-5], "not well-formed", "not-well-formed"),
        (b'<!DOCTYPE coverage SYSTEM "http://x/c.dtd"><other/>', "is not Cobertura", "wrong-root"),
        (b"", "empty", "empty"),
        (b"TN:\nSF:a.c", "not XML", "not-xml"),
    ],
)
def test_what_is_no_coverage_is_refused(report: bytes, words: str, reason: str) -> None:
    with pytest.raises(ReportError, match=words) as refused:
        read_coverage(as_source(report))
    assert refused.value.reason == reason


def test_a_coverage_report_of_a_large_product_is_read_with_flat_memory() -> None:
    one = a_coverage(HIT, MISSED).partition(b"<classes>")[2].partition(b"</classes>")[0]
    report = b"<coverage><packages><package><classes>" + one * 20_000 + b"</classes></package></packages></coverage>"
    assert read_coverage(as_source(report)) == Coverage(50.0, None, 40_000, 20_000)


DOCTYPE = '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">'
LINES = '<coverage><lines><line number="1" hits="1"/><line number="2" hits="0"/></lines></coverage>'


def test_the_doctype_that_cobertura_itself_writes_is_accepted_and_never_fetched() -> None:
    assert read_coverage(as_source(f'<?xml version="1.0"?>\n{DOCTYPE}\n{LINES}'.encode())).line_percentage == 50.0


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE coverage SYSTEM "x.dtd" [<!ENTITY a "aaaa">]>',
        '<!DOCTYPE coverage [<!ENTITY a "aaaa">]>',
        '<!DOCTYPE report SYSTEM "x.dtd">',
    ],
)
def test_a_doctype_with_declarations_of_its_own_is_refused(doctype: str) -> None:
    with pytest.raises(ReportError, match="DOCTYPE"):
        read_coverage(as_source(f"{doctype}{LINES}".encode()))
