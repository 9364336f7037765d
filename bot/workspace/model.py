"""The values a workspace is made of: people, channels, messages, views, files, deliveries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
"""A JSON object as it travels over the wire; its shape is checked where it enters, by `blocks` or by the method."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the workspace. `zone` is an IANA name; `is_bot` marks the app's own user."""

    id: str
    name: str
    real_name: str
    title: str = ""
    zone: str = "Etc/UTC"
    is_bot: bool = False
    is_deleted: bool = False
    email: str = ""
    locale: str = "en-US"

    def tz_offset(self, now: float) -> int:
        """Seconds east of UTC at the Unix instant `now`, daylight saving included."""
        offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(self.zone)).utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0

    def to_json(self, now: float, *, with_email: bool = False) -> Json:
        """The `user` object of users.info; the e-mail address needs the scope users:read.email."""
        profile: Json = {"real_name": self.real_name, "display_name": self.name, "title": self.title, "image_48": ""}
        if with_email:
            profile["email"] = self.email or f"{self.name}@example.com"
        label = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(self.zone)).tzname() or self.zone
        return {
            "id": self.id,
            "team_id": "T0WORKSPACE",
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.is_deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "tz": self.zone,
            "tz_label": label,
            "tz_offset": self.tz_offset(now),
            "locale": self.locale,
            "updated": int(now),
            "profile": profile,
        }


@dataclass(slots=True)
class Channel:
    """A conversation. `kind` is public, private, im (exactly two members) or mpim (a group's direct messages)."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    kind: str = "public"
    is_archived: bool = False
    is_ext_shared: bool = False
    created_at: float = 0.0
    topic: str = ""
    purpose: str = ""

    def to_json(self, viewer: str) -> Json:
        """The `channel` object of conversations.info as `viewer` gets it."""
        base: Json = {
            "id": self.id,
            "created": int(self.created_at),
            "is_archived": self.is_archived,
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "public",
            "is_ext_shared": self.is_ext_shared,
        }
        if self.kind == "im":
            return base | {"user": next((m for m in self.members if m != viewer), viewer)}
        return base | {
            "name": self.name,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_general": self.name == "general",
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": self.purpose, "creator": "", "last_set": 0},
            "is_member": viewer in self.members,
            "num_members": len(self.members),
        }


@dataclass(slots=True)
class Message:
    """One message as it stands; `versions` holds every earlier state, oldest first.

    `ephemeral_to` names the only person who sees it; such a message is in no history and no chat.update reaches it.
    `changed` is the count of the workspace's changes at its last one.
    """

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    reply_broadcast: bool = False
    metadata: Json | None = None
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    from_app: bool = False
    ephemeral_to: str | None = None
    edited_ts: str | None = None
    deleted: bool = False
    pinned: bool = False
    is_streaming: bool = False
    truncated: bool = False
    via: str = ""
    posted_at: float = 0.0
    versions: list[Json] = field(default_factory=list)
    changed: int = 0

    def to_json(self, app_id: str = "", bot_id: str = "", *, with_metadata: bool = True) -> Json:
        """The `message` object of the Web API; only an app's message carries `bot_id` and `app_id`."""
        body: Json = {"type": "message", "ts": self.ts, "user": self.user, "text": self.text, "team": "T0WORKSPACE"}
        if self.from_app:
            body |= {"bot_id": bot_id, "app_id": app_id}
        optional = {
            "subtype": self.subtype,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "thread_ts": self.thread_ts,
            "files": self.files,
            "metadata": self.metadata if with_metadata else None,
            "reactions": [{"name": n, "users": u, "count": len(u)} for n, u in self.reactions.items()],
            "edited": {"user": self.user, "ts": self.edited_ts} if self.edited_ts else None,
        }
        return body | {key: value for key, value in optional.items() if value}

    @property
    def subtype(self) -> str | None:
        """What kind of message it is beside a plain one."""
        if self.via == "chat.meMessage":
            return "me_message"
        return "file_share" if self.files else None

    def react(self, person: str, name: str, *, remove: bool = False) -> bool:
        """Add or take away somebody's reaction; False when that changes nothing."""
        people = self.reactions.setdefault(name, [])
        if (person in people) != remove:
            return False
        people.remove(person) if remove else people.append(person)
        return True

    def remember(self) -> None:
        """Keep the present state before an edit, so that a person can still click what they saw."""
        self.versions.append({"text": self.text, "blocks": self.blocks, "attachments": self.attachments})


