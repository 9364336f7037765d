"""When CPU or memory is too high, and when it is well again: two limits, so that one that wavers is told of once."""

from dataclasses import dataclass
from typing import Literal

SAMPLES_TO_OPEN = 3
"""So many in a row; the procedure book alerts at one, which a single busy second would set off."""
WELL_BELOW = 10.0
"""Percent below the limit at which an alert is over."""

Change = Literal["opened", "over"]


@dataclass(slots=True)
class Watch:
    """Watches one measure in percent."""

    limit: float
    is_open: bool = False
    _above: int = 0

    @property
    def is_near(self) -> bool:
        """Whether the next sample above the limit opens the alert: time to look at the processes."""
        return not self.is_open and self._above == SAMPLES_TO_OPEN - 1

    def take(self, percent: float) -> Change | None:
        """What the next sample changes."""
        if self.is_open:
            if percent < self.limit - WELL_BELOW:
                self.is_open = False
                self._above = 0
                return "over"
            return None
        self._above = self._above + 1 if percent > self.limit else 0
        if self._above >= SAMPLES_TO_OPEN:
            self.is_open = True
            return "opened"
        return None
