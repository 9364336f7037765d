"""The checker: every mutant that breaks one rule is caught at its place, and what is valid raises no alarm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bot.workspace
from bot.workspace import check_message, check_view
from bot.workspace.blocks import check_blocks
from bot.workspace.limits import LIMITS

from . import more_mutants, mutants
from .builders import a_button, a_modal, actions, an_input, plain, section
from .mutants import mutate
from .valid_payloads import (
    a_full_home,
    a_full_modal,
    a_message,
    an_exotic_message,
    chart,
    image,
    pie,
    raw,
    table,
)


def _check(payload: dict[str, Any]) -> list[Any]:
    return check_view(payload) if payload.get("type") in ("modal", "home") else check_message(payload)


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


BASES: dict[str, tuple[Callable[[], dict[str, Any]], list[mutants.Mutant]]] = {
    "message": (lambda: a_message() | {"attachments": []}, mutants.MESSAGE_MUTANTS + more_mutants.STRUCTURE),
    "rare blocks": (an_exotic_message, mutants.EXOTIC_MUTANTS + more_mutants.RARE),
    "modal": (a_full_modal, mutants.MODAL_MUTANTS + more_mutants.MODAL),
    "home": (a_full_home, more_mutants.HOME),
    "attachment": (lambda: a_message() | {"attachments": an_exotic_message()["attachments"]}, more_mutants.ATTACHED),
}
"""A valid payload, and what breaks one rule of it."""
BROKEN = [
    pytest.param(valid, *mutant[:3], mutant[-1] if len(mutant) > 3 else mutant[0], id=f"{name}{mutant[0]}-{mutant[2]}")
    for name, (valid, table_) in BASES.items()
    for mutant in table_
]


@pytest.mark.parametrize("name", BASES)
def test_the_mutants_begin_from_what_is_valid(name: str) -> None:
    assert _check(BASES[name][0]()) == []


@pytest.mark.parametrize(("valid", "pointer", "value", "code", "place"), BROKEN)
def test_what_breaks_one_rule_is_refused_for_it_at_its_place(
    valid: Callable[[], dict[str, Any]], pointer: str, value: Any, code: str, place: str
) -> None:
    payload = mutate(valid(), pointer, value)
    problems = check_view(payload) if "text" not in valid() else check_message(payload)
    assert [(p.pointer, p.code, p.refused) for p in problems] == [(place, code, True)]


def test_there_are_enough_mutants_of_every_kind() -> None:
    assert len(BROKEN) >= 250
    assert all(len(table_) >= 10 for _, table_ in BASES.values())


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
