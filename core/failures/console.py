"""Reads a pytest console log, whole or cut off, into its failures: each failing test once, with what the log says."""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from core.failures.model import FailureText, Phase
from core.failures.text import cap_text, clean_text, untagged

INTERNAL_ERROR: Final = "INTERNALERROR"

_STAMP: Final = re.compile(
    r"^(?:[^\t\n]{0,200}\t[^\t\n]{0,200}\t)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z ?", re.MULTILINE
)
_SECTION: Final = re.compile(r"={3,} (.{1,200}?) ={3,}$|!{3,} (.{1,300}?) !{3,}$")
_ITEM: Final = re.compile(r"_{1,200} (\S.{0,2000}?) _{1,200}$")
_ITEM_PHASE: Final = re.compile(r"ERROR (?:at (setup|teardown) of|(collecting)) (.+)$")
_SUMMARY: Final = re.compile(
    r"(?:FAILED|ERROR|SUBFAIL(?:ED)?(?:\([^\n]{0,200}\))?) (\S+?(?:\[.*?\])?(?= - |$)|\S+)(?: - (.*))?$"
)
_PROGRESS: Final = re.compile(r"(\S+::.{1,1000}?) (FAILED|ERROR)\b ?(?: {0,200}\[ {0,3}\d+%\])?$")
_XDIST: Final = re.compile(r"\[gw\d+\] (?:\[ {0,3}\d+%\] )?(FAILED|ERROR) (\S+::.{1,1000}?) *$")
_STARTED: Final = re.compile(r"(\S+\.py::\S.{0,1000}?) *$")
_ONE_LINE: Final = re.compile(r"(?:[A-Za-z]:)?[^\s:][^:\n]{0,300}:\d+: .")
_TOTALS: Final = re.compile(r"(?:\d+ \w+.*|no tests ran) in [\d.:]+ ?s?")
_FILE: Final = re.compile(
    r"^(?:  File \"|file )?((?:[A-Za-z]:)?[^\s:\"][^:\"\n]{0,300}\.py)(?::\d+: ?|\"?, line \d+)", re.MULTILINE
)
_TIMEOUT: Final = re.compile(r"(\S+::[^\n+]{1,1000})?\+{5,} Timeout \+{5,}$")


@dataclass(frozen=True, slots=True)
class ConsoleFailure:
    """A failing test of a log. `test` is its node id when the log shows one, else the name in the section's header."""

    test: str
    failure: FailureText


@dataclass(slots=True)
class _Item:
    """One entry of a FAILURES or ERRORS section: lines `start` to `end` of the log."""

    name: str
    phase: Phase
    start: int
    end: int = 0


@dataclass(slots=True)
class _Log:
    """What one pass over a log has found."""

    lines: list[str]
    items: list[_Item] = field(default_factory=list)
    one_liners: list[str] = field(default_factory=list)
    summary: dict[str, str] = field(default_factory=dict)
    progress: dict[str, None] = field(default_factory=dict)
    internal: list[str] = field(default_factory=list)
    running: str = ""
    timeout_at: int | None = None


def read_console(log: str) -> list[ConsoleFailure]:
    """The failures of a pytest console log in the order of its sections; empty when there are none.

    Understands colours, xdist, collection errors, every `--tb` style, logs of CI services with a time on each line,
    logs that end anywhere, and INTERNALERROR, which counts as a test of that name. Linear in the log; never raises.
    """
    cleaned = clean_text(log)
    if _STAMP.match(cleaned):
        cleaned = _STAMP.sub("", cleaned)
    found = _scan(untagged(cleaned).split("\n"))
    failures: dict[str, FailureText] = {}
    for test, failure in _failures(found):
        failures.setdefault(test, failure)
    return [ConsoleFailure(test, failure) for test, failure in failures.items()]


def _scan(lines: list[str]) -> _Log:
    found = _Log(lines)
    section, depth = "", 0
    for at, line in enumerate(lines):
        first = line[:1]
        if first in {"=", "!"} and (match := _SECTION.match(line)):
            title = match[1] or match[2]
            section, depth = _enter(title, section, depth, found, at)
        elif first == "_" and depth == 0 and section in {"FAILURES", "ERRORS"} and (match := _ITEM.match(line)):
            _close(found, at)
            found.items.append(_item(match[1], at + 1))
        elif first == "I" and line.startswith("INTERNALERROR>"):
            found.internal.append(line)
        elif depth == 0:
            _other(line, at, section, found)
    _close(found, len(lines))
    return found


def _enter(title: str, section: str, depth: int, found: _Log, at: int) -> tuple[str, int]:
    """The section and nesting depth after a section line; a session printed inside a failure stays part of it."""
    inside = section in {"FAILURES", "ERRORS"}
    if title == "test session starts" and inside:
        return section, depth + 1
    if depth:
        return section, depth - 1 if _TOTALS.search(title) else depth
    if inside:
        _close(found, at)
    return title, 0


def _nothing_open(found: _Log) -> bool:
    return not found.items or found.items[-1].end > 0


