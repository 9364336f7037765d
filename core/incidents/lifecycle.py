"""The transitions of an incident: `f(incident, who, now, …) -> Change`. Pure; repeating one changes nothing.

State graph: triggered to acknowledged to resolved; triggered to resolved; acknowledged to triggered (by the engine,
when the acknowledgement runs out); resolved to triggered (by the engine, when the failures are back). No click
un-resolves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

from core.incidents.model import (
    ENGINE,
    Affected,
    Change,
    Event,
    Happened,
    Hold,
    Incident,
    Path,
    Severity,
    Status,
    worst,
)

Due = Callable[[str, datetime], datetime]
"""When an answer of a kind (`1h`, `next business day`) is due that was asked for at an instant."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts: a Slack id or, in a terminal, a name."""

    id: str
    name: str = ""


def trigger(incident: Incident, now: datetime, due: Due, mention: Sequence[str]) -> Change:
    """An incident that was just made starts its clock; `mention` are the people of the first level."""
    started = replace(incident, announced_at=now)
    started = replace(started, due_at=_next_due(started, now, due))
    data = {"severity": incident.severity.value, "rule": incident.rule, "tests": len(incident.tests),
            "role": incident.path.role_at(0), "mention": list(mention)}  # fmt: skip
    return Change(started, (Event(Happened.TRIGGERED, now, ENGINE, data),))


def acknowledge(incident: Incident, who: Who, now: datetime, hold: Hold) -> Change:
    """Somebody has it: the ladder stops. A second one is told who was first."""
    if incident.status is Status.RESOLVED:
        return Change(incident, answer=_resolved_already(incident, now))
    if incident.status is Status.ACKNOWLEDGED:
        held = Hold(incident.held_until, incident.held_for_run)
        if incident.acknowledged_by == who.id and hold != held:
            return _acknowledged(incident, who, now, hold, "Your acknowledgement now holds")
        return Change(incident, answer=_acknowledged_already(incident, who, now))
    return _acknowledged(incident, who, now, hold, "You have it")


def resolve(incident: Incident, who: Who, now: datetime, reason: str = "") -> Change:
    if incident.status is Status.RESOLVED:
        return Change(incident, answer=_resolved_already(incident, now))
    done = replace(
        incident, resolved_at=now, resolved_by=who.id, resolution=reason, due_at=None, cycle=incident.cycle + 1,
        held_until=None, held_for_run=False, snoozed_until=None,
    )  # fmt: skip
    return Change(done, (Event(Happened.RESOLVED, now, who.id, {"reason": reason}),), "Resolved.")


def reopen(incident: Incident, now: datetime, due: Due, mention: Sequence[str], why: str) -> Change:
    """The same failures are back within the days of grace: the same incident, its ladder from the start."""
    if incident.status is not Status.RESOLVED:
        return Change(incident)
    again = replace(
        incident, triggered_at=now, resolved_at=None, resolved_by=None, resolution="", acknowledged_at=None,
        acknowledged_by=None, green_runs=0, cycle=incident.cycle + 1, level=0, reopened=incident.reopened + 1,
    )  # fmt: skip
    again = replace(again, due_at=_next_due(again, now, due))
    data = {"reason": why, "role": again.path.role_at(0), "mention": list(mention)}
    return Change(again, (Event(Happened.REOPENED, now, ENGINE, data),))


def escalate(
    incident: Incident, who: Who, now: datetime, due: Due, mention: Sequence[str], *, drawn_at: datetime | None = None
) -> Change:
    """The next level is told. A person escalates only what nobody escalated since their button was drawn."""
    if incident.status is Status.RESOLVED:
        return Change(incident, answer=_resolved_already(incident, now))
    if drawn_at is not None and incident.level > 0 and _moved_since(incident, drawn_at):
        return Change(incident, answer="It was escalated already since this message was drawn; look at its thread.")
    if not incident.path.roles or incident.level >= incident.path.last_level:
        if who.id != ENGINE:
            return Change(incident, answer="Everybody on its path has been told; hand it over to somebody instead.")
        ended = replace(incident, due_at=None)
        return Change(ended, (Event(Happened.ESCALATION_ENDED, now, ENGINE, {"level": incident.level}),))
    up = replace(
        incident, level=incident.level + 1, escalated_at=now, cycle=incident.cycle + 1, acknowledged_at=None,
        acknowledged_by=None, held_until=None, held_for_run=False, snoozed_until=None,
    )  # fmt: skip
    up = replace(up, due_at=_next_due(up, now, due))
    data = {"level": up.level, "role": up.path.role_at(up.level), "mention": list(mention),
            "repeat": up.level >= len(up.path.roles)}  # fmt: skip
    return Change(up, (Event(Happened.ESCALATED, now, who.id, data),), "Escalated.")


