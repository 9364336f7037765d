"""Decides which sessions a test run left behind: those that began while it ran and outlived it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from core.databases.model import Leak, Session

GRACE = timedelta(seconds=5)
"""How long pools may take to close after the last test."""


@dataclass(frozen=True, slots=True)
class Span:
    """A test run as far as it matters here."""

    run: str
    began_at: datetime
    ended_at: datetime


def find_leaks(
    runs: Sequence[Span], sessions: Sequence[Session], now: datetime, applications: Sequence[str] = ()
) -> tuple[Leak, ...]:
    """What each run left behind, the newest run first.

    A session counts for one run: the newest that it began in. `applications` are globs of the names that tests connect
    as; none means that every session may be one of theirs.
    """
    left = [each for each in sessions if _is_of(each, applications)]
    found: list[Leak] = []
    for run in sorted(runs, key=lambda each: each.began_at, reverse=True):
        if now < run.ended_at + GRACE:
            continue
        mine = [each for each in left if each.began_at is not None and run.began_at <= each.began_at <= run.ended_at]
        left = [each for each in left if each not in mine]
        if mine:
            found.append(Leak(run.run, run.ended_at, tuple(mine)))
    return tuple(found)


def new_since(before: Sequence[Session], after: Sequence[Session]) -> tuple[Session, ...]:
    """The sessions that are there after a run and were not before; a number that was given anew is another session."""
    known = {(each.pid, each.began_at) for each in before}
    return tuple(each for each in after if (each.pid, each.began_at) not in known)


def _is_of(session: Session, applications: Sequence[str]) -> bool:
    return not applications or any(fnmatchcase(session.application, glob) for glob in applications)
