"""Lists of incidents: the answer to `incident`, the part of the Home tab, and what other programs read."""

import csv
import io
import json
from collections.abc import Iterable, Sequence

from core.incidents.answer import IncidentList, IncidentView
from core.incidents.as_json import incident_to_json
from core.incidents.lifecycle import ago
from core.incidents.model import Incident, Status

from . import place
from .incident import who
from .message import Message, and_more, compose, fit, trimmed
from .pieces import (
    Json,
    Leaf,
    Line,
    actions,
    bullets,
    button,
    header,
    moment,
    paragraph,
    preformatted,
    rich,
    said,
    strong,
    words,
)

_LISTED = 10
_EXPORTED = 6000
"""Characters of an export; the message holds them, its text begins them."""
_COLUMNS = (
    "id", "severity", "status", "title", "cause", "suite", "branch", "triggered_at", "acknowledged_at",
    "acknowledged_by", "resolved_at", "resolved_by", "owner",
)  # fmt: skip
_AT_HOME = 5
_MOST = (10, 6, 4, 2, 1, 0)


def render_incidents(found: IncidentList, me: str) -> Message:
    """Mine first, then those that nobody has, the worst and the newest before others."""
    ordered = in_order(found.incidents, me)

    def draw(most: int) -> list[Json]:
        shown = ordered[: max(1, most)]
        return [
            header(_headline(found)),
            rich(bullets(and_more(lines_of(shown, me), len(ordered))))
            if ordered
            else paragraph(words("Nothing that T12 knows of waits for anybody.")),
            *actions([*_shows(shown), *_more(found)]),
        ]

    return fit(draw, _MOST)


def render_export(found: IncidentList, form: str) -> Message:
    """The newest incidents as JSON lines or CSV, as many as a message holds; a file would cost a scope."""
    rows = [_row(each) for each in found.incidents]
    lines: list[str] = []
    size = 0
    for row in rows:
        text = _csv(row.values()) if form == "csv" else json.dumps(row, ensure_ascii=False)
        size += len(json.dumps(text, ensure_ascii=False))
        if lines and size > _EXPORTED:
            break
        lines.append(place.cut(text, _EXPORTED // 2))  # a quotation mark takes two characters
    head = [_csv(_COLUMNS)] if form == "csv" else []
    left = len(rows) - len(lines)
    more = f"and {left} more; `t12 incident export` in a terminal writes them all" if left else "That is all of them"
    return trimmed(
        compose(
            [
                header(f"{len(lines)} of {len(rows)} incidents"),
                rich(preformatted("\n".join([*head, *lines]) or "none")),
                paragraph(words(more)),
            ]
        )
    )


def _row(view: IncidentView) -> dict[str, object]:
    whole = incident_to_json(view)
    return {name: place.clean(each) if isinstance(each := whole[name], str) else each for name in _COLUMNS}


def _csv(values: Iterable[object]) -> str:
    into = io.StringIO()
    csv.writer(into, lineterminator="").writerow(values)
    return into.getvalue()


def incidents_at_home(found: IncidentList, me: str) -> list[Json]:
    """The open incidents on somebody's Home tab; nothing when none is open."""
    if not found.incidents:
        return []
    ordered = in_order(found.incidents, me)
    shown = ordered[:_AT_HOME]
    waiting = [each.incident for each in shown if each.incident.status is Status.TRIGGERED][:2]
    return [
        header(_headline(found)),
        rich(bullets(and_more(lines_of(shown, me), len(ordered)))),
        *actions(
            [button(f"Acknowledge {each.id}", f"incident.acknowledge:{each.id}", str(each.id)) for each in waiting]
            + _shows(shown)
        ),
    ]


def in_order(views: Sequence[IncidentView], me: str) -> list[IncidentView]:
    def place_of(view: IncidentView) -> tuple[int, int, int]:
        incident = view.incident
        turn = 3 if not incident.is_open else 0 if is_mine(incident, me) else 1 + (incident.owner is not None)
        return turn, incident.severity.rank, -incident.id

    return sorted(views, key=place_of)


def is_mine(incident: Incident, me: str) -> bool:
    return bool(me) and me in (incident.owner, incident.acknowledged_by)


def lines_of(views: Sequence[IncidentView], me: str) -> list[Line]:
    return [_line(each, me) for each in views]


def _line(view: IncidentView, me: str) -> list[Leaf]:
    incident = view.incident
    found: list[Leaf] = [
        strong(f"{incident.id} {incident.severity.value}: "),
        said(incident.title, 160),
        words(". "),
        *_state(view, me),
    ]
    if incident.suite:
        found += [words(" "), said(incident.suite, place.WORD), words(".")]
    return found


def _state(view: IncidentView, me: str) -> list[Leaf]:
    incident = view.incident
    if incident.resolved_at is not None:
        return [words("Resolved by "), who(incident.resolved_by), words(f" {ago(view.now, incident.resolved_at)}.")]
    if incident.status is Status.ACKNOWLEDGED:
        mine = [words("You have it")] if is_mine(incident, me) else [who(incident.acknowledged_by), words(" has it")]
        return [*mine, words(f", since {ago(view.now, incident.acknowledged_at)}.")]
    found: list[Leaf] = [words(f"Nobody has it; triggered {ago(view.now, incident.triggered_at)}.")]
    if incident.snoozed_until is not None:
        found += [words(" Snoozed until "), moment(incident.snoozed_until), words(".")]
    return found


def _headline(found: IncidentList) -> str:
    count = len(found.incidents)
    if not found.only_open:
        return f"{count} {'incident' if count == 1 else 'incidents'}, open and resolved" if count else "No incident yet"
    if not count:
        return "No open incident"
    return f"{count} open {'incident' if count == 1 else 'incidents'}"


def _shows(views: Sequence[IncidentView]) -> list[Json]:
    return [
        button(f"Show {each.incident.id}", f"incident.show:{each.incident.id}", str(each.incident.id))
        for each in views[:_LISTED]
    ]


def _more(found: IncidentList) -> list[Json]:
    return [button("List resolved ones too", "incident.list", "all")] if found.only_open else []
