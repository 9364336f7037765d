"""What happened to an incident, as a reply in its thread: one sentence, and only those it concerns are mentioned."""

from collections.abc import Callable
from datetime import datetime

from core.incidents.answer import IncidentView
from core.incidents.model import ENGINE, Event, Happened

from . import place
from .incident import who
from .message import Message, compose, trimmed
from .pieces import Leaf, Line, moment, paragraph, said, strong, test_name, words

_BROADCAST = frozenset({Happened.ESCALATED, Happened.REOPENED})
"""Seen in the channel too: somebody must act."""


def render_incident_event(event: Event, view: IncidentView) -> Message:
    """The reply that tells of `event`."""
    leaves = _SENTENCES[event.type](event, view)
    message = compose([paragraph(*_mentions(event), *leaves)])
    return trimmed(
        Message(
            message.text, message.blocks, is_broadcast=event.type in _BROADCAST or bool(event.data.get("broadcast"))
        )
    )


def render_direct(event: Event, view: IncidentView) -> Message:
    """The same for somebody who is not in the channel, with the incident's name."""
    incident = view.incident
    name = [strong(f"{incident.severity.value.capitalize()} incident {incident.id}: "), said(incident.title, 200)]
    return trimmed(compose([paragraph(*name), paragraph(*_SENTENCES[event.type](event, view))]))


def _mentions(event: Event) -> list[Leaf]:
    found: list[Leaf] = []
    for id_ in event.mentioned[:20]:
        found += [who(id_), words(" ")]
    return found


def _triggered(event: Event, view: IncidentView) -> Line:
    return [said(view.role or "Nobody", place.WORD, bold=True), words(" is asked to acknowledge it.")]


def _joined(event: Event, view: IncidentView) -> Line:
    names = event.data.get("names")
    shown: list[Leaf] = []
    for name in names[:3] if isinstance(names, list) else []:
        shown += [words(" "), test_name(str(name))]
    count = event.text("new")
    noun = "test fails" if count == "1" else "tests fail"
    return [strong(f"{count} more {noun} "), words(f"for the same cause, {event.text('tests')} in all:"), *shown]


def _severity_changed(event: Event, view: IncidentView) -> Line:
    found = [strong(f"Severity is {event.text('to')} now"), words(f", it was {event.text('from')}.")]
    reason = event.text("reason")
    return [*found, *([words(" "), said(reason, 300)] if reason else []), *_by(event)]


def _acknowledged(event: Event, view: IncidentView) -> Line:
    return [strong("Acknowledged "), words("by "), who(event.by), *_until(event), words(".")]


def _ack_expired(event: Event, view: IncidentView) -> Line:
    return [strong("The acknowledgement ran out: "), said(event.text("reason"), 200),
            words(". Still on it? Press Acknowledge again.")]  # fmt: skip


def _escalated(event: Event, view: IncidentView) -> Line:
    again = " again" if event.data.get("repeat") else ""
    found = [strong("Escalated to "), said(view.role or "the next level", place.WORD, bold=True), strong(f"{again}. ")]
    return [
        *found,
        *([words("By "), who(event.by), words(".")] if event.by != ENGINE else [words("Nobody had answered.")]),
    ]


def _escalation_ended(event: Event, view: IncidentView) -> Line:
    return [strong("Nobody answered, and everybody on the path was told. "), words("Nobody else is told by itself.")]


def _handed_over(event: Event, view: IncidentView) -> Line:
    return [strong("Handed over to you "), words("by "), who(event.by), words(".")]


def _snoozed(event: Event, view: IncidentView) -> Line:
    return [strong("Snoozed "), words("by "), who(event.by), *_until(event), words(".")]


def _snooze_ended(event: Event, view: IncidentView) -> Line:
    return [strong("The snooze is over. "), words("It is still open.")]


def _noted(event: Event, view: IncidentView) -> Line:
    return [who(event.by), strong(" notes: "), said(event.text("text"), 1500)]


def _resolved(event: Event, view: IncidentView) -> Line:
    reason = event.text("reason")
    return [strong("Resolved "), words("by "), who(event.by), *([words(": "), said(reason, 300)] if reason else []),
            words(".")]  # fmt: skip


def _reopened(event: Event, view: IncidentView) -> Line:
    return [strong("Open again: "), said(event.text("reason"), 200), words(".")]


def _emergency(event: Event, view: IncidentView) -> Line:
    return [strong("Emergency: "), said(event.text("text"), 1000), *_by(event)]


def _by(event: Event) -> list[Leaf]:
    return [words(" By "), who(event.by), words(".")] if event.by != ENGINE else []


def _until(event: Event) -> list[Leaf]:
    if event.data.get("for_run"):
        return [words(" until the next run")]
    until = event.text("until")
    return [words(" until "), moment(datetime.fromisoformat(until))] if until else []


_SENTENCES: dict[Happened, Callable[[Event, IncidentView], Line]] = {
    Happened.TRIGGERED: _triggered,
    Happened.JOINED: _joined,
    Happened.SEVERITY_CHANGED: _severity_changed,
    Happened.ACKNOWLEDGED: _acknowledged,
    Happened.ACK_EXPIRED: _ack_expired,
    Happened.ESCALATED: _escalated,
    Happened.ESCALATION_ENDED: _escalation_ended,
    Happened.HANDED_OVER: _handed_over,
    Happened.SNOOZED: _snoozed,
    Happened.SNOOZE_ENDED: _snooze_ended,
    Happened.NOTED: _noted,
    Happened.MUTED: _noted,
    Happened.RESOLVED: _resolved,
    Happened.REOPENED: _reopened,
    Happened.EMERGENCY: _emergency,
}
