"""Every block type with its shape, and the surfaces it may appear on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.workspace.limits import LIMITS

from .data import DATA_TABLE, DATA_VISUALIZATION, TABLE
from .elements import BUTTON, ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION
from .objects import BLOCK_ID, IMAGE_ELEMENT, IMAGE_SOURCE, plain, text
from .rich_text import RICH_TEXT
from .walk import (
    Check,
    Walk,
    array,
    at_least_one,
    boolean,
    exactly_one,
    integer,
    one_of,
    shape,
    string,
    typed,
    url,
    web_url,
)


def _block(kind: str, required: dict[str, Check], optional: dict[str, Check] | None = None, *rules: Check) -> Check:
    return shape({"type": one_of(kind), **required}, {"block_id": BLOCK_ID, **(optional or {})}, *rules)


def _among(names: Iterable[str], where: str) -> Check:
    return typed({name: ELEMENTS[name] for name in names}, "element", f" in {where}")


def _unique_actions(value: Any, walk: Walk, at: str) -> None:
    ids = [e["action_id"] for e in value["elements"] if "action_id" in e]
    if len(set(ids)) != len(ids):
        walk.add(f"{at}/elements", "duplicate_action_id", "action_id must be unique in a block")


def _unique_card_actions(value: Any, walk: Walk, at: str) -> None:
    _unique_actions({"elements": value.get("actions", [])}, walk, at)


def _note_input(value: Any, walk: Walk, at: str) -> None:
    walk.has_input = True
    if value["element"]["type"] == "file_input" and walk.surface != "modal":
        walk.add(f"{at}/element", "not_allowed_here", "file_input works in modals only")


def _count_markdown(value: Any, walk: Walk, at: str) -> None:
    walk.markdown += len(value["text"])
    if walk.markdown > LIMITS["message.markdown"]:
        walk.add(f"{at}/text", "too_long", f"all markdown together exceeds {LIMITS['message.markdown']} characters")


def _collapsing(value: Any, walk: Walk, at: str) -> None:
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        walk.add(f"{at}/default_collapsed", "exclusive_fields", "default_collapsed needs is_collapsible")
    if value.get("has_header_divider") and value.get("is_collapsible"):
        walk.add(f"{at}/has_header_divider", "exclusive_fields", "a collapsible container has no header divider")


def _icons(value: Any, walk: Walk, at: str) -> None:
    if "icon" in value and "slack_icon" in value:
        walk.add(at, "exclusive_fields", "icon and slack_icon exclude each other")


def _running(value: Any, walk: Walk, at: str) -> None:
    if value["status"] == "pending" and "/tasks/" not in at:
        walk.add(f"{at}/status", "bad_value", "only a task in a plan may be pending")


CARD = _block(
    "card",
    {},
    {
        "hero_image": IMAGE_ELEMENT,
        "icon": IMAGE_ELEMENT,
        "slack_icon": shape({"type": one_of("icon"), "name": string(minimum=1)}),
        "title": text("card.title"),
        "subtitle": text("card.subtitle"),
        "body": text("card.body"),
        "subtext": text("card.subtext"),
        "actions": array(typed({"button": BUTTON}, "element", " in a card"), "card.actions", minimum=1),
    },
    at_least_one("hero_image", "title", "actions", "body"),
    _icons,
    _unique_card_actions,
)
_TASK = _block(
    "task_card",
    {
        "task_id": string(minimum=1),
        "title": string(minimum=1),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    {
        "details": RICH_TEXT,
        "output": RICH_TEXT,
        "sources": array(shape({"type": one_of("url"), "url": url("button.url"), "text": string(minimum=1)})),
    },
    _running,
)


def _planned(value: Any, walk: Walk, at: str) -> None:
    """A task inside a plan; libraries disagree whether it repeats its type, so it need not."""
    _TASK({"type": "task_card"} | value if isinstance(value, dict) else value, walk, at)


_TEXTS_AND_IMAGES = typed(
    {
        "image": IMAGE_ELEMENT,
        "mrkdwn": text(),
        "plain_text": text(),
    },
    "element",
    " in context",
)

BLOCKS: dict[str, Check] = {
    "section": _block(
        "section",
        {},
        {
            "text": text("section.text"),
            "fields": array(text("section.field"), "section.fields", minimum=1),
            "accessory": _among(IN_SECTION, "a section"),
            "expand": boolean,
        },
        at_least_one("text", "fields"),
    ),
    "header": _block("header", {"text": plain("header.text")}, {"level": integer(1, LIMITS["header.level"])}),
    "divider": _block("divider", {}),
    "context": _block("context", {"elements": array(_TEXTS_AND_IMAGES, "context.elements", minimum=1)}),
    "actions": _block(
        "actions",
        {"elements": array(_among(IN_ACTIONS, "actions"), "actions.elements", minimum=1)},
        {},
        _unique_actions,
    ),
    "image": _block(
        "image",
        {"alt_text": string("image.alt_text", minimum=1)},
        {**IMAGE_SOURCE, "title": plain("image.title")},
        exactly_one("image_url", "slack_file"),
    ),
    "input": _block(
        "input",
        {"label": plain("input.label"), "element": _among(IN_INPUT, "an input")},
        {"hint": plain("input.hint"), "optional": boolean, "dispatch_action": boolean},
        _note_input,
    ),
    "rich_text": RICH_TEXT,
    "markdown": _block("markdown", {"text": string(minimum=1)}, {}, _count_markdown),
    "table": TABLE,
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "alert": _block(
        "alert",
        {"text": text("alert.text")},
        {"level": one_of("default", "info", "warning", "error", "success")},
    ),
    "card": CARD,
    "carousel": _block(
        "carousel",
        {"elements": array(typed({"card": CARD}, "block", " in a carousel"), "carousel.elements", minimum=1)},
    ),
    "context_actions": _block(
        "context_actions",
        {
            "elements": array(
                _among(("feedback_buttons", "icon_button"), "context_actions"), "context_actions.elements", minimum=1
            )
        },
        {},
        _unique_actions,
    ),
    "task_card": _TASK,
    "plan": _block("plan", {"title": string(minimum=1)}, {"tasks": array(_planned, "plan.tasks")}),
    "file": _block("file", {"external_id": string("view.external_id", minimum=1), "source": one_of("remote")}),
    "video": _block(
        "video",
        {
            "alt_text": string("image.alt_text", minimum=1),
            "title": plain("video.title"),
            "thumbnail_url": web_url("video.url"),
            "video_url": string("video.url", pattern=r"https://\S+"),
        },
        {
            "title_url": string("video.url", pattern=r"https://\S+"),
            "description": plain("video.description"),
            "provider_icon_url": web_url("video.url"),
            "provider_name": string("video.provider_name"),
            "author_name": string("video.author_name"),
        },
    ),
}

_CHILDREN = (
    *("actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video"),
)
BLOCKS["container"] = _block(
    "container",
    {
        "child_blocks": array(
            typed({name: BLOCKS[name] for name in _CHILDREN}, "block", " in a container"),
            "container.children",
            minimum=1,
        )
    },
    {
        "title": plain("container.title"),
        "rich_text_title": RICH_TEXT,
        "subtitle": text("container.title"),
        "width": one_of("narrow", "standard", "wide", "full"),
        "icon": IMAGE_ELEMENT,
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
    },
    exactly_one("title", "rich_text_title"),
    _collapsing,
)

_EVERYWHERE = frozenset({"section", "header", "context", "actions", "divider", "image", "input", "rich_text", "video"})
SURFACES: Mapping[str, frozenset[str]] = {
    "message": frozenset(BLOCKS) - {"alert"},
    "modal": _EVERYWHERE | {"alert", "card"},
    "home": _EVERYWHERE | {"card", "carousel", "container", "table", "data_table", "data_visualization"},
}
"""Surface to the block types Slack takes there (docs.slack.dev/blocks.json)."""

UNRELIABLE: Mapping[str, frozenset[str]] = {
    "message": frozenset(),
    "modal": frozenset({"card"}),
    "home": frozenset({"table", "data_table", "data_visualization", "container"}),
}
"""Surface to the block types that Slack takes but was not seen to show there."""
