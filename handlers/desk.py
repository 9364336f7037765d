"""What every listener works with: who answers, who sends, and what was already done."""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Protocol

from core.briefings.flows import Briefings
from core.briefings.model import Kind
from core.checklists.flows import Checklists
from core.clock import Clock
from core.databases.answer import Databases
from core.errors import NotFoundError, T12Error, UsageError
from core.incidents.flows import Incidents
from core.mocks.rules.explanation import explain_rule, is_rule_code

from .access import Access, DeniedError
from .answering import Answering
from .commands import Ask
from .databases.asked import read_words
from .gateway import Gateway, SlackError
from .messages.checklists import checklists_at_home
from .messages.database_cleanup import render_database_cleanup
from .messages.database_integrity import render_database_integrity
from .messages.databases import render_databases
from .messages.doctor import render_doctor
from .messages.failures import render_failures
from .messages.flaky import render_flaky
from .messages.health import render_health
from .messages.help import render_help, render_problem
from .messages.home import render_home, render_home_answer, render_onboarding
from .messages.incidents import incidents_at_home
from .messages.matrix import render_matrix
from .messages.message import Message
from .messages.mocks import render_mocks
from .messages.morning import render_morning
from .messages.pieces import Json
from .messages.report import render_report
from .messages.resources import render_resources
from .messages.rule import render_rule
from .messages.runs import render_runs
from .messages.slow import render_slow
from .messages.test import render_test
from .messages.told import told
from .work import OnError, Work

_log = logging.getLogger("t12.slack")

Deliver = Callable[[Message], Awaitable[None]]


class Seen(Protocol):
    """Remembers for some minutes what was done, on every replica."""

    async def is_new(self, *parts: str) -> bool:
        """Remember `parts`; False when they were remembered before."""
        ...

    async def forget(self, *parts: str) -> None: ...


class Recently:
    """The keys of the last seconds, in this process."""

    def __init__(self, seconds: float, most: int = 10_000) -> None:
        self._seconds = seconds
        self._most = most
        self._keys: OrderedDict[tuple[str, ...], float] = OrderedDict()

    def is_new(self, *key: str) -> bool:
        """Remember the key; False when it was remembered within the last seconds."""
        now = monotonic()
        while self._keys and (len(self._keys) >= self._most or next(iter(self._keys.values())) < now - self._seconds):
            self._keys.popitem(last=False)
        if key in self._keys:
            return False
        self._keys[key] = now
        return True


@dataclass(slots=True)
class Desk:
    """Everything the listeners share; Bolt hands it to them as `context["desk"]`."""

    answers: Answering
    gateway: Gateway
    clock: Clock
    seen: Seen
    incidents: Incidents
    access: Access
    checklists: Checklists
    databases: Databases
    briefings: Briefings
    work: Work = field(default_factory=Work)
    events: Recently = field(default_factory=lambda: Recently(600))
    """Event ids, longer than Slack repeats them."""
    clicks: Recently = field(default_factory=lambda: Recently(3))
    homes: Recently = field(default_factory=lambda: Recently(5))
    """Who opened Home: it is published at most once in some seconds."""
    _answering: dict[Ask, asyncio.Future[Message]] = field(default_factory=dict)

    async def answer(self, ask: Ask) -> Message:
        """The message that answers a question. Raises `T12Error`.

        Who asks what somebody else is being answered at this moment gets the same answer.
        """
        answering = self._answering.get(ask)
        if answering is None:
            answering = asyncio.ensure_future(_ROUTES[ask.word](self, ask))
            self._answering[ask] = answering
            answering.add_done_callback(partial(self._answered, ask))
        return await asyncio.shield(answering)

    def _answered(self, ask: Ask, done: asyncio.Future[Message]) -> None:
        self._answering.pop(ask, None)
        if not done.cancelled():
            done.exception()  # told to everybody who still waits; nobody may be left

    async def once(self, do: Callable[[], Awaitable[None]], *key: str) -> None:
        """Do something that must not happen twice; what failed may be tried again."""
        if not await self.seen.is_new(*key):
            return
        try:
            await do()
        except SlackError as error:
            if error.code != "unconfirmed":
                await self.seen.forget(*key)
            raise

    async def show_home(self, user_id: str) -> None:
        """Publish the overview on somebody's Home tab."""
        found = await self.incidents.list()
        today = checklists_at_home(await self.checklists.open(), user_id)
        blocks = [*incidents_at_home(found, user_id), *today, *await self._overview()]
        await self.gateway.publish_home(user_id, blocks)

    def title(self, role: str) -> str:
        """What people call a role; empty where there is none."""
        return self.incidents.ledger.policy.title(role) if role else ""

    async def show_at_home(self, user_id: str, message: Message) -> None:
        """Show an answer on somebody's Home tab, with a way back."""
        await self.gateway.publish_home(user_id, render_home_answer(message))

    async def _overview(self) -> list[Json]:
        try:
            report = await self.answers.health()
            failures = await self.answers.failures(f"#{report.run.id}") if report.run.counts.bad else None
        except NotFoundError:
            return render_onboarding(self.clock())
        except T12Error as error:
            return render_home_answer(problem(error))
        return render_home(report, failures, self.clock())

    def telling(self, deliver: Deliver) -> OnError:
        """Tells an error to a person by `deliver`: T12's own sentences as they are, anything else as an id."""

        async def tell(error: Exception) -> None:
            try:
                await deliver(problem(error))
            except (SlackError, OSError) as second:
                _log.warning("an answer did not reach its reader: %s", second)

        return tell


