"""The modals of incidents. What is typed into them travels back with `Kept`: where it was opened, about which one."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from core.incidents.model import Incident, Severity

from . import place
from .incident import who
from .pieces import Json, Leaf, Line, bullets, line, paragraph, rich, said, strong, words
from .told import sentence_leaves

TITLE_LIMIT, NOTE_LIMIT, REASON_LIMIT = 150, 2000, 300
MUTED_DAYS = (1, 7, 30)
WAITS = (("1h", "1 hour"), ("4h", "4 hours"), ("tomorrow", "Tomorrow, when the day begins"), ("at", "The moment below"))
_OPTIONS = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """What a modal remembers; only ids, and the address that answers the person."""

    incident: int = 0
    channel: str = ""
    response_url: str = ""
    is_ephemeral: bool = False
    drawn_at: float = 0.0
    """When the card that was pressed was drawn; a Unix instant."""

    def packed(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


def unpacked(packed: str) -> Kept:
    """Raises `ValueError` for anything we did not pack."""
    try:
        return Kept(**json.loads(packed))
    except TypeError as error:
        raise ValueError(str(error)) from None


def escalate_form(incident: Incident, role: str, people: Sequence[str], kept: Kept) -> Json:
    """Says who is told next."""
    leaves: list[Leaf] = [said(incident.title, 200), words(". ")]
    leaves += [strong("Told next: "), said(role, place.WORD, bold=True)]
    leaves.append(words(": ") if people else words(". Nobody is on call for it; see roles in the settings."))
    for each in people[:20]:
        leaves += [who(each), words(" ")]
    return _form("escalate", f"Escalate incident {incident.id}?", "Escalate", [paragraph(*leaves)], kept)


def hand_over_form(incident: Incident, kept: Kept) -> Json:
    people = {"type": "users_select", "action_id": "to", "placeholder": _plain("Choose a person")}
    blocks = [_about(incident), _input("to", "Who takes it?", people, hint="They are told, and it counts as theirs.")]
    return _form("hand_over", f"Hand over incident {incident.id}", "Hand over", blocks, kept)


def severity_form(incident: Incident, kept: Kept) -> Json:
    return _form(
        "severity",
        f"Severity of {incident.id}",
        "Change severity",
        [_about(incident), _severity(incident.severity)],
        kept,
    )


def snooze_form(incident: Incident, kept: Kept) -> Json:
    moment = {"type": "datetimepicker", "action_id": "at"}
    blocks = [
        _about(incident),
        _input("wait", "Until when is nobody told?", _select("wait", WAITS)),
        _input("at", "The moment", moment, optional=True, hint="For the last of the choices."),
    ]
    return _form("snooze", f"Snooze incident {incident.id}", "Snooze", blocks, kept)


def mute_form(incident: Incident, kept: Kept) -> Json:
    """Needs an incident with tests."""
    tests = [(str(each.test_id), place.name(each.name, 75)) for each in incident.tests[:_OPTIONS]]
    days = [(str(each), "1 day" if each == 1 else f"{each} days") for each in MUTED_DAYS]
    reason = _typed("reason", REASON_LIMIT)
    blocks = [
        _input("test", "Which test?", _select("test", tests), hint="Its failures open and join no incident then."),
        _input("days", "How long?", _select("days", days)),
        _input("reason", "Why?", reason, hint="What is known about it, and who will mend it."),
    ]
    return _form("mute", f"Mute a test of {incident.id}", "Mute", blocks, kept)


def note_form(incident: Incident, kept: Kept) -> Json:
    note = _typed("note", NOTE_LIMIT, multiline=True)
    return _form("note", f"Add a note to {incident.id}", "Add note", [_input("note", "Note", note)], kept)


def declare_form(kept: Kept, title: str = "", note: str = "") -> Json:
    first_title = place.cut(place.clean(title[: 10 * TITLE_LIMIT]), TITLE_LIMIT)
    first_note = place.cut("\n".join(map(place.clean, note[:NOTE_LIMIT].splitlines())).strip(), NOTE_LIMIT)
    blocks = [
        _input("title", "What is wrong?", _typed("title", TITLE_LIMIT, first=first_title)),
        _severity(Severity.HIGH),
        _input("note", "What is known", _typed("note", NOTE_LIMIT, multiline=True, first=first_note), optional=True),
    ]
    return _form("declare", "Declare an incident", "Declare", blocks, kept)


def emergency_form(kept: Kept, incident: Incident | None, *, tests: bool, stops: bool, roles: Sequence[str]) -> Json:
    """Says what will be done before anybody begins it."""
    which = _about(incident) if incident is not None else paragraph(
        words("It is about the newest open critical incident, or a new one when there is none.")
    )  # fmt: skip
    steps: list[Line] = [
        [words("Run the security tests" if tests else "No security tests are run: none are set")],
        [words("Stop the pipeline" if stops else "The pipeline is NOT stopped: no way to do it is set")],
        [words("Call in the incident's thread: "), said(", ".join(roles) or "nobody")],
        [words("Capture diagnostic information and write the report")],
    ]
    reason = _input("reason", "What happened?", _typed("reason", REASON_LIMIT, multiline=True))
    blocks = [which, rich(line(strong("This is done at once")), bullets(steps)), reason]
    return _form("emergency", "Emergency", "Begin", blocks, kept)


def told_form(sentence: str) -> Json:
    """What a form came to when there is nothing more to enter."""
    return {
        "type": "modal",
        "callback_id": "incident.told",
        "title": _plain("Incidents"),
        "close": _plain("Close"),
        "blocks": [paragraph(*sentence_leaves(sentence))],
    }


def _form(kind: str, title: str, submit: str, blocks: Sequence[Json], kept: Kept) -> Json:
    return {
        "type": "modal",
        "callback_id": f"incident.{kind}",
        "title": _plain(place.cut(title, 24)),
        "submit": _plain(submit),
        "close": _plain("Cancel"),
        "private_metadata": kept.packed(),
        "blocks": list(blocks),
    }


def _about(incident: Incident) -> Json:
    shown: Line = [strong(f"{incident.severity.value.capitalize()} incident {incident.id}: "), said(incident.title)]
    return rich(line(*shown))


def _severity(first: Severity) -> Json:
    options = [(each.value, each.value.capitalize()) for each in Severity]
    return _input("severity", "How bad is it?", _select("severity", options, first=first.value))


def _input(block_id: str, label: str, element: Json, *, hint: str = "", optional: bool = False) -> Json:
    found = {"type": "input", "block_id": block_id, "label": _plain(label), "element": element, "optional": optional}
    return found | ({"hint": _plain(hint)} if hint else {})


def _typed(action_id: str, most: int, *, multiline: bool = False, first: str = "") -> Json:
    found: Json = {"type": "plain_text_input", "action_id": action_id, "max_length": most, "multiline": multiline}
    return found | ({"initial_value": first} if first else {})


def _select(action_id: str, entries: Sequence[tuple[str, str]], *, first: str | None = None) -> Json:
    options = [{"text": _plain(text), "value": value} for value, text in entries]
    found: Json = {"type": "static_select", "action_id": action_id, "options": options}
    initial = next((each for each in options if each["value"] == first), None)
    return found | ({"initial_option": initial} if initial else {})


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
