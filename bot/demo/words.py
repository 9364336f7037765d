"""Slack's two markups as styled terminal text: mrkdwn, and the leaves of rich text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text

_MARKUP = re.compile(r"<(?P<angle>[^<>]+)>|`(?P<code>[^`]+)`|\*(?P<bold>[^*\n]+)\*|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)")
_STYLES = {"code": "cyan", "bold": "bold", "italic": "italic"}
_LEAF_STYLES = {"bold": "bold", "italic": "italic", "strike": "strike", "code": "cyan", "underline": "underline"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at a message: their zone, and how people are called by id."""

    zone: ZoneInfo
    name_of: Callable[[str], str]

    def moment(self, timestamp: int, form: str) -> str:
        """An instant in the reader's zone, by Slack's date tokens; the common ones are told apart, others are long."""
        at = datetime.fromtimestamp(timestamp, UTC).astimezone(self.zone)
        day = f"{at:%d %b}" if "short" in form else f"{at:%Y-%m-%d}" if "num" in form else f"{at:%d %B %Y}"
        told = re.sub(r"\{date[a-z_]*\}", day, form)
        return re.sub(r"\{time[a-z_]*\}", f"{at:%H:%M}", told)


def unescape(text: str) -> str:
    """Slack's three entities as the letters they stand for."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mrkdwn(text: str, reader: Reader) -> Text:
    """A mrkdwn string as a client shows it: marks, links, people and dates."""
    shown, end = Text(), 0
    for match in _MARKUP.finditer(text):
        shown.append(unescape(text[end : match.start()]))
        if match["angle"] is not None:
            shown.append(_angle(match["angle"], reader))
        else:
            kind = match.lastgroup or "code"
            inner = match[kind]
            shown.append(unescape(inner) if kind == "code" else mrkdwn(inner, reader).plain, style=_STYLES[kind])
        end = match.end()
    return shown.append(unescape(text[end:]))


def _angle(inside: str, reader: Reader) -> Text:
    target, _, label = inside.partition("|")
    if target.startswith("!date^"):
        _, timestamp, form, *_ = target.split("^")
        return Text(reader.moment(int(timestamp), form))
    if target.startswith("@"):
        return Text(f"@{reader.name_of(target[1:])}", style="blue")
    if target.startswith(("#", "!")):
        return Text(unescape(label) or target, style="blue")
    return Text(unescape(label or target), style="underline blue")


def leaf(element: Mapping[str, Any], reader: Reader) -> Text:
    """One element of a rich text section."""
    kind = element["type"]
    if kind == "user":
        return Text(f"@{reader.name_of(element['user_id'])}", style="blue")
    if kind == "date":
        return Text(reader.moment(int(element["timestamp"]), element["format"]))
    if kind == "emoji":
        return Text(f":{element['name']}:")
    if kind == "link":
        return Text(element.get("text") or element["url"], style="underline blue")
    if kind == "broadcast":
        return Text(f"@{element['range']}", style="blue")
    styles = [_LEAF_STYLES[name] for name, on in element.get("style", {}).items() if on and name in _LEAF_STYLES]
    return Text(str(element.get("text", f"[{kind}]")), style=" ".join(styles))
