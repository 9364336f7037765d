"""The forms of incidents: opened at once, checked again when they come back."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from core.errors import T12Error, UsageError
from core.incidents.answer import IncidentView
from core.incidents.ledger import Answered
from core.incidents.lifecycle import Who
from core.incidents.model import Severity
from handlers.access import Permit
from handlers.desk import Desk, problem
from handlers.messages import incident_forms
from handlers.messages.incident_forms import Kept, told_form, unpacked
from handlers.messages.pieces import Json
from handlers.messages.told import told

from . import emergency
from .doing import answer_in_place, begin, say


class FieldError(UsageError):
    """What is wrong with one field; the sentence is shown beside it."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


def register(app: AsyncApp) -> None:
    app.view(re.compile(r"^incident\."))(submitted)
    app.shortcut("incident.declare")(declare_from_message)


PERMITS = {
    "escalate": Permit.ESCALATE, "hand_over": Permit.ACKNOWLEDGE, "severity": Permit.ESCALATE,
    "snooze": Permit.ACKNOWLEDGE, "mute": Permit.ACKNOWLEDGE, "note": Permit.ACKNOWLEDGE, "declare": Permit.DECLARE,
    "emergency": Permit.EMERGENCY,
}  # fmt: skip
"""Who may open and submit each form."""


async def open_form(desk: Desk, user: str, trigger_id: str, key: str, kept: Kept) -> None:
    """Open the form of a menu entry. Raises `UsageError` when there is nothing to choose in it."""
    draw = _FORMS.get(key)
    if draw is None:
        raise UsageError("this menu is from another version of T12; `/t12 incident` lists the open incidents")
    await desk.access.require(user, PERMITS[key])
    view = await desk.incidents.show(kept.incident)
    if not view.incident.is_open:
        raise UsageError(f"incident {kept.incident} is resolved; nothing more is done with it")
    await desk.gateway.open_view(trigger_id, draw(desk, view, kept))


async def open_declare(desk: Desk, user: str, trigger_id: str, form: Json) -> None:
    await desk.access.require(user, Permit.DECLARE)
    await desk.gateway.open_view(trigger_id, form)


