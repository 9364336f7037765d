"""Rate limits on the workspace clock: a tier per method, and about one message a second per channel."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .limits import LIMITS


@dataclass(slots=True)
class Bucket:
    """Tokens that refill evenly: `capacity` at once, `per_second` after that."""

    capacity: float
    per_second: float
    tokens: float
    at: float

    def take(self, now: float) -> float:
        """Take one token; returns 0.0, or the seconds until there is one when it is empty."""
        self.tokens = min(self.capacity, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.per_second


@dataclass(slots=True)
class Rates:
    """All buckets of one app. `enabled` False lets everything pass, for a benchmark that measures something else."""

    enabled: bool = True
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def retry_after(self, method: str, tier: str, channel: str | None, now: float) -> int | None:
        """None when the call may go ahead, else whole seconds for the header Retry-After.

        Slack evaluates limits per method, workspace and app; chat.postMessage has its own rule per channel besides.
        """
        if not self.enabled:
            return None
        per_minute = LIMITS[f"rate.{tier}"]
        waits = [self._take(method, per_minute, per_minute / 60, now)]
        if tier == "post_per_minute" and channel:
            waits.append(self._take(f"{method}:{channel}", LIMITS["rate.post_burst"], 1.0, now))
        wait = max(waits)
        return math.ceil(wait) if wait > 0 else None

    def _take(self, key: str, capacity: float, per_second: float, now: float) -> float:
        bucket = self.buckets.setdefault(key, Bucket(capacity, per_second, capacity, now))
        return bucket.take(now)
