"""The card of one incident: how bad, what, since when, who has it, what to do, and the buttons to act with."""

import re
from collections.abc import Sequence

from core.incidents.answer import IncidentView
from core.incidents.model import ENGINE, Incident, Kind, Status

from . import place
from .message import Message, and_more, fit
from .pieces import (
    Json,
    Leaf,
    Line,
    actions,
    bullets,
    button,
    header,
    line,
    moment,
    paragraph,
    person,
    rich,
    said,
    small,
    strong,
    test_name,
    typed,
    words,
)

_SLACK_ID = re.compile(r"[CGSUW][A-Z0-9]{0,30}")
_MOST = (6, 4, 3, 2, 1, 0)

MENU: tuple[tuple[str, str], ...] = (
    ("ack_1h", "Acknowledge for 1 hour"),
    ("ack_next_run", "Acknowledge until the next run"),
    ("ack_tomorrow", "Acknowledge until tomorrow"),
    ("escalate", "Escalate…"),
    ("hand_over", "Hand over…"),
    ("severity", "Change severity…"),
    ("snooze", "Snooze until…"),
    ("mute", "Mute a test…"),
    ("note", "Add a note…"),
    ("report", "Show the report"),
)
"""What the menu of a card offers: key and label."""


def render_incident(view: IncidentView) -> Message:
    """Drawn anew whenever the incident changes; everything in it is as of now."""

    def draw(most: int) -> list[Json]:
        incident = view.incident
        return [
            header(
                f"{incident.severity.value.capitalize()} incident {incident.id}: {place.plain(incident.title, 110)}"
            ),
            paragraph(*_state(view)),
            rich(line(strong("Why "), words(f"{incident.severity.value}: "), said(incident.rule, 300), words("."))),
            *_what(view),
            *_tests(incident, most),
            *_suspects(view, most),
            *_owners(view, most),
            *_meanwhile(view, most),
            *_actions(view, most),
            small(*_footer(view)),
            *(_buttons(incident) if incident.is_open else _after(incident)),
        ]

    return fit(draw, _MOST)


def _state(view: IncidentView) -> Line:
    incident = view.incident
    if incident.resolved_at is not None:
        how = [said(f" {incident.resolution}.", 200)] if incident.resolution else [words(" ")]
        return [strong("Resolved "), words("by "), who(incident.resolved_by), words(", "),
                moment(incident.resolved_at), words("."), *how]  # fmt: skip
    if incident.acknowledged_at is not None:
        return [strong("Acknowledged "), words("by "), who(incident.acknowledged_by), words(", "),
                moment(incident.acknowledged_at), *_held(incident), words(".")]  # fmt: skip
    found: list[Leaf] = [strong("Triggered "), moment(incident.triggered_at), words(". ")]
    found += _told(view)
    if incident.snoozed_until is not None:
        return [*found, words("Snoozed until "), moment(incident.snoozed_until), words(".")]
    if incident.due_at is not None and view.next_role:
        found += [
            words("Without an answer "),
            said(view.next_role, place.WORD),
            words(" is told "),
            moment(incident.due_at),
            words("."),
        ]
    elif incident.due_at is None:
        found.append(words("Nobody else is told by itself."))
    return found


def _told(view: IncidentView) -> list[Leaf]:
    """Who was told last; a mention here tells them only when the message is new."""
    told = next((each for each in reversed(view.events) if each.mentioned), None)
    if told is None:
        nobody = [words("Nobody is on call as "), said(view.role, place.WORD), words("; see roles in the settings. ")]
        return nobody if view.role else []
    people: list[Leaf] = []
    for id_ in told.mentioned[:10]:
        people += [who(id_), words(" ")]
    people[-1] = words(". ")
    return [said(view.role, place.WORD), words(": "), *people] if view.role else people


def _held(incident: Incident) -> list[Leaf]:
    if incident.held_for_run:
        return [words(", until the next run")]
    return [words(", until "), moment(incident.held_until)] if incident.held_until is not None else []


def _what(view: IncidentView) -> list[Json]:
    incident = view.incident
    found: list[Leaf] = []
    if incident.tests:
        count = len(incident.tests)
        now = f", {incident.failing} of them in the newest run" if 0 < incident.failing < count else ""
        passing = ", all of them passed in the newest run" if incident.green_runs else ""
        noun = "test" if count == 1 else "tests"
        found.append(words(f"{count} {noun} affected{now}{passing}. "))
    if incident.kind in (Kind.FAILURES, Kind.COLLECTION):
        found += [strong("Cause: "), said(incident.cause.replace("_", " "), place.WORD), words(". ")]
    if incident.note:
        found += [said(incident.note, 400), words(" ")]
    if incident.green_runs and incident.is_open:
        runs = "run" if incident.green_runs == 1 else "runs"
        found.append(words(f"{incident.green_runs} green {runs} so far."))
    return [paragraph(*found)] if found else []