@dataclass(slots=True)
class View:
    """A modal or a Home tab. `hash` changes with every update; `values` holds what the person has entered."""

    id: str
    user: str
    body: Json
    hash: str
    root_view_id: str = ""
    previous_view_id: str | None = None
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    is_open: bool = True

    def to_json(self, app_id: str, bot_id: str) -> Json:
        """The `view` object of the Web API and of interaction payloads."""
        keys = ("title", "submit", "close", "blocks", "private_metadata", "callback_id", "external_id")
        defaults: Json = {"title": None, "submit": None, "close": None, "blocks": []}
        shown = {key: self.body.get(key, defaults.get(key, "")) for key in keys}
        return {
            "id": self.id,
            "team_id": "T0WORKSPACE",
            "type": self.body["type"],
            **shown,
            "clear_on_close": bool(self.body.get("clear_on_close", False)),
            "notify_on_close": bool(self.body.get("notify_on_close", False)),
            "state": {"values": self.values},
            "hash": self.hash,
            "root_view_id": self.root_view_id,
            "previous_view_id": self.previous_view_id,
            "app_id": app_id,
            "app_installed_team_id": "T0WORKSPACE",
            "bot_id": bot_id,
        }


@dataclass(slots=True)
class Scheduled:
    """A message that waits for its time; `post_at` is Unix seconds."""

    id: str
    channel: str
    post_at: int
    body: Json
    created_at: float
    posted_ts: str | None = None
    failure: str | None = None


@dataclass(slots=True)
class FileRecord:
    """An uploaded file. Slack scans it first: `mimetype` is empty until `ready_at` (None: not completed)."""

    id: str
    name: str
    length: int
    upload_key: str
    alt_text: str = ""
    title: str = ""
    content: bytes | None = None
    ready_at: float | None = None
    channels: list[str] = field(default_factory=list)

    def to_json(self, now: float, base_url: str) -> Json:
        ready = self.ready_at is not None and now >= self.ready_at
        kind = {"png": "image/png", "txt": "text/plain", "json": "application/json", "csv": "text/csv"}
        suffix = self.name.rsplit(".", 1)[-1]
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "size": self.length,
            "alt_txt": self.alt_text,
            "mimetype": kind.get(suffix, "application/octet-stream") if ready else "",
            "filetype": suffix if ready else "",
            "channels": list(self.channels),
            "permalink": f"{base_url}/files/{self.id}",
        }


@dataclass(slots=True)
class Call:
    """One Web API or response_url request as it arrived, and what it was answered."""

    method: str
    args: Json
    at: float
    status: int = 200
    error: str | None = None
    fault: str | None = None
    answered: bool = True
    changed: int = 0


@dataclass(slots=True)
class Delivery:
    """One envelope or signed request to the app. Latency is wall seconds from sending to the acknowledgement."""

    id: str
    kind: str
    payload: Json
    sent_at: float
    connection: str | None = None
    attempt: int = 0
    retry_reason: str | None = None
    acked: bool = False
    latency_seconds: float | None = None
    ack_payload: Json | None = None
    failure: str | None = None
    event_id: str | None = None
    changed: int = 0


@dataclass(slots=True)
class Answer:
    """What came of something a person did.

    `failure` is the word Slack shows (dispatch_failed, operation_timeout, ...) or why the client sent nothing;
    `shown` is the sentence the person reads. `view` is the modal in front of them afterwards, `errors` its messages.
    """

    acked: bool
    latency_seconds: float | None = None
    failure: str | None = None
    shown: str | None = None
    payload: Json = field(default_factory=dict)
    ack_payload: Json | None = None
    delivery_id: str | None = None
    connection: str | None = None
    response_url: str | None = None
    trigger_id: str | None = None
    message: Message | None = None
    view: View | None = None
    errors: dict[str, str] = field(default_factory=dict)
    options: list[Json] = field(default_factory=list)
    """What an external select offered."""


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """Something the app did that Slack forbids, punishes or advises against; `where` names the method."""

    rule: str
    where: str
    detail: str
    at: float
