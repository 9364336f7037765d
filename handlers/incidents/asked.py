"""The words `/t12 incident …`: lists and cards for the person alone, and everything a card's buttons do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.errors import UsageError
from core.incidents.ledger import Answered
from core.incidents.lifecycle import Who
from handlers.access import Permit
from handlers.commands import as_typed
from handlers.desk import Desk
from handlers.incident_words import IncidentAsk, parse_incident, people_in, target_of
from handlers.messages.incident import render_incident
from handlers.messages.incident_report import render_incident_report
from handlers.messages.incident_stats import render_incident_stats
from handlers.messages.incidents import render_export, render_incidents
from handlers.messages.message import Message
from handlers.messages.told import told


@dataclass(frozen=True, slots=True)
class Asker:
    """Who typed, and the key of what they typed."""

    who: Who
    request: str


def read_incident(escaped: str) -> IncidentAsk:
    """The words after `incident` in the form Slack sends them. Raises `UsageError`."""
    asked = parse_incident(as_typed(escaped))
    if not asked.to:
        return asked
    named = people_in(escaped)
    return IncidentAsk(asked.verb, asked.id, to=target_of(asked.to, named))


async def answer_incident_words(desk: Desk, asked: IncidentAsk, by: Asker) -> Message:
    """What somebody reads after they typed. Raises `T12Error`."""
    return await _ROUTES[asked.verb](desk, asked, by)


async def _list(desk: Desk, asked: IncidentAsk, by: Asker) -> Message:
    found = await desk.incidents.list(suite=asked.suite, only_open=asked.words != "all")
    return render_incidents(found, by.who.id)


async def _show(desk: Desk, asked: IncidentAsk, _by: Asker) -> Message:
    return render_incident(await desk.incidents.show(asked.id))


async def _declare(desk: Desk, asked: IncidentAsk, by: Asker) -> Message:
    if not asked.words:
        raise UsageError("say what is wrong: `incident declare the deployment hangs`")
    await desk.access.require(by.who.id, Permit.DECLARE)
    return _told(await desk.incidents.declare(by.who, asked.words, asked.severity, request=by.request))


async def _ack(desk: Desk, asked: IncidentAsk, by: Asker) -> Message:
    await desk.access.require(by.who.id, Permit.ACKNOWLEDGE)
    return _told(await desk.incidents.acknowledge(asked.id, by.who, asked.hold, request=by.request))


async def _resolve(desk: Desk, asked: IncidentAsk, by: Asker) -> Message:
    await desk.access.require(by.who.id, Permit.RESOLVE)
    return _told(await desk.incidents.resolve(asked.id, by.who, asked.words, request=by.request))


async def _escalate(desk: Desk, asked: IncidentAsk, by: Asker) -> Message:
    await desk.access.require(by.who.id, Permit.ESCALATE)
    return _told(await desk.incidents.escalate(asked.id, by.who, request=by.request))


async def _hand(desk: Desk, asked: IncidentAsk, by: Asker) -> Message:
    await desk.access.require(by.who.id, Permit.ACKNOWLEDGE)
    return _told(await desk.incidents.hand_over(asked.id, by.who, asked.to, request=by.request))


async def _severity(desk: Desk, asked: IncidentAsk, by: Asker) -> Message:
    await desk.access.require(by.who.id, Permit.ESCALATE)
    return _told(await desk.incidents.change_severity(asked.id, by.who, asked.severity, request=by.request))


async def _snooze(desk: Desk, asked: IncidentAsk, by: Asker) -> Message:
    await desk.access.require(by.who.id, Permit.ACKNOWLEDGE)
    ledger = desk.incidents.ledger
    now = ledger.clock()
    until = now + asked.wait if asked.wait is not None else ledger.policy.hold("tomorrow", now).until
    return _told(await desk.incidents.snooze(asked.id, by.who, until or now, request=by.request))


async def _note(desk: Desk, asked: IncidentAsk, by: Asker) -> Message:
    await desk.access.require(by.who.id, Permit.ACKNOWLEDGE)
    return _told(await desk.incidents.note(asked.id, by.who, asked.words, request=by.request))


async def _report(desk: Desk, asked: IncidentAsk, _by: Asker) -> Message:
    return render_incident_report(await desk.incidents.report(asked.id))


async def _export(desk: Desk, asked: IncidentAsk, _by: Asker) -> Message:
    found = await desk.incidents.list(suite=asked.suite, only_open=False)
    return render_export(found, asked.words or "json")


async def _stats(desk: Desk, asked: IncidentAsk, _by: Asker) -> Message:
    return render_incident_stats(await desk.incidents.stats(suite=asked.suite))


def _told(answered: Answered) -> Message:
    return told(answered.sentence, answered.incident.id)


_ROUTES: dict[str, Callable[[Desk, IncidentAsk, Asker], Awaitable[Message]]] = {
    "list": _list, "show": _show, "declare": _declare, "ack": _ack, "resolve": _resolve, "escalate": _escalate,
    "hand": _hand, "severity": _severity, "snooze": _snooze, "note": _note, "report": _report, "export": _export,
    "stats": _stats,
}  # fmt: skip
"""Every verb of `handlers.incident_words`."""