def expire(incident: Incident, now: datetime, due: Due, why: str) -> Change:
    """An acknowledgement ran out: its holder is asked, and the ladder begins again if nobody answers."""
    if incident.status is not Status.ACKNOWLEDGED:
        return Change(incident)
    holder = incident.acknowledged_by or ""
    again = replace(
        incident, acknowledged_at=None, acknowledged_by=None, held_until=None, held_for_run=False,
        cycle=incident.cycle + 1, level=0,
    )  # fmt: skip
    again = replace(again, due_at=_next_due(again, now, due))
    return Change(
        again, (Event(Happened.ACK_EXPIRED, now, ENGINE, {"reason": why, "mention": [holder] if holder else []}),)
    )


def snooze(incident: Incident, who: Who, now: datetime, until: datetime) -> Change:
    """Nobody is told anything until an instant; then the present level is told again."""
    if incident.status is Status.RESOLVED:
        return Change(incident, answer=_resolved_already(incident, now))
    if until <= now:
        return Change(incident, answer="That moment has passed; choose one that is still to come.")
    if incident.snoozed_until == until:
        return Change(incident, answer="It is snoozed until then already.")
    quiet = replace(incident, snoozed_until=until, due_at=None, cycle=incident.cycle + 1)
    return Change(quiet, (Event(Happened.SNOOZED, now, who.id, {"until": until.isoformat()}),), "Snoozed.")


def wake(incident: Incident, now: datetime, due: Due, mention: Sequence[str]) -> Change:
    """The snooze is over."""
    if incident.snoozed_until is None or not incident.is_open:
        return Change(incident)
    awake = replace(incident, snoozed_until=None, cycle=incident.cycle + 1)
    if awake.status is Status.TRIGGERED:
        awake = replace(awake, due_at=_next_due(awake, now, due))
    data = {"mention": list(mention) if awake.status is Status.TRIGGERED else []}
    return Change(awake, (Event(Happened.SNOOZE_ENDED, now, ENGINE, data),))


def hand_over(incident: Incident, who: Who, now: datetime, to: str, hold: Hold) -> Change:
    """Somebody else has it: they are told, and it counts as acknowledged by them."""
    if incident.status is Status.RESOLVED:
        return Change(incident, answer=_resolved_already(incident, now))
    if incident.acknowledged_by == to and incident.owner == to:
        return Change(incident, answer=f"{mention(to)} has it already.")
    moved = replace(
        incident, owner=to, acknowledged_at=now, acknowledged_by=to, held_until=hold.until, held_for_run=hold.for_run,
        due_at=None, snoozed_until=None, cycle=incident.cycle + 1,
    )  # fmt: skip
    data = {"to": to, "mention": [to], "from": incident.owner or ""}
    return Change(moved, (Event(Happened.HANDED_OVER, now, who.id, data),), f"Handed over to {mention(to)}.")


def change_severity(incident: Incident, who: Who, now: datetime, severity: Severity, path: Path, due: Due) -> Change:
    """A person knows better; the ladder follows the path of the new severity."""
    if incident.status is Status.RESOLVED:
        return Change(incident, answer=_resolved_already(incident, now))
    if incident.severity is severity:
        return Change(incident, answer=f"Its severity is {severity.value} already.")
    changed = _on_path(replace(incident, severity=severity), path, now, due)
    data = {"from": incident.severity.value, "to": severity.value}
    return Change(changed, (Event(Happened.SEVERITY_CHANGED, now, who.id, data),), f"Severity is {severity.value} now.")


def note(incident: Incident, who: Who, now: datetime, text: str) -> Change:
    if not text.strip():
        return Change(incident, answer="A note needs words.")
    return Change(incident, (Event(Happened.NOTED, now, who.id, {"text": text.strip()[:2000]}),), "Noted.")


def muted(incident: Incident, who: Who, now: datetime, text: str) -> Change:
    """A test of it is left out of detection; `text` says which, and until when."""
    return Change(incident, (Event(Happened.MUTED, now, who.id, {"text": text}),), "Muted.")


def join(
    incident: Incident,
    now: datetime,
    run_id: int,
    branch: str | None,
    tests: Sequence[Affected],
    families: Sequence[str],
    failing: int,
) -> Change:
    """A run shows the incident again. Only tests that were not in it are news."""
    known = {each.test_id: each for each in incident.tests}
    new = [each for each in tests if each.test_id not in known]
    grown = replace(
        incident, last_run_id=run_id, branch=branch, green_runs=0, failing=failing,
        tests=(*incident.tests, *new), families=tuple(sorted({*incident.families, *families})),
    )  # fmt: skip
    if not new:
        return Change(grown)
    data = {"new": len(new), "tests": len(grown.tests), "names": [each.name for each in new[:10]]}
    return Change(grown, (Event(Happened.JOINED, now, ENGINE, data, run_id=run_id),))


