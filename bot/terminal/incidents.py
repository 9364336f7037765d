"""`t12 incidents` and `t12 incident` in a terminal."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.terminal.style import grid, section, when
from core.incidents.answer import IncidentList, IncidentView
from core.incidents.lifecycle import ago
from core.incidents.model import ENGINE, Event, Incident, Severity, Status

SEVERITY_STYLE = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "dim",
}
_STATUS_STYLE = {Status.TRIGGERED: "bold red", Status.ACKNOWLEDGED: "yellow", Status.RESOLVED: "green"}
_MOST_TESTS = 20


def draw(found: IncidentList | IncidentView, zone: ZoneInfo) -> Iterable[RenderableType]:
    """A list, or one incident in full."""
    if isinstance(found, IncidentView):
        yield from _one(found, zone)
    elif not found.incidents:
        yield Text("no open incident; --all shows the resolved ones" if found.only_open else "no incident yet")
    else:
        yield incident_table(found.incidents, zone)


def incident_table(views: Sequence[IncidentView], zone: ZoneInfo) -> Table:
    """One line per incident."""
    table = grid("id", "severity", "status", "opened", "runs", "tests", "who", "incident", right=(0, 5))
    for column in table.columns[:-1]:
        column.no_wrap = True
    for view in views:
        each = view.incident
        table.add_row(
            Text(str(each.id)),
            Text(each.severity.value, style=SEVERITY_STYLE[each.severity]),
            Text(each.status.value, style=_STATUS_STYLE[each.status]),
            Text(when(each.opened_at, zone)),
            Text(_runs(view)),
            Text(str(len(each.tests) or "")),
            Text(_who(each)),
            Text(each.title),
        )
    return table


def _one(view: IncidentView, zone: ZoneInfo) -> Iterable[RenderableType]:
    each = view.incident
    title = Text(f"{each.severity.value} incident {each.id}: ", style=SEVERITY_STYLE[each.severity])
    yield title.append(each.title, style="bold")
    state = Text(each.status.value, style=_STATUS_STYLE[each.status]).append(f"  {_state(view, zone)}", style="")
    yield state
    yield Text(f"why {each.severity.value}: {each.rule}")
    place = [each.suite, f"on {each.branch}" if each.branch else "", f"runs {_runs(view)}" if _runs(view) else ""]
    yield Text(", ".join(part for part in [" ".join(place[:2]).strip(), place[2], f"cause {each.cause}"] if part))
    if each.note:
        yield Text(each.note, style="dim")
    if view.suspects and each.is_open:
        yield Text(f"began in one of: {' '.join(revision[:10] for revision in view.suspects[-12:])}")
    names = [test.name for test in each.tests[:_MOST_TESTS]]
    left = len(each.tests) - len(names)
    yield from section(f"Affected tests ({len(each.tests)})" if names else "", names)
    if left > 0:
        yield Text(f"  and {left} more; --format json has them all", style="dim")
    yield from section("Meanwhile", view.conditions)
    yield from section("What to do", view.actions if each.is_open else (), "cyan")
    yield from section("Timeline", [_event(event, zone) for event in view.events])


def _state(view: IncidentView, zone: ZoneInfo) -> str:
    each = view.incident
    if each.resolved_at is not None:
        reason = f": {each.resolution}" if each.resolution else ""
        return f"by {_name(each.resolved_by)} on {when(each.resolved_at, zone)}{reason}"
    if each.acknowledged_at is not None:
        until = f", until {when(each.held_until, zone)}" if each.held_until else ""
        until = ", until the next run" if each.held_for_run else until
        return f"by {_name(each.acknowledged_by)}, {ago(view.now, each.acknowledged_at)}{until}"
    told = f"{ago(view.now, each.triggered_at)}, level {each.level}" + (f" ({view.role})" if view.role else "")
    if each.snoozed_until is not None:
        return f"{told}, snoozed until {when(each.snoozed_until, zone)}"
    return f"{told}, {view.next_role} is told at {when(each.due_at, zone)}" if view.next_role and each.due_at else told


def _event(event: Event, zone: ZoneInfo) -> str:
    said = next((event.text(key) for key in ("reason", "text", "role", "to") if event.text(key)), "")
    told = f"{when(event.at, zone)} {event.type.value.replace('_', ' ')} by {_name(event.by)}"
    return f"{told}: {said}" if said else told


def _runs(view: IncidentView) -> str:
    names = dict.fromkeys(run.name for run in (view.opened_run, view.last_run) if run is not None)
    return " to ".join(names)


def _who(each: Incident) -> str:
    """Who resolved it, else who has it."""
    found = each.resolved_by or each.owner
    return _name(found) if found else ""


def _name(id_: str | None) -> str:
    return "T12" if id_ in (None, ENGINE) else str(id_)