def _tests(incident: Incident, most: int) -> list[Json]:
    if not incident.tests:
        return []
    shown = [[test_name(each.name)] for each in incident.tests[: max(1, most)]]
    return [rich(line(strong("Affected tests")), bullets(and_more(shown, len(incident.tests))))]


def _suspects(view: IncidentView, most: int) -> list[Json]:
    if not view.suspects or not view.incident.is_open:
        return []
    shown = view.suspects[-max(1, most) :]
    leaves: list[Leaf] = [strong("Began between ")]
    good = view.last_good_run.revision if view.last_good_run is not None else None
    leaves += [typed(good, 12), words(" (good) and ")] if good else []
    leaves += [typed(shown[-1], 12)]
    if len(view.suspects) > 1:
        leaves.append(words(f": {len(view.suspects)} revisions"))
    return [paragraph(*leaves, words("."))]


def _owners(view: IncidentView, most: int) -> list[Json]:
    """Who owns the affected tests. Only whom the present level tells is mentioned, and they are told anyway."""
    if not view.owners or not view.incident.is_open:
        return []
    told = next((each.mentioned for each in reversed(view.events) if each.mentioned), ())
    leaves: list[Leaf] = [strong("Owners: ")]
    shown = view.owners[: max(1, most)]
    for number, owner in enumerate(shown):
        leaves += [words(", ")] if number else []
        leaves.append(who(owner.slack_id) if owner.slack_id in told else said(owner.name, place.WORD))
    left = len(view.owners) - len(shown)
    return [paragraph(*leaves, words(f" and {left} more." if left else "."))]


def _meanwhile(view: IncidentView, most: int) -> list[Json]:
    shown: list[Line] = [[said(f"{each}.", 220)] for each in view.conditions[: max(1, min(3, most))]]
    return [rich(line(strong("Meanwhile")), bullets(shown))] if shown else []


def _actions(view: IncidentView, most: int) -> list[Json]:
    if not view.actions or not view.incident.is_open:
        return []
    shown: list[Line] = [[said(each, 200)] for each in view.actions[: max(2, most)]]
    return [rich(line(strong("What to do")), bullets(and_more(shown, len(view.actions), "more in the report")))]


def _footer(view: IncidentView) -> list[Leaf]:
    incident = view.incident
    found: list[Leaf] = []
    if incident.suite:
        found.append(words(f"{place.plain(incident.suite, place.WORD)} "))
    if incident.branch:
        found += [words("on "), typed(incident.branch, 60), words(" ")]
    if view.opened_run is not None:
        found += [words("· since run "), typed(view.opened_run.name, 60), words(" ")]
    if view.last_run is not None and view.last_run != view.opened_run:
        found += [words("· newest run "), typed(view.last_run.name, 60), words(" ")]
    if incident.reopened:
        times = "once" if incident.reopened == 1 else f"{incident.reopened} times"
        found.append(words(f"· opened again {times} "))
    found += [words("· opened "), moment(incident.opened_at)]
    return found


def _buttons(incident: Incident) -> list[Json]:
    value = str(incident.id)
    rows: list[Json] = []
    if incident.status is Status.TRIGGERED:
        rows.append(button("Acknowledge", "incident.acknowledge", value, style="primary"))
    rows.append(
        button("Resolve", "incident.resolve", value)
        | {
            "confirm": confirm(
                "Resolve the incident?", "It closes for everybody, also while its tests fail.", "Resolve"
            )
        }
    )
    rows.append(menu("More", "incident.more", value, MENU))
    return actions(rows)


def _after(incident: Incident) -> list[Json]:
    return actions([button("Show the report", "incident.report", str(incident.id))])


def confirm(title: str, text: str, yes: str, no: str = "Cancel") -> Json:
    """A question before a button does something."""
    plain = {"type": "plain_text", "emoji": False}
    return {
        "title": {**plain, "text": title},
        "text": {**plain, "text": text},
        "confirm": {**plain, "text": yes},
        "deny": {**plain, "text": no},
    }


def menu(label: str, action_id: str, value: str, entries: Sequence[tuple[str, str]]) -> Json:
    """A menu of a message; each option carries `key:value`."""
    options = [
        {"text": {"type": "plain_text", "text": text, "emoji": False}, "value": f"{key}:{value}"}
        for key, text in entries
    ]
    placeholder = {"type": "plain_text", "text": label, "emoji": False}
    return {"type": "static_select", "action_id": action_id, "placeholder": placeholder, "options": options}


def who(id_: str | None) -> Leaf:
    """A person, a user group or a channel by its Slack id; T12 and names of a terminal as they are."""
    if id_ is None or id_ == ENGINE:
        return words("T12")
    if not _SLACK_ID.fullmatch(id_):
        return said(id_, place.WORD)
    if id_.startswith("S"):
        return {"type": "usergroup", "usergroup_id": id_}
    if id_.startswith(("C", "G")):
        return {"type": "channel", "channel_id": id_}
    return person(id_)
