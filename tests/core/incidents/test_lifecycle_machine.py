"""Whatever people, runs, the clock and crashes do to incidents, in any order: what must never be never is.

The same machine is run over a store with seeded faults, each of which it must find.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from core.incidents import ledger, lifecycle, store
from core.incidents.causes import Group
from core.incidents.detect import Facts
from core.incidents.ledger import Answered
from core.incidents.lifecycle import Who
from core.incidents.model import Affected, Change, Event, Happened, Incident, Status
from core.runs.model import Outcome
from core.runs.store import suite_id_for
from core.storage.database import Database
from core.storage.events import was_requested
from tests.builders import a_run
from tests.core.incidents.keeping import Kept
from tests.stores import a_migrated_file

PEOPLE = st.sampled_from(["U1", "U2", "U3"])
HOLDS = st.sampled_from(["30m", "2h", "next_run", "resolved"])
STEPS = st.sampled_from([timedelta(), timedelta(minutes=20), timedelta(hours=1), timedelta(hours=3)])
TEST = Affected(1, "tests/test_app.py::test_1", "f")
NEWS = frozenset({Happened.TRIGGERED, Happened.REOPENED, Happened.ACK_EXPIRED, Happened.SEVERITY_CHANGED})
"""After these the ladder begins anew."""


class CrashError(Exception):
    """The process dies before its transaction is committed."""


class Machine(RuleBasedStateMachine):
    """One incident over a real store, and what people were told about it."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.kept = Kept(Database(f"sqlite:///{a_migrated_file(self.folder / 't12.db')}"))
        self.requests: dict[str, Callable[[str], Coroutine[Any, Any, Answered]]] = {}
        self.confirmed: dict[str, int] = {}
        self.version = -1
        self.number = 0
        self.runs = 0

    def teardown(self) -> None:
        self.loop.run_until_complete(self.kept.database.close())
        self.loop.close()
        shutil.rmtree(self.folder)

    def look(self) -> None:
        """Take the incident and its events as they are now."""
        self.found = self.do(self.kept.read())
        self.events = self.do(self.kept.events())

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    @initialize()
    def begins(self) -> None:
        self.do(self.run_comes(fails=True))
        self.look()

    def ask(self, act: Callable[[str], Coroutine[Any, Any, Answered]], *, crashes: bool = False) -> None:
        self.number += 1
        request = f"click-{self.number}"
        self.requests[request] = act
        self.send(request, crashes=crashes)

    def send(self, request: str, *, crashes: bool = False) -> None:
        before, was = self.events, self.found
        if crashes:
            with patch.object(ledger, "save_change", _crashing), pytest.raises(CrashError):
                self.do(self.requests[request](request))
            self.look()
            assert self.events == before, "a crash leaves nothing half done"
            return
        answered = self.do(self.requests[request](request))
        self.look()
        assert answered.sentence
        if answered.happened:
            assert request not in self.confirmed, "a request acts once"
            self.confirmed[request] = len(before)
        if was.status is Status.RESOLVED:
            assert self.found.status is Status.RESOLVED, "no click un-resolves"

    @rule(who=PEOPLE, hold=HOLDS)
    def acknowledge(self, who: str, hold: str) -> None:
        self.ask(lambda request: self.kept.flows.acknowledge(1, Who(who), hold, request=request))

    @rule(one=PEOPLE, other=PEOPLE)
    def acknowledge_at_once(self, one: str, other: str) -> None:
        """Two people at the same moment: one has it, the other is told who."""
        was = self.found

        async def both() -> list[Answered]:
            acts = (self.kept.flows.acknowledge(1, Who(who), "2h", request=f"{who}-{self.number}-{n}")
                    for n, who in enumerate((one, other)))  # fmt: skip
            return list(await asyncio.gather(*acts))

        self.number += 1
        answers = self.do(both())
        self.look()
        if was.status is Status.TRIGGERED:
            assert sum(each.happened for each in answers) == 1
        assert (
            (one == other) or was.status is not Status.TRIGGERED or any("Already" in each.sentence for each in answers)
        )

    @rule(who=PEOPLE)
    def resolve(self, who: str) -> None:
        self.ask(lambda request: self.kept.flows.resolve(1, Who(who), request=request))

    @rule(who=PEOPLE)
    def escalate(self, who: str) -> None:
        drawn = self.kept.now
        self.ask(lambda request: self.kept.flows.escalate(1, Who(who), drawn_at=drawn, request=request))

    @rule(who=PEOPLE, hours=st.integers(1, 30))
    def snooze(self, who: str, hours: int) -> None:
        until = self.kept.now + timedelta(hours=hours)
        self.ask(lambda request: self.kept.flows.snooze(1, Who(who), until, request=request))

    @rule(who=PEOPLE, to=PEOPLE)
    def hand_over(self, who: str, to: str) -> None:
        self.ask(lambda request: self.kept.flows.hand_over(1, Who(who), to, request=request))

    @rule(who=PEOPLE)
    def note(self, who: str) -> None:
        self.ask(lambda request: self.kept.flows.note(1, Who(who), "seen", request=request))

    @rule(who=PEOPLE)
    def crash_between_decision_and_commit(self, who: str) -> None:
        self.ask(lambda request: self.kept.flows.note(1, Who(who), "lost", request=request), crashes=True)

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def deliver_again(self, data: st.DataObject) -> None:
        self.send(data.draw(st.sampled_from(sorted(self.requests))))

    @rule(step=STEPS, back=st.booleans())
    def time_passes(self, step: timedelta, back: bool) -> None:
        self.kept.now += -min(step, timedelta(minutes=20)) if back else step
        self.do(self.tick())
        self.look()

    async def tick(self) -> None:
        """Two replicas tick at once."""
        await asyncio.gather(self.kept.tick(), self.kept.tick())

    @rule(fails=st.booleans())
    def a_run_comes(self, fails: bool) -> None:
        self.do(self.run_comes(fails=fails))
        self.look()

    async def run_comes(self, *, fails: bool) -> None:
        self.runs += 1
        run = a_run(self.runs, started_at=self.kept.now)
        group = Group("f", "assert 1 == 2", "assertion", False, (TEST,), frozenset(), False, False)
        outcome = Outcome.FAILED if fails else Outcome.PASSED
        facts = Facts(run, True, groups=(group,) if fails else (), outcomes={TEST.test_id: outcome})
        async with self.kept.database.write() as connection:
            await suite_id_for(connection, run.suite)
            await self.kept.engine.take_run(connection, facts)

    @invariant()
    def nothing_is_to_come_where_nobody_waits(self) -> None:
        found = self.found
        waits = found.status is Status.TRIGGERED and found.snoozed_until is None and not found.green_runs
        ended = [each.type for each in self.events]
        if not waits:
            assert found.due_at is None
        elif Happened.ESCALATION_ENDED not in ended:
            assert found.due_at is not None
        if found.status is not Status.ACKNOWLEDGED:
            assert (found.held_until, found.held_for_run) == (None, False)

    @invariant()
    def versions_only_grow(self) -> None:
        found = self.found
        assert found.version >= self.version
        self.version = found.version

    @invariant()
    def each_level_is_told_once_and_nobody_is_told_of_what_somebody_has(self) -> None:
        is_held, level = False, 0
        for each in self.events:
            if each.type is Happened.ESCALATED:
                assert not (is_held and each.by == "t12"), "escalated after it was acknowledged"
                assert each.data["level"] == level + 1
                is_held, level = False, level + 1
            elif each.type in (Happened.ACKNOWLEDGED, Happened.HANDED_OVER):
                is_held = True
            elif each.type in NEWS:
                is_held, level = is_held and each.type is Happened.SEVERITY_CHANGED, 0
            elif each.type is Happened.RESOLVED:
                is_held = False
        found = self.found
        assert found.level == level
        assert is_held is (found.status is Status.ACKNOWLEDGED)

    @invariant()
    def what_it_is_follows_from_its_events(self) -> None:
        found, types = self.found, [each.type for each in self.events]
        assert found.reopened == types.count(Happened.REOPENED)
        assert found.is_open is (types.count(Happened.RESOLVED) == types.count(Happened.REOPENED))


