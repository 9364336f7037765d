"""What an app offers in a select that asks it for options: checked as Slack checks them, and remembered by value."""

from __future__ import annotations

from typing import Any

from .blocks import check_blocks
from .model import Answer, Json
from .team import Team


def take(team: Team, person: str, action_id: str, answer: Answer) -> None:
    """Read the options, or option groups, of an acknowledgement into `answer.options`.

    What Slack would not show makes the failure `invalid_options` and a broken rule.
    """
    offered = {k: v for k, v in (answer.ack_payload or {}).items() if k in ("options", "option_groups")}
    if not any(offered.values()):
        answer.shown = "No result"
        return
    select = {"type": "static_select", "action_id": "x", **offered}
    problems = [p for p in check_blocks([{"type": "actions", "elements": [select]}]) if p.refused]
    if problems:
        answer.failure, answer.shown = "invalid_options", "No result"
        for problem in problems:
            pointer = problem.pointer.removeprefix("/blocks/0/elements/0")
            team.break_rule(problem.code, "block_suggestion", f"{pointer}: {problem.message}")
        return
    answer.options = _flat(offered)
    team.offered[person, action_id] = answer.options


def with_offered(team: Team, person: str, element: Json) -> Json:
    """The element with the options it last offered this person; others as they are."""
    if not element["type"].endswith("external_select"):
        return element
    initial = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    return element | {"options": [*initial, *team.offered.get((person, element.get("action_id", "")), [])]}


def _flat(offered: dict[str, Any]) -> list[Json]:
    return [*(offered.get("options") or []), *(o for g in offered.get("option_groups") or [] for o in g["options"])]
