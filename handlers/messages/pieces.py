"""The pieces a message is made of, and the words a screen reader gets for each of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from handlers.commands import Ask

from . import place

Json = dict[str, Any]
Leaf = Json
Line = Sequence[Leaf]

DATE = "{date_short_pretty} at {time}"
_DATE_IN_MRKDWN = re.compile(r"<!date\^[^|>]*\|([^>]*)>")


def words(text: str, *, bold: bool = False, italic: bool = False) -> Leaf:
    """Our own words."""
    style = {key: True for key, on in (("bold", bold), ("italic", italic)) if on}
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def strong(text: str) -> Leaf:
    return words(text, bold=True)


def said(text: str, limit: int = place.SENTENCE, *, bold: bool = False) -> Leaf:
    """A sentence that may hold foreign text."""
    return words(place.plain(text, limit), bold=bold)


def typed(text: str, limit: int = place.SENTENCE) -> Leaf:
    """Foreign text shown as code: a message, a revision, a command."""
    return {"type": "text", "text": place.plain(text, limit), "style": {"code": True}}


def test_name(name: str, limit: int = place.NAME) -> Leaf:
    return {"type": "text", "text": place.name(name, limit), "style": {"code": True}}


test_name.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it


def moment(at: datetime, form: str = DATE) -> Leaf:
    """An instant in the reader's zone; clients that cannot say it in UTC. Slack's dates begin in 1970."""
    if at.timestamp() < 0:
        return words(utc(at))
    return {"type": "date", "timestamp": int(at.timestamp()), "format": form, "fallback": utc(at)}


def person(user_id: str) -> Leaf:
    """A person by id; shows the name and, in a channel, tells them."""
    return {"type": "user", "user_id": user_id}


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def header(text: str, limit: int = 148) -> Json:
    return {"type": "header", "text": {"type": "plain_text", "text": place.plain(text, limit), "emoji": False}}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def line(*leaves: Leaf) -> Json:
    return {"type": "rich_text_section", "elements": list(leaves)}


def bullets(lines: Iterable[Line], *, indent: int = 0) -> Json:
    found: Json = {"type": "rich_text_list", "style": "bullet", "elements": [line(*each) for each in lines]}
    return found | ({"indent": indent} if indent else {})


def preformatted(text: str) -> Json:
    """Our own words as they stand, lines and spaces kept."""
    return {"type": "rich_text_preformatted", "elements": [words(text)]}


def paragraph(*leaves: Leaf) -> Json:
    return rich(line(*leaves))


def section(title: str, lines: Sequence[Line]) -> Json:
    """A titled list."""
    return rich(line(strong(title)), bullets(lines))


def small(*leaves: Leaf) -> Json:
    """A line of context below an answer."""
    text = "".join(_mrkdwn(leaf) for leaf in leaves)
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def divider() -> Json:
    return {"type": "divider"}


def button(label: str, action_id: str, value: str, *, style: str | None = None) -> Json:
    found: Json = {
        "type": "button",
        "text": {"type": "plain_text", "text": place.cut(label, 75), "emoji": False},
        "action_id": action_id,
        "value": value,
    }
    return found | ({"style": style} if style else {})


def ask_button(label: str, action_id: str, ask: Ask, *, style: str | None = None) -> list[Json]:
    """A button that asks a question; none when the question is too long to be carried."""
    packed = ask.packed()
    return [] if packed is None else [button(label, action_id, packed, style=style)]


def actions(buttons: Sequence[Json]) -> list[Json]:
    """A row of buttons, or nothing."""
    return [{"type": "actions", "elements": list(buttons)}] if buttons else []


def chart(title: str, axis: str, points: Mapping[str, float], series: str, *, kind: str = "line") -> Json:
    """A native chart of one series; the labels are cut by the caller to be unique and at most 20 characters."""
    data = [{"label": label, "value": value} for label, value in points.items()]
    return {
        "type": "data_visualization",
        "title": place.plain(title, 50),
        "chart": {
            "type": kind,
            "series": [{"name": series, "data": data}],
            "axis_config": {"categories": list(points), "y_label": axis},
        },
    }


def spell(blocks: Iterable[Json]) -> str:
    """The whole message in words, escaped: what screen readers and notifications get."""
    return "\n".join(line for block in blocks for line in _spelled(block) if line)


def _spelled(block: Json) -> list[str]:
    kind = block["type"]
    if kind == "header":
        return [place.escape(block["text"]["text"])]
    if kind == "context":
        return [_DATE_IN_MRKDWN.sub(r"\1", element["text"]).replace("`", "") for element in block["elements"]]
    if kind == "rich_text":
        return [spelled for part in block["elements"] for spelled in _spelled_part(part)]
    if kind == "table":
        return _spelled_table([[cell["text"] for cell in row] for row in block["rows"]])
    if kind == "data_visualization":
        return [place.escape(f"Chart, {block['title']}. {_values(each)}") for each in block["chart"]["series"]]
    return []


def _spelled_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """A line per row; every value but the first bears its column's name."""
    head = [name.lower() for name in rows[0]]
    return [
        place.escape(
            f"• {row[0]}: " + ", ".join(f"{name} {value}" for name, value in zip(head[1:], row[1:], strict=True))
        )
        for row in rows[1:]
    ]


def _values(series: Json) -> str:
    values = ", ".join(f"{point['value']:g}" for point in series["data"])
    return f"{series['name'][:1].upper()}{series['name'][1:]}, oldest first: {values}"


def _spelled_part(part: Json) -> list[str]:
    if part["type"] == "rich_text_list":
        return ["• " + _sentence(item["elements"]) for item in part["elements"]]
    return [_sentence(part["elements"])]


def _sentence(leaves: Iterable[Leaf]) -> str:
    return place.escape("".join(_word(leaf) for leaf in leaves))


def _word(leaf: Leaf) -> str:
    """A person, a group or a channel is its id here: a name costs a scope, and the blocks show it."""
    if leaf["type"] == "date":
        return str(leaf["fallback"])
    id_ = leaf.get("user_id") or leaf.get("usergroup_id") or leaf.get("channel_id")
    return f"@{id_}" if id_ else str(leaf.get("text", ""))


def _mrkdwn(leaf: Leaf) -> str:
    if leaf["type"] == "date":
        return f"<!date^{leaf['timestamp']}^{leaf['format']}|{leaf['fallback']}>"
    text = str(leaf["text"])
    return place.code(text) if leaf.get("style", {}).get("code") else place.escape(text)
