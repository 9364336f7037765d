"""The workspace as one object: start it in a test or on its own, act in it as a person, and read what happened."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web

from .acts import Acts
from .browser import Browser
from .clock import Clock
from .control import Control
from .deliver import Deliveries
from .errors import RefusedError
from .faults import Fault
from .live import shown
from .manifest import DEFAULT_MANIFEST, Manifest
from .model import BrokenRule, Call, Channel, Delivery, Json, Message, Person, Scheduled, View
from .signed import SignedHttp
from .sockets import Sockets
from .team import Team
from .web import Web

PEOPLE = (
    Person("U1", "ana", "Ana Ruiz", "Developer", "Europe/Madrid"),
    Person("U2", "luis", "Luis Mora", "Team lead", "America/Bogota"),
    Person("U3", "kim", "Kim Seo", "QA lead", "Asia/Seoul"),
    Person("U4", "sam", "Sam Okafor", "Security", "Europe/London"),
)
"""Who is there unless a test says otherwise; everybody is a member of #qa (C1) and #general (C2)."""

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Options:
    """How a workspace starts. Everything has a default that suits a test.

    `port` 0 takes a free one. `manifest` and `scopes` say what the app was granted. `request_url` switches from Socket
    Mode to signed HTTP. `start_at` (Unix seconds) sets the clock. `limit_rates` False lifts the rate limits only.
    """

    port: int = 0
    manifest: Mapping[str, Any] = field(default_factory=lambda: DEFAULT_MANIFEST)
    scopes: list[str] | None = None
    app_scopes: tuple[str, ...] = ("connections:write",)
    people: tuple[Person, ...] = PEOPLE
    request_url: str | None = None
    start_at: float | None = None
    limit_rates: bool = True
    bot_name: str | None = None
    bot_token: str | None = None
    app_token: str | None = None
    signing_secret: str | None = None
    control_token: str | None = None