async def _crashing(*_args: object, **_more: object) -> Change:
    raise CrashError


def play(examples: int) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Machine,
        settings=settings(
            max_examples=examples, stateful_step_count=25, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate,),
        ),
    )  # fmt: skip


def test_nothing_that_must_never_be_ever_is() -> None:
    play(10)


async def _last_writer_wins(
    connection: AsyncConnection, before: Incident, change: Change, *, request: str | None = None
) -> Change:
    """No compare-and-set: what somebody else wrote meanwhile is overwritten."""
    now = await store.read_incident(connection, before.id)
    assert now is not None
    return await store.save_change(connection, replace(before, version=now.version), change, request=request)


class _Racing:
    """Those who change an incident at this moment: nobody writes before all have read, however busy the machine is."""

    begun = 0
    read = 0


async def _unlocked(self: Any, id_: int, step: Any, *, request: str | None = None, beside: Any = None) -> Answered:
    """Decides on what was read before the transaction began."""
    _Racing.begun += 1
    try:
        async with self.database.read() as connection:
            before = await store.read_incident(connection, id_)
        assert before is not None
        _Racing.read += 1
        while _Racing.read < _Racing.begun:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        async with self.database.write() as connection:
            if request is not None and await was_requested(connection, request):
                return Answered(before, "That was done already.", happened=False)
            change = await self.save(connection, before, step(before, self.clock()), self.clock(), request=request)
    finally:
        _Racing.begun, _Racing.read = _Racing.begun - 1, _Racing.read - 1
    return Answered(change.incident, change.answer or "Done.", change.happened)


