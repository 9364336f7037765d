"""Whole payloads: messages with text, blocks, attachments and metadata; views; and the rules across blocks."""

from __future__ import annotations

import json
from typing import Any

from bot.workspace.limits import LIMITS

from .kinds import BLOCKS, SURFACES, UNRELIABLE
from .objects import plain, read_mrkdwn
from .walk import Problem, Surface, Walk, anything, array, boolean, one_of, shape, string

_MESSAGE_KEYS = frozenset(
    (
        *("channel", "text", "blocks", "attachments", "metadata", "thread_ts", "reply_broadcast", "mrkdwn", "parse"),
        *("unfurl_links", "unfurl_media", "link_names", "username", "icon_emoji", "icon_url", "as_user", "ts", "user"),
        *("post_at", "response_type", "replace_original", "delete_original", "token", "client_msg_id", "file_ids"),
    )
)
_WORDS = string()
_FIELD = shape({}, {"title": _WORDS, "value": _WORDS, "short": boolean})
_ATTACHMENT = shape(
    {},
    dict.fromkeys(
        (
            *("color", "fallback", "text", "pretext", "title", "title_link", "footer", "footer_icon", "callback_id"),
            *("author_name", "author_link", "author_icon", "author_id", "author_subname", "image_url", "thumb_url"),
        ),
        _WORDS,
    )
    | dict.fromkeys(("blocks", "ts", "id", "image_width", "image_height", "thumb_width", "thumb_height"), anything)
    | {"fields": array(_FIELD), "mrkdwn_in": array(_WORDS), "actions": array(anything)},
)
"""An attachment of the older kind; its blocks are walked with the others, its legacy buttons are not looked into."""


def check_message(payload: dict[str, Any]) -> list[Problem]:
    """All problems of a message body as it goes to chat.postMessage, a response_url or an acknowledgement.

    Reads text, blocks, attachments and metadata; other known arguments are left alone. No side effects; an empty list
    means that Slack takes it and shows it as it was meant.
    """
    walk = Walk("message")
    for key in payload:
        if key not in _MESSAGE_KEYS:
            walk.add(f"/{key}", "unknown_field", f"unknown argument: {key}", refused=False)
    blocks = payload.get("blocks") or []
    _walk_blocks(blocks, walk, "/blocks", LIMITS["message.blocks"])
    _check_length(blocks, walk, "/blocks")
    _check_attachments(payload.get("attachments") or [], walk)
    _check_text(payload, walk)
    if payload.get("metadata") is not None:
        _check_metadata(payload["metadata"], walk)
    return walk.problems


def check_blocks(blocks: list[Any], surface: Surface = "message") -> list[Problem]:
    """All problems of a list of blocks on one surface."""
    walk = Walk(surface)
    _walk_blocks(blocks, walk, "/blocks", LIMITS[f"{surface}.blocks"])
    return walk.problems


def check_view(view: dict[str, Any]) -> list[Problem]:
    """All problems of a view for views.open, push, update and publish, or in a response_action."""
    kind = view.get("type") if isinstance(view, dict) else None
    if kind not in ("modal", "home"):
        return [Problem("/type", "bad_value", "type must be modal or home")]
    walk = Walk("modal" if kind == "modal" else "home")
    (_MODAL if kind == "modal" else _HOME)(view, walk, "")
    blocks = view.get("blocks")
    _walk_blocks(blocks if isinstance(blocks, list) else [], walk, "/blocks", LIMITS[f"{kind}.blocks"])
    if kind == "modal" and walk.has_input and "submit" not in view:
        walk.add("/submit", "missing_field", "a modal with inputs needs submit")
    if len(json.dumps(view).encode()) > LIMITS["view.bytes"]:
        walk.add("", "view_too_large", f"a view holds no more than {LIMITS['view.bytes']} bytes")
    return walk.problems


def _any_block(value: Any, walk: Walk, at: str) -> None:
    if not isinstance(value, dict):
        walk.add(at, "wrong_type", "must be an object")


