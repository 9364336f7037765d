"""How a watched run ended: from what pytest said, how the command ended, and whether somebody stopped it."""

import signal
from collections.abc import Iterator

from core.live.model import End, Ended, LiveRun

_PYTEST = {3: "pytest met an internal error", 4: "pytest was called in a way it does not know"}
_INTERRUPTED = 2


def judge_end(run: LiveRun, code: int, *, is_open: bool, has_report: bool, stopped_by: int | None) -> End:
    """How it ended. `code` is the command's, negative for the signal that ended it; `is_open` says that a session
    began and never told of its end; `stopped_by` is the signal that asked T12 to stop.
    """
    if stopped_by is not None and (code != 0 or is_open):
        return End(Ended.STOPPED, f"it was stopped by {_name(stopped_by)}", code)
    if run.exit_status == _INTERRUPTED and not is_open and not run.collection_errors:
        return End(Ended.STOPPED, "it was interrupted", code)
    death = next(_deaths(run, code, is_open=is_open, has_report=has_report), None)
    if death is not None:
        return End(Ended.DIED, death, code)
    if run.exit_status is None:
        return End(Ended.NOTHING, "no pytest session was seen", code)
    if not run.done and not run.collection_errors:
        return End(Ended.NOTHING, "no test was run", code)
    return End(Ended.FAILED if run.bad or run.collection_errors or code else Ended.PASSED, "", code)


def _deaths(run: LiveRun, code: int, *, is_open: bool, has_report: bool) -> Iterator[str]:
    """What kept the run from telling how the tests are, the most telling first."""
    number = -code if code < 0 else code - 128 if code > 128 else None  # a shell's way to tell of a signal
    if number is not None:
        yield f"it was ended by {_name(number)}{_meanwhile(run)}"
    if run.exit_status in _PYTEST:
        yield _PYTEST[run.exit_status]
    if is_open:
        yield f"it ended with {code} in the middle of its tests{_meanwhile(run)}"
    if run.exit_status is not None and run.done and not has_report:
        yield "it left no report"
    if run.exit_status is None and code != 0:
        yield _PYTEST.get(code, f"it ended with {code} before a test session began")


def _meanwhile(run: LiveRun) -> str:
    names = [each.name for each in run.running[:3]]
    if not names:
        return f", after {run.last_test}" if run.last_test else ""
    more = run.running_count - len(names)
    return f" while {', '.join(names)}{f' and {more} more' if more > 0 else ''} ran"


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
