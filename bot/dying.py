"""What `--died` may be said with, and what it says of the console; the same for `t12 ingest` and `t12 push`."""

from collections.abc import Sequence
from pathlib import Path

from core.errors import UsageError
from core.runs.deaths import CONSOLE_TAIL, last_words


def check_died(
    died: bool, paths: Sequence[object], exit_code: int | None, console: Path | None, coverage: object = None
) -> None:
    """Raises `UsageError` for words that do not fit together."""
    if died and paths:
        raise UsageError("--died says that there is no report; leave the paths out, or leave --died out")
    if died and coverage is not None:
        raise UsageError("a run that died has no coverage; leave --coverage out")
    if not died and not paths:
        raise UsageError("name reports, or folders with reports; --died says that there is none")
    if not died and (exit_code is not None or console is not None):
        raise UsageError("--exit-code and --console tell of a run that died; say --died too")


def console_words(console: Path | None) -> str:
    """The telling end of a console log, without secrets. Raises `UsageError`."""
    if console is None:
        return ""
    try:
        with console.open("rb") as raw:
            raw.seek(0, 2)
            raw.seek(max(0, raw.tell() - CONSOLE_TAIL))
            return last_words(raw.read().decode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{console} cannot be read: {error.strerror or error}") from None