@contextmanager
def no_compare_and_set() -> Iterator[None]:
    with patch.object(ledger, "save_change", _last_writer_wins), patch.object(ledger.Ledger, "change", _unlocked):
        yield


@contextmanager
def no_memory_of_requests() -> Iterator[None]:
    async def never(*_: object) -> bool:
        return False

    real = store.save_change

    async def forgetful(
        connection: AsyncConnection, before: Incident, change: Change, *, request: str | None = None
    ) -> Change:
        return await real(connection, before, change, request=None)

    with patch.object(ledger, "was_requested", never), patch.object(ledger, "save_change", forgetful):
        yield


@contextmanager
def an_acknowledgement_that_stops_nothing() -> Iterator[None]:
    real = lifecycle.acknowledge

    def acknowledge(incident: Incident, *args: Any) -> Change:
        change = real(incident, *args)
        return replace(change, incident=replace(change.incident, due_at=incident.due_at))

    with patch.object(lifecycle, "acknowledge", acknowledge):
        yield


@contextmanager
def a_level_that_is_told_twice() -> Iterator[None]:
    real = lifecycle.escalate

    def escalate(incident: Incident, *args: Any, **more: Any) -> Change:
        change = real(incident, *args, **more)
        again: tuple[Event, ...] = change.events if change.incident.level > incident.level else ()
        return replace(change, events=(*change.events, *again))

    with patch.object(lifecycle, "escalate", escalate):
        yield


@contextmanager
def a_click_that_un_resolves() -> Iterator[None]:
    real = lifecycle.acknowledge

    def acknowledge(incident: Incident, who: Who, now: datetime, hold: Any) -> Change:
        return real(replace(incident, resolved_at=None), who, now, hold)

    with patch.object(lifecycle, "acknowledge", acknowledge):
        yield


@pytest.mark.parametrize(
    "fault",
    [
        no_compare_and_set,
        no_memory_of_requests,
        an_acknowledgement_that_stops_nothing,
        a_level_that_is_told_twice,
        a_click_that_un_resolves,
    ],
)
def test_a_seeded_fault_is_found(fault: Callable[[], Any]) -> None:
    with fault(), pytest.raises((AssertionError, ExceptionGroup)):
        play(80)
