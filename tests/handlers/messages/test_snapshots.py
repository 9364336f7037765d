"""Every message is the JSON it was when somebody last looked at it, and breaks no rule of Slack's.

Look at a change and keep it with `WRITE_SNAPSHOTS=1 pytest tests/handlers/messages`.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from bot.workspace import check_message, check_view
from handlers.messages.home import render_home, render_home_answer, render_onboarding
from handlers.messages.message import JSON_LIMIT, TEXT_LIMIT, Message
from tests.handlers.messages.values import CASES, HOSTILE, LONG, NOW, a_health, a_typical_health, a_worst_health

FOLDER = Path(__file__).parent / "snapshots"
HOMES = {
    "home-empty": lambda: render_onboarding(NOW),
    "home-healthy": lambda: render_home(a_health(), NOW),
    "home-typical": lambda: render_home(a_typical_health(), NOW),
    "home-too-long": lambda: render_home(a_worst_health(LONG), NOW),
    "home-hostile": lambda: render_home(a_worst_health(HOSTILE, 3), NOW),
    "home-answer": lambda: render_home_answer(CASES["health-typical"]()),
}


def compare(name: str, payload: dict[str, Any]) -> None:
    path = FOLDER / f"{name}.json"
    words = json.dumps(payload, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("WRITE_SNAPSHOTS"):
        path.write_text(words, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == words


def payload_of(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": list(message.blocks)}


@pytest.mark.parametrize("name", CASES)
def test_a_message_is_as_somebody_saw_it(name: str) -> None:
    compare(name, payload_of(CASES[name]()))


@pytest.mark.parametrize("name", CASES)
def test_a_message_breaks_no_rule_and_keeps_its_blocks(name: str) -> None:
    message = CASES[name]()
    assert check_message(payload_of(message)) == []
    assert message.blocks
    assert len(message.text) <= TEXT_LIMIT
    assert message.size <= JSON_LIMIT


@pytest.mark.parametrize("name", HOMES)
def test_a_home_tab_is_as_somebody_saw_it_and_breaks_no_rule(name: str) -> None:
    view = {"type": "home", "blocks": HOMES[name]()}
    compare(name, view)
    assert check_view(view) == []


@pytest.mark.parametrize("name", [name for name in CASES if "hostile" in name])
def test_hostile_words_call_nobody_and_link_nowhere(name: str) -> None:
    message = CASES[name]()
    parsed = [message.text, *mrkdwn_in(list(message.blocks))]
    for text in parsed:
        assert not re.search(r"<(?!!date\^\d)", text), text
    everything = json.dumps(payload_of(message), ensure_ascii=False)
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
