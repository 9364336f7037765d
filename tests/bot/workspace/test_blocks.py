"""The checker: every mutant that breaks one rule is caught at its place, and what is valid raises no alarm."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import bot.workspace
from bot.workspace import check_message, check_view
from bot.workspace.blocks import check_blocks
from bot.workspace.limits import LIMITS

from .builders import a_button, a_modal, actions, an_input, mrkdwn, plain, section
from .valid_payloads import (
    a_full_home,
    a_full_modal,
    a_message,
    an_exotic_message,
    chart,
    data_table,
    image,
    option,
    pie,
    raw,
    rich,
    table,
)

_REMOVE = object()


def _check(payload: dict[str, Any]) -> list[Any]:
    return check_view(payload) if payload.get("type") in ("modal", "home") else check_message(payload)


def _mutate(payload: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """A copy with `value` at `pointer` (`-` appends, _REMOVE deletes); a function is applied to what is there."""
    mutant = deepcopy(payload)
    *path, last = pointer.strip("/").split("/")
    node: Any = mutant
    for key in path:
        node = node[int(key) if isinstance(node, list) else key]
    if last == "-":
        node.append(value)
    elif value is _REMOVE:
        del node[int(last) if isinstance(node, list) else last]
    else:
        place: Any = int(last) if isinstance(node, list) else last
        node[place] = value(node[place]) if callable(value) else value
    return mutant


VALID: dict[str, Callable[[], dict[str, Any]]] = {
    "a typical message": a_message,
    "a message with rare blocks": an_exotic_message,
    "a modal with every input": a_full_modal,
    "a home": a_full_home,
    "text alone": lambda: {"text": "All 12 tests passed"},
    "the largest message": lambda: {"text": "x" * 4000, "blocks": [{"type": "divider"}] * 50},
    "the longest section": lambda: {"text": "x", "blocks": [section("x" * 3000)]},
    "the largest button": lambda: {"text": "x", "blocks": [actions(*[a_button(f"a{n}") for n in range(25)])]},
    "a table of 100 rows": lambda: {"text": "x", "blocks": [{"type": "table", "rows": [[raw("a")]] * 100}]},
    "two charts": lambda: {"text": "x", "blocks": [chart(), pie()]},
    "escaped hostile text": lambda: {
        "text": "&lt;!channel&gt; &amp;amp; a -&gt; b",
        "blocks": [section("&lt;@U1&gt;")],
    },
    "a modal without inputs needs no submit": lambda: {
        "type": "modal",
        "title": plain("x" * 24),
        "blocks": [section()],
    },
    "a slack file": lambda: {"text": "x", "blocks": [{"type": "image", "alt_text": "a", "slack_file": {"id": "F1"}}]},
    "an empty home": lambda: {"type": "home", "blocks": []},
}


@pytest.mark.parametrize("name", VALID)
def test_what_is_valid_raises_no_alarm(name: str) -> None:
    assert _check(VALID[name]()) == []


def _long(count: int) -> Callable[[Any], str]:
    return lambda _: "x" * count


def _times(count: int) -> Callable[[Any], list[Any]]:
    return lambda items: [deepcopy(items[0]) for _ in range(count)]


MESSAGE_MUTANTS: list[tuple[str, Any, str]] = [
    ("/blocks/-", {"type": "marquee"}, "unknown_type"),
    ("/blocks/-", {"type": "alert", "text": plain("x")}, "not_allowed_here"),
    ("/blocks/-", {"type": "divider", "text": "x"}, "unknown_field"),
    ("/blocks/-", "text", "unknown_type"),
    ("/blocks", lambda b: b + [{"type": "divider"}] * 43, "too_many"),
    ("/blocks/-", {"type": "divider", "block_id": "head"}, "duplicate_block_id"),
    ("/blocks/-", {"type": "divider", "block_id": "x" * 256}, "too_long"),
    ("/blocks/0/text/text", _long(151), "too_long"),
    ("/blocks/0/text/type", "mrkdwn", "unknown_type"),
    ("/blocks/0/text/emoji", "yes", "wrong_type"),
    ("/blocks/0/level", 5, "out_of_range"),
    ("/blocks/1/text/text", _long(3001), "too_long"),
    ("/blocks/1/text/text", "", "too_short"),
    ("/blocks/1/text/text", 7, "wrong_type"),
    ("/blocks/1/text/emoji", True, "unknown_field"),
    ("/blocks/1/fields", lambda f: f * 6, "too_many"),
    ("/blocks/1/fields/0/text", _long(2001), "too_long"),
    ("/blocks/1/accessory", {"type": "datetimepicker", "action_id": "x"}, "unknown_type"),
    ("/blocks/1/accessory", {"type": "plain_text_input", "action_id": "x"}, "unknown_type"),
    ("/blocks/1/accessory/url", "not a url", "bad_format"),
    ("/blocks/1/accessory/url", "https://e.com/" + "x" * 3000, "too_long"),
    ("/blocks/2/elements/0/text/text", _long(76), "too_long"),
    ("/blocks/2/elements/0/text", _REMOVE, "missing_field"),
    ("/blocks/2/elements/0/value", _long(2001), "too_long"),
    ("/blocks/2/elements/0/style", "huge", "bad_value"),
    ("/blocks/2/elements/0/action_id", _long(256), "too_long"),
    ("/blocks/2/elements/0/accessibility_label", "x" * 76, "too_long"),
    ("/blocks/2/elements/0/confirm/title/text", _long(101), "too_long"),
    ("/blocks/2/elements/0/confirm/text/text", _long(301), "too_long"),
    ("/blocks/2/elements/0/confirm/deny/text", _long(31), "too_long"),
    ("/blocks/2/elements/0/confirm/deny", _REMOVE, "missing_field"),
    ("/blocks/2/elements", _times(26), "too_many"),
    ("/blocks/2/elements", [], "too_few"),
    ("/blocks/2/elements/1/action_id", "incident.acknowledge", "duplicate_action_id"),
    ("/blocks/2/elements/1/options/0/text/text", _long(76), "too_long"),
    ("/blocks/2/elements/1/options/0/value", _long(151), "too_long"),
    ("/blocks/2/elements/1/options/0/description", plain("x" * 76), "too_long"),
    ("/blocks/2/elements/1/options/0/url", "https://e.com", "unknown_field"),
    ("/blocks/2/elements/1/options", lambda o: o + [option(str(n)) for n in range(100)], "too_many"),
    ("/blocks/2/elements/1/options/-", option(), "duplicate_option_value"),
    ("/blocks/2/elements/1/option_groups", [{"label": plain("g"), "options": [option("z")]}], "exclusive_fields"),
    ("/blocks/2/elements/1/initial_option", option("other"), "initial_option_not_offered"),
    ("/blocks/2/elements/1/placeholder", plain("x" * 151), "too_long"),
    ("/blocks/3/elements", _times(11), "too_many"),
    ("/blocks/3/elements/-", {"type": "button"}, "unknown_type"),
    ("/blocks/4/image_url", _REMOVE, "exclusive_fields"),
    ("/blocks/4/slack_file", {"id": "F1"}, "exclusive_fields"),
    ("/blocks/4/alt_text", _REMOVE, "missing_field"),
    ("/blocks/4/alt_text", _long(2001), "too_long"),
    ("/blocks/4/title/text", _long(2001), "too_long"),
    ("/blocks/5/elements/0/elements/0/style", {"bolder": True}, "unknown_field"),
    ("/blocks/5/elements/0/elements/0/type", "blink", "unknown_type"),
    ("/blocks/5/elements/0/type", "rich_text_table", "unknown_type"),
    ("/blocks/6/rows/1", [raw("a")], "uneven_rows"),
    ("/blocks/6/rows/0/0", rich(), "bad_header_cell"),
    ("/blocks/6/rows", _times(101), "too_many"),
    ("/blocks/6/rows/1/1", {"type": "raw_number", "value": 3}, "missing_field"),
    ("/blocks/6/rows/1/0", raw("x" * 10_001), "too_long"),
    ("/blocks/6/column_settings/0", {"align": "middle"}, "bad_value"),
    ("/blocks/-", table(), "too_many_tables"),
    ("/blocks/-", data_table(), "too_many_tables"),
    ("/blocks/7/title", _long(51), "too_long"),
    ("/blocks/7/chart/type", "donut", "unknown_type"),
    ("/blocks/7/chart/series", lambda s: [s[0] | {"name": str(n)} for n in range(7)], "too_many"),
    ("/blocks/7/chart/series/-", chart()["chart"]["series"][0], "duplicate_name"),
    ("/blocks/7/chart/series/0/data/0/label", "Wed", "labels_differ"),
    ("/blocks/7/chart/series/0/data/0/value", "3", "wrong_type"),
    ("/blocks/7/chart/axis_config/categories", ["Mon", "Mon"], "duplicate_name"),
    ("/blocks/7/chart/axis_config/y_label", _long(51), "too_long"),
    ("/metadata", {"event_type": "x"}, "invalid_metadata_format"),
    ("/metadata/event_payload/list", [1], "invalid_metadata_format"),
    ("/text", 7, "wrong_type"),
    ("/attachments", [{"color": "red"}] * 101, "too_many_attachments"),
    ("/attachments", [{"colour": "red"}], "unknown_field"),
    ("/attachments", [{"blocks": [{"type": "marquee"}]}], "unknown_type"),
]

EXOTIC_MUTANTS: list[tuple[str, Any, str]] = [
    ("/blocks/0/text", "", "too_short"),
    ("/blocks/1/caption", _REMOVE, "missing_field"),
    ("/blocks/1/page_size", 101, "out_of_range"),
    ("/blocks/1/rows", lambda r: r[:1], "too_few"),
    ("/blocks/1/row_header_column_index", 1, "out_of_range"),
    ("/blocks/2/chart/segments/0/value", 0, "out_of_range"),
    ("/blocks/2/chart/segments/0/label", _long(21), "too_long"),
    ("/blocks/3/title/text", _long(151), "too_long"),
    ("/blocks/3/actions", lambda a: [a[0] | {"action_id": str(n)} for n in range(4)], "too_many"),
    ("/blocks/3", {"type": "card", "subtitle": plain("x")}, "missing_field"),
    ("/blocks/4/elements", _times(11), "too_many"),
    ("/blocks/5/child_blocks", _times(11), "too_many"),
    ("/blocks/5/child_blocks/0", chart(), "unknown_type"),
    ("/blocks/5/title", _REMOVE, "exclusive_fields"),
    ("/blocks/5/has_header_divider", True, "exclusive_fields"),
    ("/blocks/6/elements", _times(6), "too_many"),
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

MODAL_MUTANTS: list[tuple[str, Any, str]] = [
    ("/title/text", _long(25), "too_long"),
    ("/title", _REMOVE, "missing_field"),
    ("/submit/text", _long(25), "too_long"),
    ("/submit", _REMOVE, "missing_field"),
    ("/close/text", _long(25), "too_long"),
    ("/private_metadata", _long(3001), "too_long"),
    ("/callback_id", _long(256), "too_long"),
    ("/hash", "x", "unknown_field"),
    ("/blocks", lambda b: b + [{"type": "divider"}] * 91, "too_many"),
    ("/blocks/-", table(), "not_allowed_here"),
    ("/blocks/-", chart(), "not_allowed_here"),
    ("/blocks/-", {"type": "markdown", "text": "x"}, "not_allowed_here"),
    ("/blocks/0/level", "loud", "bad_value"),
    ("/blocks/0/text/text", _long(201), "too_long"),
    ("/blocks/1/label", mrkdwn("x"), "unknown_type"),
    ("/blocks/1/label/text", _long(2001), "too_long"),
    ("/blocks/1/hint/text", _long(2001), "too_long"),
    ("/blocks/1/element", a_button(), "unknown_type"),
    ("/blocks/1/element/max_length", 3001, "out_of_range"),
    ("/blocks/1/element/min_length", 201, "out_of_range"),
    ("/blocks/2/element/is_decimal_allowed", _REMOVE, "missing_field"),
    ("/blocks/2/element/min_value", 1, "wrong_type"),
    ("/blocks/2/element/focus_on_load", True, "too_many_focused"),
    ("/blocks/3/element/dispatch_action_config/trigger_actions_on", ["on_hover"], "bad_value"),
    ("/blocks/5/element/options", [], "too_few"),
    ("/blocks/6/element/option_groups/0/label/text", _long(76), "too_long"),
    ("/blocks/8/element/max_files", 11, "out_of_range"),
]


def _named(mutants: list[tuple[str, Any, str]]) -> list[Any]:
    return [pytest.param(*m, id=f"{m[0]}-{m[2]}-{n}") for n, m in enumerate(mutants)]


def _is_caught(valid: dict[str, Any], pointer: str, value: Any, code: str) -> None:
    """Caught, refused, with no finding of another kind, at the place of the mutation or above or below it."""
    problems = [p for p in _check(_mutate(valid, pointer, value)) if p.refused]
    assert {p.code for p in problems} == {code}
    place = pointer.removesuffix("/-")
    assert any(p.pointer.startswith(place) or place.startswith(p.pointer) for p in problems)


@pytest.mark.parametrize(("pointer", "value", "code"), _named(MESSAGE_MUTANTS))
def test_a_message_that_breaks_one_rule_is_caught(pointer: str, value: Any, code: str) -> None:
    _is_caught(a_message() | {"attachments": []}, pointer, value, code)


@pytest.mark.parametrize(("pointer", "value", "code"), _named(EXOTIC_MUTANTS))
def test_a_rare_block_that_breaks_one_rule_is_caught(pointer: str, value: Any, code: str) -> None:
    _is_caught(an_exotic_message(), pointer, value, code)


@pytest.mark.parametrize(("pointer", "value", "code"), _named(MODAL_MUTANTS))
def test_a_modal_that_breaks_one_rule_is_caught(pointer: str, value: Any, code: str) -> None:
    _is_caught(a_full_modal(), pointer, value, code)


@pytest.mark.parametrize(
    ("view", "code"),
    [
        ({"type": "home", "blocks": [], "title": plain("x")}, "unknown_field"),
        ({"type": "home", "blocks": [{"type": "alert", "text": plain("x")}]}, "not_allowed_here"),
        ({"type": "home"}, "missing_field"),
        ({"type": "popup", "blocks": []}, "bad_value"),
        ({"type": "home", "blocks": [section("x" * 2999) for _ in range(90)]}, "view_too_large"),
        ({"type": "home", "blocks": [an_input(element={"type": "file_input"})]}, "not_allowed_here"),
    ],
)
def test_a_view_that_breaks_one_rule_is_caught(view: dict[str, Any], code: str) -> None:
    assert {p.code for p in check_view(view) if p.refused} == {code}


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"blocks": [section()]}, "missing_text"),
        ({"text": "a & b"}, "unescaped_ampersand"),
        ({"text": "test_x[<lambda>]"}, "unescaped_angle"),
        ({"text": "a -> b"}, "unescaped_angle"),
        ({"text": "<!channel> hello"}, "broadcast_mention"),
        ({"text": "x", "blocks": [section("a < b")]}, "unescaped_angle"),
        ({"text": "x" * 4001}, "text_long"),
        ({"text": "x" * 40_001}, "text_truncated"),
        ({"text": "x", "colour": "red"}, "unknown_field"),
    ],
)
def test_what_slack_tolerates_is_reported_but_not_refused(payload: dict[str, Any], code: str) -> None:
    assert [(p.code, p.refused) for p in check_message(payload)] == [(code, False)]


def test_blocks_that_may_not_show_on_a_surface_are_reported() -> None:
    card = {"type": "card", "title": plain("x")}
    assert [(p.code, p.refused) for p in check_blocks([card], "modal")] == [("unreliable_here", False)]
    assert [(p.code, p.refused) for p in check_blocks([table()], "home")] == [("unreliable_here", False)]


def test_more_than_two_charts_are_refused() -> None:
    assert {p.code for p in check_blocks([chart(), pie(), chart()])} == {"too_many_charts"}


def test_markdown_counts_over_all_blocks() -> None:
    blocks = [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6000}]
    assert check_message({"text": "x", "blocks": blocks}) == []
    blocks[1]["text"] += "x"
    assert [(p.pointer, p.code) for p in check_message({"text": "x", "blocks": blocks})] == [
        ("/blocks/1/text", "too_long")
    ]


def test_long_blocks_as_a_whole_are_refused() -> None:
    payload = {"text": "x", "blocks": [section("x" * 2700) for _ in range(5)]}
    assert [p.code for p in check_message(payload)] == ["msg_blocks_too_long"]


def test_only_one_element_takes_the_focus() -> None:
    inputs = [an_input(str(n), element={"focus_on_load": True}) for n in range(2)]
    assert [p.code for p in check_view(a_modal(*inputs))] == ["too_many_focused"]


def test_checking_changes_nothing() -> None:
    payload, before = a_message(), a_message()
    check_message(payload)
    assert payload == before


def test_a_hostile_payload_is_refused_and_never_raises() -> None:
    hostile: list[Any] = [None, 7, "x", [], {}, [[]], {"type": None}, {"type": []}, {"type": "section", "text": []}]
    for junk in [*hostile, image(title=[])]:
        assert any(p.refused for p in check_message({"text": "x", "blocks": [junk]}))
        assert any(p.refused for p in check_view({"type": "modal", "title": junk, "blocks": junk}))


def test_every_limit_has_a_unit_a_source_and_a_date() -> None:
    path = Path(bot.workspace.__file__).with_name("limits.json")
    for name, entry in json.loads(path.read_text(encoding="utf-8")).items():
        assert LIMITS[name] == entry["value"]
        assert entry["unit"]
        assert entry["source"].startswith("https://")
        assert len(entry["noted_on"]) == 10
