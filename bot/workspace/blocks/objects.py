"""Composition objects: texts, confirm dialogs, options, images; and the reading of mrkdwn for what was not escaped."""

from __future__ import annotations

import re
from typing import Any

from .walk import Check, Walk, array, boolean, exactly_one, one_of, shape, string, typed, url, web_url

_CONTROL = re.compile(
    r"<(?:@[UW][A-Z0-9]*(?:\|[^<>]*)?|#[CGD][A-Z0-9]*(?:\|[^<>]*)?|!subteam\^S[A-Z0-9]*(?:\|[^<>]*)?"
    r"|!(?:here|channel|everyone)(?:\|[^<>]*)?|!date\^\d+\^[^<>]*\|[^<>]*"
    r"|(?:https?://|mailto:|tel:)[^<>|\s]+(?:\|[^<>]*)?)>"
)
_BROADCAST = re.compile(r"<!(?:here|channel|everyone)(?:\|[^<>]*)?>")
_BARE_AMPERSAND = re.compile(r"&(?!amp;|lt;|gt;)")
_QUOTE_MARK = re.compile(r"^\s*>+", re.MULTILINE)


def read_mrkdwn(text: Any, walk: Walk, at: str) -> None:
    """Report what Slack would misread: a bare & < or >, and a mention of everybody. It refuses none of them."""
    if not isinstance(text, str):
        return
    if _BARE_AMPERSAND.search(text):
        walk.add(at, "unescaped_ampersand", "& must be written &amp;", refused=False)
    if _BROADCAST.search(text):
        walk.add(at, "broadcast_mention", "notifies everybody", refused=False)
    rest = _QUOTE_MARK.sub("", _CONTROL.sub("", text))
    if "<" in rest or ">" in rest:
        walk.add(at, "unescaped_angle", "< and > must be written &lt; and &gt;", refused=False)


def _read_text(value: Any, walk: Walk, at: str) -> None:
    read_mrkdwn(value["text"], walk, f"{at}/text")


def plain(limit: str = "text") -> Check:
    """A plain_text object of 1 to LIMITS[limit] characters."""
    return typed({"plain_text": _plain(limit)}, "text", " (plain_text only)")


def text(limit: str = "text") -> Check:
    """A plain_text or mrkdwn object of 1 to LIMITS[limit] characters."""
    return typed({"plain_text": _plain(limit), "mrkdwn": _mrkdwn(limit)}, "text")


def _plain(limit: str) -> Check:
    return shape({"type": one_of("plain_text"), "text": string(limit, minimum=1)}, {"emoji": boolean})


def _mrkdwn(limit: str) -> Check:
    return shape({"type": one_of("mrkdwn"), "text": string(limit, minimum=1)}, {"verbatim": boolean}, _read_text)


CONFIRM = shape(
    {
        "title": plain("confirm.title"),
        "text": text("confirm.text"),
        "confirm": plain("confirm.button"),
        "deny": plain("confirm.button"),
    },
    {"style": one_of("primary", "danger")},
)

_VALUE = string("option.value", minimum=1)
OPTION = shape({"text": plain("option.text"), "value": _VALUE}, {"description": plain("option.description")})
RICH_OPTION = shape({"text": text("option.text"), "value": _VALUE}, {"description": text("option.description")})
LINK_OPTION = shape(
    {"text": plain("option.text"), "value": _VALUE},
    {"description": plain("option.description"), "url": url("option.url")},
)
OPTION_GROUP = shape({"label": plain("option_group.label"), "options": array(OPTION, "select.options", minimum=1)})

SLACK_FILE = shape(
    {}, {"id": string(minimum=1, pattern=r"F[A-Z0-9]+"), "url": web_url("image.url")}, exactly_one("id", "url")
)
IMAGE_SOURCE: dict[str, Check] = {"image_url": web_url("image.url"), "slack_file": SLACK_FILE}
IMAGE_ELEMENT = shape(
    {"type": one_of("image"), "alt_text": string("image.alt_text", minimum=1)},
    IMAGE_SOURCE,
    exactly_one("image_url", "slack_file"),
)
PLACEHOLDER = plain("placeholder")
DISPATCH_CONFIG = shape({"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), minimum=1)})
ACTION_ID = string("action_id", minimum=1)
BLOCK_ID = string("block_id", minimum=1)


def focus(value: Any, walk: Walk, at: str) -> None:
    """`focus_on_load`: at most one true in a view."""
    boolean(value, walk, at)
    if value is True:
        walk.focused += 1
        if walk.focused == 2:
            walk.add(at, "too_many_focused", "only one element may have focus_on_load")
