"""What Slack said who belongs to what, remembered for some minutes."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic

from .gateway import SlackError

FRESH_SECONDS = 300.0
LAST_GOOD_SECONDS = 3600.0
"""How long an answer counts while Slack gives no newer one."""
AGAIN_SECONDS = 30.0
"""After an answer that did not come, Slack is left alone for so long."""
PATIENCE_SECONDS = 1.5
"""Less than a click may wait for its acknowledgement."""
_MOST = 500

_log = logging.getLogger("t12.slack")


@dataclass(slots=True)
class _Known:
    members: frozenset[str] | None = None
    good_at: float = 0.0
    asked_at: float = float("-inf")


class Remembered:
    """The members of groups or of channels, by id."""

    def __init__(self, ask: Callable[[str], Awaitable[frozenset[str]]], now: Callable[[], float] = monotonic) -> None:
        self._ask = ask
        self._now = now
        self._known: OrderedDict[str, _Known] = OrderedDict()

    async def members(self, id_: str) -> frozenset[str] | None:
        """Who belongs to it; None when Slack does not say and has not said for an hour."""
        known = self._known.setdefault(id_, _Known())
        self._known.move_to_end(id_)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        now = self._now()
        is_fresh = known.members is not None and now - known.good_at < FRESH_SECONDS
        if not is_fresh and now - known.asked_at >= AGAIN_SECONDS:
            known.asked_at = now
            try:
                known.members = await asyncio.wait_for(self._ask(id_), PATIENCE_SECONDS)
                known.good_at = now
                known.asked_at = float("-inf")
            except (SlackError, TimeoutError) as error:
                _log.warning("Slack does not say who belongs to %s: %s", id_, getattr(error, "code", "no answer"))
        return known.members if self._now() - known.good_at < LAST_GOOD_SECONDS else None
