"""Every question a person can ask, in Slack or in a terminal, over one store."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from core.briefings.store import newest_mornings
from core.causes import explain_failures, explain_test
from core.checklists.matrix import MatrixReport, answer_matrix
from core.checks import Finding, run_check
from core.clock import Clock, utc_now
from core.conditions import test_with_conditions, with_conditions
from core.databases.model import DatabaseReport
from core.doctor import DoctorReport, examine
from core.failures.answer import answer_failures, answer_flaky, answer_runs, answer_test
from core.failures.overnight import Overnight, answer_overnight, night_before
from core.failures.report import FailuresReport, FlakyReport, RunsReport, TestReport
from core.health.answer import answer_health
from core.health.card import RunCard, answer_card
from core.health.model import HealthReport
from core.incidents.detect import Facts
from core.incidents.facts import read_facts
from core.incidents.model import Incident, Mute
from core.incidents.store import muted_tests, open_incidents
from core.live.answer import answer_resources, watched_since
from core.live.report import ResourcesReport, WatchedRun
from core.mocks.report import MocksReport
from core.performance.answer import answer_slow
from core.performance.model import SlowReport
from core.programs import Ran, run_program
from core.runs.history import find_run
from core.settings import Settings, Sourced
from core.storage.database import Database
from core.storage.tables import suite as suite_table


class Answers:
    """Answers questions; every method raises a `T12Error` whose message may be shown as it is.

    A suite that is not named is the configured one, or the newest run's; a branch that is not named is the
    configured default branch, or all branches as one time line.
    """

    def __init__(self, database: Database, sourced: Sourced, clock: Clock = utc_now) -> None:
        self._database = database
        self._sourced = sourced
        self._settings = sourced.settings
        self._clock = clock

    async def health(self, *, suite: str | None = None, branch: str | None = None) -> HealthReport:
        """How the suite is."""
        suite = await self._suite(suite)
        async with self._database.read() as connection:
            health = self._settings.health
            expected = timedelta(hours=health.report_every_hours) if health.report_every_hours else None
            return await answer_health(
                connection,
                suite,
                self._branch(branch),
                self._clock(),
                window_runs=health.window_runs,
                report_every=expected,
            )

    async def failures(
        self, run: str | None = None, *, suite: str | None = None, branch: str | None = None
    ) -> FailuresReport:
        """Why a run failed; the newest one if none is named."""
        if run is None:
            suite, branch = await self._suite(suite), self._branch(branch)
        async with self._database.read() as connection:
            report = await answer_failures(connection, run, suite, branch)
            report = await with_conditions(connection, report)
            return await explain_failures(connection, report, self._project) if self._project else report

    async def flaky(self, *, suite: str | None = None, branch: str | None = None) -> FlakyReport:
        """Which tests are flaky or broken."""
        suite = await self._suite(suite)
        async with self._database.read() as connection:
            window = self._settings.health.window_runs
            return await answer_flaky(connection, suite, self._branch(branch), self._clock(), window_runs=window)

    async def slow(self, *, suite: str | None = None, branch: str | None = None) -> SlowReport:
        """How long the tests take, and which became slower."""
        suite = await self._suite(suite)
        async with self._database.read() as connection:
            window = self._settings.health.window_runs
            return await answer_slow(connection, suite, self._branch(branch), window_runs=window)

    async def resources(
        self, run: str | None = None, *, suite: str | None = None, branch: str | None = None
    ) -> ResourcesReport:
        """What the last watched runs used, or the one that is named."""
        if run is None:
            suite, branch = await self._suite(suite), self._branch(branch)
        async with self._database.read() as connection:
            return await answer_resources(connection, run, suite, branch)

    async def watched_since(self, since: datetime) -> tuple[WatchedRun, ...]:
        """What the watched runs used that began since then."""
        async with self._database.read() as connection:
            return await watched_since(connection, since)

    async def test(self, part: str, *, suite: str | None = None, branch: str | None = None) -> TestReport:
        """The history of one test, named by any unambiguous part of its name."""
        suite = await self._suite(suite)
        async with self._database.read() as connection:
            window = self._settings.health.window_runs
            branch, now = self._branch(branch), self._clock()
            report = await answer_test(connection, suite, part, branch, now, window_runs=window)
            report = await test_with_conditions(connection, report)
            return await explain_test(connection, report, self._project) if self._project else report

    async def runs(self, *, suite: str | None = None, branch: str | None = None, limit: int = 20) -> RunsReport:
        """The newest runs."""
        suite = await self._suite(suite)
        async with self._database.read() as connection:
            return await answer_runs(connection, suite, branch, limit=limit)

    async def card(self, run_id: int) -> RunCard:
        """What a run's card shows; raises `NotFoundError` when the run is gone."""
        window = self._settings.health.window_runs
        async with self._database.read() as connection:
            return await answer_card(
                connection, run_id, self._settings.default_branch, self._clock(), window_runs=window
            )

    async def facts(self, run_id: int) -> Facts:
        """What a run says about incidents. Raises `NotFoundError` when it is gone."""
        async with self._database.read() as connection:
            return await read_facts(
                connection,
                run_id,
                self._settings.default_branch,
                self._clock(),
                window_runs=self._settings.health.window_runs,
            )

    async def check(self, name: str, value: float | None = None) -> Finding:
        """Whether a named check passes, with its evidence. Raises `UsageError` for a name that is none."""
        return await run_check(self, name, value)

    async def overnight(self, since: datetime | None = None) -> Overnight:
        """What failed since an instant; since the last business day ended if none is given."""
        suite = await self._suite(None)
        since = since or night_before(self._clock(), self._settings.business_calendar)
        async with self._database.read() as connection:
            return await answer_overnight(connection, suite, self._branch(None), since)

    async def last_morning(self) -> tuple[datetime, float] | None:
        """When the newest morning check was made, and its score; None before the first."""
        async with self._database.read() as connection:
            made = await newest_mornings(connection)
        return (made[0].at, made[0].score) if made else None

    async def program(self, words: Sequence[str], seconds: float) -> Ran:
        """Run a program of the settings in the project's folder; it gets the project's variables."""
        return await run_project_program(self._settings, words, seconds)

    async def open_incidents(self) -> tuple[Incident, ...]:
        """The incidents that are open, the oldest first."""
        async with self._database.read() as connection:
            return tuple(await open_incidents(connection))

    async def muted(self) -> tuple[Mute, ...]:
        """The tests that are muted now."""
        async with self._database.read() as connection:
            return tuple(await muted_tests(connection, self._clock()))

    async def mocks(self, component: str | None = None) -> MocksReport:
        """Which mocks of the configured project contradict production; of one component when it is named."""
        from core.mocks.answer import CACHE, answer_mocks  # noqa: PLC0415 - a third of the start-up, needed for this alone

        report = await answer_mocks(self._database, self._settings.audited, self._clock(), cache=CACHE)
        return report.about(component) if component is not None else report

    async def databases(self) -> tuple[DatabaseReport, ...]:
        """How the databases that tests use are; each is looked at within its own timeout."""
        return await self._look_at_databases(None)

    async def database(self, name: str) -> DatabaseReport:
        """How one of them is."""
        return (await self._look_at_databases(name))[0]

    async def _look_at_databases(self, name: str | None) -> tuple[DatabaseReport, ...]:
        from core.databases.answer import Databases  # noqa: PLC0415 - the driver costs start-up, needed for this alone

        return await Databases(self._database, self._settings.databases, self._clock).look(name)

    async def matrix(self, *, suite: str | None = None, branch: str | None = None) -> MatrixReport:
        """When each category of tests last ran, and what is overdue."""
        suite = await self._suite(suite)
        async with self._database.read() as connection:
            suite = suite or (await find_run(connection, None)).suite
            return await answer_matrix(connection, suite, self._branch(branch), self._settings, self._clock())

    async def doctor(self) -> DoctorReport:
        """What is configured, reachable, stale or blind."""
        return await examine(self._database, self._sourced, self._clock())

    @property
    def _project(self) -> str | None:
        """What the audits of the configured project are kept under."""
        project = self._settings.audited.project
        return str(project.resolve()) if project is not None else None

    @property
    def settings(self) -> Settings:
        """As they were read when T12 began."""
        return self._settings

    def now(self) -> datetime:
        """The present instant, as everything here is judged."""
        return self._clock()

    def _branch(self, named: str | None) -> str | None:
        return named if named is not None else self._settings.default_branch

    async def _suite(self, named: str | None) -> str | None:
        """The suite meant; None, which is the newest run's, where the configured one has no report."""
        if named is not None:
            return named
        async with self._database.read() as connection:
            own = await connection.execute(select(suite_table.c.name).where(suite_table.c.name == self._settings.suite))
            return own.scalar()


async def run_project_program(settings: Settings, words: Sequence[str], seconds: float) -> Ran:
    """Run a program in the project's folder, or this one where none is configured, with the project's variables."""
    slack = settings.slack
    secrets = [each.get_secret_value() for each in (slack.bot_token, slack.app_token, slack.signing_secret) if each]
    folder = settings.project_path or Path.cwd()
    return await run_program(words, folder, seconds, variables=settings.project.variables, secrets=secrets)
