"""What happened to an incident, in a sentence of plain words."""

from collections.abc import Callable

from core.incidents.model import ENGINE, Event, Happened


def sentence_of(event: Event) -> str:
    """What happened, without when and without who; may hold foreign text."""
    return _SENTENCES[event.type](event)


def shown(who: str | None) -> str:
    """Who did it: T12, or the id or name of a person."""
    return "T12" if not who or who == ENGINE else who


def _triggered(event: Event) -> str:
    return f"Triggered: {event.text('severity')}, {event.text('rule')}" + _told(event)


def _joined(event: Event) -> str:
    names = event.data.get("names")
    listed = ", ".join(str(name) for name in names[:5]) if isinstance(names, list) else ""
    return f"{event.text('new')} more tests fail for the same cause, {event.text('tests')} in all: {listed}"


def _severity_changed(event: Event) -> str:
    return f"Severity {event.text('to')}, it was {event.text('from')}" + _because(event)


def _acknowledged(event: Event) -> str:
    return "Acknowledged" + _until(event)


def _ack_expired(event: Event) -> str:
    return "The acknowledgement ran out" + _because(event) + _told(event)


def _escalated(event: Event) -> str:
    again = ", again" if event.data.get("repeat") else ""
    return f"Escalated to {event.text('role').replace('_', ' ') or 'the next level'}{again}" + _told(event)


def _escalation_ended(_event: Event) -> str:
    return "Everybody on the path was told; nobody answered"


def _handed_over(event: Event) -> str:
    return f"Handed over to {shown(event.text('to'))}"


def _snoozed(event: Event) -> str:
    return "Snoozed" + _until(event)


def _snooze_ended(event: Event) -> str:
    return "The snooze is over" + _told(event)


def _noted(event: Event) -> str:
    return f"Note: {event.text('text')}"


def _resolved(event: Event) -> str:
    return "Resolved" + _because(event)


def _reopened(event: Event) -> str:
    return "Opened again" + _because(event) + _told(event)


def _emergency(event: Event) -> str:
    return f"Emergency: {event.text('text')}"


def _because(event: Event) -> str:
    reason = event.text("reason")
    return f": {reason}" if reason else ""


def _told(event: Event) -> str:
    told = ", ".join(event.mentioned)
    return f"; told: {told}" if told else ""


def _until(event: Event) -> str:
    if event.data.get("for_run"):
        return " until the next run"
    until = event.text("until")
    return f" until {until[:16].replace('T', ' ')} UTC" if until else ""


_SENTENCES: dict[Happened, Callable[[Event], str]] = {
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