def worsen(incident: Incident, now: datetime, severity: Severity, rule: str, path: Path, due: Due) -> Change:
    """Severity rises by itself, never falls."""
    if worst(incident.severity, severity) is incident.severity:
        return Change(incident)
    changed = _on_path(replace(incident, severity=severity, rule=rule), path, now, due)
    data = {"from": incident.severity.value, "to": severity.value, "reason": rule}
    return Change(changed, (Event(Happened.SEVERITY_CHANGED, now, ENGINE, data),))


def turn_green(incident: Incident, now: datetime, run_id: int, needed: int) -> Change:
    """One more green run; the last one needed resolves it, and until then nobody further is told.

    More of the same run changes nothing.
    """
    if incident.last_run_id == run_id and incident.green_runs > 0:
        return Change(incident)
    greener = replace(incident, green_runs=incident.green_runs + 1, last_run_id=run_id, failing=0, due_at=None)
    if greener.green_runs < needed:
        return Change(greener)
    runs = "the run was" if needed == 1 else f"{needed} runs in a row were"
    done = resolve(greener, Who(ENGINE), now, f"{runs} green")
    return Change(done.incident, tuple(replace(each, run_id=run_id) for each in done.events))


def wait_again(incident: Incident, now: datetime, due: Due) -> Change:
    """Green runs had stopped the clock of its level, and it is red again: the clock starts anew."""
    if not incident.green_runs or not incident.is_open:
        return Change(incident)
    red = replace(incident, green_runs=0, cycle=incident.cycle + 1)
    return Change(replace(red, due_at=_next_due(red, now, due)))


def turn_red(incident: Incident, run_id: int, failing: int) -> Change:
    """A run that shows the incident without anything new."""
    return Change(replace(incident, green_runs=0, last_run_id=run_id, failing=failing))


def _acknowledged(incident: Incident, who: Who, now: datetime, hold: Hold, answer: str) -> Change:
    mine = replace(
        incident, acknowledged_at=now, acknowledged_by=who.id, owner=who.id, held_until=hold.until,
        held_for_run=hold.for_run, due_at=None, snoozed_until=None, cycle=incident.cycle + 1,
    )  # fmt: skip
    data = {"until": hold.until.isoformat() if hold.until else None, "for_run": hold.for_run}
    return Change(mine, (Event(Happened.ACKNOWLEDGED, now, who.id, data),), f"{answer}{_until(hold)}.")


def _on_path(incident: Incident, path: Path, now: datetime, due: Due) -> Incident:
    """On another path: whom nobody has told yet comes next, and no later than before."""
    told = incident.path.roles[: incident.level + 1]
    known = len(list(takewhile(lambda role: role in told, path.roles)))
    moved = replace(incident, path=path, level=max(0, known - 1), cycle=incident.cycle + 1)
    if incident.due_at is None and known == len(path.roles):
        return moved  # everybody on it was told before
    deadlines = [each for each in (incident.due_at, _next_due(moved, now, due)) if each is not None]
    return replace(moved, due_at=min(deadlines, default=None))


def _next_due(incident: Incident, now: datetime, due: Due) -> datetime | None:
    """None where nobody is waited for: it is no news, acknowledged, snoozed or green, or nobody is on its path."""
    if incident.announced_at is None or incident.status is not Status.TRIGGERED or incident.snoozed_until is not None:
        return None
    if incident.green_runs:
        return None
    return due(incident.path.respond, now) if incident.path.roles else None


def _moved_since(incident: Incident, drawn_at: datetime) -> bool:
    return incident.escalated_at is not None and incident.escalated_at > drawn_at


def _until(hold: Hold) -> str:
    if hold.for_run:
        return " until the next run"
    return f" until {hold.until:%Y-%m-%d %H:%M} UTC" if hold.until else ""


def _acknowledged_already(incident: Incident, who: Who, now: datetime) -> str:
    by = "you" if incident.acknowledged_by == who.id else mention(incident.acknowledged_by)
    return f"Already acknowledged by {by}, {ago(now, incident.acknowledged_at)}."


def _resolved_already(incident: Incident, now: datetime) -> str:
    by = "green runs" if incident.resolved_by == ENGINE else mention(incident.resolved_by)
    return f"Already resolved by {by}, {ago(now, incident.resolved_at)}."


def mention(who: str | None) -> str:
    """A person or a user group by Slack id as `<@U1>`, T12 by its name, anything else as it is."""
    if who == ENGINE:
        return "T12"
    name = who or "somebody"
    return f"<@{name}>" if name[:1] in "UWS" and name.isalnum() and name.isupper() else name


def ago(now: datetime, then: datetime | None) -> str:
    """`3 minutes ago`."""
    if then is None:
        return "before"
    seconds = max(0, int((now - then).total_seconds()))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
