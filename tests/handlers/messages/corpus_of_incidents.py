"""Everything the bot can say about incidents; the corpus has it beside the rest."""

from __future__ import annotations

from collections.abc import Callable

from core.incidents.model import Happened
from handlers.messages.incident import render_incident
from handlers.messages.incident_event import render_direct, render_incident_event
from handlers.messages.incident_report import render_incident_report
from handlers.messages.incidents import render_export, render_incidents
from handlers.messages.message import Message
from handlers.messages.told import told, told_card
from tests.handlers.messages.incidents import (
    a_bare_view,
    a_list,
    a_report,
    a_typical_view,
    a_view,
    an_awful_event,
    an_awful_view,
    an_event,
)
from tests.handlers.messages.values import HOSTILE, LONG, PLAIN

INCIDENTS: dict[str, Callable[[], Message]] = {
    "incident-empty": lambda: render_incident(a_bare_view()),
    "incident-typical": lambda: render_incident(a_typical_view()),
    "incident-worst": lambda: render_incident(an_awful_view(PLAIN)),
    "incident-too-long": lambda: render_incident(an_awful_view(LONG)),
    "incident-hostile": lambda: render_incident(an_awful_view(HOSTILE, 4)),
    "incident-event-empty": lambda: render_incident_event(an_event(Happened.NOTED, data={"text": ""}), a_bare_view()),
    "incident-event-typical": lambda: render_incident_event(an_event(Happened.ESCALATED), a_view()),
    "incident-event-worst": lambda: render_incident_event(an_awful_event(PLAIN * 40), a_view()),
    "incident-event-too-long": lambda: render_incident_event(an_awful_event(LONG), an_awful_view(LONG)),
    "incident-event-hostile": lambda: render_incident_event(an_awful_event(HOSTILE), an_awful_view(HOSTILE)),
    "direct-empty": lambda: render_direct(an_event(Happened.NOTED, data={"text": ""}), a_bare_view()),
    "direct-typical": lambda: render_direct(an_event(Happened.HANDED_OVER), a_view()),
    "direct-worst": lambda: render_direct(an_awful_event(PLAIN * 40), a_view()),
    "direct-too-long": lambda: render_direct(an_awful_event(LONG), an_awful_view(LONG)),
    "direct-hostile": lambda: render_direct(an_awful_event(HOSTILE), an_awful_view(HOSTILE)),
    "incidents-empty": lambda: render_incidents(a_list(), "U1"),
    "incidents-typical": lambda: render_incidents(a_list(a_typical_view(), a_typical_view(id=13, owner="U1")), "U1"),
    "incidents-worst": lambda: render_incidents(
        a_list(*(an_awful_view(PLAIN, 4, n) for n in range(60)), only_open=False), "U1"
    ),
    "incidents-too-long": lambda: render_incidents(a_list(*(an_awful_view(LONG, 4, n) for n in range(9))), "U1"),
    "incidents-hostile": lambda: render_incidents(a_list(an_awful_view(HOSTILE, 4)), HOSTILE),
    "export-empty": lambda: render_export(a_list(), "csv"),
    "export-typical": lambda: render_export(a_list(a_typical_view()), "json"),
    "export-worst": lambda: render_export(a_list(*[a_typical_view()] * 90), "csv"),
    "export-too-long": lambda: render_export(a_list(*[an_awful_view(LONG, 4)] * 9), "json"),
    "export-hostile": lambda: render_export(a_list(an_awful_view(HOSTILE, 4)), "csv"),
    "incident-report-empty": lambda: render_incident_report(a_report(a_bare_view(), 0)),
    "incident-report-typical": lambda: render_incident_report(a_report(a_typical_view())),
    "incident-report-worst": lambda: render_incident_report(a_report(an_awful_view(PLAIN), 40)),
    "incident-report-too-long": lambda: render_incident_report(a_report(an_awful_view(LONG), 40)),
    "incident-report-hostile": lambda: render_incident_report(a_report(an_awful_view(HOSTILE))),
    "told-empty": lambda: told(""),
    "told-typical": lambda: told("Already acknowledged by <@U1>, 3 minutes ago.", 12),
    "told-worst": lambda: told("<@U1>" * 200),
    "told-too-long": lambda: told(LONG),
    "told-hostile": lambda: told(HOSTILE, 12),
    "told-card-empty": lambda: told_card("", a_bare_view()),
    "told-card-typical": lambda: told_card("You have it", a_typical_view()),
    "told-card-worst": lambda: told_card("<@U1> " * 200, an_awful_view(PLAIN)),
    "told-card-too-long": lambda: told_card(LONG, an_awful_view(LONG)),
    "told-card-hostile": lambda: told_card(HOSTILE, an_awful_view(HOSTILE)),
}
"""What T12 tells of incidents by itself, and what it answers."""
