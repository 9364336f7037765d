"""The watched command as a process: lent the plugin that tells of its tests, its output shown, signals passed on."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import UsageError

_PLUGIN = "t12_live"
_PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


@contextmanager
def lent_plugin() -> Iterator[Path]:
    """A folder that holds the plugin and nothing else of T12's; the sessions write beside it, in `log_folder`."""
    with tempfile.TemporaryDirectory(prefix="t12-watch-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        place = folder / "lent"
        about = place / f"{_PLUGIN}-1.dist-info"
        about.mkdir(parents=True)
        shutil.copyfile(Path(__file__).with_name(f"{_PLUGIN}.py"), place / f"{_PLUGIN}.py")
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {_PLUGIN}\nVersion: 1\n", encoding="utf-8")
        (about / "entry_points.txt").write_text(f"[pytest11]\n{_PLUGIN} = {_PLUGIN}\n", encoding="utf-8")
        log_folder(folder).mkdir()
        yield folder


def log_folder(folder: Path) -> Path:
    """Where the sessions write their logs."""
    return folder / "log"


def with_plugin(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of the command: the plugin is found on PYTHONPATH, and puts back what was there before."""
    path, words = environ.get("PYTHONPATH", ""), environ.get("PYTEST_ADDOPTS", "")
    lent = str(folder / "lent")
    changed = {
        "T12_LIVE_FOLDER": str(log_folder(folder)),
        "T12_LIVE_PYTHONPATH": path,
        "PYTHONPATH": f"{lent}{os.pathsep}{path}" if path else lent,
    }
    if environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        changed |= {"T12_LIVE_PYTEST_ADDOPTS": words, "PYTEST_ADDOPTS": f"-p {_PLUGIN} {words}".strip()}
    return {**environ, **changed}


class Child:
    """A started command."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.stopped_by: int | None = None
        """The signal that asked T12 to stop."""

    @classmethod
    async def start(cls, words: Sequence[str], environ: Mapping[str, str], output: int | None = None) -> "Child":
        """Start it without a shell; what it says goes to `output`, or where our own output goes.

        Raises `UsageError` when there is no such program.
        """
        try:
            process = await asyncio.create_subprocess_exec(*words, env=environ, stdout=output, stderr=output)
        except OSError as error:
            raise UsageError(f"{words[0]!r} cannot be started: {error.strerror or error}") from None
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        """How it ended; negative for a signal."""
        return await self._process.wait()

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Pass signals on while the command runs. Ctrl-C reaches it from the terminal, at the same time as us."""
        loop = asyncio.get_running_loop()
        handlers: dict[signal.Signals, Callable[[], None]] = {each: self._passing(each) for each in _PASSED_ON}
        for number, handler in {**handlers, signal.SIGINT: self._interrupted}.items():
            loop.add_signal_handler(number, handler)
        try:
            yield
        finally:
            for number in (*_PASSED_ON, signal.SIGINT):
                loop.remove_signal_handler(number)

    def _passing(self, number: signal.Signals) -> Callable[[], None]:
        def pass_on() -> None:
            self.stopped_by = number
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

        return pass_on

    def _interrupted(self) -> None:
        self.stopped_by = signal.SIGINT
        if not _in_the_foreground():
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGINT)


def _in_the_foreground() -> bool:
    """Whether a terminal sends its Ctrl-C to the command as well."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def shell_code(code: int) -> int:
    """The exit code as a shell tells it: 128 and the signal's number for a command that a signal ended."""
    return 128 - code if code < 0 else code
