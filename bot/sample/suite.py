"""Really runs the sample's test suite at one revision, in a process of its own."""

import asyncio
import importlib.util
import os
import sys
from asyncio import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

from bot.sample.history import Repository
from core.errors import UsageError

PLUGINS = {
    "pytest_asyncio": "pytest_asyncio.plugin",
    "pytest_cov": "pytest_cov.plugin",
    "pytest_timeout": "pytest_timeout",
}
"""What the suite needs beside pytest, and the name each is loaded by."""

_RUN_SECONDS = 60.0
_TESTS_RAN = (0, 1)
"""Exit codes of a pytest that ran its tests: all passed, some failed."""


@dataclass(frozen=True, slots=True)
class SuiteReports:
    """What one run of the suite left behind: JUnit XML and Cobertura XML."""

    junit: Path
    coverage: Path


def demand_tools() -> None:
    """Raises `UsageError` when what the suite runs with is not installed."""
    missing = [name for name in ("pytest", *PLUGINS) if importlib.util.find_spec(name) is None]
    if missing:
        names = ", ".join(name.replace("_", "-") for name in missing)
        raise UsageError(
            f"the sample suite is really run and needs {names}: pip install 't12[demo]', or show your own reports"
            " with --reports PATH"
        )


async def run_suite(repository: Repository, revision: str, folder: Path) -> SuiteReports:
    """Check the sample out at a revision into a new `folder`, an absolute path, run its suite and leave its reports.

    Nothing is rerun, so that a flaky test shows itself from run to run. Raises `UsageError` when the suite cannot be
    run; when cancelled no process stays.
    """
    checking_out = asyncio.ensure_future(asyncio.to_thread(repository.check_out, revision, folder))
    try:
        await asyncio.shield(checking_out)
    except asyncio.CancelledError:
        # A thread cannot be stopped: who cleans up after us must find it at rest.
        await asyncio.wait([checking_out])
        raise
    out = folder / ".reports"
    out.mkdir()
    reports = SuiteReports(out / "junit.xml", out / "coverage.xml")
    plugins = [part for name in PLUGINS.values() for part in ("-p", name)]
    process = await subprocess.create_subprocess_exec(
        sys.executable, "-m", "pytest", *plugins, "-p", "no:cacheprovider",
        "--cov", "--cov-report", f"xml:{reports.coverage}", "--junitxml", str(reports.junit),
        "--basetemp", str(out / "temporary"), "--rootdir", ".",
        cwd=folder, env=_environment(), start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_RUN_SECONDS):
            said, _ = await process.communicate()
    except TimeoutError:
        raise UsageError(f"the sample suite took longer than {_RUN_SECONDS:g} seconds at {revision}") from None
    finally:
        await _end(process)
    if process.returncode not in _TESTS_RAN or not reports.coverage.is_file():
        last = said.decode("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise UsageError(f"the sample suite could not be run at {revision}: {last[0]}")
    return reports


async def _end(process: subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, SIGKILL)
        await process.wait()


def _environment() -> dict[str, str]:
    """Ours without secrets and without what would steer pytest or Python, so that the suite runs everywhere alike."""
    steering = ("PYTEST_", "COV", "PYTHON", "SLACK_", "T12_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
    return kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
