"""Interactive elements, and which of them a block may hold."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.workspace.limits import LIMITS

from .objects import (
    ACTION_ID,
    CONFIRM,
    DISPATCH_CONFIG,
    IMAGE_ELEMENT,
    LINK_OPTION,
    OPTION,
    OPTION_GROUP,
    PLACEHOLDER,
    RICH_OPTION,
    focus,
    plain,
)
from .rich_text import RICH_TEXT
from .walk import Check, Walk, array, boolean, exactly_one, integer, one_of, ordered, shape, string, url

_DATE_FORM = string(pattern=r"\d{4}-\d\d-\d\d")
_TIME = string(pattern=r"([01]\d|2[0-3]):[0-5]\d")
_NUMBER = string(pattern=r"-?\d+(\.\d+)?")
_ID = string(minimum=1)
_LABEL = string("button.accessibility_label", minimum=1)
_STYLE = one_of("primary", "danger")
_PEOPLE = array(_ID, "icon_button.visible_to", minimum=1)
_BASE: dict[str, Check] = {"action_id": ACTION_ID, "confirm": CONFIRM}
_PICKER: dict[str, Check] = {**_BASE, "focus_on_load": focus}
_MENU: dict[str, Check] = {**_PICKER, "placeholder": PLACEHOLDER}
_INPUT: dict[str, Check] = {
    "action_id": ACTION_ID,
    "focus_on_load": focus,
    "placeholder": PLACEHOLDER,
    "dispatch_action_config": DISPATCH_CONFIG,
}


def _date(value: Any, walk: Walk, at: str) -> None:
    """A day of the calendar as YYYY-MM-DD."""
    before = len(walk.problems)
    _DATE_FORM(value, walk, at)
    if len(walk.problems) == before:
        try:
            date.fromisoformat(value)
        except ValueError:
            walk.add(at, "bad_format", "there is no such day")


def _offered(value: Any) -> list[Any]:
    offered = list(value.get("options", []))
    for group in value.get("option_groups", []):
        offered += group["options"]
    return offered


def _initial_offered(value: Any, walk: Walk, at: str) -> None:
    """initial_option(s) must be identical to options on offer."""
    chosen = [value["initial_option"]] if "initial_option" in value else value.get("initial_options", [])
    if any(option not in _offered(value) for option in chosen):
        walk.add(at, "initial_option_not_offered", "the initial option must be identical to one of the options")


def _values_differ(value: Any, walk: Walk, at: str) -> None:
    values = [option["value"] for option in _offered(value)]
    if len(set(values)) != len(values):
        walk.add(at, "duplicate_option_value", "two options have the same value")


def _element(kind: str, required: dict[str, Check], optional: dict[str, Check], *rules: Check) -> Check:
    return shape({"type": one_of(kind), **required}, optional, *rules)


def _select(kind: str, initial: dict[str, Check]) -> Check:
    options: dict[str, Check] = {
        "options": array(OPTION, "select.options", minimum=1),
        "option_groups": array(OPTION_GROUP, "select.option_groups", minimum=1),
    }
    return _element(
        kind,
        {},
        {**_MENU, **options, **initial},
        exactly_one("options", "option_groups"),
        _initial_offered,
        _values_differ,
    )


def _modal_only(key: str) -> Check:
    def check(value: Any, walk: Walk, at: str) -> None:
        if key in value and walk.surface != "modal":
            walk.add(f"{at}/{key}", "not_allowed_here", f"{key} works in modals only")

    return check


_MANY: dict[str, Check] = {"max_selected_items": integer(1)}
_FILTER = shape(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), minimum=1),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
_CONVERSATIONS: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": _FILTER}
_WORKFLOW = shape(
    {
        "trigger": shape(
            {"url": url("button.url")},
            {"customizable_input_parameters": array(shape({"name": _ID, "value": string()}))},
        )
    }
)
_FEEDBACK = shape({"text": plain("button.text"), "value": string("button.value")}, {"accessibility_label": _LABEL})

BUTTON = _element(
    "button",
    {"text": plain("button.text")},
    {
        **_BASE,
        "url": url("button.url"),
        "value": string("button.value"),
        "style": _STYLE,
        "accessibility_label": _LABEL,
        "visible_to_user_ids": _PEOPLE,
        "agent_prompt": string("button.agent_prompt"),
        "agent_prompt_display": string(),
    },
)

ELEMENTS: dict[str, Check] = {
    "button": BUTTON,
    "workflow_button": _element(
        "workflow_button",
        {"text": plain("button.text"), "workflow": _WORKFLOW},
        {"action_id": ACTION_ID, "style": _STYLE, "accessibility_label": _LABEL},
    ),
    "overflow": _element(
        "overflow", {"options": array(LINK_OPTION, "overflow.options", minimum=1)}, _BASE, _values_differ
    ),
    "checkboxes": _element(
        "checkboxes",
        {"options": array(RICH_OPTION, "choice.options", minimum=1)},
        {**_PICKER, "initial_options": array(RICH_OPTION, minimum=1)},
        _initial_offered,
        _values_differ,
    ),
    "radio_buttons": _element(
        "radio_buttons",
        {"options": array(RICH_OPTION, "choice.options", minimum=1)},
        {**_PICKER, "initial_option": RICH_OPTION},
        _initial_offered,
        _values_differ,
    ),
    "datepicker": _element("datepicker", {}, {**_MENU, "initial_date": _date}),
    "timepicker": _element("timepicker", {}, {**_MENU, "initial_time": _TIME, "timezone": _ID}),
    "datetimepicker": _element(
        "datetimepicker", {}, {**_PICKER, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}
    ),
    "static_select": _select("static_select", {"initial_option": OPTION}),
    "multi_static_select": _select("multi_static_select", {"initial_options": array(OPTION, minimum=1), **_MANY}),
    "external_select": _element(
        "external_select", {}, {**_MENU, "initial_option": OPTION, "min_query_length": integer(0)}
    ),
    "multi_external_select": _element(
        "multi_external_select",
        {},
        {**_MENU, "initial_options": array(OPTION, minimum=1), "min_query_length": integer(0), **_MANY},
    ),
    "users_select": _element("users_select", {}, {**_MENU, "initial_user": _ID}),
    "multi_users_select": _element("multi_users_select", {}, {**_MENU, "initial_users": array(_ID), **_MANY}),
    "conversations_select": _element(
        "conversations_select",
        {},
        {**_MENU, **_CONVERSATIONS, "initial_conversation": _ID, "response_url_enabled": boolean},
        _modal_only("response_url_enabled"),
    ),
    "multi_conversations_select": _element(
        "multi_conversations_select", {}, {**_MENU, **_CONVERSATIONS, "initial_conversations": array(_ID), **_MANY}
    ),
    "channels_select": _element(
        "channels_select",
        {},
        {**_MENU, "initial_channel": _ID, "response_url_enabled": boolean},
        _modal_only("response_url_enabled"),
    ),
    "multi_channels_select": _element("multi_channels_select", {}, {**_MENU, "initial_channels": array(_ID), **_MANY}),
    "plain_text_input": _element(
        "plain_text_input",
        {},
        {
            **_INPUT,
            "initial_value": string(),
            "multiline": boolean,
            "min_length": integer(0, LIMITS["plain_text_input.max_length"]),
            "max_length": integer(1, LIMITS["plain_text_input.max_length"]),
        },
        ordered("min_length", "max_length"),
    ),
    "email_text_input": _element("email_text_input", {}, {**_INPUT, "initial_value": string()}),
    "url_text_input": _element("url_text_input", {}, {**_INPUT, "initial_value": string()}),
    "number_input": _element(
        "number_input",
        {"is_decimal_allowed": boolean},
        {**_INPUT, "initial_value": _NUMBER, "min_value": _NUMBER, "max_value": _NUMBER},
        ordered("min_value", "max_value"),
    ),
    "rich_text_input": _element(
        "rich_text_input",
        {},
        {
            **_INPUT,
            "initial_value": RICH_TEXT,
            "min_lines": integer(1, LIMITS["rich_text_input.lines"]),
            "max_lines": integer(1, LIMITS["rich_text_input.lines"]),
        },
        ordered("min_lines", "max_lines"),
    ),
    "file_input": _element(
        "file_input",
        {},
        {"action_id": ACTION_ID, "filetypes": array(_ID), "max_files": integer(1, LIMITS["file_input.max_files"])},
    ),
    "icon_button": _element(
        "icon_button",
        {"icon": one_of("trash"), "text": plain("button.text")},
        {**_BASE, "value": string("button.value"), "accessibility_label": _LABEL, "visible_to_user_ids": _PEOPLE},
    ),
    "feedback_buttons": _element(
        "feedback_buttons", {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": ACTION_ID}
    ),
    "image": IMAGE_ELEMENT,
}
"""Every element type with its shape."""

_SELECTS = tuple(k for k in ELEMENTS if k.endswith("_select"))
IN_ACTIONS = (
    *("button", "checkboxes", "datepicker", "datetimepicker", "overflow", "radio_buttons", "rich_text_input"),
    *("timepicker", "workflow_button", *_SELECTS),
)
IN_SECTION = (*(k for k in IN_ACTIONS if k not in ("datetimepicker", "rich_text_input")), "image")
IN_INPUT = (
    *("checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker", "file_input"),
    *(k for k in ELEMENTS if k.endswith("_input") and k != "file_input"),
    *_SELECTS,
)