class Workspace(Acts):
    """A running workspace on 127.0.0.1. Acts of people are its methods; see `Acts` for them."""

    def __init__(self, options: Options) -> None:
        manifest = Manifest(options.manifest, options.scopes)
        team = Team(
            clock=Clock(options.start_at),
            manifest=manifest,
            bot_token=options.bot_token or f"xoxb-{secrets.token_hex(16)}",
            app_token=options.app_token or f"xapp-1-{secrets.token_hex(16)}",
            signing_secret=options.signing_secret or secrets.token_hex(16),
            app_scopes=options.app_scopes,
            request_url=options.request_url,
        )
        team.rates.enabled = options.limit_rates
        super().__init__(team, Deliveries(team))
        self.control_token = options.control_token or secrets.token_hex(16)
        self._port = options.port
        self._web = Web(team, self.deliveries)
        self._runner: web.AppRunner | None = None
        self._moving = asyncio.Lock()
        self._populate(options)

    def _populate(self, options: Options) -> None:
        features = options.manifest.get("features", {})
        name = options.bot_name or features.get("bot_user", {}).get("display_name", "app")
        self.team.add_person(Person(self.team.bot_user, name, name, is_bot=True))
        for person in options.people:
            self.team.add_person(person)
        everybody = [p.id for p in options.people]
        self.team.add_channel(Channel("C1", "qa", [*everybody, self.team.bot_user]))
        self.team.add_channel(Channel("C2", "general", list(everybody)))

    @classmethod
    @asynccontextmanager
    async def start(cls, **options: Any) -> AsyncIterator[Workspace]:
        """Start a workspace, and stop it at the end of the `async with`. Keywords as in `Options`."""
        workspace = cls(Options(**options))
        await workspace.open()
        try:
            yield workspace
        finally:
            await workspace.stop()

    async def open(self) -> None:
        """Listen on 127.0.0.1. Raises OSError when the port is taken."""
        application = web.Application(client_max_size=1 << 24)
        application.add_routes(self._web.routes())
        browser = Browser(self)
        application.add_routes(browser.routes())
        application.add_subapp("/control/", Control(self, browser).application())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = int(self._runner.addresses[0][1])
        self.team.url = f"http://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """Close everything; a call that a fault holds is cut."""
        self._web.stopping.set()
        await self.deliveries.close()
        self.team.clock.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # What the app needs to connect

    @property
    def url(self) -> str:
        return self.team.url

    @property
    def base_url(self) -> str:
        """The base URL of the Web API, with the slash at the end that the SDK expects."""
        return f"{self.team.url}/api/"

    @property
    def bot_token(self) -> str:
        return self.team.bot_token

    @property
    def app_token(self) -> str:
        return self.team.app_token

    @property
    def signing_secret(self) -> str:
        return self.team.signing_secret

    # Parts

    @property
    def clock(self) -> Clock:
        return self.team.clock

    @property
    def sockets(self) -> Sockets:
        return self.deliveries.sockets

    @property
    def http(self) -> SignedHttp:
        return self.deliveries.http

    async def move_clock(self, seconds: float, settle_seconds: float = 1.0) -> float:
        """Jump ahead. What falls due on the way happens in order, and each event sent on the way gets up to
        `settle_seconds` of wall time to be acknowledged. What waited for an acknowledgement before becomes late.
        Returns the new instant in Unix seconds.
        """
        async with self._moving:
            since = len(self.team.deliveries)
            await self.clock.move(seconds, lambda: self.deliveries.settle(since, settle_seconds))
        self.team.touch()
        return self.clock.now()

    def deliver_to(self, url: str | None = None) -> None:
        """Post everything, signed, to `url`; without one go back to Socket Mode."""
        self.team.request_url = url

    def sign_with(self, offset_seconds: float = 0.0, *, wrong_secret: bool = False) -> None:
        """Shift the timestamp of signed requests (beyond 300 s they must be rejected), or sign with a wrong secret."""
        self.http.offset_seconds, self.http.wrong_secret = offset_seconds, wrong_secret

    async def disable_link(self) -> int:
        """Switch Socket Mode off as an administrator does: connections end, new URLs are refused."""
        self.team.socket_mode_enabled = False
        return await self.sockets.refresh("link_disabled")

    def state(self) -> Json:
        """A summary for a person who looks in: the clock, connections, counts."""
        team = self.team
        return {
            "now": self.clock.now(),
            "offset_seconds": self.clock.offset_seconds,
            "connections": len(self.sockets.connections),
            "request_url": team.request_url,
            "scopes": list(team.manifest.scopes),
            "messages": sum(len(m) for m in team.messages.values()),
            "calls": len(team.calls),
            "deliveries": len(team.deliveries),
            "broken_rules": len(team.broken),
        }

    def fault(self, kind: str, **settings: Any) -> Fault:
        """Switch a fault on; settings as in `Fault` (method, times, seconds, error, skip)."""
        added = self.team.faults.add(Fault(kind, **settings))
        self.team.touch()
        return added

    def clear_faults(self) -> None:
        self.team.faults.clear()
        self.team.touch()

    # People and channels

    def add_person(self, **fields: Any) -> Person:
        """A new person; `id` and `name` are required, everybody else's fields have defaults."""
        fields.setdefault("real_name", fields.get("name", ""))
        return self.team.add_person(Person(**fields))

    def add_channel(self, name: str, members: list[str], *, kind: str = "public", id: str | None = None) -> Channel:  # noqa: A002
        ids = [self.team.find_person(m).id for m in members]
        return self.team.add_channel(Channel(id or self.team.new_id("C"), name, ids, kind))

    def join(self, person: str, channel: str) -> None:
        """Make somebody a member (the app: by its name); repeating it changes nothing."""
        who, where = self.team.find_person(person), self.team.find_channel(channel)
        self.team.enter(where, who.id)

    def leave(self, person: str, channel: str) -> None:
        who, where = self.team.find_person(person), self.team.find_channel(channel)
        self.team.exit(where, who.id)

    def archive(self, channel: str, *, archived: bool = True) -> None:
        self.team.find_channel(channel).is_archived = archived
        self.team.touch()

    def add_usergroup(self, id: str, handle: str, users: list[str]) -> Json:  # noqa: A002
        group = {"id": id, "handle": handle, "name": handle, "users": [self.team.find_person(u).id for u in users]}
        self.team.usergroups[id] = group
        self.team.touch()
        return group

    def reload(self, person: str) -> None:
        """Reload the client: ephemeral messages are gone."""
        who = self.team.find_person(person).id
        gone = [m for m in self.team.ephemerals if m.ephemeral_to == who]
        for message in gone:
            message.deleted = True
        self.team.ephemerals = [m for m in self.team.ephemerals if m.ephemeral_to != who]
        self.team.touch(*gone)

    # Reading

    def messages(self, channel: str, person: str | None = None, *, thread_ts: str | None = None) -> list[Message]:
        """The conversation as a person sees it (with their ephemerals), oldest first; `thread_ts` shows one thread."""
        who = self.team.find_person(person).id if person else None
        where = (
            self.team.direct(self.team.bot_user, who) if channel == "@app" and who else self.team.find_channel(channel)
        )
        found = self.team.seen_by(where.id, who)
        return [m for m in found if thread_ts is None or thread_ts in (m.ts, m.thread_ts)]

    def history(self, channel: str, person: str, *, before: str, limit: int = 200) -> list[Json]:
        """A page of what a person sees as the page shows it: at most `limit` messages older than the ts `before`."""
        older = [m for m in self.messages(channel, person) if m.ts < before]
        return [shown(self.team, m) for m in older[-int(limit) :]]

    @property
    def ephemerals(self) -> list[Message]:
        return [m for m in self.team.ephemerals if not m.deleted]

    def home(self, person: str) -> View | None:
        return self.team.homes.get(self.team.find_person(person).id)

    def modal(self, person: str) -> View | None:
        """The modal in front of a person; None when none is open."""
        stack = self.team.stacks.get(self.team.find_person(person).id, [])
        return stack[-1] if stack else None

    @property
    def calls(self) -> list[Call]:
        return self.team.calls

    def calls_of(self, method: str) -> list[Call]:
        return [c for c in self.team.calls if c.method == method]

    @property
    def deliveries_made(self) -> list[Delivery]:
        return self.team.deliveries

    @property
    def broken_rules(self) -> list[BrokenRule]:
        return self.team.broken

    @property
    def scheduled(self) -> list[Scheduled]:
        return sorted(self.team.scheduled.values(), key=lambda s: s.post_at)

    # Waiting (wall time)

    async def until(self, find: Callable[[], _Found | None], timeout_seconds: float = 5.0) -> _Found:
        """Wait until `find` returns something true. Raises TimeoutError when it does not in time."""
        return await self.team.until(lambda: find() or None, timeout_seconds)

    async def wait_for_message(
        self,
        channel: str,
        person: str | None = None,
        *,
        containing: str = "",
        after: str = "",
        timeout_seconds: float = 5.0,
    ) -> Message:
        """The first message of the app that `person` sees in `channel`, newer than the ts `after`, with these words."""

        def find() -> Message | None:
            shown = self.messages(channel, person)
            return next(
                (m for m in shown if m.ts > after and containing in m.text and m.user == self.team.bot_user), None
            )

        return await self.until(find, timeout_seconds)

    async def wait_for_quiet(self, seconds: float = 0.1, timeout_seconds: float = 5.0) -> None:
        """Wait until nothing has happened for `seconds`, before a test says that something did *not* happen.

        Calls, deliveries, acknowledgements and messages count as happening. Raises TimeoutError when it never is quiet.
        """
        async with asyncio.timeout(timeout_seconds):
            seen = -1
            while seen != self.team.changes or self.deliveries.is_busy:
                seen = self.team.changes
                await asyncio.sleep(seconds)

    async def wait_for_modal(self, person: str, timeout_seconds: float = 5.0) -> View:
        return await self.until(lambda: self.modal(person), timeout_seconds)

    async def wait_for_home(self, person: str, timeout_seconds: float = 5.0) -> View:
        return await self.until(lambda: self.home(person), timeout_seconds)

    async def wait_for_connections(self, count: int = 1, timeout_seconds: float = 5.0) -> None:
        """Wait until the app holds `count` Socket Mode connections."""
        await self.until(lambda: len(self.sockets.connections) == count, timeout_seconds)


__all__ = ["DEFAULT_MANIFEST", "PEOPLE", "Options", "RefusedError", "Workspace"]
