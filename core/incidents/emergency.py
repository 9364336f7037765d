"""The emergency response: its steps, which of them may begin, and what has been done about it. Pure.

The steps and the boxes are those of the procedure book, "Emergency Response Procedures".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from core.incidents.model import ENGINE, Event, Happened, Incident


class StepName(StrEnum):
    """In the order of the book."""

    ASSESS = "assess"
    STOP = "stop"
    TELL = "tell"
    DIAGNOSE = "diagnose"
    REPORT = "report"


TITLES: Mapping[StepName, str] = {
    StepName.ASSESS: "Immediate assessment",
    StepName.STOP: "Stop the pipeline",
    StepName.TELL: "Notify the team",
    StepName.DIAGNOSE: "Capture diagnostic information",
    StepName.REPORT: "Write the report",
}


class StepState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """It was tried and did not come off."""
    LEFT_OUT = "left_out"
    """It was not tried: the settings do not say how, or forbid it."""

    @property
    def is_over(self) -> bool:
        return self not in (StepState.WAITING, StepState.RUNNING)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a step."""

    state: StepState
    told: str
    """A sentence: what was done, or why not and how to do it; may hold foreign text."""
    details: tuple[tuple[str, str], ...] = ()
    """Name and text of what it found."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one emergency."""

    name: StepName
    state: StepState = StepState.WAITING
    told: str = ""
    details: tuple[tuple[str, str], ...] = ()
    ended_at: datetime | None = None
    attempts: int = 0
    lease_until: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.state.is_over


@dataclass(frozen=True, slots=True)
class Emergency:
    """One emergency response."""

    id: int
    number: str
    """`EMRG-20260302-090501`."""
    incident_id: int
    started_at: datetime
    started_by: str
    """A Slack id, a name of a terminal, or `t12`: the incident commander."""
    reason: str
    steps: tuple[Step, ...] = field(default=tuple(Step(name) for name in StepName))
    finished_at: datetime | None = None
    report: str = ""
    """The Markdown document, once it is written."""

    @property
    def is_automatic(self) -> bool:
        return self.started_by == ENGINE

    def step(self, name: StepName) -> Step:
        return next(each for each in self.steps if each.name is name)


MOST_ATTEMPTS = 2
"""A step that T12 was stopped at is begun once more."""


def number_at(at: datetime, taken: Iterable[str] = ()) -> str:
    """The book's number, of UTC; a second later for each that is taken."""
    known = set(taken)
    while (number := f"EMRG-{at:%Y%m%d-%H%M%S}") in known:
        at += timedelta(seconds=1)
    return number


def ready_steps(emergency: Emergency, now: datetime) -> list[Step]:
    """The steps that may begin now, or begin again because whoever was at them is gone.

    The people are told at once, however long the security tests take. An automatic stop waits for them, the report for
    everything.
    """
    return [
        step
        for step in emergency.steps
        if not step.is_over
        and (step.state is StepState.WAITING or (step.lease_until is not None and step.lease_until < now))
        and all(emergency.step(name).is_over for name in _needs(emergency, step.name))
    ]


def _needs(emergency: Emergency, name: StepName) -> Sequence[StepName]:
    if name is StepName.REPORT:
        return [each for each in StepName if each is not StepName.REPORT]
    return [StepName.ASSESS] if name is StepName.STOP and emergency.is_automatic else []


def may_stop(emergency: Emergency, *, is_configured: bool, stops_by_itself: bool) -> str | None:
    """None when the pipeline is to be stopped; else the sentence that says why not and how to do it."""
    if not is_configured:
        return "The pipeline was not stopped: neither emergency.stop_pipeline nor stop_webhook is set. Stop it by hand."
    if not emergency.is_automatic:
        return None
    if not stops_by_itself:
        return (
            "The pipeline was not stopped: this response began by itself, and emergency.automatic is off. "
            "`/t12 emergency` stops it."
        )
    if emergency.step(StepName.ASSESS).state is StepState.DONE:
        return "The pipeline was not stopped: the security tests pass now. `/t12 emergency` stops it all the same."
    return None


@dataclass(frozen=True, slots=True)
class Box:
    """One of the book's "Immediate Actions Taken"."""

    key: str
    title: str
    is_ticked: bool
    by: str = ""
    at: datetime | None = None
    evidence: str = ""
    """What T12 did, or why it did not."""


@dataclass(frozen=True, slots=True)
class EmergencyView:
    """One emergency as a message, a document or a terminal shows it."""

    emergency: Emergency
    incident: Incident
    boxes: tuple[Box, ...]
    version: int
    """Grows with every change of a box."""
    security_lead: tuple[str, ...]
    """Slack ids of who is on call for the security team."""
    on_call: tuple[str, ...]
    now: datetime


_BOXES: tuple[tuple[str, str, StepName | None], ...] = (
    ("pipeline", "CI/CD pipeline stopped", StepName.STOP),
    ("team", "Team notified", StepName.TELL),
    ("diagnostics", "Diagnostic information captured", StepName.DIAGNOSE),
    ("response", "Emergency response initiated", None),
)

NEXT_STEPS = (
    "Security team assessment",
    "Root cause analysis",
    "Fix implementation",
    "Validation testing",
    "Pipeline restoration",
)


def boxes_of(emergency: Emergency, events: Iterable[Event]) -> tuple[Box, ...]:
    """The boxes as they are: what T12 did itself is ticked, and the last word of a person counts."""
    steps = {box[0]: box for box in _BOXES}
    found = {key: _own(emergency, *box) for key, box in steps.items()}
    for event in events:
        key = event.text("box")
        if event.type is Happened.EMERGENCY and event.data.get("emergency") == emergency.id and key in found:
            own = found[key]
            evidence = f"T12 said: {_own(emergency, *steps[key]).evidence}"
            found[key] = Box(key, own.title, bool(event.data.get("ticked")), event.by, event.at, evidence)
    return tuple(found.values())


def changed_boxes(drawn: Iterable[str], chosen: Iterable[str]) -> dict[str, bool]:
    """What a person changed, by key: the difference to the boxes they saw ticked, so that nobody undoes another."""
    before, after = set(drawn), set(chosen)
    known = {key for key, _, _ in _BOXES}
    return {key: key in after for key in sorted((before ^ after) & known)}


def _own(emergency: Emergency, key: str, title: str, name: StepName | None) -> Box:
    if name is None:
        return Box(key, title, True, emergency.started_by, emergency.started_at, emergency.number)
    step = emergency.step(name)
    if step.state is StepState.DONE:
        return Box(key, title, True, ENGINE, step.ended_at, step.told)
    return Box(key, title, False, evidence=step.told)
