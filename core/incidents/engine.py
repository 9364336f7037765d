"""What runs and the clock do to incidents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from core.incidents import lifecycle
from core.incidents.detect import Colour, Facts, Joining, Opening, Plan, decide, green_runs_needed
from core.incidents.emergencies import Emergencies
from core.incidents.ledger import Ledger, Transition
from core.incidents.lifecycle import Who
from core.incidents.model import ENGINE, Change, Incident, Kind, Severity, Status
from core.incidents.severity import Judged, kind_of
from core.incidents.store import (
    StaleError,
    decided_so_far,
    due_incidents,
    lock_suite,
    oldest_due,
    open_of,
    resolved_since,
)
from core.runs.history import recent_runs, suite_named, suites
from core.runs.store import suite_id_for
from core.storage.events import oldest_open
from core.storage.outbox import oldest_waiting

FRESH = timedelta(days=1)
"""A run that is older when it comes in is history that somebody loads: its incidents are kept, nobody is told."""

SILENT_AFTER_DAYS = 30
"""A suite without a report for so long is gone: nobody waits for it."""

LATE = timedelta(minutes=1)
LATE_OUTBOX = timedelta(minutes=5)
"""How late an escalation, or a report or a message, may be before T12 raises its own alarm."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Decides by itself; people decide through `core.incidents.flows`."""

    ledger: Ledger

    async def take_run(self, connection: AsyncConnection, facts: Facts) -> None:
        """What follows from a run that came in, in the caller's transaction.

        Raises `StaleError` when another run was decided since the facts were read: read them again.
        """
        run, now, policy = facts.run, self.ledger.clock(), self.ledger.policy
        is_fresh = now - run.started_at <= FRESH
        at = now if is_fresh else run.started_at
        suite_id = (await suite_named(connection, run.suite)).id
        await lock_suite(connection, suite_id)
        if facts.decided is not None and facts.decided != await decided_so_far(connection, suite_id):
            raise StaleError(f"incidents of {run.suite} changed while run {run.name} was read; try again")
        opened = await open_of(connection, suite_id)
        resolved = await resolved_since(connection, suite_id, at - policy.reopen)
        plan = decide(facts, opened, resolved, policy.reading, rate_of=policy.settings.incidents.rate_of)
        shown = []
        for each in (*opened, *resolved):
            change = self._by_run(each, plan, facts, at, is_fresh=is_fresh)
            saved = await self.ledger.save(connection, each, change, at)
            shown += [saved.incident] if each.id in plan.joins else []
        for opening in plan.openings:
            shown.append(await self.ledger.open(
                connection, opening, at, suite_id=suite_id, run=run, last_good_run_id=facts.last_good_run_id,
                is_fresh=is_fresh,
            ))  # fmt: skip
        if is_fresh:
            await self._respond(connection, shown, facts, at)

    async def _respond(
        self, connection: AsyncConnection, shown: Sequence[Incident], facts: Facts, at: datetime
    ) -> None:
        """Begin the emergency response where security tests fail."""
        reading = self.ledger.policy.reading
        security = {
            test_id for test_id, named in facts.named.items() if (kind_of(named, reading) or ("",))[0] == "security"
        }
        for each in shown:
            if security & each.test_ids:
                await Emergencies(self.ledger).begin_by_itself(connection, each, at)

    def _by_run(self, incident: Incident, plan: Plan, facts: Facts, at: datetime, *, is_fresh: bool) -> Change:
        """What the run does to an incident that is known."""
        run, joining = facts.run, plan.joins.get(incident.id)
        if joining is not None:
            change = self._joined(incident, joining, facts, at)
            is_untold = is_fresh and change.incident.announced_at is None
            return self._announced(change, at) if is_untold else change
        colour = plan.colours.get(incident.id)
        if colour is Colour.GREEN:
            needed = green_runs_needed(incident.kind, self.ledger.policy.settings.incidents.green_runs)
            return lifecycle.turn_green(incident, at, run.id, needed)
        if colour is Colour.RED:
            red = lifecycle.wait_again(incident, at, self.ledger.due).incident
            return lifecycle.turn_red(red, run.id, incident.failing)
        return Change(incident)

    def _joined(self, incident: Incident, joining: Joining, facts: Facts, at: datetime) -> Change:
        run, tests = facts.run, joining.tests
        families = [group.family for group in joining.groups]
        steps: list[Transition] = [lambda one, now: lifecycle.wait_again(one, now, self.ledger.due)]
        if incident.status is Status.RESOLVED:
            back = f"the same failures are back in run {run.name}"
            told = self.ledger.told(incident, 0, at)
            steps.append(lambda one, now: lifecycle.reopen(one, now, self.ledger.due, told, back))
        failing = len(tests) or incident.failing
        steps.append(lambda one, now: lifecycle.join(one, now, run.id, run.branch, tests, families, failing))
        # The same failures in a smaller run are not worse; more of them are.
        grew = any(each.test_id not in incident.test_ids for each in tests) or not tests
        if facts.storm is None and grew:
            judged, path = joining.judged, self.ledger.policy.path(joining.judged.severity)
            steps.append(
                lambda one, now: lifecycle.worsen(one, now, judged.severity, judged.rule, path, self.ledger.due)
            )
        if incident.held_for_run:
            still = f"run {run.name} still shows it"
            steps.append(lambda one, now: lifecycle.expire(one, now, self.ledger.due, still))
        return _in_turn(incident, at, steps)

    def _announced(self, change: Change, at: datetime) -> Change:
        """An incident that was history until now is told from now on."""
        incident = replace(change.incident, channel=self.ledger.policy.channel)
        told = lifecycle.trigger(incident, at, self.ledger.due, self.ledger.told(incident, incident.level, at))
        return Change(told.incident, (*change.events, *told.events))

    async def take_death(self, connection: AsyncConnection, at: datetime, data: Mapping[str, Any]) -> None:
        """A run began and left no report. `data`: suite, branch, revision, exit_code, why, started_at."""
        suite = str(data.get("suite") or self.ledger.policy.settings.suite)
        branch = data.get("branch") or None
        judged_branch = self.ledger.policy.settings.default_branch
        if judged_branch is not None and branch != judged_branch:
            return
        started = data.get("started_at")
        began = datetime.fromisoformat(started) if isinstance(started, str) else at
        now = self.ledger.clock()
        is_fresh = now - began <= FRESH
        suite_id = await suite_id_for(connection, suite)
        await lock_suite(connection, suite_id)
        if any(each.branch == branch for each in await open_of(connection, suite_id, Kind.DIED)):
            return
        told = [f"exit code {data['exit_code']}"] if data.get("exit_code") is not None else []
        told += [f"revision {data['revision']}"] if data.get("revision") else []
        told += [str(data["why"])[:300]] if data.get("why") else []
        judged = Judged(
            Severity.HIGH, "a run without a report says nothing: neither that tests fail nor that they pass"
        )
        opening = Opening(
            Kind.DIED, "A run died and left no report", Kind.DIED.value, judged, note=", ".join(told)
        )  # fmt: skip
        await self.ledger.open(
            connection, opening, now if is_fresh else began, suite_id=suite_id, branch=branch, is_fresh=is_fresh
        )

    async def tick(self) -> int:
        """Do what the clock says is due; returns how much there was. Each incident is a transaction of its own.

        Raises an `ExceptionGroup` at the end for those that could not be done.
        """
        async with self.ledger.database.read() as connection:
            due = await due_incidents(connection, self.ledger.clock())
        failed: list[Exception] = []
        for id_ in due:
            try:
                await self.ledger.change_now(id_, self._on_time)
            except Exception as error:  # one that cannot be done keeps nobody else waiting
                failed.append(error)
        if failed:
            raise ExceptionGroup("what is due could not be done", failed)
        return len(due)

    def _on_time(self, incident: Incident, now: datetime) -> Change:
        ledger = self.ledger
        if not incident.is_open:
            return Change(incident)
        if incident.snoozed_until is not None:
            told = ledger.told(incident, incident.level, now)
            return (
                lifecycle.wake(incident, now, ledger.due, told) if incident.snoozed_until <= now else Change(incident)
            )
        if incident.held_until is not None and incident.held_until <= now:
            return lifecycle.expire(incident, now, ledger.due, "its time is over")
        if incident.due_at is not None and incident.due_at <= now and incident.status is Status.TRIGGERED:
            told = ledger.told(incident, incident.level + 1, now)
            return lifecycle.escalate(incident, Who(ENGINE), now, ledger.due, told)
        return Change(incident)

    async def watch(self) -> None:
        """Look for silence: reports that do not come, and work of our own that stands still."""
        now = self.ledger.clock()
        every = self.ledger.policy.settings.health.report_every_hours
        async with self.ledger.database.read() as connection:
            silent = await self._silent_suites(connection, now, timedelta(hours=every)) if every else []
            late = await self._own_lateness(connection, now)
        for suite_id, opening in silent:
            await self._open_once(opening, suite_id)
        if late is not None:
            await self._open_once(late, None)
        else:
            await self._close_watch()

    async def lateness(self) -> str | None:
        """A sentence that says what of T12's own work is late; None when all is on time."""
        async with self.ledger.database.read() as connection:
            late = await self._own_lateness(connection, self.ledger.clock())
        return late.judged.rule if late is not None else None

    async def _silent_suites(
        self, connection: AsyncConnection, now: datetime, every: timedelta
    ) -> list[tuple[int, Opening]]:
        found = []
        for suite in await suites(connection):
            runs = await recent_runs(
                connection, suite.id, branch=self.ledger.policy.settings.default_branch, limit=1
            )  # fmt: skip
            if not runs or not every < now - runs[0].started_at < max(timedelta(days=SILENT_AFTER_DAYS), 10 * every):
                continue
            hours = (now - runs[0].started_at).total_seconds() / 3600
            rule = f"no report for {hours:.0f} hours; one is expected every {every.total_seconds() / 3600:g}"
            title = f"No report of {suite.name} since {runs[0].started_at:%Y-%m-%d %H:%M} UTC"
            found.append((suite.id, Opening(Kind.SILENT, title, Kind.SILENT.value, Judged(Severity.MEDIUM, rule))))
        return found

    async def _own_lateness(self, connection: AsyncConnection, now: datetime) -> Opening | None:
        due, waiting, unread = (
            await oldest_due(connection), await oldest_waiting(connection), await oldest_open(connection),
        )  # fmt: skip
        if due is not None and now - due > LATE:
            rule = f"an escalation has been due for {int((now - due).total_seconds())} s"
        elif unread is not None and now - unread > LATE_OUTBOX:
            rule = f"a report has waited to be read for {int((now - unread).total_seconds())} s"
        elif waiting is not None and now - waiting > LATE_OUTBOX:
            rule = f"a message to Slack has waited for {int((now - waiting).total_seconds())} s"
        else:
            return None
        return Opening(Kind.WATCH, "T12 itself is late", Kind.WATCH.value, Judged(Severity.HIGH, rule))

    async def _open_once(self, opening: Opening, suite_id: int | None) -> None:
        async with self.ledger.database.write() as connection:
            await lock_suite(connection, suite_id)
            if not await open_of(connection, suite_id, opening.kind):
                await self.ledger.open(connection, opening, self.ledger.clock(), suite_id=suite_id)

    async def _close_watch(self) -> None:
        async with self.ledger.database.read() as connection:
            late = [each.id for each in await open_of(connection, None, Kind.WATCH)]
        for id_ in late:
            await self.ledger.change(
                id_, lambda one, at: lifecycle.resolve(one, Who(ENGINE), at, "it is on time again")
            )


def _in_turn(incident: Incident, at: datetime, steps: Sequence[Transition]) -> Change:
    change = Change(incident)
    for step in steps:
        done = step(change.incident, at)
        change = Change(done.incident, (*change.events, *done.events), done.answer)
    return change
