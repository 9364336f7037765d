"""Reads the lines of a failure text into its exceptions: what each says, where it was raised, how they are chained."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from core.failures.frames import Frame, make_frame, read_frame, read_location
from core.failures.model import Phase
from core.failures.text import cap_line, clean_text, untagged

BLOCK_CHARS: Final = 1_600
BLOCK_LINES: Final = 12
MAX_BLOCKS: Final = 6
MAX_FRAMES: Final = 60

Link = Literal["final", "cause", "context"]

_E_LINE: Final = re.compile(
    r"E(?:\s{2,}|\t|\s(?=assert\b|[\w.]{1,200}(?:Error|Exception|Warning|Failed|Mismatch)\b)|$)"
)
_HAS_E: Final = re.compile(r"(?:^|\n)[^\n]{0,60}?\bE(?:   |\t| (?=assert |[\w.]{1,200}(?:Error|Exception|Failed)))")
_PREFIX: Final = re.compile(
    r"(?:INTERNALERROR> ?|\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]{0,12}Z?(?:[+-]\d\d:?\d\d)?\]?\s?"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?\]?\s"
    r"|\[ {0,5}\d{1,6}s\] ?|#\d{1,3} \d{1,5}\.\d{1,3} )"
)
_EXCEPTION: Final = re.compile(
    r"(?:Uncaught |Unhandled exception\. |Exception in thread \"[^\"\n]{0,80}\" |Unhandled [Rr]ejection "
    r"|=+ (?:FAIL|ERROR): )?"
    r"([A-Za-z_][\w.$:/]{0,200}?[\w$])(?: \[[\w ]{1,60}\])?(?:\(\d+\))?(?: ?:(?=\s)|$)(?!:)"
)
_TYPE_NAME: Final = re.compile(
    r"(?:Error|Exception|Warning|Failure|Failed|Fault|Exit|Interrupt|Timeout|TimedOut|Expired|Violation\w*"
    r"|Mismatch|Group"
    r"|DoesNotExist|NotFound|Refused|Reset|Closed|Iteration|Detected|Undefined\w*|Exceeded|Exhausted"
    r"|Disconnected|Locked"
    r"|Err|NoMockAddress|InvalidArgument|Busy|NotReady)$"
)
_DOTTED: Final = re.compile(r"[a-z_]\w*(?:\.\w+)*\.[A-Z]\w{2,}$")
_SUMMARY: Final = re.compile(
    r"(?:\[gw\d+\]\s*\[ *\d+%\]\s*)?(?:(?:FAILED|ERROR"
    r"|SUBFAIL(?:ED)?)\s+)?(\S{1,500}\.py\S{0,500}?(?:\[[^\n]{0,200}?\])?) - (.+)"
)
_SETUP: Final = re.compile(r'failed on (setup|teardown) with "(.*)')
_HEADER: Final = re.compile(r"_{3,}.*_{3,}$|={3,}.*={3,}$|_ .* _$")
_CAPTURED: Final = re.compile(r"-{3,} ?Captured [\w ]+-{2,}$|-{3,} generated ")
_SEPARATOR: Final = re.compile(
    r"[+|]-?[+-]{2,}[- \d.]*$|\d{1,4} -{3,}$|[-_=~*! .^]+$|\?\?\?$|\.\.\. \d+ (?:more|common frames)"
)
_SOURCE: Final = re.compile(
    r"(?:>|self\.|return\b|raise\b|await\b|async (?:def|with|for)\b|with\b[^\n]{0,200}:$|def\b|class\b"
    r"|if\b[^\n]{0,200}:$"
    r"|for\b[^\n]{0,200}:$|try:|except\b|else:|import [\w.]{1,100}$|from [\w.]{1,100} import\b|@)"
)
_PYTHON_CAUSE: Final = "The above exception was the direct cause of the following exception"
_PYTHON_CONTEXT: Final = "During handling of the above exception, another exception occurred"
_NESTED: Final = re.compile(r"(?:Caused by:|\[cause\]:|--->|Caused By:|\[errors\]:) ?(.*)")
# Lines that hold names of tests or advice, not words about the failure.
_NOISE: Final = re.compile(
    r"(?:RuntimeWarning: )?Enable tracemalloc|(?:Exception Group )?Traceback(?: \(most recent call last\))?:$"
    r"|(?:ERROR|FAIL): \w{1,200} \(|(?:FAILED|PASSED|ERROR) \S{1,500}::\S{1,500}$|_{3,} (?!ERROR coll).* _{3,}$"
)
_COLLECTING: Final = (
    "collection failure",
    "ImportError while importing test module",
    "ImportError while loading conftest",
)


@dataclass(frozen=True, slots=True)
class Block:
    """One exception of a chain.

    `words` are its judged lines joined by newlines, at most BLOCK_CHARS characters, the first usually "Type: message".
    `frames` go from outermost to innermost. `link`: the final exception, one it was raised from, or one before it.
    """

    type_name: str
    words: str
    frames: tuple[Frame, ...]
    link: Link


@dataclass(frozen=True, slots=True)
class Trace:
    """The exceptions of a text, the final one first, all frames outermost first, and the phase if the text tells."""

    blocks: tuple[Block, ...]
    frames: tuple[Frame, ...]
    phase: Phase | None


@dataclass(slots=True)
class _Draft:
    """A block while it is read."""

    type_name: str = ""
    lines: list[str] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    link: Link = "final"
    marked: bool = False

    def add(self, line: str) -> None:
        if line and len(self.lines) < BLOCK_LINES:
            self.lines.append(cap_line(line))

    def finished(self) -> Block:
        name, lines = self.type_name, self.lines
        if not name and lines and lines[0].startswith("assert "):
            name = "AssertionError"
        return Block(name, "\n".join(lines)[:BLOCK_CHARS], tuple(self.frames), self.link)


def exception_type(line: str) -> str:
    """The exception type a line begins with ("pkg.SomeError: words", "SomeError"), else the empty string."""
    match = _EXCEPTION.match(line)
    if match is None:
        return ""
    name = match[1]
    if _TYPE_NAME.search(name) and (match.end() < len(line) or name[0].isupper() or "." in name):
        return name
    return name if match.end() < len(line) and _DOTTED.match(name) else ""


def is_marked(text: str) -> bool:
    """True when pytest marked the error lines with E, as in every style but native and line."""
    return "\nE   " in text or text.startswith("E   ") or _HAS_E.search(text) is not None


class _Reader:
    """Reads a failure's lines top to bottom into drafts; one look at every line."""

    def __init__(self, text: str, phase: Phase | None) -> None:
        self.phase = phase
        self.has_e = is_marked(text)
        self.done: list[_Draft] = []
        self.now = _Draft()
        self.frames: list[Frame] = []
        self.loose: list[str] = []
        self.function = ""
        self.in_e = self.in_message = self.captured = self.after_frame = False

    def read(self, text: str) -> None:
        quick = self.has_e
        for raw in text.split("\n"):
            line = raw.strip()
            if quick and raw[:4] == "    " and line and line[0] not in "EFa":
                self.in_e = False  # quoted source
                self._note_function(line)
                continue
            if line[:1] in "I0123456789[#" and line and (prefix := _PREFIX.match(line)):
                line = line[prefix.end() :].strip()
            if not line:
                self.in_e = self.in_message = self.after_frame = False
            elif line[0] == "E" and (mark := _E_LINE.match(line)):
                self._error_line(line[mark.end() :].rstrip())
            else:
                self.in_e = False
                self._plain(line, indented=raw[0] in " \t>|")
        self._finish("final")

    def _error_line(self, content: str) -> None:
        """A line pytest marked with E: judged, unless it is a frame or source of a traceback inside a message."""
        self.captured = False
        if not self.in_e:
            self._start_group()
        line = content.strip()
        if line.startswith(("| ", "+-", "+ Exception Group")):
            line = line.lstrip("|+- ")  # the tree that exception groups are drawn with
        if line.startswith('File "') and read_frame(line):
            self.after_frame = True
        elif self.after_frame and content[:1] == " " and not exception_type(line):
            self.after_frame = False
        elif not _SEPARATOR.match(line):
            self.after_frame = False
            self.now.type_name = self.now.type_name or exception_type(line)
            self.now.add(line)

    def _start_group(self) -> None:
        if self.now.lines and self.now.marked:
            self._finish("context")
        # What stood before without the mark is the head line of a report, which the marked lines repeat in full.
        self.now.lines.clear()
        self.now.type_name, self.now.marked = "", True
        self.in_e, self.after_frame = True, False

    def _plain(self, line: str, *, indented: bool) -> None:
        if self.captured:
            self.captured = not _HEADER.match(line)
            return
        if line[0] in "|+" and not self.has_e and not line.startswith("++++"):
            line = line.lstrip("|+- ")  # the tree that exception groups are drawn with
        if frame := read_frame(line):
            self._frame(frame, innermost_first=line.startswith("at ") or ".go:" in line)
            return
        if not line or (self.has_e and indented):
            self._note_function(line)
            return
        if self.after_frame:  # the source line a traceback quotes below its frame
            self.after_frame = False
            if not exception_type(line):
                return
        self._words(line, indented=indented)

    def _words(self, line: str, *, indented: bool) -> None:
        if line.startswith("Failure: ") and exception_type(line[9:]):
            line = line[9:]  # as trial prints an exception
        if self._marker(line) or _NOISE.match(line):
            return
        if location := read_location(line):
            self._location(*location)
        elif name := exception_type(line):
            self._exception(name, line)
        elif summary := _SUMMARY.match(line):
            if not self.has_e:
                self._exception(exception_type(summary[2]), summary[2])
        elif self.in_message and not indented:
            self.now.add(line)
        elif not self.has_e and not _SEPARATOR.match(line):
            self.loose.append(line)
            self._note_function(line)

    def _marker(self, line: str) -> bool:
        """Lines that say how exceptions or phases relate; True when the line was one."""
        if line.startswith(_PYTHON_CAUSE):
            self._finish("cause")
        elif line.startswith(_PYTHON_CONTEXT):
            self._finish("context")
        elif line[0] == "-" and _CAPTURED.match(line):
            self.captured = True
            self.in_message = False
        elif line[0] in "C[-" and (nested := _NESTED.match(line)):
            self._finish(self.now.link)
            self.now.link = "cause"
            self._exception(exception_type(nested[1]), nested[1])
        elif line[0] == "f" and (setup := _SETUP.match(line)):
            self.phase = self.phase or ("setup" if setup[1] == "setup" else "teardown")
            self._exception(exception_type(setup[2]), setup[2].removesuffix('"'))
        else:
            self._note_phase(line)
            return False
        return True

    def _note_phase(self, line: str) -> None:
        if self.phase is None:
            if line.startswith(_COLLECTING) or "ERROR collecting" in line:
                self.phase = "collection"
            elif "ERROR at setup of" in line:
                self.phase = "setup"
            elif "ERROR at teardown of" in line:
                self.phase = "teardown"

    def _note_function(self, line: str) -> None:
        """Remembers the function whose source pytest's long style quotes; its frames carry no name."""
        if "def " in line and (match := re.match(r"(?:async )?def (\w{1,100})\(", line)):
            self.function = match[1]

    def _frame(self, frame: Frame, *, innermost_first: bool) -> None:
        self.in_message, self.after_frame = False, not innermost_first
        self._keep_frame(frame, innermost_first=innermost_first)

    def _keep_frame(self, frame: Frame, *, innermost_first: bool = False) -> None:
        for frames in (self.now.frames, self.frames):
            if len(frames) >= MAX_FRAMES:
                frames.pop(-1 if innermost_first else 0)
            frames.insert(0 if innermost_first else len(frames), frame)

    def _location(self, path: str, name: str, words: str) -> None:
        if words and exception_type(f"{name}: {words}"):
            self._exception(name, f"{name}: {words}")
            return
        if words and not name and not self.has_e:
            self.loose.append(words)
        self._keep_frame(make_frame(path, self.function))
        self.function = ""
        if name and not self.now.type_name and exception_type(name):
            self.now.type_name = name
            if not self.now.lines:
                self.now.add(name)

    def _exception(self, name: str, line: str) -> None:
        if self.now.lines:
            nested = self.now.link == "cause" or self.now.type_name.endswith("Group")
            self._finish(self.now.link if nested else "context")
            self.now.link = "cause" if nested else "final"
        self.now.type_name = name
        self.now.add(line)
        self.in_message, self.after_frame = not self.has_e, False

    def _finish(self, link: Link) -> None:
        if self.now.lines or self.now.frames:
            if self.now.link == "final":
                self.now.link = link
            self.done.append(self.now)
            self.now = _Draft()
        elif self.done and link != "final" and self.done[-1].link == "context":
            self.done[-1].link = link
        self.in_message = False


