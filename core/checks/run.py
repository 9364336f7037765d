"""Runs checks, side by side and each with its deadline. What goes wrong in one is its finding and stops no other."""

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic

from core.checks.databases import DATABASE_CHECKS
from core.checks.model import Asked, Check, Finding, judged, last_line, timed, unknown
from core.checks.project import PROJECT_CHECKS
from core.checks.smoke import SMOKE_CHECK
from core.checks.suite import SUITE_CHECKS
from core.errors import T12Error, UsageError
from core.settings import CheckSettings, Settings

_log = logging.getLogger("t12.checks")

_ALL = (*PROJECT_CHECKS, *DATABASE_CHECKS, SMOKE_CHECK, *SUITE_CHECKS)
_GRACE_SECONDS = 10
"""After its program's own time limit, until a check is given up."""
BUILT_IN: dict[str, Check] = {each.name: each for each in _ALL}
"""T12's own checks by name; the settings offer the same names."""


def checks_of(settings: Settings) -> Mapping[str, Check]:
    """Every check that may be named: T12's own, then the team's."""
    smoke = replace(SMOKE_CHECK, seconds=settings.project.smoke_seconds + _GRACE_SECONDS)
    own = {name: _own(name, each) for name, each in settings.checks.items()}
    return BUILT_IN | {smoke.name: smoke} | own


async def run_check(asked: Asked, name: str, value: float | None = None) -> Finding:
    """Run one check against its bound, or its default bound. Raises `UsageError` for a name that is none.

    What keeps a check from being asked, its deadline and errors of ours among it, is a finding of unknown state.
    """
    known = checks_of(asked.settings)
    check = known.get(name)
    if check is None:
        raise UsageError(f"{name!r} is no check; there are {', '.join(known)}")
    began = monotonic()
    try:
        found = await asyncio.wait_for(check.ask(asked, value), check.seconds)
    except TimeoutError:
        found = unknown(name, f"It took longer than {check.seconds:g} seconds and was stopped.")
    except T12Error as error:
        found = unknown(name, f"It could not be checked: {error}.")
    except Exception:
        error_id = secrets.token_hex(4)
        _log.exception("error %s: the check %s failed", error_id, name)
        found = unknown(name, f"Something went wrong on the side of T12; the log has it as {error_id}.")
    return timed(found, monotonic() - began)


async def run_checks(asked: Asked, names: Sequence[str]) -> tuple[Finding, ...]:
    """Run checks side by side; the findings are in the order of the names."""
    return tuple(await asyncio.gather(*(run_check(asked, name) for name in names)))


def _own(name: str, settings: CheckSettings) -> Check:
    program = Path(settings.command[0]).name

    async def ask(asked: Asked, _value: float | None) -> Finding:
        ran = await asked.program(settings.command, settings.seconds)
        if ran.problem:
            return unknown(name, f"{program}: {ran.problem}.", "", hint=settings.hint)
        told = f"{program} ended with exit code {ran.code}: {last_line(ran.output)}"
        return judged(name, ran.is_success, told, "", hint=settings.hint)

    return Check(name, name.replace("_", " ").capitalize(), ask, settings.seconds + _GRACE_SECONDS)
