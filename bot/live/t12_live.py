"""Lives inside the watched pytest and tells which test begins and ends when; T12 itself never imports it.

It is copied into a folder of its own that is put on PYTHONPATH, where pytest finds it by an entry point; where
PYTHONPATH is not honoured the run goes on unwatched. A line goes out when a test begins and one when it ends, each by
one write to the file itself: what was said is there for the watcher at once, and after a kill. What passed takes no
more than that; what failed, was skipped or rerun is told phase by phase with its words, as pytest-reportlog tells it.
It needs Python 3.8 and pytest alone. Whatever goes wrong in here, the run goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path
from typing import Any

import pytest

_FOLDER = os.environ.pop("T12_LIVE_FOLDER", "")
_IDS_A_LINE = 1000
_LONGEST_TEXT = 1 << 20
"""Characters of one text; of a longer one the middle is left out."""

_logs: list[Log] = []
"""Of this process's sessions, those before and the one that is watched: one that a test begins in it is not."""


def _as_it_was() -> None:
    """What the tests start is not watched and finds the environment that T12 was started with."""
    for name in ("PYTHONPATH", "PYTEST_ADDOPTS"):
        before = os.environ.pop(f"T12_LIVE_{name}", None)
        if before:
            os.environ[name] = before
        elif before is not None:
            os.environ.pop(name, None)


if _FOLDER:
    _as_it_was()


def pytest_configure(config: Any) -> None:
    if not _FOLDER or hasattr(config, "workerinput") or any(log.is_open for log in _logs):
        return
    try:
        log = Log(Path(_FOLDER) / f"{os.getpid()}-{len(_logs)}.log", _report_settings(config))
    except Exception as error:
        _complain(error)
        return
    _logs.append(log)
    config.pluginmanager.register(log, "t12_live_log")
    config.add_cleanup(log.close)


def _report_settings(config: Any) -> dict[str, Any]:
    """Where the session's own JUnit report goes, if it writes one, and how the project wants it."""

    def setting(name: str, otherwise: str) -> Any:
        try:
            return config.getini(name)
        except (ValueError, KeyError):  # the JUnit plugin is switched off
            return otherwise

    report = getattr(config.option, "xmlpath", None)
    return {
        "report": os.path.abspath(os.path.expanduser(os.path.expandvars(report))) if report else "",  # noqa: PTH100, PTH111
        "prefix": getattr(config.option, "junitprefix", None) or "",
        "suite": setting("junit_suite_name", "pytest"),
        "family": setting("junit_family", "xunit2"),
        "durations": setting("junit_duration_report", "total"),
    }


def _complain(error: BaseException) -> None:
    with contextlib.suppress(OSError):  # nobody can be told; the run matters more
        Path(_FOLDER, f"{os.getpid()}.trouble").write_text(f"{type(error).__name__}: {error}", encoding="utf-8")


