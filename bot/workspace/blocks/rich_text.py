"""The rich_text block: sections, lists, quotes and preformatted text, made of leaves in which nothing is parsed."""

from __future__ import annotations

from .objects import BLOCK_ID
from .walk import Check, anything, array, boolean, integer, one_of, shape, string, typed, url

_ID = string(minimum=1)
_STYLE = shape(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    ),
)


def _leaf(kind: str, required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return shape({"type": one_of(kind), **required}, {"style": _STYLE, **(optional or {})})


_TEXT = _leaf("text", {"text": string(minimum=1)})
_LINK = _leaf("link", {"url": url("button.url")}, {"text": string(), "unsafe": boolean})
_LEAVES: dict[str, Check] = {
    "text": _TEXT,
    "link": _LINK,
    "emoji": _leaf("emoji", {"name": _ID}, {"unicode": string(), "skin_tone": integer(1, 6)}),
    "user": _leaf("user", {"user_id": _ID}),
    "usergroup": _leaf("usergroup", {"usergroup_id": _ID}),
    "channel": _leaf("channel", {"channel_id": _ID}),
    "team": _leaf("team", {"team_id": _ID}),
    "color": _leaf("color", {"value": _ID}),
    "broadcast": _leaf("broadcast", {"range": one_of("here", "channel", "everyone")}),
    "date": _leaf("date", {"timestamp": integer(0), "format": _ID}, {"url": anything, "fallback": string()}),
}
_ELEMENTS = array(typed(_LEAVES, "rich text element"))
_BORDER = one_of(0, 1)
_SECTION = shape({"type": one_of("rich_text_section"), "elements": _ELEMENTS})
_PARTS: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_list": shape(
        {
            "type": one_of("rich_text_list"),
            "style": one_of("bullet", "ordered"),
            "elements": array(typed({"rich_text_section": _SECTION}, "list item")),
        },
        {"indent": integer(0, 8), "offset": integer(0), "border": _BORDER},
    ),
    "rich_text_quote": shape({"type": one_of("rich_text_quote"), "elements": _ELEMENTS}, {"border": _BORDER}),
    "rich_text_preformatted": shape(
        {
            "type": one_of("rich_text_preformatted"),
            "elements": array(typed({"text": _TEXT, "link": _LINK}, "preformatted element")),
        },
        {"border": _BORDER, "language": string()},
    ),
}

RICH_TEXT = shape(
    {"type": one_of("rich_text"), "elements": array(typed(_PARTS, "rich text"), minimum=1)}, {"block_id": BLOCK_ID}
)
