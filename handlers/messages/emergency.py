"""The report of an emergency in the thread of its incident, with boxes that people tick."""

from core.incidents.emergency import NEXT_STEPS, TITLES, Box, Emergency, EmergencyView, Step, StepName, StepState

from . import place
from .incident import who
from .message import Message, and_more, fit
from .pieces import (
    Json,
    Leaf,
    Line,
    bullets,
    header,
    line,
    moment,
    paragraph,
    rich,
    said,
    small,
    strong,
    typed,
    words,
)

_MOST = (14, 8, 4, 2, 0)
_SHORT = 120
TICK = "emergency.tick"

_STATES = {
    StepState.WAITING: "waiting", StepState.RUNNING: "under way", StepState.DONE: "done", StepState.FAILED: "FAILED",
    StepState.LEFT_OUT: "left out",
}  # fmt: skip


def render_emergency(view: EmergencyView) -> Message:
    """Drawn anew whenever somebody ticks a box."""

    def draw(most: int) -> list[Json]:
        each, incident = view.emergency, view.incident
        status = "ACTIVE" if incident.is_open else "RESOLVED"
        return [
            header(f"Emergency Incident Report {each.number}"),
            paragraph(
                strong("Severity: "), words(f"{incident.severity.value.upper()}. "), strong("Status: "),
                words(f"{status}. "), strong("Detected: "), moment(each.started_at), words("."),
            ),
            rich(line(strong("Summary: "), said(incident.title, 150), words(". "), said(each.reason, 300))),
            rich(line(strong("Immediate Actions Taken")), bullets([_told(box) for box in view.boxes])),
            *_boxes(view),
            *_findings(each, most),
            rich(line(strong("Next Steps")), _numbered(NEXT_STEPS)),
            rich(line(strong("Contact Information")), bullets(_contacts(view))),
            small(words("The whole report, with every finding: "), typed(f"t12 emergency {each.number}")),
        ]  # fmt: skip

    return fit(draw, _MOST)


def drawn_boxes(block_id: str) -> tuple[int, tuple[str, ...]] | None:
    """Which emergency a row of boxes is of, and which were ticked when it was drawn; None when it is none of ours."""
    kind, _, rest = block_id.partition(":")
    number, _, rest = rest.partition(":")
    if kind != "emergency" or not number.isdecimal():
        return None
    return int(number), tuple(key for key in rest.partition(":")[2].split(",") if key)


def _boxes(view: EmergencyView) -> list[Json]:
    """The id carries what is ticked, so that a person changes only what they saw, and Slack draws each state anew."""
    options = {box.key: {"text": {"type": "plain_text", "text": box.title, "emoji": False}, "value": box.key}
               for box in view.boxes}  # fmt: skip
    ticked = [box.key for box in view.boxes if box.is_ticked]
    element: Json = {"type": "checkboxes", "action_id": TICK, "options": list(options.values())}
    if ticked:
        element["initial_options"] = [options[key] for key in ticked]
    block_id = f"emergency:{view.emergency.id}:{view.version}:{','.join(ticked)}"
    return [{"type": "actions", "block_id": block_id, "elements": [element]}]


def _told(box: Box) -> Line:
    mark = "✓" if box.is_ticked else "–"
    leaves: list[Leaf] = [words(f"{mark} {box.title}")]
    if box.by:
        leaves += [words(" by "), who(box.by)]
    if box.at is not None:
        leaves += [words(", "), moment(box.at)]
    return [*leaves, words(": "), said(box.evidence, 250)] if box.evidence else leaves


def _findings(emergency: Emergency, most: int) -> list[Json]:
    found = [paragraph(*_step(emergency.step(StepName.ASSESS)))]
    step = emergency.step(StepName.DIAGNOSE)
    shown: list[Line] = [
        [words(f"{place.plain(name, 60)}: "), typed(text, _SHORT)] for name, text in step.details[:most]
    ]
    if shown:
        found.append(rich(line(strong("Diagnostics")), bullets(and_more(shown, len(step.details)))))
    return found


def _step(step: Step) -> list[Leaf]:
    return [strong(f"{TITLES[step.name]}: "), words(f"{_STATES[step.state]}. "), said(step.told, 300)]


def _numbered(texts: tuple[str, ...]) -> Json:
    return {"type": "rich_text_list", "style": "ordered", "elements": [line(words(text)) for text in texts]}


def _contacts(view: EmergencyView) -> list[Line]:
    roles = (
        ("Incident Commander", (view.emergency.started_by,)), ("Security Lead", view.security_lead),
        ("On-call Engineer", view.on_call),
    )  # fmt: skip
    return [[words(f"{title}: "), *_people(ids)] for title, ids in roles]


def _people(ids: tuple[str, ...]) -> list[Leaf]:
    found: list[Leaf] = []
    for id_ in ids[:5]:
        found += [who(id_), words(" ")]
    return found or [words("nobody is configured")]