_VIEW = {
    "private_metadata": string("view.private_metadata"),
    "callback_id": string("view.callback_id"),
    "external_id": string("view.external_id"),
}
_MODAL = shape(
    {"type": one_of("modal"), "title": plain("view.title"), "blocks": array(_any_block)},
    {
        **_VIEW,
        "submit": plain("view.submit"),
        "close": plain("view.close"),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = shape({"type": one_of("home"), "blocks": array(_any_block)}, _VIEW)


def _walk_blocks(blocks: Any, walk: Walk, at: str, most: int) -> None:
    if not isinstance(blocks, list):
        walk.add(at, "wrong_type", "must be an array")
        return
    if len(blocks) > most:
        walk.add(at, "too_many", f"must have no more than {most} blocks")
    for index, block in enumerate(blocks):
        _check_block(block, walk, f"{at}/{index}")


def _check_block(block: Any, walk: Walk, at: str) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(kind, str) or kind not in BLOCKS:
        walk.add(f"{at}/type", "unknown_type", f"unsupported block type: {kind}")
        return
    if kind not in SURFACES[walk.surface]:
        walk.add(f"{at}/type", "not_allowed_here", f"{kind} is not allowed in a {walk.surface}")
    elif kind in UNRELIABLE[walk.surface]:
        walk.add(f"{at}/type", "unreliable_here", f"{kind} may not show in a {walk.surface}", refused=False)
    BLOCKS[kind](block, walk, at)
    for pointer, block_id in _block_ids(block, at):
        if block_id in walk.block_ids:
            walk.add(f"{pointer}/block_id", "duplicate_block_id", "block_id must be unique in a payload")
        walk.block_ids.add(block_id)


def _block_ids(block: Any, at: str) -> list[tuple[str, str]]:
    """The block_id of a block and of the blocks inside it, with their pointers."""
    if not isinstance(block, dict):
        return []
    found = [(at, block["block_id"])] if isinstance(block.get("block_id"), str) else []
    for key in ("child_blocks", "elements", "tasks"):
        inner = block.get(key)
        for index, child in enumerate(inner if isinstance(inner, list) else []):
            found += _block_ids(child, f"{at}/{key}/{index}")
    return found


def _check_length(blocks: Any, walk: Walk, at: str) -> None:
    """Slack refuses long `blocks` as a whole (about 13,200 characters of JSON; the limit kept here is lower)."""
    length = len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))
    if length > LIMITS["message.blocks_json"]:
        walk.add(at, "msg_blocks_too_long", f"blocks hold {length} characters, {LIMITS['message.blocks_json']} at most")


def _check_attachments(attachments: Any, walk: Walk) -> None:
    if not isinstance(attachments, list):
        walk.add("/attachments", "wrong_type", "must be an array")
        return
    if len(attachments) > LIMITS["message.attachments"]:
        walk.add("/attachments", "too_many_attachments", f"at most {LIMITS['message.attachments']} attachments")
    for index, attachment in enumerate(attachments):
        at = f"/attachments/{index}"
        _ATTACHMENT(attachment, walk, at)
        if isinstance(attachment, dict):
            _walk_blocks(attachment.get("blocks") or [], walk, f"{at}/blocks", LIMITS["message.blocks"])


def _check_text(payload: dict[str, Any], walk: Walk) -> None:
    text = payload.get("text")
    if text is not None and not isinstance(text, str):
        walk.add("/text", "wrong_type", "must be a string")
        return
    if not text:
        if payload.get("blocks") or payload.get("attachments"):
            walk.add("/text", "missing_text", "screen readers and notifications read text, not blocks", refused=False)
        return
    if len(text) > LIMITS["message.text"]:
        walk.add("/text", "text_truncated", f"cut at {LIMITS['message.text']} characters", refused=False)
    elif len(text) > LIMITS["message.text_advised"]:
        walk.add("/text", "text_long", f"more than {LIMITS['message.text_advised']} characters", refused=False)
    if payload.get("mrkdwn") is not False:
        read_mrkdwn(text, walk, "/text")


def _check_metadata(metadata: Any, walk: Walk) -> None:
    problem = None
    if not isinstance(metadata, dict) or set(metadata) - {"event_type", "event_payload", "entities"}:
        problem = "must hold event_type and event_payload"
    elif not isinstance(metadata.get("event_type"), str) or not metadata["event_type"]:
        problem = "event_type must be a string"
    elif not isinstance(metadata.get("event_payload"), dict):
        problem = "event_payload must be an object"
    elif _holds_a_list(metadata["event_payload"]):
        problem = "event_payload must hold scalars and objects, no arrays"
    if problem is not None:
        walk.add("/metadata", "invalid_metadata_format", problem)


def _holds_a_list(node: Any) -> bool:
    return isinstance(node, list) or (isinstance(node, dict) and any(_holds_a_list(inner) for inner in node.values()))
