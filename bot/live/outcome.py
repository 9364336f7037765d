"""What becomes of a watched run at its end: its reports brought in or pushed, its death told, what it used kept."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from bot.api import Whereabouts
from bot.live.child import shell_code
from core.clock import utc_now
from core.errors import ReportError, T12Error
from core.live.model import End, Ended, LiveRun
from core.live.observed import Observed, observed_to_json
from core.live.resources import Resources
from core.runs.model import RunMark
from core.settings import Sourced
from core.storage.database import Database

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run that has ended, with all that is known of it."""

    mark: RunMark
    end: End
    reports: Sequence[Path]
    observed: Observed


@dataclass(slots=True)
class Kept:
    """What became of it."""

    run_id: int | None = None
    name: str = ""
    """The run that its reports became, as people call it; empty where there is none."""
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Watched:
    """What came of it."""

    run: LiveRun
    end: End
    resources: Resources | None
    kept: Kept

    @property
    def exit_code(self) -> int:
        """The command's; of a run elsewhere 0 when it passed."""
        if self.end.exit_code is not None:
            return shell_code(self.end.exit_code)
        return 0 if self.end.how in (Ended.PASSED, Ended.NOTHING, Ended.STOPPED) else 1


class Keeping(Protocol):
    """Keeps what a run came to."""

    async def keep(self, outcome: Outcome) -> Kept: ...


class StoreKeeping:
    """Keeps it in the store of the settings."""

    def __init__(self, database: Database, sourced: Sourced) -> None:
        self._database = database
        self._sourced = sourced

    async def keep(self, outcome: Outcome) -> Kept:
        """The reports become a run, as `t12 ingest` makes it; a death is told, as `t12 ingest --died` tells it."""
        # What is needed when the run is over is read then: it would cost the run's first second.
        from bot.reactions import react_to_all  # noqa: PLC0415
        from core.failures.diagnose import diagnoser  # noqa: PLC0415
        from core.runs.deaths import Death, record_death  # noqa: PLC0415
        from core.runs.ingest import Ingest, Limits  # noqa: PLC0415

        kept, mark, end = Kept(), outcome.mark, outcome.end
        settings = self._sourced.settings
        limits = Limits(settings.ingest.max_bytes, settings.ingest.max_cases)
        flow = Ingest(
            self._database, diagnoser(settings.failures.rules), limits, settings.ingest.repeats, settings.zone
        )
        for path in outcome.reports:
            try:
                with path.open("rb") as raw:
                    stored = await flow.report(raw, mark, str(path), beside=outcome.observed.keep)
            except (ReportError, OSError) as error:
                kept.problems.append(f"{path}: {error}")
            else:
                kept.run_id, kept.name = stored.run.id, stored.run.name
        if end.how is Ended.DIED:
            death = Death(
                mark.suite, mark.branch, mark.revision, mark.run_key, mark.started_at, end.exit_code, end.why
            )  # fmt: skip
            await record_death(self._database, death, utc_now())
        await react_to_all(self._database, self._sourced)
        return kept


class PushKeeping:
    """Sends it to a T12 server."""

    def __init__(self, say: Say, server: Whereabouts) -> None:
        self._say = say
        self._server = server

    async def keep(self, outcome: Outcome) -> Kept:
        from bot.push import PushOptions, push  # noqa: PLC0415 - as above

        kept, mark = Kept(), outcome.mark
        options = PushOptions(
            paths=outcome.reports, suite=mark.suite, branch=mark.branch, revision=mark.revision, run=mark.run_key,
            variant=mark.variant or None, url=self._server.url, token=self._server.token,
            insecure=self._server.insecure, watched=json.dumps(observed_to_json(outcome.observed)).encode(),
        )  # fmt: skip
        if outcome.reports:
            pushed = await push(options, os.environ, self._say)
            kept.name = next((str(each.get("run")) for each in pushed.runs), "")
            kept.problems += [str(each["error"]) for each in (*pushed.rejected, *pushed.undelivered)]
        if outcome.end.how is Ended.DIED:
            died = replace(options, paths=(), died=True, exit_code=outcome.end.exit_code, why=outcome.end.why)
            pushed = await push(died, os.environ, self._say)
            kept.problems += [str(each["error"]) for each in (*pushed.rejected, *pushed.undelivered)]
        return kept


async def keep(keeping: Keeping, outcome: Outcome) -> Kept:
    """Keep it; a store or server that refuses costs a sentence, never the run's own exit code."""
    try:
        return await keeping.keep(outcome)
    except (T12Error, OSError) as error:
        return Kept(problems=[str(error)])

