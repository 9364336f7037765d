"""One press of a button or choice of a menu, as far as we use it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Click:
    action_id: str
    value: str
    """Of the button, or of the chosen entry of a menu."""
    user_id: str
    user_name: str
    channel_id: str
    screen: str
    """The message or the view it was pressed in."""
    is_ephemeral: bool
    response_url: str
    trigger_id: str = ""
    action_ts: str = ""
    block_id: str = ""
    ticked: tuple[str, ...] = ()
    """Of a row of boxes: all that are ticked now."""
    drawn_at: datetime | None = None
    """When the message was posted or edited last; None where Slack does not say."""

    @property
    def is_at_home(self) -> bool:
        return not self.channel_id

    @property
    def request(self) -> str:
        """The same for every delivery of this press, another for the next press."""
        return f"{self.screen}:{self.action_id}:{self.action_ts}:{self.user_id}"[:200]


def read(body: dict[str, Any]) -> Click:
    """What we use of a block_actions payload; a missing part is empty."""
    pressed = (body.get("actions") or [{}])[0]
    user, container = body.get("user") or {}, body.get("container") or {}
    message = body.get("message") or {}
    chosen = pressed.get("selected_option") or {}
    return Click(
        action_id=str(pressed.get("action_id", "")),
        value=str(pressed.get("value") or chosen.get("value") or ""),
        user_id=str(user.get("id", "")),
        user_name=str(user.get("name") or user.get("username") or "someone"),
        channel_id=str((body.get("channel") or {}).get("id", "")),
        screen=str(container.get("message_ts") or container.get("view_id") or ""),
        is_ephemeral=bool(container.get("is_ephemeral")),
        response_url=str(body.get("response_url") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
        action_ts=str(pressed.get("action_ts") or ""),
        block_id=str(pressed.get("block_id") or ""),
        ticked=tuple(str(each.get("value")) for each in pressed.get("selected_options") or ()),
        drawn_at=_moment((message.get("edited") or {}).get("ts") or message.get("ts")),
    )


def _moment(ts: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (TypeError, ValueError, OverflowError):
        return None
