"""Lives inside the watched pytest and tells which test begins and ends when; T12 itself never imports it.

It is copied into a folder of its own that is put on PYTHONPATH, where pytest finds it by an entry point; where
PYTHONPATH is not honoured the run goes on unwatched. The lines are pytest-reportlog's, written by its plugin, with
those of passing phases shortened, and lines for starts beside them. It needs Python 3.8 and pytest alone. Whatever
goes wrong in here, the run goes on.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import time
from pathlib import Path
from typing import Any

import pytest

_FOLDER = os.environ.pop("T12_LIVE_FOLDER", "")
_REPORTLOG = os.environ.pop("T12_LIVE_REPORTLOG", "")
_IDS_A_LINE = 1000


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


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: Any) -> None:
    """Before the JUnit plugin reads where to write."""
    if not _FOLDER or hasattr(config, "workerinput"):
        return
    try:
        _begin(config)
    except Exception as error:
        _complain(error)


def _begin(config: Any) -> None:
    report = getattr(config.option, "xmlpath", None)
    if not report and config.pluginmanager.hasplugin("junitxml"):
        report = config.option.xmlpath = os.path.join(_FOLDER, f"{os.getpid()}.xml")  # noqa: PTH118 - pytest wants text
    if not hasattr(config.option, "report_log_exclude_logs_on_passed_tests"):
        config.option.report_log_exclude_logs_on_passed_tests = True
    log = _log_class()(config, Path(_FOLDER) / f"{os.getpid()}.log")
    log.report = os.path.abspath(os.path.expanduser(os.path.expandvars(report))) if report else ""  # noqa: PTH100, PTH111
    config.pluginmanager.register(log, "t12_live_log")
    config.add_cleanup(log.close)


def _complain(error: BaseException) -> None:
    with contextlib.suppress(OSError):  # nobody can be told; the run matters more
        Path(_FOLDER, f"{os.getpid()}.trouble").write_text(f"{type(error).__name__}: {error}", encoding="utf-8")


def _log_class() -> Any:
    spec = importlib.util.spec_from_file_location("t12_live_reportlog", _REPORTLOG)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    class Log(module.ReportLogPlugin):  # type: ignore[misc, name-defined]  # its module is found at run time
        """pytest-reportlog's plugin, with starts and without what nobody watches."""

        report = ""
        _is_collected = False
        _file: Any

        def _write_json_data(self, data: Any) -> None:
            if self._file is None:
                return
            try:
                super()._write_json_data(data)
            except Exception as error:
                self._file = None
                _complain(error)

        def pytest_sessionstart(self) -> None:
            super().pytest_sessionstart()
            data = {"$report_type": "LiveStart", "at": time.time(), "pid": os.getpid(), "report": self.report}
            self._write_json_data(data)

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
                self._write_json_data({"$report_type": "LiveCollected", "ids": ids[start : start + _IDS_A_LINE]})

        def pytest_runtest_logstart(self, nodeid: str) -> None:
            self._write_json_data({"$report_type": "TestStart", "nodeid": nodeid, "at": time.time()})

        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.outcome != "passed" or hasattr(report, "wasxfail"):
                try:
                    super().pytest_runtest_logreport(report)
                except Exception as error:
                    _complain(error)
            elif report.when == "call":
                start = getattr(report, "start", None)
                data = {"$report_type": "TestReport", "nodeid": report.nodeid, "when": "call", "outcome": "passed",
                        "duration": report.duration, "start": start}  # fmt: skip
                worker = getattr(report, "worker_id", None)
                self._write_json_data({**data, "worker_id": worker} if worker else data)

        def pytest_runtest_logfinish(self, nodeid: str) -> None:
            self._write_json_data({"$report_type": "TestFinish", "nodeid": nodeid, "at": time.time()})

        def pytest_collectreport(self, report: Any) -> None:
            if report.outcome == "failed":
                super().pytest_collectreport(report)

        def pytest_warning_recorded(self) -> None:
            """The JUnit report and the terminal tell of warnings."""

        def pytest_terminal_summary(self) -> None:
            """T12's own file is nobody's business."""

    return Log