def _close(found: _Log, at: int) -> None:
    if found.items and not found.items[-1].end:
        found.items[-1].end = at


def _item(header: str, start: int) -> _Item:
    match = _ITEM_PHASE.match(header)
    if match is None:
        return _Item(header.removeprefix("[doctest] "), "call", start)
    phase: Phase = "collection" if match[2] else "setup" if match[1] == "setup" else "teardown"
    return _Item(match[3], phase, start)


def _other(line: str, at: int, section: str, found: _Log) -> None:
    """Lines outside of headers: progress, the short summary, one-line failures, a stack dump of a timeout."""
    if section == "FAILURES" and _nothing_open(found) and _ONE_LINE.match(line):
        found.one_liners.append(line)
    elif section == "short test summary info":
        if line.startswith(("FAILED ", "ERROR ", "SUBFAIL")) and (match := _SUMMARY.match(line)):
            found.summary.setdefault(match[1], match[2] or "")
    elif line.endswith("++++") and (match := _TIMEOUT.match(line)) and found.timeout_at is None:
        found.timeout_at = at
        found.running = match[1].strip() or found.running
    elif section not in {"FAILURES", "ERRORS"} and "::" in line:
        _progress(line, found)


def _progress(line: str, found: _Log) -> None:
    if match := _XDIST.match(line):
        found.progress[match[2]] = None
    elif match := _PROGRESS.match(line):
        found.progress[match[1]] = None
    elif match := _STARTED.match(line):
        found.running = match[1]


def _failures(found: _Log) -> Iterator[tuple[str, FailureText]]:
    """Every failure found, most telling first: a test may come more than once and its first text counts."""
    names = _Names([*found.summary, *found.progress], complete=bool(found.summary))
    for item in sorted(found.items, key=lambda item: item.phase == "teardown"):
        text = _text(found, item)
        if (test := names.take(item, text)) is not None:
            yield test, FailureText(message=found.summary.get(test) or None, text=text, phase=item.phase)
    rest = [test for test in found.summary if test not in names.taken]
    one_liners: list[str] | list[None] = found.one_liners if len(found.one_liners) == len(rest) else [None] * len(rest)
    for test, line in zip(rest, one_liners, strict=True):
        phase: Phase | None = None if "::" in test else "collection"
        yield test, FailureText(message=found.summary[test] or None, text=line, phase=phase)
    if not found.summary:
        for line in found.one_liners:
            yield line.partition(": ")[0], FailureText(text=line, phase="call")
    for test in found.progress:
        if test not in names.taken and test not in found.summary:
            yield test, FailureText()
    yield from _run_failures(found)


def _run_failures(found: _Log) -> Iterator[tuple[str, FailureText]]:
    """What ended the whole run: an internal error, or a time limit that killed the process during a test."""
    if found.internal:
        yield INTERNAL_ERROR, FailureText(text=cap_text("\n".join(found.internal)))
    if found.timeout_at is not None and not found.items:
        dump = "\n".join(found.lines[found.timeout_at + 1 : found.timeout_at + 200])
        yield found.running or "Timeout", FailureText(message="Failed: Timeout", text=cap_text(dump), phase="call")


def _text(found: _Log, item: _Item) -> str:
    return cap_text("\n".join(found.lines[item.start : item.end]).strip("\n"))


class _Names:
    """Finds the node id that belongs to a section header, which only says "Class.test"."""

    def __init__(self, node_ids: Iterable[str], *, complete: bool) -> None:
        self.complete = complete
        self.waiting: dict[str, deque[str]] = defaultdict(deque)
        self.taken: set[str] = set()
        for node_id in dict.fromkeys(node_ids):
            self.waiting[_header_name(node_id)].append(node_id)

    def take(self, item: _Item, text: str) -> str | None:
        """The node id of an item: by header, then by file; a teardown error joins the failure of the same test.

        None when the log's summary does not know the header: then a test has printed it.
        """
        candidates = self.waiting.get(item.name, deque())
        if self.complete and not candidates:
            return None
        path = match[1].replace("\\", "/") if (match := _FILE.search(text)) else ""
        fitting = [node_id for node_id in candidates if path and path.endswith(node_id.partition("::")[0])]
        fresh = [node_id for node_id in (*fitting, *candidates) if node_id not in self.taken]
        if item.phase == "teardown" and fitting:
            fresh = fitting
        test = fresh[0] if fresh else candidates[0] if candidates else self._derived(item, path)
        self.taken.add(test)
        return test

    @staticmethod
    def _derived(item: _Item, path: str) -> str:
        name, bracket, parameters = item.name.partition("[")
        if item.phase == "collection" or not path or "::" in name:
            return item.name
        return f"{path}::{name.replace('.', '::')}{bracket}{parameters}"


def _header_name(node_id: str) -> str:
    """How pytest's section header spells a node id: the parts after the file joined by dots."""
    path, separator, rest = node_id.partition("::")
    if not separator:
        return path
    name, bracket, parameters = rest.partition("[")
    return name.replace("::", ".") + bracket + parameters