async def declare_from_message(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
    """The shortcut of a message: the form with its words and a link to it."""
    desk: Desk = context["desk"]
    user, message = str(body["user"]["id"]), body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id", ""))
    kept = Kept(channel=channel, response_url=str(body.get("response_url") or ""))
    words = str(message.get("text") or "")
    note = f"{words[: incident_forms.NOTE_LIMIT - 300]}\n{_link(body, channel, str(message.get('ts') or ''))}"
    form = incident_forms.declare_form(kept, words, note)
    opening = await begin(open_declare(desk, user, str(body.get("trigger_id") or ""), form))
    await ack()
    desk.work.start(_wait_for(opening), desk.telling(partial(say, desk, user, kept)))


async def _wait_for(opening: Awaitable[None]) -> None:
    await opening


def _link(body: dict[str, Any], channel: str, ts: str) -> str:
    domain = str((body.get("team") or {}).get("domain") or "app")
    return f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"


def _escalate(desk: Desk, view: IncidentView, kept: Kept) -> Json:
    ledger, incident = desk.incidents.ledger, view.incident
    level = incident.level + 1
    if not incident.path.roles or level > incident.path.last_level:
        raise UsageError("everybody on its path has been told; hand it over to somebody instead")
    people = ledger.told(incident, level, ledger.clock())
    return incident_forms.escalate_form(incident, ledger.policy.title(incident.path.role_at(level)), people, kept)


def _mute(_desk: Desk, view: IncidentView, kept: Kept) -> Json:
    if not view.incident.tests or view.incident.suite_id is None:
        raise UsageError("this incident has no tests that could be muted")
    return incident_forms.mute_form(view.incident, kept)


_FORMS: dict[str, Callable[[Desk, IncidentView, Kept], Json]] = {
    "escalate": _escalate,
    "hand_over": lambda _desk, view, kept: incident_forms.hand_over_form(view.incident, kept),
    "severity": lambda _desk, view, kept: incident_forms.severity_form(view.incident, kept),
    "snooze": lambda _desk, view, kept: incident_forms.snooze_form(view.incident, kept),
    "mute": _mute,
    "note": lambda _desk, view, kept: incident_forms.note_form(view.incident, kept),
}
"""The form of each entry of a card's menu that opens one."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was submitted."""

    kept: Kept
    values: dict[str, Any]
    who: Who
    request: str
    bot_user: str

    def text(self, field: str) -> str:
        """What was typed into a field or chosen in it; empty when nothing was."""
        entry = self.values.get(field, {}).get(field) or {}
        chosen = entry.get("value") or (entry.get("selected_option") or {}).get("value") or entry.get("selected_user")
        return str(chosen or "").strip()

    def moment(self, field: str) -> datetime | None:
        chosen = (self.values.get(field, {}).get(field) or {}).get("selected_date_time")
        return datetime.fromtimestamp(int(chosen), UTC) if chosen else None


async def submitted(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
    """One listener for every form: a wrong field keeps it open, what changed nothing says so in it."""
    desk: Desk = context["desk"]
    view = body.get("view") or {}
    key = str(view.get("callback_id", "")).partition(".")[2]
    form = _read(body, str(context.get("bot_user_id") or ""))
    try:
        change = SUBMITTED[key](desk, form)
    except FieldError as error:
        await ack(response_action="errors", errors={error.field: str(error)})
        return
    doing = await begin(_allowed(desk, form, key, change))
    failure = doing.exception() if doing.done() else None
    if isinstance(failure, Exception):
        await ack(
            response_action="update",
            view=told_form(str(failure) if isinstance(failure, T12Error) else problem(failure).text),
        )
        return
    if doing.done() and not doing.result().happened:
        await ack(response_action="update", view=told_form(doing.result().sentence))
        return
    await ack()
    desk.work.start(_answer(desk, form, key, doing), desk.telling(partial(say, desk, form.who.id, form.kept)))


async def _allowed(desk: Desk, form: Form, key: str, change: Callable[[], Awaitable[Answered]]) -> Answered:
    await desk.access.require(form.who.id, PERMITS[key])
    return await change()


async def _answer(desk: Desk, form: Form, key: str, doing: Awaitable[Answered]) -> None:
    answered = await doing
    if key in ("declare", "emergency") and form.kept.channel:
        await say(desk, form.who.id, form.kept, told(answered.sentence, answered.incident.id))
        return
    await answer_in_place(desk, form.who.id, form.kept, answered)


def _read(body: dict[str, Any], bot_user: str) -> Form:
    view, user = body.get("view") or {}, body.get("user") or {}
    who = Who(str(user.get("id", "")), str(user.get("name") or user.get("username") or ""))
    request = f"{view.get('id', '')}:{view.get('hash', '')}"[:200]
    values = (view.get("state") or {}).get("values") or {}
    return Form(unpacked(str(view.get("private_metadata") or "")), values, who, request, bot_user)


Change = Callable[[], Awaitable[Answered]]


def _do_escalate(desk: Desk, form: Form) -> Change:
    drawn_at = datetime.fromtimestamp(form.kept.drawn_at, UTC)
    incidents, id_ = desk.incidents, form.kept.incident
    return lambda: incidents.escalate(id_, form.who, drawn_at=drawn_at, request=form.request)


def _do_hand_over(desk: Desk, form: Form) -> Change:
    to = form.text("to")
    if not to:
        raise FieldError("to", "Choose who takes it.")
    if to in (form.bot_user, "USLACKBOT"):
        raise FieldError("to", "An app cannot take an incident; choose a person.")
    return lambda: desk.incidents.hand_over(form.kept.incident, form.who, to, request=form.request)


def _do_severity(desk: Desk, form: Form) -> Change:
    severity = Severity(form.text("severity"))
    return lambda: desk.incidents.change_severity(form.kept.incident, form.who, severity, request=form.request)


def _do_snooze(desk: Desk, form: Form) -> Change:
    until = _until(desk, form)
    return lambda: desk.incidents.snooze(form.kept.incident, form.who, until, request=form.request)


def _until(desk: Desk, form: Form) -> datetime:
    policy, now = desk.incidents.ledger.policy, desk.incidents.ledger.clock()
    if form.text("wait") != "at":
        until = policy.hold(form.text("wait"), now).until
        if until is None:
            raise FieldError("wait", "Choose how long.")
        return until
    chosen = form.moment("at")
    if chosen is None:
        raise FieldError("at", "Choose the moment, or one of the times above.")
    if chosen <= now:
        raise FieldError("at", "That moment has passed; choose one that is still to come.")
    return chosen


def _do_mute(desk: Desk, form: Form) -> Change:
    reason = form.text("reason")
    if not reason:
        raise FieldError("reason", "Say why; whoever reads it later will ask.")
    until = desk.incidents.ledger.clock() + timedelta(days=int(form.text("days")))
    test_id = int(form.text("test"))
    return lambda: desk.incidents.mute(form.kept.incident, form.who, test_id, until, reason, request=form.request)


def _do_note(desk: Desk, form: Form) -> Change:
    note = form.text("note")
    if not note:
        raise FieldError("note", "A note needs words.")
    return lambda: desk.incidents.note(form.kept.incident, form.who, note, request=form.request)


def _do_declare(desk: Desk, form: Form) -> Change:
    title, severity, note = form.text("title"), Severity(form.text("severity")), form.text("note")
    if not title:
        raise FieldError("title", "Say in a few words what is wrong.")
    return lambda: desk.incidents.declare(form.who, title, severity, note, request=form.request)


def _do_emergency(desk: Desk, form: Form) -> Change:
    reason = form.text("reason")
    if not reason:
        raise FieldError("reason", "Say in a few words what happened.")
    return lambda: emergency.start(desk, form.who, reason, form.kept.incident, form.request)


SUBMITTED: dict[str, Callable[[Desk, Form], Change]] = {
    "escalate": _do_escalate,
    "hand_over": _do_hand_over,
    "severity": _do_severity,
    "snooze": _do_snooze,
    "mute": _do_mute,
    "note": _do_note,
    "declare": _do_declare,
    "emergency": _do_emergency,
}
"""What each form does; raises `FieldError` for what was entered wrongly."""
