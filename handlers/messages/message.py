"""A message as it goes to Slack, and the rule by which one that is too long becomes shorter."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import place
from .pieces import Json, Line, paragraph, person, spell, typed, words

TEXT_LIMIT = 4000
"""Bytes of UTF-8, escaped: more is bad advice in a new message, and chat.update refuses it as msg_too_long."""
BLOCKS_LIMIT = 50
JSON_LIMIT = 12_000
"""Slack refuses `blocks` of about 13,200 characters as a whole; we stay below."""

_CUT = "\n… the message shows the rest."


@dataclass(frozen=True, slots=True)
class Message:
    """`text` says the whole message in words; `blocks` show it."""

    text: str
    blocks: tuple[Json, ...] = ()
    is_broadcast: bool = False
    """Whether a reply in a thread is shown in the channel too."""

    @property
    def length(self) -> int:
        """Bytes of the text."""
        return len(self.text.encode(errors="replace"))

    @property
    def size(self) -> int:
        """Characters of the blocks as JSON."""
        return len(json.dumps(self.blocks, separators=(",", ":"), ensure_ascii=False))

    @property
    def fits(self) -> bool:
        return self.length <= TEXT_LIMIT and len(self.blocks) <= BLOCKS_LIMIT and self.size <= JSON_LIMIT


def compose(blocks: Sequence[Json]) -> Message:
    """A message whose text is spelled from its blocks."""
    return Message(spell(blocks), tuple(blocks))


def fit(draw: Callable[[int], Sequence[Json]], items: Sequence[int] = (10, 6, 4, 3, 2, 1, 0)) -> Message:
    """The fullest message that Slack takes: `draw(n)` draws it with lists of at most n items each.

    When even the shortest is too long its text is cut and its buttons go, the row that carries most first; blocks that
    are still too long give way to the text alone.
    """
    message = compose(draw(items[0]))
    for most in items[1:]:
        if message.fits:
            return message
        message = compose(draw(most))
    return trimmed(message)


def trimmed(message: Message) -> Message:
    """The message within Slack's bounds, whatever it was."""
    if message.length > TEXT_LIMIT:
        message = replace(message, text=cut_escaped(message.text, TEXT_LIMIT - len(_CUT.encode())) + _CUT)
    while not message.fits and (heavy := _heaviest_row(message.blocks)) is not None:
        message = replace(message, blocks=tuple(block for block in message.blocks if block is not heavy))
    return message if message.fits else replace(message, blocks=())


def _heaviest_row(blocks: Sequence[Json]) -> Json | None:
    """The row of buttons that carries most: long names of suites and tests stand in every one of them."""
    rows = [block for block in blocks if block["type"] == "actions"]
    return max(rows, key=lambda row: len(json.dumps(row, ensure_ascii=False)), default=None)


def cut_escaped(text: str, limit: int) -> str:
    """At most `limit` bytes of escaped text, at the end of a line where there is one, never inside an entity."""
    head = text.encode(errors="replace")[:limit].decode(errors="ignore")
    if "\n" in head:
        return head[: head.rindex("\n")]
    start = head.rfind("&")
    return head[:start] if start >= 0 and ";" not in head[start:] else head


def and_more(lines: Sequence[Line], total: int, noun: str = "more") -> list[Line]:
    """The lines and, when there are others, how many."""
    left = total - len(lines)
    return [*lines, [words(f"and {left} {noun}")]] if left > 0 else list(lines)


def shared(message: Message, user_id: str, user_name: str) -> Message:
    """The message as somebody shares it in a channel: it names them, and only its questions remain as buttons.

    Whom the message names is not called: the answer was made for one reader, and nobody is asked to do anything.
    """
    kept = [without_share(uncalled(block)) for block in message.blocks]
    blocks = [paragraph(words("Shared by "), person(user_id)), *(block for block in kept if block is not None)]
    return trimmed(Message(f"Shared by {place.escape(place.plain(user_name, 80))}\n{message.text}", tuple(blocks)))


def repeated(message: Message) -> Message:
    """A message that may stand in the channel already, because Slack did not say whether it took it."""
    said = paragraph(words("(possible repeat)", italic=True))
    return trimmed(replace(message, text=f"(possible repeat)\n{message.text}", blocks=(said, *message.blocks)))


def after_sharing(message: Message) -> Message:
    """The private answer once it was shared: it says so, and the button to share it is gone."""
    kept = [block for block in map(without_share, message.blocks) if block is not None]
    said = paragraph(words("Shared in this channel.", italic=True))
    return trimmed(Message(f"Shared in this channel.\n{message.text}", (said, *kept)))


SHARE = "answer.share"


def uncalled(part: Any) -> Any:
    """A block, or a part of one, with its people and user groups as code, which tells nobody."""
    if isinstance(part, list):
        return [uncalled(each) for each in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") in ("user", "usergroup"):
        return typed(f"@{part.get('user_id') or part.get('usergroup_id')}")
    return {key: uncalled(value) for key, value in part.items()}


def without_share(block: Json) -> Json | None:
    """The block without its share button; None when nothing is left of it."""
    if block["type"] != "actions":
        return block
    rest = [element for element in block["elements"] if element["action_id"] != SHARE]
    return {**block, "elements": rest} if rest else None


def note(text: str) -> Message:
    """A short message of one sentence, which may hold foreign text."""
    return trimmed(compose([paragraph(words(place.plain(text, 1500)))]))
