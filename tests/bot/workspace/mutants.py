"""Payloads that break one rule each: what is changed in a valid one, the rule, and where it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from .builders import a_button, mrkdwn, plain
from .valid_payloads import chart, data_table, option, raw, rich, table

Mutant = tuple[str, Any, str] | tuple[str, Any, str, str]
"""A JSON pointer (`-` appends), the new value or a function of the old one, the code, and the pointer of the problem
where it is another.
"""
REMOVE = object()


def mutate(payload: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """A copy with `value` at `pointer` (`-` appends, REMOVE deletes); a function is applied to what is there."""
    mutated: dict[str, Any] = json.loads(json.dumps(payload))
    *path, last = pointer.strip("/").split("/")
    node: Any = mutated
    for key in path:
        node = node[int(key) if isinstance(node, list) else key]
    place: Any = int(last) if isinstance(node, list) and last != "-" else last
    if last == "-":
        node.append(value)
    elif value is REMOVE:
        del node[place]
    else:
        node[place] = value(node[place]) if callable(value) else value
    return mutated


def long(count: int) -> Callable[[Any], str]:
    return lambda _: "x" * count


def times(count: int) -> Callable[[Any], list[Any]]:
    return lambda items: [deepcopy(items[0]) for _ in range(count)]


MESSAGE_MUTANTS: list[Mutant] = [
    ("/blocks/-", {"type": "marquee"}, "unknown_type", "/blocks/8/type"),
    ("/blocks/-", {"type": "alert", "text": plain("x")}, "not_allowed_here", "/blocks/8/type"),
    ("/blocks/-", {"type": "divider", "text": "x"}, "unknown_field", "/blocks/8/text"),
    ("/blocks/-", "text", "unknown_type", "/blocks/8/type"),
    ("/blocks", lambda b: b + [{"type": "divider"}] * 43, "too_many"),
    ("/blocks/-", {"type": "divider", "block_id": "head"}, "duplicate_block_id", "/blocks/8/block_id"),
    ("/blocks/-", {"type": "divider", "block_id": "x" * 256}, "too_long", "/blocks/8/block_id"),
    ("/blocks/0/text/text", long(151), "too_long"),
    ("/blocks/0/text/type", "mrkdwn", "unknown_type"),
    ("/blocks/0/text/emoji", "yes", "wrong_type"),
    ("/blocks/0/level", 5, "out_of_range"),
    ("/blocks/1/text/text", long(3001), "too_long"),
    ("/blocks/1/text/text", "", "too_short"),
    ("/blocks/1/text/text", 7, "wrong_type"),
    ("/blocks/1/text/emoji", True, "unknown_field"),
    ("/blocks/1/fields", lambda f: f * 6, "too_many"),
    ("/blocks/1/fields/0/text", long(2001), "too_long"),
    ("/blocks/1/accessory", {"type": "datetimepicker", "action_id": "x"}, "unknown_type", "/blocks/1/accessory/type"),
    ("/blocks/1/accessory", {"type": "plain_text_input", "action_id": "x"}, "unknown_type", "/blocks/1/accessory/type"),
    ("/blocks/1/accessory/url", "not a url", "bad_format"),
    ("/blocks/1/accessory/url", "https://e.com/" + "x" * 3000, "too_long"),
    ("/blocks/2/elements/0/text/text", long(76), "too_long"),
    ("/blocks/2/elements/0/text", REMOVE, "missing_field"),
    ("/blocks/2/elements/0/value", long(2001), "too_long"),
    ("/blocks/2/elements/0/style", "huge", "bad_value"),
    ("/blocks/2/elements/0/action_id", long(256), "too_long"),
    ("/blocks/2/elements/0/accessibility_label", "x" * 76, "too_long"),
    ("/blocks/2/elements/0/confirm/title/text", long(101), "too_long"),
    ("/blocks/2/elements/0/confirm/text/text", long(301), "too_long"),
    ("/blocks/2/elements/0/confirm/deny/text", long(31), "too_long"),
    ("/blocks/2/elements/0/confirm/deny", REMOVE, "missing_field"),
    ("/blocks/2/elements", times(26), "too_many"),
    ("/blocks/2/elements", [], "too_few"),
    ("/blocks/2/elements/1/action_id", "incident.acknowledge", "duplicate_action_id", "/blocks/2/elements"),
    ("/blocks/2/elements/1/options/0/text/text", long(76), "too_long"),
    ("/blocks/2/elements/1/options/0/value", long(151), "too_long"),
    (
        "/blocks/2/elements/1/options/0/description",
        plain("x" * 76),
        "too_long",
        "/blocks/2/elements/1/options/0/description/text",
    ),
    ("/blocks/2/elements/1/options/0/url", "https://e.com", "unknown_field"),
    ("/blocks/2/elements/1/options", lambda o: o + [option(str(n)) for n in range(100)], "too_many"),
    ("/blocks/2/elements/1/options/-", option(), "duplicate_option_value", "/blocks/2/elements/1"),
    (
        "/blocks/2/elements/1/option_groups",
        [{"label": plain("g"), "options": [option("z")]}],
        "exclusive_fields",
        "/blocks/2/elements/1",
    ),
    ("/blocks/2/elements/1/initial_option", option("other"), "initial_option_not_offered", "/blocks/2/elements/1"),
    ("/blocks/2/elements/1/placeholder", plain("x" * 151), "too_long", "/blocks/2/elements/1/placeholder/text"),
    ("/blocks/3/elements", times(11), "too_many"),
    ("/blocks/3/elements/-", {"type": "button"}, "unknown_type", "/blocks/3/elements/3/type"),
    ("/blocks/4/image_url", REMOVE, "exclusive_fields", "/blocks/4"),
    ("/blocks/4/slack_file", {"id": "F1"}, "exclusive_fields", "/blocks/4"),
    ("/blocks/4/alt_text", REMOVE, "missing_field"),
    ("/blocks/4/alt_text", long(2001), "too_long"),
    ("/blocks/4/title/text", long(2001), "too_long"),
    (
        "/blocks/5/elements/0/elements/0/style",
        {"bolder": True},
        "unknown_field",
        "/blocks/5/elements/0/elements/0/style/bolder",
    ),
    ("/blocks/5/elements/0/elements/0/type", "blink", "unknown_type"),
    ("/blocks/5/elements/0/type", "rich_text_table", "unknown_type"),
    ("/blocks/6/rows/1", [raw("a")], "uneven_rows", "/blocks/6/rows"),
    ("/blocks/6/rows/0/0", rich(), "bad_header_cell"),
    ("/blocks/6/rows", times(101), "too_many"),
    ("/blocks/6/rows/1/1", {"type": "raw_number", "value": 3}, "missing_field", "/blocks/6/rows/1/1/text"),
    ("/blocks/6/rows/1/0", raw("x" * 10_001), "too_long", "/blocks/6/rows"),
    ("/blocks/6/column_settings/0", {"align": "middle"}, "bad_value", "/blocks/6/column_settings/0/align"),
    ("/blocks/-", table(), "too_many_tables", "/blocks/8"),
    ("/blocks/-", data_table(), "too_many_tables", "/blocks/8"),
    ("/blocks/7/title", long(51), "too_long"),
    ("/blocks/7/chart/type", "donut", "unknown_type"),
    ("/blocks/7/chart/series", lambda s: [s[0] | {"name": str(n)} for n in range(7)], "too_many"),
    ("/blocks/7/chart/series/-", chart()["chart"]["series"][0], "duplicate_name", "/blocks/7/chart/series"),
    ("/blocks/7/chart/series/0/data/0/label", "Wed", "labels_differ", "/blocks/7/chart/series/0/data"),
    ("/blocks/7/chart/series/0/data/0/value", "3", "wrong_type"),
    ("/blocks/7/chart/axis_config/categories", ["Mon", "Mon"], "duplicate_name"),
    ("/blocks/7/chart/axis_config/y_label", long(51), "too_long"),
    ("/metadata", {"event_type": "x"}, "invalid_metadata_format"),
    ("/metadata/event_payload/list", [1], "invalid_metadata_format", "/metadata"),
    ("/text", 7, "wrong_type"),
    ("/attachments", [{"color": "red"}] * 101, "too_many_attachments"),
    ("/attachments", [{"colour": "red"}], "unknown_field", "/attachments/0/colour"),
    ("/attachments", [{"blocks": [{"type": "marquee"}]}], "unknown_type", "/attachments/0/blocks/0/type"),
]

EXOTIC_MUTANTS: list[Mutant] = [
    ("/blocks/0/text", "", "too_short"),
    ("/blocks/1/caption", REMOVE, "missing_field"),
    ("/blocks/1/page_size", 101, "out_of_range"),
    ("/blocks/1/rows", lambda r: r[:1], "too_few"),
    ("/blocks/1/row_header_column_index", 1, "out_of_range"),
    ("/blocks/2/chart/segments/0/value", 0, "out_of_range"),
    ("/blocks/2/chart/segments/0/label", long(21), "too_long"),
    ("/blocks/3/title/text", long(151), "too_long"),
    ("/blocks/3/actions", lambda a: [a[0] | {"action_id": str(n)} for n in range(4)], "too_many"),
    ("/blocks/3", {"type": "card", "subtitle": plain("x")}, "missing_field"),
    ("/blocks/4/elements", times(11), "too_many"),
    ("/blocks/5/child_blocks", times(11), "too_many"),
    ("/blocks/5/child_blocks/0", chart(), "unknown_type", "/blocks/5/child_blocks/0/type"),
    ("/blocks/5/title", REMOVE, "exclusive_fields", "/blocks/5"),
    ("/blocks/5/has_header_divider", True, "exclusive_fields"),
    ("/blocks/6/elements", times(6), "too_many"),
    ("/blocks/6/elements/1/icon", "rocket", "bad_value"),
    ("/blocks/8/status", "pending", "bad_value"),
    ("/blocks/10/video_url", "http://insecure.example.com", "bad_format"),
    ("/blocks/11/elements/1/style", "dashed", "bad_value"),
    ("/blocks/11/elements/1/indent", 9, "out_of_range"),
    ("/blocks/12/elements/0/initial_date", "29.03.2026", "bad_format"),
    ("/blocks/12/elements/1/initial_time", "9:30", "bad_format"),
    ("/blocks/12/elements/2/initial_date_time", 17, "out_of_range"),
    ("/blocks/12/elements/3/options", lambda o: [option(str(n)) for n in range(6)], "too_many"),
    ("/blocks/12/elements/4/options", lambda o: o + [option(str(n)) for n in range(10)], "too_many"),
    ("/blocks/12/elements/7/response_url_enabled", True, "not_allowed_here"),
    ("/blocks/12/elements/10/max_selected_items", 0, "out_of_range"),
]

MODAL_MUTANTS: list[Mutant] = [
    ("/title/text", long(25), "too_long"),
    ("/title", REMOVE, "missing_field"),
    ("/submit/text", long(25), "too_long"),
    ("/submit", REMOVE, "missing_field"),
    ("/close/text", long(25), "too_long"),
    ("/private_metadata", long(3001), "too_long"),
    ("/callback_id", long(256), "too_long"),
    ("/hash", "x", "unknown_field"),
    ("/blocks", lambda b: b + [{"type": "divider"}] * 91, "too_many"),
    ("/blocks/-", table(), "not_allowed_here", "/blocks/10/type"),
    ("/blocks/-", chart(), "not_allowed_here", "/blocks/10/type"),
    ("/blocks/-", {"type": "markdown", "text": "x"}, "not_allowed_here", "/blocks/10/type"),
    ("/blocks/0/level", "loud", "bad_value"),
    ("/blocks/0/text/text", long(201), "too_long"),
    ("/blocks/1/label", mrkdwn("x"), "unknown_type", "/blocks/1/label/type"),
    ("/blocks/1/label/text", long(2001), "too_long"),
    ("/blocks/1/hint/text", long(2001), "too_long"),
    ("/blocks/1/element", a_button(), "unknown_type", "/blocks/1/element/type"),
    ("/blocks/1/element/max_length", 3001, "out_of_range"),
    ("/blocks/1/element/min_length", 201, "out_of_range"),
    ("/blocks/2/element/is_decimal_allowed", REMOVE, "missing_field"),
    ("/blocks/2/element/min_value", 1, "wrong_type"),
    ("/blocks/2/element/focus_on_load", True, "too_many_focused"),
    (
        "/blocks/3/element/dispatch_action_config/trigger_actions_on",
        ["on_hover"],
        "bad_value",
        "/blocks/3/element/dispatch_action_config/trigger_actions_on/0",
    ),
    ("/blocks/5/element/options", [], "too_few"),
    ("/blocks/6/element/option_groups/0/label/text", long(76), "too_long"),
    ("/blocks/8/element/max_files", 11, "out_of_range"),
]
