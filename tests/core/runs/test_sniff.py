# ruff: noqa: E501 - a report reads best on one line
"""Whatever is not a report is refused with a sentence that says what it is and what to do."""

import gzip
import io

import pytest

from core.errors import ReportError
from core.runs.sniff import Source, as_source, root_of
from tests.core.runs.reading import read

CASE = '<testcase name="a"/>'
SUITE = f"<testsuite>{CASE}</testsuite>"


def refusal(report: str | bytes | Source) -> ReportError:
    with pytest.raises(ReportError) as refused:
        read(report)
    return refused.value


@pytest.mark.parametrize(
    ("root", "names", "how"),
    [
        ("test-run", "NUnit 3", 'dotnet test --logger:"junit'),
        ("test-results", "NUnit 2", 'dotnet test --logger:"junit'),
        ("test-suite", "NUnit", 'dotnet test --logger:"junit'),
        ("assemblies", "xUnit.net 2", 'dotnet test --logger:"junit'),
        ("assembly", "xUnit.net 1", 'dotnet test --logger:"junit'),
        ("TestRun", "Visual Studio TRX", "trx2junit results.trx"),
        ("robot", "Robot Framework", "rebot --xunit out.xml output.xml"),
        ("testng-results", "TestNG", "junitreports"),
        ("Site", "CTest", "ctest --output-junit out.xml"),
        ("Catch2TestRun", "Catch2", "--reporter junit"),
        ("failsafe-summary", "Maven Failsafe summary", "TEST-*.xml"),
        ("coverage", "Cobertura coverage report", "--coverage"),
        ("tusar", "root element `tusar` is not JUnit XML", "testsuites or testsuite expected"),
        ("testrun", "root element `testrun` is not JUnit XML", "testsuites or testsuite expected"),
    ],
)
def test_other_formats_are_named_with_how_to_convert_them(root: str, names: str, how: str) -> None:
    for report in (
        f"<{root}>{CASE}</{root}>",
        f'<{root} xmlns="urn:x"/>',
        f'<?xml version="1.0"?>\n<!-- c -->\n<{root} a="b"/>',
    ):
        error = refusal(report)
        assert names in str(error)
        assert how in str(error)
        assert error.reason == "wrong-root"


def test_a_root_whose_prefix_nobody_declared_is_refused() -> None:
    assert "Namespace prefix x" in str(refusal("<x:testsuite/>"))


def test_a_case_whose_prefix_nobody_declared_is_refused() -> None:
    assert "Namespace prefix x" in str(refusal('<testsuite><x:testcase name="a"/></testsuite>'))


def test_a_namespaced_root_without_a_case_is_another_tools() -> None:
    error = refusal('<testsuites xmlns="http://check.sourceforge.net/ns"><suite/></testsuites>')
    assert "it is another tool's format" in str(error)
    assert error.reason == "wrong-root"


@pytest.mark.parametrize(
    ("report", "words", "reason"),
    [
        (b"", "the file is empty", "empty"),
        (b" \r\n\t ", "the file is empty", "empty"),
        (b"\xef\xbb\xbf", "the file is empty", "empty"),
        (b"hello", "this is not XML; it begins with `hello`", "not-xml"),
        (b'{"tests": 3}', "it begins with `{", "not-xml"),
        (b"PK\x03\x04zip", "it begins with `PK\\x03\\x04zip`", "not-xml"),
        (b"\x1b[31mred", "it begins with `\\x1b[31mred`", "not-xml"),
        (b"\x89PNG\r\n", "this is not XML", "not-xml"),
        ("\u202eevil".encode(), "it begins with `\\u202eevil`", "not-xml"),
        (b"<!DOCTYPE html><html><body>", "this is an HTML page, often a saved login page", "not-xml"),
        (b"\n<HTML><head>", "this is an HTML page", "not-xml"),
        (b"<!doctype HTML>", "this is an HTML page", "not-xml"),
    ],
)
def test_what_is_no_xml_is_named(report: bytes, words: str, reason: str) -> None:
    error = refusal(report)
    assert words in str(error)
    assert error.reason == reason


@pytest.mark.parametrize("report", [b"<!-- nothing -->", b'<?xml version="1.0"?>', b"<", b"<?x?>", b"<>", b"<\x00"])
def test_xml_without_an_element_is_refused(report: bytes) -> None:
    assert refusal(report).reason in ("not-xml", "not-well-formed")


