"""Watches a database while tests run: small looks, and which failures began while something was wrong with it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from operator import attrgetter
from statistics import median

from core.databases.address import PostgresAddress, read_address
from core.databases.judge import blocked_too_long, idle_too_long, limits_of
from core.databases.model import DatabaseSample
from core.databases.postgres import read_postgres
from core.databases.sqlite import lock_holders
from core.databases.wording import named_holder
from core.errors import DatabaseError, SettingsError
from core.quantities import span
from core.settings import DatabaseSettings
from core.statistics import beta_cdf

FEW = 0.05
"""A coincidence this likely is none worth telling."""
_LONGEST_GAP = 60.0
"""Seconds from a failure to a look that may tell of it."""


async def sample(name: str, settings: DatabaseSettings, now: datetime) -> DatabaseSample:
    """One look, within `timeout_seconds`; it never raises, what went wrong is its `error`."""
    idle = settings.idle_seconds
    try:
        address = read_address(name, settings)
        if not isinstance(address, PostgresAddress):
            holders = await asyncio.to_thread(lock_holders, address.path) or ()
            writers = tuple(named_holder(each.pid, each.program) for each in holders if each.lock != "read")
            error = "" if address.path.is_file() else f"there is no file {address.path.name}"
            return DatabaseSample(name, now, writers=writers, error=error, idle_seconds=idle)
        found = await read_postgres(address, settings.timeout_seconds)
    except (DatabaseError, SettingsError) as error:
        return DatabaseSample(name, now, error=str(error), idle_seconds=idle)
    limits = limits_of(settings)
    return DatabaseSample(
        name, now, found.active, len(found.sessions), idle_too_long(found, limits), blocked_too_long(found, limits),
        idle_seconds=idle,
    )  # fmt: skip


def explain(moments: Sequence[datetime], samples: Sequence[DatabaseSample]) -> tuple[str, ...]:
    """Which of the failures that began at `moments` coincide with trouble of a database; a sentence each.

    It is told when failures that had nothing to do with it would rarely have met it as often, going by all looks at the
    database: what is always so explains nothing. A failure that no look is near to is not counted as meeting it.
    """
    found: list[str] = []
    for name, looks in groupby(sorted(samples, key=attrgetter("name", "at")), key=attrgetter("name")):
        found += _coincidences(name, moments, list(looks))
    return tuple(found)


def _coincidences(name: str, moments: Sequence[datetime], looks: Sequence[DatabaseSample]) -> list[str]:
    gaps = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(looks)]
    near = timedelta(seconds=min(_LONGEST_GAP, max(1.0, median(gaps))) if gaps else _LONGEST_GAP)
    nearest = [min(looks, key=lambda look: abs(look.at - moment)) for moment in moments]
    close = [look for look, moment in zip(nearest, moments, strict=True) if abs(look.at - moment) <= near]
    told = []
    for count, words in _TROUBLES:
        during = [count(look) for look in close if count(look)]
        so = sum(bool(count(look)) for look in looks)
        if during and _is_telling(len(during), len(close), so, len(looks)):
            began = f"{len(during)} of {len(moments)} began while {words(during, looks[0].idle_seconds)}"
            told.append(f"{began} on {name}, as in {so} of {len(looks)} looks.")
    return told


def _is_telling(during: int, failures: int, so: int, looks: int) -> bool:
    """Whether so many failures would rarely meet the trouble if they came at any look: the tail of a binomial."""
    return so < looks and beta_cdf(so / looks, during, failures - during + 1) <= FEW


def _idle(counts: Sequence[int], seconds: float) -> str:
    limit = span(timedelta(seconds=seconds))
    return f"{_many(counts, 'session was', 'sessions were')} idle in transaction over {limit}"


def _blocked(counts: Sequence[int], _seconds: float) -> str:
    return f"{_many(counts, 'session', 'sessions')} waited for a lock"


def _writers(_counts: Sequence[int], _seconds: float) -> str:
    return "a process held the write lock"


def _away(_counts: Sequence[int], _seconds: float) -> str:
    return "it could not be reached"


def _many(counts: Sequence[int], one: str, several: str) -> str:
    low, high = min(counts), max(counts)
    return f"{low} {one if high == 1 else several}" if low == high else f"{low} to {high} {several}"


_TROUBLES: tuple[tuple[Callable[[DatabaseSample], int], Callable[[Sequence[int], float], str]], ...] = (
    (lambda look: len(look.idle_in_transaction), _idle),
    (lambda look: len(look.blocked), _blocked),
    (lambda look: len(look.writers), _writers),
    (lambda look: int(bool(look.error)), _away),
)
"""How much of each trouble a look shows, and how it is said."""
