"""Takes the word of somebody who saw a run begin and leave no report."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from core.errors import ReportError
from core.redact import redact
from core.runs.identity import clean
from core.storage.database import Database
from core.storage.events import record

LONGEST_WHY = 300
CONSOLE_TAIL = 64 << 10
"""So much of the end of a console is looked at, in characters."""

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_TELLING = re.compile(
    r"\b(?:Timeout|Killed|Terminated|Aborted|Segmentation fault|core dumped|[Oo]ut of memory|OOM|SIG[A-Z]{3,6}|"
    r"Fatal Python error|INTERNALERROR|No space left|MemoryError|\w+(?:Error|Exception):)|exit(?:ed)? (?:with )?code"
)
_TEST_FILE = re.compile(r"[\w./\\-]*\btests?[/\\_][\w./\\-]*\.\w{1,4}\b(?:::\S+|\"?, line \d+)?")
_FUTURE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Death:
    """A run that died, as its sender tells it."""

    suite: str
    branch: str | None = None
    revision: str | None = None
    run_key: str | None = None
    started_at: datetime | None = None
    exit_code: int | None = None
    why: str = ""

    @property
    def key(self) -> str:
        """The same for every repeat: suite, branch and revision with the run's name, else with its start."""
        which = self.run_key or (self.started_at.astimezone(UTC).isoformat() if self.started_at else "")
        words = "\x1f".join((self.suite, self.branch or "", self.revision or "", which))
        return f"died:{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()}"


async def record_death(database: Database, death: Death, now: datetime) -> bool:
    """Record `RunDied`; False when it was known already. Raises `ReportError` for a suite without a name."""
    death = _cleaned(death)
    if death.started_at is not None and death.started_at > now + _FUTURE:
        raise ReportError(f"started_at {death.started_at:%Y-%m-%d} lies in the future", reason="bad-mark")
    began = (death.started_at or now).astimezone(UTC).isoformat()
    try:
        async with database.write() as connection:
            await record(
                connection, "RunDied", now, request=death.key, suite=death.suite, branch=death.branch,
                revision=death.revision, exit_code=death.exit_code, why=death.why, started_at=began,
            )  # fmt: skip
    except IntegrityError:
        return False
    return True


def last_words(console: str) -> str:
    """What the end of a console says about the death: its last telling line and the last test file it names.

    Without secrets, at most 300 characters; without anything telling it is the last line.
    """
    lines = [clean(line).strip() for line in _COLOURS.sub("", console[-CONSOLE_TAIL:]).splitlines()]
    lines = [line for line in lines if re.search(r"\w", line)]
    if not lines:
        return ""
    telling = _last(line for line in lines if _TELLING.search(line)) or lines[-1]
    told = [telling.strip("+-=_*~ ")]
    place = _last(found[0] for line in lines if (found := _TEST_FILE.search(line)))
    if place is not None and place not in telling:
        told.append(f"last test file named: {place.replace(chr(34), '')}")
    return redact("; ".join(told))[:LONGEST_WHY]


def _last(found: Iterable[str]) -> str | None:
    return next(iter(list(found)[::-1]), None)


def _cleaned(death: Death) -> Death:
    def kept(text: str | None, limit: int) -> str | None:
        return (clean(text).strip()[:limit] or None) if text else None

    suite = kept(death.suite, 200)
    if suite is None:
        raise ReportError("the suite has no name; give one with --suite", reason="bad-mark")
    return Death(
        suite, kept(death.branch, 300), kept(death.revision, 100), kept(death.run_key, 300), death.started_at,
        death.exit_code, redact(clean(death.why).strip())[:LONGEST_WHY],
    )  # fmt: skip