def problem(error: Exception) -> Message:
    """What a person reads about an error; the traceback goes to the log alone, under the same id."""
    if isinstance(error, DeniedError):
        return told(str(error))
    if isinstance(error, T12Error):
        return render_problem(str(error))
    error_id = secrets.token_hex(4)
    _log.error("error %s", error_id, exc_info=error)
    return render_problem(f"Something went wrong on my side; nothing was changed. The log has it as error {error_id}")


async def _health(desk: Desk, ask: Ask) -> Message:
    report = await desk.answers.health(suite=ask.suite, branch=ask.branch)
    recent = await desk.answers.runs(suite=report.suite, branch=ask.branch)
    return render_health(report, ask, desk.clock(), recent)


async def _failures(desk: Desk, ask: Ask) -> Message:
    return render_failures(await desk.answers.failures(ask.argument, suite=ask.suite, branch=ask.branch), ask)


async def _flaky(desk: Desk, ask: Ask) -> Message:
    return render_flaky(await desk.answers.flaky(suite=ask.suite, branch=ask.branch), ask)


async def _slow(desk: Desk, ask: Ask) -> Message:
    return render_slow(await desk.answers.slow(suite=ask.suite, branch=ask.branch), ask)


async def _resources(desk: Desk, ask: Ask) -> Message:
    return render_resources(await desk.answers.resources(ask.argument, suite=ask.suite, branch=ask.branch), ask)


async def _test(desk: Desk, ask: Ask) -> Message:
    return render_test(await desk.answers.test(ask.argument or "", suite=ask.suite, branch=ask.branch), ask)


async def _runs(desk: Desk, ask: Ask) -> Message:
    return render_runs(await desk.answers.runs(suite=ask.suite, branch=ask.branch), ask)


async def _mocks(desk: Desk, ask: Ask) -> Message:
    if ask.argument and is_rule_code(ask.argument):
        return render_rule(explain_rule(ask.argument), ask)
    return render_mocks(await desk.answers.mocks(ask.argument), ask)


async def _databases(desk: Desk, ask: Ask) -> Message:
    asked = read_words(ask.argument)
    if asked.verb == "integrity":
        return render_database_integrity(await desk.databases.integrity(asked.name), ask)
    if asked.verb == "cleanup":
        return render_database_cleanup(await desk.databases.preview(asked.name), ask)
    return render_databases(await desk.databases.look(asked.name), ask)


async def _matrix(desk: Desk, ask: Ask) -> Message:
    return render_matrix(await desk.answers.matrix(suite=ask.suite, branch=ask.branch), ask)


async def _doctor(desk: Desk, ask: Ask) -> Message:
    return render_doctor(await desk.answers.doctor(), ask)


async def _morning(desk: Desk, ask: Ask) -> Message:
    if ask.argument not in (None, "now"):
        raise UsageError("write `/t12 morning`, or `/t12 morning now` to run every check again")
    return render_morning(await desk.briefings.morning(anew=ask.argument == "now"), ask)


async def _report(desk: Desk, ask: Ask) -> Message:
    kind = ask.argument or Kind.DAILY.value
    if kind not in (Kind.DAILY.value, Kind.WEEKLY.value):
        raise UsageError("there is a daily and a weekly report: `/t12 report daily` or `/t12 report weekly`")
    return render_report(await desk.briefings.report(Kind(kind)), ask)


async def _help(_desk: Desk, ask: Ask) -> Message:
    return render_help(ask)


_ROUTES: dict[str, Callable[[Desk, Ask], Awaitable[Message]]] = {
    "health": _health,
    "failures": _failures,
    "flaky": _flaky,
    "slow": _slow,
    "resources": _resources,
    "test": _test,
    "runs": _runs,
    "mocks": _mocks,
    "db": _databases,
    "morning": _morning,
    "report": _report,
    "matrix": _matrix,
    "doctor": _doctor,
    "help": _help,
}
