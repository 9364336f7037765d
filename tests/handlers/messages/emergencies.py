"""Emergencies as values with dull defaults."""

from __future__ import annotations

from datetime import timedelta

from core.incidents.emergency import Emergency, EmergencyView, Step, StepName, StepState, boxes_of
from core.incidents.model import Event, Happened
from tests.handlers.messages.incidents import an_incident
from tests.handlers.messages.values import NOW

DETAILS = (("Python", "3.11.7"), ("Database", "sqlite, reachable in 1 ms, 4.0 MiB"))


def an_emergency(
    reason: str = "the signing keys leaked", *, steps: tuple[Step, ...] | None = None, title: str = "", by: str = "U1",
    people: tuple[str, ...] = (), events: tuple[Event, ...] = (),
) -> EmergencyView:  # fmt: skip
    """One with nothing done yet and nobody configured."""
    waiting = tuple(Step(name) for name in StepName)
    emergency = Emergency(4, "EMRG-20260302-090501", 12, NOW, by, reason, steps or waiting)
    incident = an_incident(title=title) if title else an_incident()
    return EmergencyView(emergency, incident, boxes_of(emergency, events), len(events), people, people, NOW)


def ended(name: StepName, state: StepState, told: str, details: tuple[tuple[str, str], ...] = ()) -> Step:
    return Step(name, state, told, details, NOW + timedelta(minutes=1))


def a_typical_emergency() -> EmergencyView:
    steps = (
        ended(StepName.ASSESS, StepState.FAILED, "SECURITY TESTS FAIL (exit code 1)."),
        ended(StepName.STOP, StepState.LEFT_OUT, "The pipeline was not stopped: emergency.automatic is off."),
        ended(StepName.TELL, StepState.DONE, "Developer, Team Lead called in the incident's thread."),
        ended(StepName.DIAGNOSE, StepState.DONE, "2 findings captured; they are in the report.", DETAILS),
        ended(StepName.REPORT, StepState.DONE, "EMRG-20260302-090501 is written."),
    )
    tick = Event(Happened.EMERGENCY, NOW, "U2", {"emergency": 4, "box": "pipeline", "ticked": True})
    return an_emergency(steps=steps, by="t12", people=("U4",), events=(tick,))


def an_awful_emergency(word: str, count: int) -> EmergencyView:
    """Everything at once, in these words."""
    details = tuple((f"{word}{number}", f"{word}\n{word}") for number in range(count))
    steps = tuple(ended(name, StepState.FAILED, word, details) for name in StepName)
    return an_emergency(word, steps=steps, title=word, by=word, people=(word,) * count)
