"""How an app's words become a message: the text rules, the block rules, and the record of advice that was ignored."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from .blocks import Problem, check_message
from .errors import ApiError
from .forms import elements_of
from .limits import LIMITS
from .model import Json, Message
from .team import Team


def refuse_blocks(team: Team, payload: Json, where: str) -> None:
    """Check a message body. What Slack merely tolerates goes into the broken rules; what it refuses raises ApiError.

    The error is msg_blocks_too_long, too_many_attachments, or invalid_blocks with a JSON pointer per problem.
    """
    problems = check_message(payload)
    for problem in problems:
        team.break_rule(problem.code, where, f"{problem.pointer}: {problem.message}")
    refused = [p for p in problems if p.refused]
    if not refused:
        return refuse_unready_files(team, payload, where)
    codes = {p.code for p in refused}
    for code in ("msg_blocks_too_long", "too_many_attachments", "invalid_metadata_format"):
        if code in codes:
            raise ApiError(code)
    raise ApiError("invalid_blocks", **problem_report(refused))


def problem_report(problems: list[Problem]) -> Json:
    """`errors` and `response_metadata.messages` as Slack words them."""
    lines = [f"{p.message} [json-pointer:{p.pointer}]" for p in problems]
    return {"errors": lines, "response_metadata": {"messages": [f"[ERROR] {line}" for line in lines]}}


def refuse_unready_files(team: Team, payload: Any, where: str) -> None:
    """A `slack_file` that is not scanned yet makes the whole message invalid_blocks, as in Slack."""
    for file_id in _slack_files(payload.get("blocks") or []):
        record = team.files.get(file_id)
        if record is None or record.ready_at is None or team.now() < record.ready_at:
            team.break_rule("unready_slack_file", where, file_id)
            raise ApiError("invalid_blocks", errors=["invalid slack file"])


def _slack_files(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for item in node for found in _slack_files(item)]
    if not isinstance(node, dict):
        return []
    own = node.get("slack_file")
    found = [own["id"]] if isinstance(own, dict) and "id" in own else []
    return found + [f for value in node.values() for f in _slack_files(value)]


def with_block_ids(team: Team, blocks: list[Json]) -> list[Json]:
    """A copy of `blocks` in which every block has a block_id, as Slack hands them back."""
    filled = deepcopy(blocks)
    for block in filled:
        block.setdefault("block_id", team.new_id("b"))
        for element in _actionable(block):
            element.setdefault("action_id", team.new_id("a"))
    return filled


def _actionable(block: Json) -> list[Json]:
    return [e for e in elements_of(block) if isinstance(e, dict) and e.get("type") != "image"]


def compose(team: Team, channel: str, body: Json, where: str, **fields: Any) -> Message:
    """A message of the app from a checked request body: text cut at 40,000 characters, blocks with ids.

    Raises ApiError no_text when there is neither text nor blocks nor attachments, and what `refuse_blocks` raises.
    """
    text = str(body.get("text") or "")
    if not text and not body.get("blocks") and not body.get("attachments"):
        raise ApiError("no_text")
    refuse_blocks(team, body, where)
    limit = LIMITS["message.text"]
    return Message(
        ts=team.new_ts(),
        channel=channel,
        user=team.bot_user,
        text=text[:limit],
        truncated=len(text) > limit,
        blocks=with_block_ids(team, body.get("blocks") or []),
        attachments=deepcopy(body.get("attachments") or []),
        metadata=deepcopy(body.get("metadata")),
        from_app=True,
        via=where,
        **fields,
    )
