"""Reads the lines of pytest-reportlog, and those that T12's own plugin writes beside or instead of them."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from core.runs.identity import clean, cut

LONGEST_LINE = 16 << 20
"""Bytes; a longer line is skipped, so that no log fills the memory."""
_REASON = 200


class SessionStarted(NamedTuple):
    """A pytest session began."""

    tells_starts: bool = False


class Collected(NamedTuple):
    """Some of the tests that will run."""

    names: tuple[str, ...]


class CollectFailed(NamedTuple):
    """A file that could not be collected."""

    name: str
    reason: str


class Started(NamedTuple):
    """A test began."""

    name: str
    at: float


class Reported(NamedTuple):
    """A phase of a test ended."""

    name: str
    when: str
    """setup, call or teardown; anything else stands for the whole test, as when its worker crashed."""
    outcome: str
    seconds: float
    start: float | None
    reason: str
    worker: str


class Passed(NamedTuple):
    """A test passed in all its phases."""

    name: str
    at: float
    worker: str


class Finished(NamedTuple):
    """A test ended."""

    name: str
    at: float


class SessionFinished(NamedTuple):
    """A session ended with this status of pytest."""

    status: int


Event = SessionStarted | Collected | CollectFailed | Started | Reported | Passed | Finished | SessionFinished


class Lines:
    """Cuts what is read of a growing file into whole lines; the rest waits for its end."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._rest = b""
        self._is_skipping = False
        self.skipped = 0
        """Lines that were too long."""

    def feed(self, data: bytes) -> list[bytes]:
        """The whole lines so far, without their ends."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        if lines and self._is_skipping:
            self._is_skipping = False
            del lines[0]
        if len(self._rest) > self._longest:
            self._rest = b""
            self.skipped += not self._is_skipping
            self._is_skipping = True
        elif self._is_skipping:
            self._rest = b""
        fitting = [line for line in lines if len(line) <= self._longest]
        self.skipped += len(lines) - len(fitting)
        return [line for line in fitting if line.strip()]

    @property
    def has_rest(self) -> bool:
        """Whether the last line has no end yet."""
        return bool(self._rest) or self._is_skipping


def read_line(line: bytes) -> Event | None:
    """What a line tells; None for what is of no interest. Raises `ValueError` for what is no line of such a log."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(str(error)) from None
    if not isinstance(values, dict) or not isinstance(kind := values.get("$report_type"), str):
        raise ValueError("a line of pytest-reportlog has a $report_type")
    read = _READERS.get(kind)
    if read is None:
        return None
    try:
        return read(values)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"{kind} misses something: {error!r}") from None


def test_name(text: Any) -> str:
    """A node id as it is shown and compared."""
    if not isinstance(text, str):
        raise TypeError("a node id is text")
    return cut(clean(text))


test_name.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it


def _live_start(_values: Mapping[str, Any]) -> Event:
    return SessionStarted(tells_starts=True)


def _session_start(_values: Mapping[str, Any]) -> Event:
    return SessionStarted()


def _collected(values: Mapping[str, Any]) -> Event:
    return Collected(tuple(test_name(each) for each in values["ids"]))


def _collect_report(values: Mapping[str, Any]) -> Event | None:
    if values.get("outcome") != "failed":
        return None
    return CollectFailed(test_name(values["nodeid"]), _reason(values.get("longrepr")))


def _started(values: Mapping[str, Any]) -> Event:
    return Started(test_name(values["nodeid"]), float(values["at"]))


def _finished(values: Mapping[str, Any]) -> Event:
    return Finished(test_name(values["nodeid"]), float(values["at"]))


def _passed(values: Mapping[str, Any]) -> Event:
    return Passed(test_name(values["nodeid"]), float(values["at"]), str(values.get("worker_id") or ""))


def _reported(values: Mapping[str, Any]) -> Event:
    start = values.get("start")
    outcome = str(values["outcome"])
    return Reported(
        test_name(values["nodeid"]), str(values.get("when")), outcome, float(values.get("duration") or 0.0),
        float(start) if start is not None else None,
        _reason(values.get("longrepr")) if outcome == "failed" else "", str(values.get("worker_id") or ""),
    )  # fmt: skip


def _session_finish(values: Mapping[str, Any]) -> Event:
    return SessionFinished(int(values["exitstatus"]))


def _reason(longrepr: Any) -> str:
    """The first line of why, whatever shape pytest gave it."""
    text: Any = longrepr
    if isinstance(longrepr, dict):
        crash = longrepr.get("reprcrash")
        text = crash.get("message") if isinstance(crash, dict) else longrepr.get("longrepr")
    if isinstance(text, list):
        text = text[-1] if text else ""
    if not isinstance(text, str):
        return ""
    lines = [line.strip() for line in text[:20_000].splitlines() if line.strip()]
    telling = next((line for line in lines if line.startswith("E ")), lines[0] if lines else "")
    return clean(telling.removeprefix("E ").strip())[:_REASON]


_READERS = {
    "SessionStart": _session_start,
    "LiveStart": _live_start,
    "LiveCollected": _collected,
    "CollectReport": _collect_report,
    "TestStart": _started,
    "TestPassed": _passed,
    "TestReport": _reported,
    "TestFinish": _finished,
    "SessionFinish": _session_finish,
}
