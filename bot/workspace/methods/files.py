"""The upload of files in three steps, and files.info. Slack scans a file before it can be shown or used."""

from __future__ import annotations

import secrets
from typing import Any

from bot.workspace.errors import ApiError
from bot.workspace.limits import LIMITS
from bot.workspace.model import FileRecord, Json, Message
from bot.workspace.posting import refuse_blocks, with_block_ids
from bot.workspace.team import Team

from .registry import Args, method


@method("files.getUploadURLExternal", "files:write", tier="tier_4")
def get_upload_url_external(team: Team, args: Args) -> Json:
    length, name = args.number("length"), args.text("filename", required=True)
    if length <= 0:
        raise ApiError("invalid_arguments", response_metadata={"messages": ["[ERROR] length must be positive"]})
    record = FileRecord(team.new_id("F"), name, length, secrets.token_hex(16), args.text("alt_txt"))
    team.files[record.id] = record
    return {"upload_url": f"{team.url}/upload/{record.upload_key}", "file_id": record.id}


def receive(team: Team, key: str, content: bytes) -> FileRecord | None:
    """The bytes of step two; None when the URL is unknown or used, or the length is not the announced one."""
    record = next((f for f in team.files.values() if secrets.compare_digest(f.upload_key, key)), None)
    if record is None or record.content is not None or len(content) != record.length:
        return None
    record.content = content
    return record


@method("files.completeUploadExternal", "files:write", tier="tier_4")
def complete_upload_external(team: Team, args: Args) -> Json:
    """Share the files, with `initial_comment` or `blocks` but not both. The message appears after the scan.

    Raises ApiError file_not_found, posting_to_channel_denied, not_in_channel; internal_error for a markdown block,
    as Slack does (github.com/slackapi/python-slack-sdk/issues/1756).
    """
    entries = args.parsed("files")
    if not isinstance(entries, list) or not entries:
        raise ApiError("invalid_arguments", response_metadata={"messages": ["[ERROR] files must name a file"]})
    records = [_uploaded(team, entry) for entry in entries]
    wanted = args.text("channel_id") or args.text("channels").split(",")[0]
    channel = team.channel_of_app(wanted) if wanted else None
    blocks, comment = args.parsed("blocks", "invalid_blocks_format"), args.text("initial_comment")
    if blocks and comment:
        raise ApiError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] initial_comment or blocks, not both"]}
        )
    if any(isinstance(b, dict) and b.get("type") == "markdown" for b in blocks or []):
        raise ApiError("internal_error")
    if blocks:
        refuse_blocks(team, {"blocks": blocks, "text": "files"}, "files.completeUploadExternal")
    ready_at = team.now() + LIMITS["file.scan_seconds"]
    for record, entry in zip(records, entries, strict=True):
        record.title = entry.get("title") or record.name
        record.ready_at = ready_at
    if channel is not None:
        body: Json = {"text": comment, "blocks": blocks or []}
        where, thread = channel.id, args.text("thread_ts") or None
        team.clock.call_at(ready_at, lambda: _share(team, records, where, thread, body))
    return {"files": [r.to_json(team.now(), team.url) for r in records]}


def _uploaded(team: Team, entry: Any) -> FileRecord:
    record = team.files.get(entry.get("id", "")) if isinstance(entry, dict) else None
    if record is None or record.content is None:
        raise ApiError("file_not_found")
    return record


def _share(team: Team, records: list[FileRecord], channel: str, thread_ts: str | None, body: Json) -> None:
    for record in records:
        record.channels.append(channel)
    team.keep(
        Message(
            ts=team.new_ts(),
            channel=channel,
            user=team.bot_user,
            text=body["text"],
            blocks=with_block_ids(team, body["blocks"]),
            thread_ts=thread_ts,
            files=[r.to_json(team.now(), team.url) for r in records],
            from_app=True,
            via="files.completeUploadExternal",
        )
    )


@method("files.info", "files:read", tier="tier_4")
def files_info(team: Team, args: Args) -> Json:
    record = team.files.get(args.text("file", required=True))
    if record is None:
        raise ApiError("file_not_found")
    return {"file": record.to_json(team.now(), team.url)}
