"""The report of an emergency as a Markdown document, with the sections of the procedure book. Pure."""

from datetime import datetime, tzinfo

from core.incidents.emergency import NEXT_STEPS, TITLES, Box, EmergencyView, Step, StepName, StepState
from core.incidents.telling import shown
from core.markdown import block, code, prose

_STATES = {
    StepState.WAITING: "waiting", StepState.RUNNING: "under way", StepState.DONE: "done",
    StepState.FAILED: "FAILED", StepState.LEFT_OUT: "left out",
}  # fmt: skip
_TEXT = 6000


def emergency_report(view: EmergencyView, zone: tzinfo) -> str:
    """The whole document, with instants in `zone`."""
    each, incident = view.emergency, view.incident
    lines = [
        "# Emergency Incident Report",
        "",
        f"**Incident ID**: {each.number}",
        f"**Severity**: {incident.severity.value.upper()}",
        f"**Detected**: {_moment(each.started_at, zone)}",
        f"**Status**: {'ACTIVE' if incident.is_open else 'RESOLVED'}",
        "",
        "## Summary",
        "",
        f"{prose(incident.title, 300)} (incident {incident.id}): {prose(incident.rule, 400)}.",
        f"Reason: {prose(each.reason, 1000)}.",
        "",
        "## Immediate Actions Taken",
        "",
        *(_box(box, zone) for box in view.boxes),
        "",
        "## Next Steps",
        "",
        *(f"{number}. {text}" for number, text in enumerate(NEXT_STEPS, start=1)),
        "",
        "## Contact Information",
        "",
        f"- Incident Commander: {_people((each.started_by,))}",
        f"- Security Lead: {_people(view.security_lead)}",
        f"- On-call Engineer: {_people(view.on_call)}",
        *(line for step in each.steps if step.name is not StepName.REPORT for line in _step(step, zone)),
    ]
    return "\n".join(lines) + "\n"


def _box(box: Box, zone: tzinfo) -> str:
    mark = "x" if box.is_ticked else " "
    by = f" by {_people((box.by,))}" if box.by else ""
    at = f", {_moment(box.at, zone)}" if box.at is not None else ""
    evidence = f": {prose(box.evidence, 500)}" if box.evidence else ""
    return f"- [{mark}] {box.title}{by}{at}{evidence}"


def _step(step: Step, zone: tzinfo) -> list[str]:
    at = f", {_moment(step.ended_at, zone)}" if step.ended_at is not None else ""
    lines = ["", f"## {TITLES[step.name]}", "", f"*{_STATES[step.state]}{at}*: {prose(step.told, 1000)}"]
    for name, text in step.details:
        if "\n" in text or len(text) > 200:
            lines += ["", f"**{prose(name, 100)}**", "", *block(text, _TEXT)]
        else:
            lines += ["", f"**{prose(name, 100)}**: {code(text)}"]
    return lines


def _people(ids: tuple[str, ...]) -> str:
    return ", ".join("T12" if shown(id_) == "T12" else code(shown(id_), 60) for id_ in ids) or "nobody is configured"


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
