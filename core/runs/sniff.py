"""Says what a file is before anybody reads it as a report, and opens it whatever it is packed in."""

import gzip
import re
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, BinaryIO, cast

from lxml import etree

from core.errors import ReportError

ROOTS = frozenset({"testsuites", "testsuite"})
COVERAGE_ROOT = "coverage"

_CONVERT = {
    "test-run": ("NUnit 3", 'dotnet test --logger:"junit;LogFilePath=out.xml" (package JunitXml.TestLogger)'),
    "test-results": ("NUnit 2", 'dotnet test --logger:"junit;LogFilePath=out.xml" (package JunitXml.TestLogger)'),
    "test-suite": ("NUnit", 'dotnet test --logger:"junit;LogFilePath=out.xml" (package JunitXml.TestLogger)'),
    "assemblies": ("xUnit.net 2", 'dotnet test --logger:"junit;LogFilePath=out.xml" (package JunitXml.TestLogger)'),
    "assembly": ("xUnit.net 1", 'dotnet test --logger:"junit;LogFilePath=out.xml" (package JunitXml.TestLogger)'),
    "TestRun": ("Visual Studio TRX", 'dotnet test --logger:"junit;LogFilePath=out.xml", or trx2junit results.trx'),
    "robot": ("Robot Framework", "rebot --xunit out.xml output.xml"),
    "testng-results": ("TestNG", "the junitreports folder beside it holds JUnit XML"),
    "CTestConfiguration": ("CTest", "ctest --output-junit out.xml"),
    "Site": ("CTest", "ctest --output-junit out.xml"),
    "doctest": ("doctest", "run it with --reporters=junit"),
    "Catch2TestRun": ("Catch2", "run it with --reporter junit"),
    "Catch": ("Catch2", "run it with --reporter junit"),
}
_TOO_MUCH = "a text, attribute or nesting is beyond what a report may hold"
_NO_HINT = "the producer wrote broken XML"
_HINTS = (
    (("Unescaped '<'",), "escape `<` as `&lt;` in attribute values"),
    (
        ("invalid Char", "invalid xmlChar", "Char 0x", "invalid character"),
        "strip control characters and colour codes (`--color=no`, `NO_COLOR=1`)",
    ),
    (
        (
            "Premature end",
            "EndTag: '</'",
            "Couldn't find end",
            "AttValue: ' expected",
            "not finished",
            "not terminated",
        ),
        "the file is cut off; send it whole",
    ),
    (("xmlSAX2Characters", "HUGE", "huge", "depth", "too long", "too big"), _TOO_MUCH),
    (("Entity",), "only the five XML entities are allowed; escape `&` as `&amp;`"),
    (("Unsupported encoding",), "write the report in UTF-8"),
    (("encoding", "UTF-8", "bytes"), "the bytes do not fit the encoding the file declares"),
)
"""What libxml2 says, and what it most likely means for the sender; the first that fits counts."""
_COBERTURA_DOCTYPE = re.compile(
    rb"""<!DOCTYPE\s+coverage\s+(?:SYSTEM|PUBLIC\s+(?:"[^"<>]*"|'[^'<>]*'))\s+(?:"[^"<>]*"|'[^'<>]*')\s*>"""
)
"""The DOCTYPE of Cobertura's own files, without declarations of its own."""
_PEEK = 1 << 16
_HTML = (b"<!doctype html", b"<html")


Progress = Callable[[int], None]


class Source:
    """A report's bytes as a stream: unpacked from gzip, and never more than `limit` bytes of it.

    `progress` is told how many bytes of the file are behind us, every now and then.

    Raises `ReportError` (reason `too-large`, `bad-gzip`) from `read`.
    """

    def __init__(self, raw: BinaryIO, limit: int, progress: Progress | None = None) -> None:
        self._raw = raw
        self._progress = progress
        head = raw.read(2)
        raw.seek(0)
        self._stream: IO[bytes] = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if head == b"\x1f\x8b" else raw
        self._limit = limit
        self._taken = 0

    def read(self, size: int = -1) -> bytes:
        try:
            chunk = self._stream.read(size)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ReportError(
                f"the gzip data is damaged or cut off ({error}); send the file again", reason="bad-gzip"
            ) from None
        self._taken += len(chunk)
        if self._taken > self._limit:
            raise ReportError(
                f"the report is larger than {self._limit / 1e6:.0f} MB unpacked; split it or raise ingest.max_bytes",
                reason="too-large",
            )
        if self._progress is not None:
            self._progress(self._raw.tell())
        return chunk

    def rewind(self) -> None:
        self._stream.seek(0)
        self._taken = 0