@pytest.mark.parametrize(
    ("report", "hint"),
    [
        (f'\n<?xml version="1.0"?>{SUITE}', "remove what stands before the XML declaration"),
        (f'<!-- c --><?xml version="1.0"?>{SUITE}', "remove what stands before the XML declaration"),
        (f'\ufeff\n<?xml version="1.0"?>{SUITE}', "remove what stands before the XML declaration"),
        ('<testsuite><testcase name="a" time="<<computed>>"/></testsuite>', "escape `<` as `&lt;`"),
        ('<testsuite name="<x>"/>', "escape `<` as `&lt;`"),
        ("<testsuite><testcase>\x1b[31mred</testcase></testsuite>", "strip control characters and colour codes (`--color=no`"),
        ('<testsuite><testcase name="\x07"/></testsuite>', "strip control characters and colour codes (`--color=no`"),
        ("<testsuite><testcase>&#27;</testcase></testsuite>", "strip control characters and colour codes (`--color=no`"),
        ("<testsuite><testcase name='a'>", "the file is cut off; send it whole"),
        ("<testsuite><testcase name='a", "the file is cut off; send it whole"),
        ("<testsuite><testcase><failure><![CDATA[ab", "the file is cut off; send it whole"),
        ("<testsuite><!-- ab", "the file is cut off; send it whole"),
        ("<testsuite><testca", "the file is cut off; send it whole"),
        ("<testsuite><testcase name=", "the producer wrote broken XML"),
        ("<testsuite name='a & b'/>", "escape `&` as `&amp;`"),
        ("<testsuite><testcase>a &nbsp; b</testcase></testsuite>", "escape `&` as `&amp;`"),
        ("<testsuite name='&undefined;'/>", "escape `&` as `&amp;`"),
        ("<testsuite></testcase>", "the producer wrote broken XML"),
        (f"{SUITE}{SUITE}", "the producer wrote broken XML"),
        (f"{SUITE}junk", "the producer wrote broken XML"),
        ("<testsuite a='1' a='2'/>", "the producer wrote broken XML"),
    ],
)  # fmt: skip
def test_broken_xml_is_refused_with_place_and_likely_cause(report: str, hint: str) -> None:
    error = refusal(report)
    assert hint in str(error)
    assert "not well-formed XML at line" in str(error)
    assert "line 0" not in str(error)
    assert error.reason == "not-well-formed"


@pytest.mark.parametrize(
    ("report", "hint"),
    [
        (b'<?xml version="1.0" encoding="utf-8"?><testsuite name="\xe4"/>', "do not fit the encoding"),
        (b'<testsuite><testcase name="\xff\xfe"/></testsuite>', "do not fit the encoding"),
        (b'<?xml version="1.0" encoding="klingon"?><testsuite/>', "write the report in UTF-8"),
    ],
)
def test_bytes_of_another_encoding_are_refused(report: bytes, hint: str) -> None:
    error = refusal(report)
    assert hint in str(error)
    assert error.reason == "not-well-formed"


