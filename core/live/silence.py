"""When a run is silent for suspiciously long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.live.model import LiveRun, RunningTest, Silence

_TIMES_USUAL = 5


def patience(running: Sequence[RunningTest], hang: timedelta) -> timedelta:
    """How long no news is no bad news: five times what the slowest running test usually takes, `hang` at least."""
    usual = max((each.usual_seconds or 0.0 for each in running), default=0.0)
    return max(hang, timedelta(seconds=_TIMES_USUAL * usual))


@dataclass(slots=True)
class Hearing:
    """Tells of each silence once."""

    hang: timedelta
    began: float
    """When the watch began, in seconds of the clock."""
    is_silent: bool = False

    def silence(self, run: LiveRun, now: float) -> Silence | None:
        """The silence, when it has just become too long."""
        heard = run.last_event_at.timestamp() if run.last_event_at is not None else self.began
        limit = patience(run.running, self.hang)
        if now - heard <= limit.total_seconds():
            self.is_silent = False
            return None
        if self.is_silent:
            return None
        self.is_silent = True
        since = datetime.fromtimestamp(heard, UTC)
        return Silence(since, limit, run.running, run.running_count, run.last_test)