class _RootSeen(Exception):  # noqa: N818 - no error: it ends the parsing
    """The root element began; nothing behind it need be parsed."""


class _Prolog:
    """Takes what stands before the root element, and the root's name.

    It builds no tree: libxml2 frees elements that come out of an entity while lxml still holds them, so a declaration
    of entities must be refused before the first element is made.
    """

    def __init__(self, head: bytes) -> None:
        self.root: str | None = None
        self._head = head

    def doctype(self, _name: str | None, _public: str | None, _system: str | None) -> None:
        if _COBERTURA_DOCTYPE.search(self._head):
            return
        raise ReportError("a DOCTYPE is not accepted in a report; remove it and send the file again", reason="doctype")

    def start(self, tag: str, _attributes: object) -> None:
        self.root = tag.rpartition("}")[2]
        raise _RootSeen

    def close(self) -> None:
        """Nothing to give back."""


def root_of(source: Source) -> str:
    """The local name of the root element, `source` rewound afterwards.

    Raises `ReportError` for an empty file, anything that is not XML, an HTML page, a DOCTYPE (but Cobertura's, which
    only names a file that nobody fetches), and XML that breaks before its first element.
    """
    head = source.read(_PEEK)
    _refuse_what_is_not_xml(head)
    prolog = _Prolog(head)
    parser = etree.XMLParser(target=cast(Any, prolog), no_network=True, load_dtd=False, resolve_entities=False)
    try:
        chunk = head
        while chunk and prolog.root is None:
            parser.feed(chunk)
            chunk = source.read(_PEEK)
        if prolog.root is None:
            parser.close()
    except _RootSeen:
        pass
    except etree.XMLSyntaxError as error:
        raise not_well_formed(error, head) from None
    if prolog.root is not None:
        source.rewind()
        return prolog.root
    raise ReportError("the file has no element at all; it is not a report", reason="not-xml")


def is_json(source: Source) -> bool:
    """Whether the first visible character begins a JSON document; `source` is rewound afterwards."""
    head = source.read(_PEEK)
    source.rewind()
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def refuse_root(root: str) -> ReportError:
    """The error for a root element that is not JUnit, with how to convert it."""
    if root == "failsafe-summary":
        return ReportError(
            "this is a Maven Failsafe summary, not JUnit XML; send the TEST-*.xml files beside it", reason="wrong-root"
        )
    if root == COVERAGE_ROOT:
        return ReportError(
            "this is a Cobertura coverage report, not test results; send it with --coverage beside a report",
            reason="wrong-root",
        )
    if root in _CONVERT:
        name, how = _CONVERT[root]
        return ReportError(
            f"this is {name} output (root element `{root}`), not JUnit XML; convert with {how}", reason="wrong-root"
        )
    return ReportError(
        f"root element `{root[:80]}` is not JUnit XML (testsuites or testsuite expected)", reason="wrong-root"
    )


def not_well_formed(error: etree.XMLSyntaxError, head: bytes) -> ReportError:
    """The error for broken XML: line, column and the likely cause."""
    reported = error.msg or "broken XML"
    words = reported.split(", line ")[0].strip()
    line, column = error.position if error.position else (error.lineno or 0, error.offset or 0)
    last = None if line else cast(Any, error.error_log).last_error
    if last is not None:
        # An undeclared entity is raised as "no element found", without a place; the log knows better.
        words, line, column = last.message.strip(), last.line, last.column
    hint = next((hint for fragments, hint in _HINTS if any(each in words for each in fragments)), _NO_HINT)
    if "before" not in words and b"<?xml" in head[:4096] and not head.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml"):
        hint = "remove what stands before the XML declaration"
    return ReportError(
        f"not well-formed XML at line {line}, column {column}: {words[:160]}; {hint}", reason="not-well-formed"
    )


def _refuse_what_is_not_xml(head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise ReportError("the file is empty; did the test run die before it wrote its report?", reason="empty")
    if start[:40].lower().startswith(_HTML):
        raise ReportError(
            "this is an HTML page, often a saved login page, not a report; fetch the file again while logged in",
            reason="not-xml",
        )
    if start.startswith(b"<") or head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:4] in (b"\x00<\x00?", b"<\x00?\x00"):
        return
    shown = head[:40].decode("utf-8", "replace").encode("unicode_escape").decode("ascii")[:60]
    raise ReportError(f"this is not XML; it begins with `{shown}`", reason="not-xml")


def as_source(data: bytes, limit: int = 1 << 40) -> Source:
    """A source over bytes at hand."""
    return Source(BytesIO(data), limit)
