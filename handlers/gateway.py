"""The one caller of Slack: keeps messages within Slack's limits, paces and retries them, and says what went wrong."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from core.errors import T12Error

from .messages import place
from .messages.message import Message, trimmed
from .messages.pieces import Json

Check = Callable[[Mapping[str, Any]], Sequence[str]]
"""Answers what is wrong with a message or a view, a sentence each."""

_log = logging.getLogger("t12.slack.gateway")

MARK_EVENT = "t12_posting"
"""The metadata event under which a message of ours carries its mark; every app of the workspace may read it."""

_HISTORY_PAGES = 10
_MEMBER_PAGES = 20
_PACE_SECONDS = 1.0
"""Slack takes about one message a second and channel."""
_CHANNELS_REMEMBERED = 1000
_ANSWERS_AT_ONCE = 4
"""Answers sent at the same time: a burst of them would hold up the acknowledgements that come in meanwhile."""
_TRIES = 4
_LONGEST_WAIT_SECONDS = 30.0
_HOOK_TIMEOUT = aiohttp.ClientTimeout(total=15)
_PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
HOPELESS = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
"""Trying again with the same token will not help."""
_SENTENCES = {
    **dict.fromkeys(HOPELESS, "Slack refuses the bot token; check SLACK_BOT_TOKEN and install the app again."),
    "not_in_channel": "I am not in this channel. Invite me with `/invite @t12`, then share again.",
    "channel_not_found": "I cannot see this channel. Invite me with `/invite @t12`, then share again.",
    "is_archived": "This channel is archived; nothing can be posted here.",
    "restricted_action": "This workspace does not let me post here; ask an administrator.",
    "ratelimited": "Slack asks me to slow down. Try again in a minute.",
    **dict.fromkeys(
        ("expired_trigger_id", "exchanged_trigger_id"), "Slack had no patience with me; nothing was changed. Try again."
    ),
    "unconfirmed": "Slack did not confirm the message. Look at the channel before you share it again.",
}


class SlackError(T12Error):
    """Slack refused a call or did not answer; `code` is Slack's word for it.

    `unconfirmed`: the call may have been done. `unreachable`: it was not. `ratelimited`: not before `retry_after`
    seconds.
    """

    def __init__(self, code: str, method: str, retry_after: float = 0.0) -> None:
        self.code = code
        self.method = method
        self.retry_after = retry_after
        super().__init__(_SENTENCES.get(code, f"Slack refused this ({place.plain(code, 60)}). Try again in a minute."))


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are in the workspace that our token belongs to."""

    team_id: str
    user_id: str
    bot_id: str
    enterprise_id: str | None = None


@dataclass(slots=True)
class _Pace:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    last_at: float = 0.0


def _nothing_wrong(_payload: Mapping[str, Any]) -> Sequence[str]:
    return ()


