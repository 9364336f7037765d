"""The modals of a checklist's item. What is typed travels back with `Place`: which item, and where it was pressed."""

import json
from dataclasses import asdict, dataclass

from core.checklists.model import Item

from .pieces import Json, paragraph, said, strong, words

TEXT_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Place:
    """What a modal remembers; only numbers, and the address that answers the person."""

    occurrence: int = 0
    position: int = 0
    channel: str = ""
    response_url: str = ""
    is_ephemeral: bool = False

    def packed(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


def unpack_place(packed: str) -> Place:
    """Raises `ValueError` for anything we did not pack."""
    try:
        return Place(**json.loads(packed))
    except TypeError as error:
        raise ValueError(str(error)) from None


def skip_form(item: Item, kept: Place) -> Json:
    return _form("skip", "Skip an item", "Skip", item, _typed("reason", "Why is it skipped?"), kept)


def overrule_form(item: Item, kept: Place) -> Json:
    return _form("overrule", "Done all the same", "Done", item, _typed("reason", "Why is it done all the same?"), kept)


def note_form(item: Item, kept: Place) -> Json:
    return _form("note", "Add a note", "Add", item, _typed("note", "Note"), kept)


def assign_form(item: Item, kept: Place) -> Json:
    people = {"type": "users_select", "action_id": "to", "placeholder": _plain("Choose a person")}
    return _form("assign", "Assign an item", "Assign", item, _input("to", "Who takes it?", people), kept)


def _form(key: str, title: str, submit: str, item: Item, field: Json, kept: Place) -> Json:
    about = [strong(said(item.text, 200)["text"])]
    if item.evidence:
        about += [words(". "), said(item.evidence, 300)]
    return {
        "type": "modal",
        "callback_id": f"checklist.{key}",
        "private_metadata": kept.packed(),
        "title": _plain(title),
        "submit": _plain(submit),
        "close": _plain("Cancel"),
        "blocks": [paragraph(*about), field],
    }


def _typed(name: str, label: str) -> Json:
    element = {"type": "plain_text_input", "action_id": name, "multiline": True, "max_length": TEXT_LIMIT}
    return _input(name, label, element)


def _input(name: str, label: str, element: Json) -> Json:
    return {"type": "input", "block_id": name, "label": _plain(label), "element": element}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
