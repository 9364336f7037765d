"""The buttons and the menu of an incident's card, in a channel, in a private message or on the Home tab."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from core.incidents.ledger import Answered
from core.incidents.lifecycle import Who
from handlers.access import Permit
from handlers.click import Click
from handlers.desk import Desk
from handlers.messages.emergency import TICK
from handlers.messages.incident import render_incident
from handlers.messages.incident_forms import Kept
from handlers.messages.incident_report import render_incident_report
from handlers.messages.incidents import render_incidents
from handlers.messages.message import Message

from . import emergency, forms
from .doing import Later, answer_in_place, number, say

HOLDS = {"ack_1h": "1h", "ack_next_run": "next_run", "ack_tomorrow": "tomorrow"}
"""Entries of the menu that acknowledge, and for how long."""


async def shown(desk: Desk, click: Click) -> Message:
    """What the buttons of a list ask for: a card, or the list with the resolved ones."""
    if click.action_id == "incident.list":
        return render_incidents(await desk.incidents.list(only_open=click.value != "all"), click.user_id)
    return render_incident(await desk.incidents.show(number(click.value)))


async def _acknowledge(desk: Desk, click: Click) -> Later:
    return await _acknowledge_for(desk, click, number(click.value), None)


async def _acknowledge_for(desk: Desk, click: Click, id_: int, hold: str | None) -> Later:
    await desk.access.require(click.user_id, Permit.ACKNOWLEDGE)
    answered = await desk.incidents.acknowledge(id_, _who(click), hold, request=click.request)
    return _answer(desk, click, answered)


async def _resolve(desk: Desk, click: Click) -> Later:
    await desk.access.require(click.user_id, Permit.RESOLVE)
    answered = await desk.incidents.resolve(number(click.value), _who(click), request=click.request)
    return _answer(desk, click, answered)


async def _more(desk: Desk, click: Click) -> Later:
    """An entry of the menu: some act at once, the others open a form."""
    key, _, value = click.value.partition(":")
    id_ = number(value)
    if key in HOLDS:
        return await _acknowledge_for(desk, click, id_, HOLDS[key])
    if key == "report":
        return partial(_tell_report, desk, click, id_)
    await forms.open_form(desk, click.user_id, click.trigger_id, key, _kept(desk, click, id_))
    return _nothing


async def _report(desk: Desk, click: Click) -> Later:
    return partial(_tell_report, desk, click, number(click.value))


async def _tell_report(desk: Desk, click: Click, id_: int) -> None:
    message = render_incident_report(await desk.incidents.report(id_))
    await say(desk, click.user_id, _kept(desk, click, id_), message)


async def _nothing() -> None:
    """The form that opened is the answer."""


def _answer(desk: Desk, click: Click, answered: Answered) -> Later:
    kept = _kept(desk, click, answered.incident.id)
    return partial(answer_in_place, desk, click.user_id, kept, answered, screen=click.screen)


def _kept(desk: Desk, click: Click, id_: int) -> Kept:
    """A private message and the Home tab do not say when they were drawn: what is asked next is drawn now."""
    drawn_at = click.drawn_at or desk.incidents.ledger.clock()
    return Kept(id_, click.channel_id, click.response_url, click.is_ephemeral, drawn_at.timestamp())


def _who(click: Click) -> Who:
    return Who(click.user_id, click.user_name)


CHANGES: dict[str, Callable[[Desk, Click], Coroutine[Any, Any, Later]]] = {
    "incident.acknowledge": _acknowledge,
    "incident.resolve": _resolve,
    "incident.more": _more,
    "incident.report": _report,
    TICK: emergency.tick,
}
"""Buttons that change something or open a form: acknowledged to Slack when that is done."""
