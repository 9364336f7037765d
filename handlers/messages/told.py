"""What somebody's click or command came to, for them alone: the sentence of the core, its people as people."""

import re

from core.incidents.answer import IncidentView

from .incident import render_incident
from .message import JSON_LIMIT, Message, compose, trimmed
from .pieces import Json, Leaf, actions, button, paragraph, person, said, spell

_PERSON = re.compile(r"<@([UW][A-Z0-9]{0,30})>|<@(S[A-Z0-9]{0,30})>")
_LIMIT = 1500


def told(sentence: str, incident_id: int | None = None) -> Message:
    """One sentence; with the number of an incident, also the button that shows it."""
    blocks: list[Json] = [paragraph(*sentence_leaves(sentence))]
    if incident_id is not None:
        blocks += actions([button(f"Show incident {incident_id}", f"incident.show:{incident_id}", str(incident_id))])
    return trimmed(compose(blocks))


def told_card(sentence: str, view: IncidentView) -> Message:
    """The card of an incident as it is after somebody did something, under the sentence that says what."""
    card = render_incident(view)
    blocks = [paragraph(*sentence_leaves(sentence)), *card.blocks]
    whole = Message(f"{spell(blocks[:1])}\n{card.text}", tuple(blocks))
    return trimmed(whole if whole.size <= JSON_LIMIT else Message(whole.text, card.blocks))


def sentence_leaves(sentence: str) -> list[Leaf]:
    """A sentence whose `<@U1>` are shown as people; only those who read the message see it, so nobody is called."""
    sentence = sentence.strip()[:_LIMIT] or "Done"
    sentence += "" if sentence.endswith((".", "!", "?")) else "."
    found: list[Leaf] = []
    for number, part in enumerate(_PERSON.split(sentence[:1].upper() + sentence[1:])):
        if not part:
            continue
        if number % 3 == 1:
            found.append(person(part))
        elif number % 3 == 2:
            found.append({"type": "usergroup", "usergroup_id": part})
        else:
            found.append(_words(part))
    return found


def _words(part: str) -> Leaf:
    """Foreign words, with the spaces that part them from a name."""
    before, after = (" " if part[:1].isspace() else ""), (" " if part[-1:].isspace() else "")
    kept = said(part, _LIMIT)["text"] if part.strip() else ""
    return {"type": "text", "text": before + kept + after if kept else " "}
