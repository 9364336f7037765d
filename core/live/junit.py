"""Makes the JUnit report of a session from its log, as the project's own pytest would have written it.

The watched run is spared the report: it costs a run of short tests more than being watched does. Cases stand in the
order of their ends, and the element has no totals, which readers only compare.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from lxml import etree

from core.live.reading import Lines

_BLOCK = 1 << 20
_ILLEGAL = re.compile("[^\t\n\r\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SECTIONS = {"Captured stdout": "system-out", "Captured log": "system-out", "Captured stderr": "system-err"}
_MTIME_SECONDS = 2.0
"""How coarse the time of a file may be."""


@dataclass(slots=True)
class _Session:
    settings: Mapping[str, Any] = field(default_factory=dict)
    began: float = 0.0
    ended: float | None = None


@dataclass(slots=True)
class _Case:
    """A test, or one attempt at it, that did not end yet."""

    attributes: dict[str, str]
    seconds: float = 0.0
    children: list[Any] = field(default_factory=list)
    has_failed_call: bool = False


def report_of(log: Path) -> Path | None:
    """The JUnit report of the session that wrote this log: its own, or one made beside the log.

    None where the session did not come to its end.
    """
    session = _session(log)
    if session.ended is None:
        return None
    own = Path(session.settings.get("report") or "")
    if own.is_file() and own.stat().st_mtime >= session.began - _MTIME_SECONDS:
        return own
    report = log.with_suffix(".xml")
    with report.open("wb") as out:
        _Writer(session).write(_values(log), out)
    return report


def _session(log: Path) -> _Session:
    found = _Session()
    for values in _values(log, (b'"LiveStart"', b'"SessionFinish"')):
        if values["$report_type"] == "LiveStart":
            found.settings, found.began = values, float(values["at"])
        elif values["$report_type"] == "SessionFinish":
            found.ended = float(values["at"])
    return found


def _values(log: Path, words: tuple[bytes, ...] = ()) -> Iterator[Mapping[str, Any]]:
    """The lines, or those with one of the words; what cannot be read is left out, as the watcher has said."""
    lines = Lines()
    with log.open("rb") as raw:
        while block := raw.read(_BLOCK):
            for line in lines.feed(block):
                if words and not any(word in line for word in words):
                    continue
                try:
                    values = json.loads(line)
                except ValueError:
                    continue
                if isinstance(values, dict) and isinstance(values.get("$report_type"), str):
                    yield values


class _Writer:
    """Writes the cases as they end; what never ended stands last, as pytest has it."""

    def __init__(self, session: _Session) -> None:
        self._session = session
        self._settings = session.settings
        self._open: dict[str, _Case] = {}

    def write(self, lines: Iterator[Mapping[str, Any]], out: IO[bytes]) -> None:
        session = self._session
        suite = {
            "name": _legal(self._settings.get("suite") or "pytest"),
            "timestamp": datetime.fromtimestamp(session.began, UTC).isoformat(),
            "time": f"{max(0.0, (session.ended or 0.0) - session.began):.3f}",
        }
        with (
            etree.xmlfile(out, encoding="utf-8") as file,
            file.element("testsuites", {"name": "pytest tests"}),
            file.element("testsuite", suite),
        ):
            for values in lines:
                for case in self._taken(values):
                    file.write(_element(case))
            for case in self._open.values():
                file.write(_element(case))

    def _taken(self, values: Mapping[str, Any]) -> Iterator[_Case]:
        """The cases that end with this line."""
        kind, name = values["$report_type"], str(values.get("nodeid", ""))
        if kind == "TestPassed":
            case = self._open.pop(name, None) or self._case(values)
            case.seconds += float(values["seconds"])
            yield _with_properties(case, values)
        elif kind == "TestReport":
            yield from self._reported(name, values)
        elif kind == "CollectReport" and values.get("outcome") != "passed":
            case = self._case(values)
            bad = values["outcome"] == "failed"
            told = "collection failure" if bad else "collection skipped"
            case.children.append(_child("error" if bad else "skipped", told, _text(values)))
            yield case
        elif kind == "InternalError":
            inside = _child("error", "internal error", str(values.get("text")))
            yield _Case({"classname": "pytest", "name": "internal"}, children=[inside])

    def _reported(self, name: str, values: Mapping[str, Any]) -> Iterator[_Case]:
        outcome, when = values.get("outcome"), values.get("when")
        case = self._open.get(name)
        if case is not None and outcome == "failed" and when == "teardown" and case.has_failed_call:
            yield self._open.pop(name)  # a failed call and a failed teardown are two elements
            case = None
        if case is None:
            case = self._open[name] = self._case(values)
        if self._settings.get("durations") in (when, "total", None):
            case.seconds += float(values.get("duration") or 0.0)
        if outcome == "failed":
            case.children.append(_failure(values))
            case.has_failed_call = case.has_failed_call or when == "call"
        elif outcome == "skipped":
            case.children.append(_skip(values))
        if when not in ("setup", "call"):
            del self._open[name]
            if any(each.tag in ("failure", "error") for each in case.children):
                case.children += _captured(values)
            yield _with_properties(case, values)

    def _case(self, values: Mapping[str, Any]) -> _Case:
        names = _address(str(values.get("nodeid", "")))
        classname = ".".join([*filter(None, [self._settings.get("prefix")]), *names[:-1]])
        attributes = {"classname": _legal(classname), "name": _legal(names[-1])}
        location = values.get("location") or ()
        if self._settings.get("family", "xunit2") != "xunit2" and location:
            attributes["file"] = _legal(location[0])
            if len(location) > 1 and location[1] not in (None, "None"):
                attributes["line"] = _legal(location[1])
        return _Case(attributes)


def _address(nodeid: str) -> list[str]:
    """Dotted path and names, with the parameters in the last one."""
    path, separator, rest = nodeid.partition("::")
    inner, bracket, parameters = rest.partition("[")
    names = [re.sub(r"\.py$", "", path.replace("/", ".")), *(inner.split("::") if separator else [])]
    names[-1] += bracket + parameters
    return names


def _element(case: _Case) -> Any:
    made = etree.Element("testcase", {**case.attributes, "time": f"{case.seconds:.3f}"})
    made.extend(case.children)
    return made


def _with_properties(case: _Case, values: Mapping[str, Any]) -> _Case:
    told = values.get("properties")
    if told:
        holder = etree.Element("properties")
        for name, value in told:
            etree.SubElement(holder, "property", {"name": _legal(name), "value": _legal(value)})
        case.children.insert(0, holder)
    return case


def _failure(values: Mapping[str, Any]) -> Any:
    if "wasxfail" in values:
        return _child("skipped", "xfail-marked test passes unexpectedly", None)
    why = values.get("longrepr")
    message = why.get("message") if isinstance(why, dict) else why
    return _child("failure" if values.get("when") == "call" else "error", str(message), _text(values))


def _skip(values: Mapping[str, Any]) -> Any:
    if "wasxfail" in values:
        return _child("skipped", str(values["wasxfail"]).removeprefix("reason: "), None, "pytest.xfail")
    why = values.get("longrepr")
    file, line, reason = why if isinstance(why, list) and len(why) == 3 else ("", "", _text(values))
    reason = str(reason).removeprefix("Skipped: ")
    return _child("skipped", reason, f"{file}:{line}: {reason}", "pytest.skip")


def _text(values: Mapping[str, Any]) -> str:
    why = values.get("longrepr")
    return str(why.get("longrepr") if isinstance(why, dict) else why)


def _captured(values: Mapping[str, Any]) -> list[Any]:
    """What a failing test printed and logged."""
    found: dict[str, list[str]] = {}
    for title, text in values.get("sections") or ():
        tag = next((tag for start, tag in _SECTIONS.items() if title.startswith(start)), None)
        if tag is not None:
            found.setdefault(tag, []).append(f"{title.center(80, '-')}\n{text}")
    return [_child(tag, None, "\n".join(texts)) for tag, texts in found.items()]


def _child(tag: str, message: str | None, text: str | None, kind: str | None = None) -> Any:
    made = etree.Element(tag)
    if kind is not None:
        made.set("type", kind)
    if message is not None:
        made.set("message", _legal(message))
    made.text = _legal(text) if text is not None else None
    return made


def _legal(text: object) -> str:
    """Without the characters that XML cannot hold, which are shown by their numbers."""
    return _ILLEGAL.sub(lambda found: f"#x{ord(found[0]):02X}", str(text))