def read_trace(text: str, phase: Phase | None) -> Trace:
    """The exceptions of a capped text. `phase`, when known, is kept; otherwise it is read from the words around."""
    cleaned = untagged(clean_text(text))
    reader = _Reader(cleaned, phase)
    reader.read(cleaned)
    drafts = [draft for draft in _ordered(reader.done) if draft.lines]
    if reader.loose and len(drafts) < MAX_BLOCKS:
        loose = _Draft(link="context" if drafts else "final", frames=[] if drafts else reader.frames)
        for line in _ends(reader.loose):
            loose.add(line)
        drafts.append(loose)
    blocks = tuple(draft.finished() for draft in drafts[:MAX_BLOCKS])
    return Trace(blocks, tuple(reader.frames), reader.phase)


def _ends(lines: list[str]) -> Iterable[str]:
    half = BLOCK_LINES // 2
    kept = lines if len(lines) <= BLOCK_LINES else [*lines[:half], *lines[-half:]]
    return (line for line in kept if not _SOURCE.match(line))


def _ordered(drafts: list[_Draft]) -> list[_Draft]:
    """The final exception first, then its causes from near to far, then everything that merely happened before."""
    last = max(
        (at for at, draft in enumerate(drafts) if draft.link == "final" and draft.lines), default=len(drafts) - 1
    )
    if last < 0:
        return []
    causes: list[_Draft] = []
    contexts: list[_Draft] = []
    direct = True
    for draft in reversed(drafts[:last]):
        direct = direct and draft.link == "cause"
        draft.link = "cause" if direct else "context"
        (causes if direct else contexts).append(draft)
    drafts[last].link = "final"
    return [drafts[last], *causes, *drafts[last + 1 :], *contexts]
