"""The state of inputs: what they hold at first, what a person enters, and what the client itself refuses to send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .errors import RefusedError
from .model import Json

_OPTION_KINDS = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
_OPTIONS_KINDS = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
_INITIAL = {
    "users_select": ("initial_user", "selected_user"),
    "conversations_select": ("initial_conversation", "selected_conversation"),
    "channels_select": ("initial_channel", "selected_channel"),
    "multi_users_select": ("initial_users", "selected_users"),
    "multi_conversations_select": ("initial_conversations", "selected_conversations"),
    "multi_channels_select": ("initial_channels", "selected_channels"),
    "datepicker": ("initial_date", "selected_date"),
    "timepicker": ("initial_time", "selected_time"),
    "datetimepicker": ("initial_date_time", "selected_date_time"),
    "static_select": ("initial_option", "selected_option"),
    "external_select": ("initial_option", "selected_option"),
    "radio_buttons": ("initial_option", "selected_option"),
    "multi_static_select": ("initial_options", "selected_options"),
    "multi_external_select": ("initial_options", "selected_options"),
    "checkboxes": ("initial_options", "selected_options"),
    "plain_text_input": ("initial_value", "value"),
    "email_text_input": ("initial_value", "value"),
    "url_text_input": ("initial_value", "value"),
    "number_input": ("initial_value", "value"),
    "rich_text_input": ("initial_value", "rich_text_value"),
    "file_input": ("", "files"),
}
"""Element type to the key of its first value and the key under which state.values reports it."""


def elements_of(block: Json) -> Iterator[Json]:
    """The interactive elements of a block: of actions, a section's accessory, an input, a card's buttons."""
    kind = block.get("type")
    if kind in ("actions", "context_actions"):
        yield from block.get("elements", [])
    elif kind == "section" and isinstance(block.get("accessory"), dict):
        yield block["accessory"]
    elif kind == "input" and isinstance(block.get("element"), dict):
        yield block["element"]
    elif kind == "card":
        yield from block.get("actions", [])
    elif kind == "carousel":
        for card in block.get("elements", []):
            yield from elements_of(card)


def all_blocks(blocks: list[Json]) -> Iterator[Json]:
    """Blocks, and the blocks inside containers, in order."""
    for block in blocks:
        yield block
        if block.get("type") == "container":
            yield from all_blocks(block.get("child_blocks", []))


def find_element(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json] | None:
    """The block and the element with this `action_id`; None when nothing on the screen carries it."""
    for block in all_blocks(blocks):
        if block_id not in (None, block.get("block_id")):
            continue
        for element in elements_of(block):
            if element.get("action_id") == action_id:
                return block, element
    return None


def find_field(blocks: list[Json], name: str) -> tuple[Json, Json]:
    """The block and the element whose block_id or action_id is `name`. Raises RefusedError when there is none."""
    for block in all_blocks(blocks):
        for element in elements_of(block):
            if name in (block.get("block_id"), element.get("action_id")):
                return block, element
    raise RefusedError(f"The modal has no field {name!r}.")


def first_values(blocks: list[Json]) -> dict[str, dict[str, Json]]:
    """`state.values` before anybody touched anything: what the initial_* keys say, else null or an empty list."""
    values: dict[str, dict[str, Json]] = {}
    for block in all_blocks(blocks):
        for element in elements_of(block):
            kind = element.get("type", "")
            if kind not in _INITIAL:
                continue
            initial, reported = _INITIAL[kind]
            empty: Any = [] if reported.endswith(("options", "users", "conversations", "channels", "files")) else None
            entry: Json = {"type": kind, reported: element.get(initial, empty)}
            if kind == "timepicker" and element.get("timezone"):
                entry["timezone"] = element["timezone"]
            values.setdefault(block.get("block_id", ""), {})[element.get("action_id", "")] = entry
    return values


def entered(element: Json, value: Any) -> Json:
    """The state of `element` after a person entered `value`: option values, text, ids, dates or times.

    Raises RefusedError for an option that is not on offer.
    """
    kind = element["type"]
    if kind not in _INITIAL:
        raise RefusedError(f"Nothing can be entered into a {kind}.")
    reported = _INITIAL[kind][1]
    if kind in _OPTION_KINDS:
        return {"type": kind, reported: None if value is None else _option(element, value)}
    if kind in _OPTIONS_KINDS:
        return {"type": kind, reported: [_option(element, v) for v in value]}
    if kind == "number_input" and value is not None:
        value = str(value)
    return {"type": kind, reported: value}


def _option(element: Json, value: Any) -> Json:
    offered = list(element.get("options", []))
    for group in element.get("option_groups", []):
        offered += group["options"]
    if element["type"].endswith("external_select") and isinstance(value, dict):
        return value
    for option in offered:
        if option.get("value") == value:
            return dict(option)
    raise RefusedError(f"{value!r} is not among the options of {element.get('action_id')}.")


def action_of(block: Json, element: Json, value: Any, action_ts: str) -> Json:
    """One entry of `actions` in block_actions. `value` is what the person chose; a button needs none."""
    kind = element["type"]
    action: Json = {
        "type": kind,
        "action_id": element.get("action_id", ""),
        "block_id": block.get("block_id", ""),
        "action_ts": action_ts,
    }
    if kind in ("button", "workflow_button", "icon_button"):
        if "text" in element:
            action["text"] = element["text"]
        return action | {k: element[k] for k in ("value", "style", "url") if k in element}
    if kind == "overflow":
        return action | {"selected_option": _option(element, value)}
    if kind == "feedback_buttons":
        choices = [element["positive_button"], element["negative_button"]]
        chosen = next((c for c in choices if c.get("value") == value), None)
        if chosen is None:
            raise RefusedError(f"{value!r} is neither of the two feedback buttons.")
        return action | {"value": chosen.get("value"), "text": chosen["text"]}
    return action | entered(element, value)


def complaints(blocks: list[Json], values: dict[str, dict[str, Json]]) -> dict[str, str]:
    """What the client says, by block_id, before it sends anything: required inputs, lengths, formats, numbers."""
    found: dict[str, str] = {}
    for block in all_blocks(blocks):
        if block.get("type") != "input":
            continue
        element = block["element"]
        entry = values.get(block.get("block_id", ""), {}).get(element.get("action_id", ""), {})
        value = next((v for k, v in entry.items() if k not in ("type", "timezone")), None)
        if value in (None, "", []):
            if not block.get("optional", False):
                found[block.get("block_id", "")] = "Please complete this required field."
            continue
        if (complaint := _complaint(element, value)) is not None:
            found[block.get("block_id", "")] = complaint
    return found


def _complaint(element: Json, value: Any) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return f"At least {element['min_length']} characters."
        if len(value) > element.get("max_length", 3000):
            return f"At most {element.get('max_length', 3000)} characters."
    elif kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Enter an email address."
    elif kind == "url_text_input" and not re.match(r"https?://\S+$", value):
        return "Enter a URL."
    elif kind == "number_input":
        return _number_complaint(element, value)
    return None


def _number_complaint(element: Json, value: str) -> str | None:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Enter a number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(value) < float(low):
        return f"At least {low}."
    if high is not None and float(value) > float(high):
        return f"At most {high}."
    return None