class Gateway:
    """Sends to Slack. Every method raises `SlackError`, whose message may be shown.

    A call that Slack answers with 429 is repeated after its Retry-After, capped. What may be said twice without harm (a
    private answer, the Home tab) is also repeated after a passing fault; a message in a channel is not, because nobody
    knows whether it arrived.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        hook_prefix: str,
        *,
        check: Check = _nothing_wrong,
        strict: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`client` must have no retry handlers of its own. `strict` raises for what `check` finds; else it logs it."""
        self._client = client
        self._session = session
        self._hook_prefix = hook_prefix
        self._check = check
        self._strict = strict
        self._sleep = sleep
        self._paces: OrderedDict[str, _Pace] = OrderedDict()
        self._answers = asyncio.Semaphore(_ANSWERS_AT_ONCE)

    async def identify(self) -> Identity:
        """Ask Slack whose token we hold."""
        found = await self._call("auth.test", {}, repeatable=True)
        enterprise = found.get("enterprise_id")
        return Identity(
            str(found["team_id"]),
            str(found["user_id"]),
            str(found.get("bot_id", "")),
            str(enterprise) if enterprise else None,
        )

    async def post(self, channel: str, message: Message, *, thread_ts: str | None = None) -> str:
        """Post in a channel, at most one message a second; returns its ts."""
        return await self._post(channel, message, {"thread_ts": thread_ts} if thread_ts else {}, _TRIES)

    async def post_once(self, channel: str, message: Message, mark: int, thread_ts: str | None = None) -> str:
        """Post with one try and a mark by which `find_posted` knows the message again; returns its ts.

        The caller keeps what is to be sent and tries again: it must know whether this try may have arrived.
        """
        more: Json = {"metadata": {"event_type": MARK_EVENT, "event_payload": {"id": mark}}}
        if thread_ts:
            more |= {"thread_ts": thread_ts} | ({"reply_broadcast": True} if message.is_broadcast else {})
        return await self._post(channel, message, more, 1)

    async def edit(self, channel: str, ts: str, message: Message) -> None:
        """Turn a message of ours into another, with one try; doing it twice does no harm."""
        await self._call("chat.update", self._body(message) | {"channel": channel, "ts": ts}, repeatable=False, tries=1)

    async def find_posted(self, channel: str, mark: int, since: float, thread_ts: str | None = None) -> str | None:
        """The ts of the message that bears `mark`, posted after the Unix instant `since`; None when there is none.

        Looks in the thread where one is named: a channel's history does not list replies. Needs the optional history
        scopes: raises `SlackError` missing_scope without them.
        """
        asked: Json = {"channel": channel, "oldest": f"{since:.6f}", "include_all_metadata": True, "limit": 100}
        method = "conversations.replies" if thread_ts else "conversations.history"
        asked |= {"ts": thread_ts} if thread_ts else {}
        for _page in range(_HISTORY_PAGES):
            found = await self._call(method, asked, repeatable=True)
            for message in found.get("messages") or ():
                metadata = message.get("metadata") or {}
                if metadata.get("event_type") == MARK_EVENT and metadata.get("event_payload", {}).get("id") == mark:
                    return str(message["ts"])
            cursor = (found.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            asked["cursor"] = cursor
        return None

    async def _post(self, channel: str, message: Message, more: Json, tries: int) -> str:
        payload = self._body(message) | {"channel": channel, "unfurl_links": False, "unfurl_media": False} | more
        pace = self._pace(channel)
        async with pace.lock:
            wait = pace.last_at + _PACE_SECONDS - monotonic()
            if wait > 0:
                await self._sleep(wait)
            try:
                found = await self._call("chat.postMessage", payload, repeatable=False, tries=tries)
            finally:
                pace.last_at = monotonic()
        return str(found["ts"])

    async def post_ephemeral(self, channel: str, user: str, message: Message, *, thread_ts: str | None = None) -> None:
        """Show a message in a channel to one person."""
        payload = self._body(message) | {"channel": channel, "user": user}
        if thread_ts:
            payload["thread_ts"] = thread_ts
        await self._call("chat.postEphemeral", payload, repeatable=True)

    async def publish_home(self, user: str, blocks: Sequence[Json]) -> None:
        """Show a person their Home tab."""
        view = {"type": "home", "blocks": list(blocks)}
        self._report(self._check(view))
        await self._call("views.publish", {"user_id": user, "view": view}, repeatable=True)

    async def open_view(self, trigger_id: str, view: Json) -> None:
        """Open a modal for the person who just pressed or typed something; a trigger lives three seconds, for one."""
        self._report(self._check(view))
        await self._call("views.open", {"trigger_id": trigger_id, "view": view}, repeatable=False, tries=1)

    async def members_of_channel(self, channel: str) -> frozenset[str]:
        """Who is in a channel. Needs one of the optional scopes channels:read and groups:read."""
        members: set[str] = set()
        asked: Json = {"channel": channel, "limit": 1000}
        for _page in range(_MEMBER_PAGES):
            found = await self._call("conversations.members", asked, repeatable=True)
            members.update(str(each) for each in found.get("members") or ())
            cursor = (found.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
            asked["cursor"] = cursor
        return frozenset(members)

    async def members_of_group(self, group: str) -> frozenset[str]:
        """Who is in a user group. Needs the optional scope usergroups:read."""
        found = await self._call("usergroups.users.list", {"usergroup": group}, repeatable=True)
        return frozenset(str(each) for each in found.get("users") or ())

    async def respond(self, url: str, message: Message, *, replace: bool = False) -> None:
        """Answer a command or a click, to that person alone; `replace` edits the message that was clicked.

        Only addresses of the Slack we are connected to are called, whatever the payload says.
        """
        if not url.startswith(self._hook_prefix):
            raise SlackError("foreign_response_url", "response_url")
        for tried in range(1, _TRIES + 1):
            async with self._answers:
                payload = self._body(message) | {"response_type": "ephemeral"}
                status, retry_after = await self._hook(url, payload | ({"replace_original": True} if replace else {}))
            if status < 300:
                return
            if tried == _TRIES or (status != 429 and 400 <= status < 500):
                raise SlackError("ratelimited" if status == 429 else f"http_{status}", "response_url")
            await self._sleep(retry_after if status == 429 else tried)

    async def _hook(self, url: str, payload: Json) -> tuple[int, float]:
        try:
            request = self._session.post(url, json=payload, timeout=_HOOK_TIMEOUT, allow_redirects=False)
            async with request as reply:
                return reply.status, _retry_after(reply.headers)
        except (aiohttp.ClientError, TimeoutError):
            return 599, 0.0

    async def _call(self, method: str, payload: Json, *, repeatable: bool, tries: int = _TRIES) -> Mapping[str, Any]:
        for tried in range(1, tries + 1):
            is_last = tried == tries
            try:
                reply = await self._client.api_call(method, json=payload)
            except SlackApiError as error:
                wait = self._wait(error, method, tried, repeatable=repeatable, is_last=is_last)
            except (aiohttp.ClientError, TimeoutError) as error:
                # A connection that was never made left nothing behind; a broken one may have.
                is_undone = repeatable or isinstance(error, aiohttp.ClientConnectorError)
                if is_last or not is_undone:
                    raise SlackError("unreachable" if is_undone else "unconfirmed", method) from error
                wait = float(tried)
            else:
                return reply.data if isinstance(reply.data, dict) else {}
            await self._sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _wait(self, error: SlackApiError, method: str, tried: int, *, repeatable: bool, is_last: bool) -> float:
        """Seconds until the next try. Raises `SlackError` when there is none."""
        status = getattr(error.response, "status_code", 0)
        data = getattr(error.response, "data", None)
        code = str(data.get("error", "")) if isinstance(data, dict) else ""
        if status == 429 or code == "ratelimited":
            wait = _retry_after(getattr(error.response, "headers", {}))
            if is_last:
                raise SlackError("ratelimited", method, wait) from error
            return wait
        passing = status >= 500 or code in _PASSING
        if passing and repeatable and not is_last:
            return float(tried)
        if passing and not repeatable:
            raise SlackError("unconfirmed", method) from error
        raise SlackError(code or f"http_{status}", method) from error

    def _pace(self, channel: str) -> _Pace:
        pace = self._paces.setdefault(channel, _Pace())
        self._paces.move_to_end(channel)
        if len(self._paces) > _CHANNELS_REMEMBERED:
            self._paces.popitem(last=False)
        return pace

    def _body(self, message: Message) -> Json:
        message = trimmed(replace(message, text=place.defuse(message.text)))
        payload: Json = {"text": message.text}
        if message.blocks:
            payload["blocks"] = list(message.blocks)
        problems = self._check(payload)
        self._report(problems)
        if problems:
            del payload["blocks"]
        return payload

    def _report(self, problems: Sequence[str]) -> None:
        if not problems:
            return
        if self._strict:
            raise AssertionError("; ".join(problems))
        _log.error("a message breaks Slack's rules and goes out as text alone: %s", "; ".join(problems[:5]))


def _retry_after(headers: Mapping[str, Any]) -> float:
    value = next((found for name, found in headers.items() if name.lower() == "retry-after"), "1")
    value = value[0] if isinstance(value, list) else value
    try:
        return min(max(float(value), 0.5), _LONGEST_WAIT_SECONDS)
    except (TypeError, ValueError):
        return 1.0
