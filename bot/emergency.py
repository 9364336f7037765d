"""Carries out the steps of emergencies: the programs, the address that stops the pipeline, and what is captured."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from core.incidents.diagnostics import capture_surroundings, evidence_of
from core.incidents.emergencies import Emergencies
from core.incidents.emergency import Done, Emergency, Step, StepName, StepState, may_stop
from core.incidents.evidence import answer_report
from core.incidents.project import project_of
from core.programs import Ran, run_program
from core.settings import Settings

_WEBHOOK_SECONDS = 15.0
_MOST_OUTPUT = 8000

_log = logging.getLogger("t12.emergency")


class Responder:
    """One that carries out steps; any number may work on one database. Close it at the end."""

    def __init__(self, emergencies: Emergencies) -> None:
        self._emergencies = emergencies
        self._owner = secrets.token_hex(8)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def _settings(self) -> Settings:
        return self._emergencies.ledger.policy.settings

    async def begin_due(self) -> int:
        """Begin every step that may; returns how many. It does not wait for their ends."""
        # No step takes longer than all its programs together.
        chosen = self._settings.emergency
        lease = timedelta(seconds=chosen.timeout_seconds * (len(chosen.commands) + 1) + 60)
        begun = 0
        while (claimed := await self._emergencies.claim(self._owner, lease)) is not None:
            task = asyncio.create_task(self._carry_out(*claimed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            begun += 1
        return begun

    async def finish(self, id_: int) -> Emergency:
        """Carry out everything that is left of one emergency, or wait for whoever is at it."""
        while True:
            await self.begin_due()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=1, return_when=asyncio.FIRST_COMPLETED)
            view = await self._emergencies.show(id_)
            if view.emergency.finished_at is not None:
                return view.emergency
            if not self._tasks:
                await asyncio.sleep(0.2)

    async def close(self) -> None:
        """Stop what is under way; another T12, or this one when it is back, begins it again."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry_out(self, emergency: Emergency, step: Step) -> None:
        mention: tuple[str, ...] = ()
        try:
            if step.name is StepName.TELL:
                done, mention = self._tell()
            else:
                done = await _STEPS[step.name](self, emergency)
        except asyncio.CancelledError:
            await self._emergencies.release(emergency, step.name, self._owner)
            raise
        except Exception:
            error_id = secrets.token_hex(4)
            _log.exception("error %s: the step %s of %s failed", error_id, step.name, emergency.number)
            done = Done(StepState.FAILED, f"Something went wrong on the side of T12; the log has it as {error_id}.")
        await self._emergencies.end(emergency, step.name, self._owner, done, mention)

    async def _assess(self, _emergency: Emergency) -> Done:
        words = self._settings.emergency.security_tests
        if not words:
            return Done(
                StepState.LEFT_OUT, "No program is set that runs the security tests (emergency.security_tests)."
            )
        ran = await self._run(words)
        details = (("Output", ran.output[-_MOST_OUTPUT:] + "\n"),) if ran.output.strip() else ()
        if ran.problem:
            return Done(StepState.FAILED, f"The security tests could not be judged: {ran.problem}.", details)
        if ran.is_success:
            return Done(StepState.DONE, "The security tests pass.", details)
        return Done(StepState.FAILED, f"SECURITY TESTS FAIL (exit code {ran.code}).", details)

    async def _stop(self, emergency: Emergency) -> Done:
        chosen = self._settings.emergency
        is_configured = bool(chosen.stop_pipeline or chosen.stop_webhook)
        current = (await self._emergencies.show(emergency.id)).emergency
        reason = may_stop(current, is_configured=is_configured, stops_by_itself=chosen.automatic)
        if reason is not None:
            return Done(StepState.LEFT_OUT, reason)
        if chosen.stop_webhook:
            return await _call(chosen.stop_webhook.get_secret_value(), emergency.number)
        ran = await self._run(chosen.stop_pipeline)
        details = (("Output", ran.output[-_MOST_OUTPUT:] + "\n"),) if ran.output.strip() else ()
        if ran.is_success:
            return Done(StepState.DONE, f"{Path(chosen.stop_pipeline[0]).name} stopped the pipeline.", details)
        why = ran.problem or f"{Path(chosen.stop_pipeline[0]).name} ended with exit code {ran.code}"
        return Done(StepState.FAILED, f"The pipeline was NOT stopped: {why}. Stop it by hand.", details)

    def _tell(self) -> tuple[Done, tuple[str, ...]]:
        """The mention goes into the incident's thread, with the event of this step."""
        ledger = self._emergencies.ledger
        now, told, empty = ledger.clock(), list[str](), list[str]()
        for role in self._settings.emergency.tell:
            people = ledger.policy.on_call(role, now)
            told += people
            empty += [] if people else [ledger.policy.title(role)]
        people = tuple(dict.fromkeys(told))
        missing = f" Nobody is configured as {', '.join(empty)}." if empty else ""
        if not people:
            return Done(StepState.FAILED, f"Nobody was told.{missing}"), ()
        if ledger.policy.channel is None:
            return Done(StepState.FAILED, "Nobody was told: no channel is set for incidents."), ()
        roles = [ledger.policy.title(role) for role in self._settings.emergency.tell]
        named = ", ".join(role for role in roles if role not in empty)
        return Done(StepState.DONE, f"{named} called in the incident's thread.{missing}"), people

    async def _diagnose(self, emergency: Emergency) -> Done:
        ledger = self._emergencies.ledger
        report = await answer_report(ledger.database, emergency.incident_id, ledger.policy, ledger.clock())
        details = [*evidence_of(report), *await capture_surroundings(ledger.database, self._settings)]
        for name, words in self._settings.emergency.commands.items():
            ran = await self._run(words)
            ended = f"({ran.problem})" if ran.problem else f"(exit code {ran.code})"
            details.append((f"{name} {ended}", ran.output[-_MOST_OUTPUT:].rstrip() + "\n"))
        return Done(StepState.DONE, f"{len(details)} findings captured; they are in the report.", tuple(details))

    async def _report(self, emergency: Emergency) -> Done:
        return Done(StepState.DONE, f"{emergency.number} is written.")

    async def _run(self, words: list[str]) -> Ran:
        slack = self._settings.slack
        ours = (slack.bot_token, slack.app_token, slack.signing_secret, self._settings.emergency.stop_webhook)
        known = [each.get_secret_value() for each in ours if each is not None]
        folder = project_of(self._settings) or Path.cwd()
        return await run_program(words, folder, self._settings.emergency.timeout_seconds, secrets=known)


async def _call(url: str, number: str) -> Done:
    """POST to the address that stops the pipeline. It may hold a secret, so only its host is told."""
    host = urlsplit(url).hostname or "the address"
    timeout = aiohttp.ClientTimeout(total=_WEBHOOK_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
            session.post(url, json={"event": "emergency", "number": number}, allow_redirects=False) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return Done(StepState.FAILED, f"The pipeline was NOT stopped: {host} gave no answer ({type(error).__name__}). "
                                      "Stop it by hand.")  # fmt: skip
    if 200 <= status < 300:
        return Done(StepState.DONE, f"{host} was asked to stop the pipeline and answered {status}.")
    return Done(StepState.FAILED, f"The pipeline was NOT stopped: {host} answered {status}. Stop it by hand.")


_STEPS: dict[StepName, Callable[[Responder, Emergency], Awaitable[Done]]] = {
    StepName.ASSESS: Responder._assess,
    StepName.STOP: Responder._stop,
    StepName.DIAGNOSE: Responder._diagnose,
    StepName.REPORT: Responder._report,
}