class Log:
    """Tells of one session."""

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        self._file = os.open(str(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._settings = settings
        self._counts_all = settings["durations"] != "call"
        self._is_collected = False
        self._passing: dict[str, list[Any]] = {}
        """Reports of tests that passed so far: nothing is told of them before their end."""
        self._told: set[str] = set()
        """Tests that run and were told of phase by phase."""
        self._open: set[str] = set()
        """Tests that began, and whose end was not told."""

    @property
    def is_open(self) -> bool:
        return self._file >= 0

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _say(self, line: str) -> None:
        if self._file < 0:
            return
        try:
            data = line.encode("ascii")
            while data:
                data = data[os.write(self._file, data) :]
        except Exception as error:
            self.close()
            _complain(error)

    def _tell(self, kind: str, **data: Any) -> None:
        self._say(json.dumps({"$report_type": kind, **data}) + "\n")

    def pytest_sessionstart(self) -> None:
        self._tell("SessionStart", pytest_version=pytest.__version__)
        self._tell("LiveStart", at=time.time(), pid=os.getpid(), **self._settings)

    def pytest_collection_finish(self, session: Any) -> None:
        self._collected([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Any) -> None:
        self._collected(list(ids))

    def _collected(self, ids: list[str]) -> None:
        if self._is_collected:  # each worker collects the same
            return
        self._is_collected = True
        for start in range(0, len(ids), _IDS_A_LINE):
            self._tell("LiveCollected", ids=ids[start : start + _IDS_A_LINE])

    def pytest_collectreport(self, report: Any) -> None:
        if report.outcome != "passed":
            self._guarded(report)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._open.add(nodeid)
        self._say(f'{{"$report_type":"TestStart","nodeid":{quoted(nodeid)},"at":{time.time()!r}}}\n')

    def pytest_runtest_logreport(self, report: Any) -> None:
        nodeid = report.nodeid
        if report.outcome == "passed" and nodeid not in self._told and not hasattr(report, "wasxfail"):
            passing = self._passing.setdefault(nodeid, [])
            passing.append(report)
            if report.when == "teardown":
                del self._passing[nodeid]
                self._passed(nodeid, passing)
            return
        for each in (*self._passing.pop(nodeid, ()), report):
            self._guarded(each)
        if report.when in ("setup", "call"):
            self._told.add(nodeid)
        else:
            self._told.discard(nodeid)

    def _passed(self, nodeid: str, reports: list[Any]) -> None:
        seconds = sum([each.duration for each in reports if self._counts_all or each.when == "call"])
        line = f'{{"$report_type":"TestPassed","nodeid":{quoted(nodeid)},"at":{time.time()!r},"seconds":{seconds!r}'
        last = reports[-1]
        if last.user_properties:
            line += f',"properties":{json.dumps(_properties(last))}'
        if self._settings["family"] != "xunit2":
            line += f',"location":{json.dumps(list(last.location[:2]), default=str)}'
        if hasattr(last, "worker_id"):
            line += f',"worker_id":{quoted(last.worker_id)}'
        self._open.discard(nodeid)
        self._say(f"{line}}}\n")

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        if nodeid in self._open:
            self._open.discard(nodeid)
            self._tell("TestFinish", nodeid=nodeid, at=time.time())

    def pytest_internalerror(self, excrepr: Any) -> None:
        self._tell("InternalError", text=_cut(str(excrepr)))

    def pytest_sessionfinish(self, exitstatus: Any) -> None:
        self._tell("SessionFinish", exitstatus=int(exitstatus), at=time.time())

    def _guarded(self, report: Any) -> None:
        try:
            kind, data = _phase(report)
            self._tell(kind, **data)
        except Exception as error:
            _complain(error)


def _phase(report: Any) -> tuple[str, dict[str, Any]]:
    """The kind of a report and what it says, as pytest-reportlog writes it, without what nobody reads."""
    is_test = getattr(report, "when", "collect") != "collect"
    location = [str(each) for each in (report.location or ())[:2]]
    data: dict[str, Any] = {"nodeid": report.nodeid, "outcome": report.outcome, "location": location}
    if report.outcome != "passed":
        data["longrepr"] = _words(report)
    if not is_test:
        return "CollectReport", data
    data.update(when=report.when, duration=report.duration, start=getattr(report, "start", None))
    if hasattr(report, "wasxfail"):
        data["wasxfail"] = _cut(str(report.wasxfail))
    if report.user_properties:
        data["properties"] = _properties(report)
    if report.sections and (report.outcome == "failed" or report.when == "teardown"):
        data["sections"] = [[str(name), _cut(str(text))] for name, text in report.sections]
    if hasattr(report, "worker_id"):
        data["worker_id"] = str(report.worker_id)
    return "TestReport", data


def _words(report: Any) -> Any:
    """Why a phase did not pass, in the words of this pytest's own JUnit report."""
    why = report.longrepr
    when = getattr(report, "when", "collect")
    if isinstance(why, tuple) and report.outcome == "skipped" and when != "collect":
        return [str(each) for each in why]
    text = _cut(str(why))
    crash = getattr(why, "reprcrash", None)
    reason = crash.message if crash is not None else text
    if when not in ("call", "collect"):
        reason = f'failed on {"teardown" if when == "teardown" else "setup"} with "{reason}"'
    told = {"message": _cut(_shortened(reason)), "longrepr": text}
    return {**told, "reprcrash": {"message": _cut(crash.message)}} if crash is not None else told


def _shortened(message: str) -> str:
    """As short as this pytest's JUnit report has it; before 9.2 it has it whole."""
    try:
        from _pytest.junitxml import shorten_message  # noqa: PLC0415 - not there before
    except ImportError:
        return message
    return str(shorten_message(message))


def _properties(report: Any) -> list[list[str]]:
    return [[str(name), _cut(str(value))] for name, value in report.user_properties]


def _cut(text: str) -> str:
    half = _LONGEST_TEXT // 2
    return text if len(text) <= _LONGEST_TEXT else f"{text[:half]}\n[…]\n{text[-half:]}"
