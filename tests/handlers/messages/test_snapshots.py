"""Every message is the JSON it was when somebody last looked at it, and breaks no rule of Slack's.

Look at a change and keep it with `WRITE_SNAPSHOTS=1 pytest tests/handlers/messages`.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
from collections import defaultdict
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from bot.workspace import check_message, check_view
from core.mocks.rules.explanation import explain_rule
from core.mocks.rules.table import RULES
from handlers import messages
from handlers.commands import Ask
from handlers.messages.message import JSON_LIMIT, TEXT_LIMIT, Message
from handlers.messages.rule import render_rule
from tests.handlers.messages.corpus import CASES, HOMES, NOTHING_FOREIGN, SIZES, message_of, payload_of

FOLDER = Path(__file__).parent / "snapshots"
HELPERS = {"compose", "fit", "trimmed"}
"""They make a message of what a renderer drew."""


def compare(name: str, payload: dict[str, Any]) -> None:
    path = FOLDER / f"{name}.json"
    words = json.dumps(payload, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("WRITE_SNAPSHOTS"):
        path.write_text(words, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == words


def renderers() -> set[str]:
    """The public functions of `handlers.messages` that make a whole message or a Home tab, by what they say."""
    found = set()
    for module in pkgutil.iter_modules(messages.__path__, "handlers.messages."):
        for name, function in vars(importlib.import_module(module.name)).items():
            makes = isinstance(function, FunctionType) and function.__annotations__.get("return")
            if name.startswith("render_") or (makes is Message and not name.startswith("_") and name not in HELPERS):
                found.add(name.removeprefix("render_").replace("_", "-"))
    return found


def test_every_renderer_is_seen_empty_typical_worst_too_long_and_hostile() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for name in [*CASES, *HOMES]:
        (size,) = [size for size in SIZES if name.endswith(f"-{size}")] or [""]
        seen[name.removesuffix(f"-{size}")].add(size)
    assert seen == {name: {""} if name in NOTHING_FOREIGN else set(SIZES) for name in renderers()}


@pytest.mark.parametrize("name", [*CASES, *HOMES])
def test_what_is_said_is_as_somebody_saw_it(name: str) -> None:
    compare(name, payload_of(name))


@pytest.mark.parametrize("name", CASES)
def test_a_message_breaks_no_rule_and_keeps_its_blocks(name: str) -> None:
    message = message_of(name)
    assert check_message(payload_of(name)) == []
    assert message.blocks
    assert message.text
    assert message.length <= TEXT_LIMIT
    assert message.size <= JSON_LIMIT


@pytest.mark.parametrize("name", HOMES)
def test_a_home_tab_breaks_no_rule(name: str) -> None:
    assert check_view(payload_of(name)) == []


@pytest.mark.parametrize("name", [name for name in [*CASES, *HOMES] if "hostile" in name])
def test_hostile_words_call_nobody_and_link_nowhere(name: str) -> None:
    payload = payload_of(name)
    for text in [payload.get("text", ""), *mrkdwn_in(payload["blocks"])]:
        assert not re.search(r"<(?!!date\^\d)", text), text
    everything = json.dumps(payload, ensure_ascii=False)
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\\x00]", everything)


def mrkdwn_in(node: Any) -> list[str]:
    """Every text that Slack would parse."""
    if isinstance(node, list):
        return [found for item in node for found in mrkdwn_in(item)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if node.get("type") == "mrkdwn" else []
    return own + [found for value in node.values() for found in mrkdwn_in(value)]


def test_no_snapshot_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {*CASES, *HOMES}


@pytest.mark.parametrize("code", RULES)
def test_the_page_on_every_rule_is_shown_in_full(code: str) -> None:
    message = render_rule(explain_rule(code), Ask("mocks", code))
    assert message.blocks[-1]["type"] == "actions"
    assert "Leave it out" in message.text
    assert "```" not in message.text
    assert message.fits