LAUGHS = '<!DOCTYPE t [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "report",
    [
        f'<!DOCTYPE testsuite SYSTEM "http://127.0.0.1:9/x.dtd">{SUITE}',
        f"<!DOCTYPE testsuite>{SUITE}",
        f'{LAUGHS}]><testsuite name="&i;"/>',
        f"{LAUGHS}]><testsuite><testcase>&i;</testcase></testsuite>",
        '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/hostname">]><testsuite><testcase>&x;</testcase></testsuite>',
        '<!DOCTYPE t [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]><testsuite/>',
        f'<!DOCTYPE t [<!ENTITY a "{"x" * 50_000}">]><testsuite><testcase>{"&a;" * 5_000}</testcase></testsuite>',
        f'<!DOCTYPE t [<!ATTLIST testcase name CDATA "x">]>{SUITE}',
    ],
    ids=["external", "bare", "laughs in an attribute", "laughs", "XXE", "parameter entity", "quadratic", "attlist"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_and_nothing_of_it_is_read(report: str, encoding: str) -> None:
    error = refusal(report.encode(encoding))
    assert error.reason in ("doctype", "not-well-formed")
    assert len(str(error)) < 400


def test_elements_in_an_entity_are_never_made() -> None:
    # A tree built of them is freed while it is still held, which breaks the process sooner or later.
    report = '<!DOCTYPE t [<!ENTITY b "<testsuite>x</testsuite>">]><testsuite>&b;<testcase name="a"/>&b;</testsuite>'
    for _ in range(300):
        assert refusal(report).reason == "doctype"


def test_a_doctype_in_a_failure_text_is_only_text() -> None:
    quoted = "<testsuite><testcase name='a'><failure><![CDATA[<!DOCTYPE html><html>]]></failure></testcase></testsuite>"
    assert read(quoted).failures[0].text == "<!DOCTYPE html><html>"


def test_an_inclusion_is_not_followed() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname" parse="text"/>'
    assert (
        read(f"<testsuite><testcase name='a'><failure>{include}</failure></testcase></testsuite>").failures[0].text
        is None
    )


@pytest.mark.parametrize(
    "report",
    [
        f'<testsuite name="{"a" * 20_000_000}"/>',
        f'<testsuite><testcase name="{"a" * 20_000_000}"/></testsuite>',
        f"<testsuite><testcase name='a'><system-out>{'a' * 11_000_000}</system-out></testcase></testsuite>",
        f"<testsuite><!--{'a' * 20_000_000}--></testsuite>",
        f"<testsuite><{'t' * 20_000_000}/></testsuite>",
        "<testsuite>" + "<x>" * 300,
        "<testsuite>" * 5_000,
        "<testsuite><testcase>" + "<a>" * 200_000,
    ],
    ids=["attribute", "name", "text", "comment", "tag", "depth", "suites", "deep case"],
)
def test_what_is_beyond_any_report_is_refused_at_once(report: str) -> None:
    error = refusal(report)
    assert error.reason == "not-well-formed"
    assert "beyond what a report may hold" in str(error) or "cut off" in str(error)
    assert len(str(error)) < 400


def test_long_output_beside_a_case_is_no_reason_to_refuse() -> None:
    out = f"<system-out>{'a' * 5_000_000}</system-out>"
    assert read(f"<testsuite>{out}<testcase name='a'>{out}</testcase></testsuite>").counts.tests == 1


def test_gzip_is_unpacked_whatever_the_file_is_called() -> None:
    assert read(gzip.compress(SUITE.encode(), mtime=0)).counts.tests == 1
    assert read(gzip.compress(SUITE[:9].encode()) + gzip.compress(SUITE[9:].encode())).counts.tests == 1


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(SUITE.encode(), mtime=0)[:-9],
        gzip.compress(SUITE.encode(), mtime=0)[:12],
        b"\x1f\x8b",
        b"\x1f\x8bnot gzip at all",
        gzip.compress(SUITE.encode(), mtime=0)[:20] + b"\xff" * 20,
        gzip.compress(SUITE.encode(), mtime=0)[:-8] + b"\0" * 8,
    ],
    ids=["no end", "head alone", "magic alone", "no gzip", "damaged", "wrong sum"],
)
def test_damaged_gzip_is_refused(packed: bytes) -> None:
    error = refusal(packed)
    assert error.reason == "bad-gzip"
    assert "damaged or cut off" in str(error)
    assert "send the file again" in str(error)


def test_a_gzip_bomb_stops_at_the_limit() -> None:
    block = b"<!--" + b" " * 1_000_000 + b"-->"
    bomb = gzip.compress(b"<testsuites>" + block * 50 + b"</testsuites>")
    assert len(bomb) < 100_000
    with pytest.raises(ReportError, match=r"larger than 2 MB unpacked; split it or raise ingest\.max_bytes") as refused:
        read(Source(io.BytesIO(bomb), 2_000_000))
    assert refused.value.reason == "too-large"


def test_a_plain_report_stops_at_the_limit_too() -> None:
    read(as_source(SUITE.encode(), len(SUITE)))
    with pytest.raises(ReportError, match="larger than"):
        read(as_source(SUITE.encode(), len(SUITE) - 1))


def test_progress_is_told_in_bytes_of_the_file() -> None:
    packed = gzip.compress(SUITE.encode() + b" " * 500_000)
    told: list[int] = []
    source = Source(io.BytesIO(packed), 1 << 30, told.append)
    while source.read(1000):
        pass
    assert told == sorted(told)
    assert told[-1] == len(packed)


def test_the_root_is_found_behind_a_long_comment() -> None:
    source = as_source(f"<!--{'x' * 500_000}--><robot/>".encode())
    assert root_of(source) == "robot"
    assert source.read(4) == b"<!--"
