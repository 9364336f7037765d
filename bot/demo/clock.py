"""The demo's clock: the machine's, plus how far somebody has moved the workspace ahead."""

from datetime import datetime, timedelta
from multiprocessing import get_context

from core.clock import utc_now


class MovableClock:
    """Tells the time of the workspace in every process of the demo that is handed it at its start."""

    def __init__(self) -> None:
        self._ahead = get_context("spawn").Value("d", 0.0)

    def __call__(self) -> datetime:
        return utc_now() + timedelta(seconds=self._ahead.value)

    def move_to(self, ahead_seconds: float) -> None:
        """Be so many seconds ahead of the machine."""
        self._ahead.value = ahead_seconds
