"""The Slack side of the running bot: Bolt, the gateway, and Socket Mode or signed HTTP."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_http import slack_routes
from bot.socket_mode import SocketMode, SocketStatus, Timing
from bot.workspace.blocks import check_message, check_view
from core.briefings.flows import Briefings
from core.checklists.flows import Checklists
from core.clock import Clock, utc_now
from core.databases.answer import Databases
from core.errors import SettingsError
from core.incidents.flows import Incidents
from core.settings import SlackSettings
from core.storage.database import Database
from core.storage.requests import SeenRequests
from handlers.access import Access
from handlers.answering import Answering
from handlers.desk import Desk
from handlers.gateway import HOPELESS, Gateway, Identity, SlackError
from handlers.register import register
from handlers.remembered import Remembered

_SLACK_API = "https://slack.com/api/"
_SLACK_HOOKS = "https://hooks.slack.com/"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
CALL_SECONDS = 30.0
"""After so long a call to Slack is broken off."""
_STOP_SECONDS = 10.0
_LONGEST_WAIT_SECONDS = 60.0

_log = logging.getLogger("t12.slack")
_LIBRARY = logging.getLogger("t12.slack.library")
_LIBRARY.setLevel(logging.ERROR)
"""Bolt warns of what our own error handler answers."""


@dataclass(frozen=True, slots=True)
class SlackStatus:
    """How the Slack side is, for `/readyz` and `doctor`."""

    mode: str
    """`socket` or `http`."""
    is_ready: bool
    sentence: str
    pending: int
    """Answers under way."""
    socket: SocketStatus | None = None


class SlackSide:
    """Talks to one workspace. `start` it once, `stop` it once; `routes` go on the HTTP server in HTTP mode."""

    def __init__(
        self,
        settings: SlackSettings,
        answers: Answering,
        incidents: Incidents,
        database: Database,
        clock: Clock = utc_now,
        *,
        checklists: Checklists,
        strict: bool = False,
        timing: Timing | None = None,
        ready_seconds: float = 10.0,
    ) -> None:
        """Raises `SettingsError` when the secrets do not make a mode. `strict` raises for a malformed message.

        `ready_seconds` is how long `start` waits for the first connection.
        """
        check_settings(settings)
        self._settings = settings
        self._answers = answers
        self._incidents = incidents
        self._checklists = checklists
        self._clock = clock
        self._seen = SeenRequests(database, clock)
        self._strict = strict
        self._timing = timing
        self._ready_seconds = ready_seconds
        self._connecting: asyncio.Task[None] | None = None
        self._problem = ""
        self._identity: Identity | None = None
        self._session: aiohttp.ClientSession | None = None
        self._desk: Desk | None = None
        self._app: AsyncApp | None = None
        self._socket: SocketMode | None = None

    @property
    def mode(self) -> str:
        return "socket" if self._settings.app_token is not None else "http"

    async def start(self) -> None:
        """Learn who we are and, in Socket Mode, connect. Raises `SlackError` when Slack refuses the bot token.

        A Slack that does not answer is no error: we go on trying, `status` says so, and everything else can run.
        """
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS), trust_env=False)
        self._build(self._session)
        if not await self._identify():
            self._connecting = asyncio.get_running_loop().create_task(self._keep_identifying())
        elif self._socket is not None:
            await self._socket.start()
            await self._socket.wait_until_ready(self._ready_seconds)

    async def _identify(self) -> bool:
        """Whether Slack told us who we are. Raises `SlackError` when it will never do."""
        assert self._desk is not None
        try:
            self._identity = await self._desk.gateway.identify()
        except SlackError as error:
            if error.code in HOPELESS:
                raise
            self._problem = f"Slack does not answer ({error.code})"
            _log.warning("%s; trying again", self._problem)
            return False
        return True

    async def _keep_identifying(self) -> None:
        wait = 1.0
        while True:
            await asyncio.sleep(wait)
            try:
                if await self._identify():
                    break
            except SlackError as error:
                self._problem = str(error)
                _log.error("%s", error)
                return
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
        if self._socket is not None:
            await self._socket.start()

    async def stop(self) -> None:
        """Stop listening, finish what people were promised, close."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self._socket is not None:
            await self._socket.stop()
        if self._desk is not None:
            await self._desk.work.finish(_STOP_SECONDS)
        if self._session is not None:
            await self._session.close()

    def routes(self) -> Sequence[web.RouteDef]:
        """The route of HTTP mode; none in Socket Mode, which needs no public address. Call it after `start`."""
        if self.mode == "socket" or self._app is None or self._settings.signing_secret is None:
            return []
        secret = self._settings.signing_secret.get_secret_value()
        return slack_routes(self._app, secret, self._seen, self._clock)

    @property
    def gateway(self) -> Gateway:
        """Sends to this workspace. Use it after `start`."""
        assert self._desk is not None, "start comes first"
        return self._desk.gateway

    def status(self) -> SlackStatus:
        pending = self._desk.work.pending if self._desk is not None else 0
        if self._identity is None:
            return SlackStatus(self.mode, False, self._problem or "not connected to Slack yet", pending)
        if self._socket is None:
            return SlackStatus("http", True, "waiting for Slack's requests", pending)
        socket = self._socket.status()
        sentence = f"{socket.connected} of {socket.wanted} Socket Mode connections are up"
        if not socket.is_ready:
            reason = f": {socket.problem}" if socket.problem else ""
            sentence = f"Socket Mode has been down for {socket.down_seconds:.0f} s{reason}"
        return SlackStatus("socket", socket.is_ready, sentence, pending, socket)

    def _build(self, session: aiohttp.ClientSession) -> None:
        token = self._settings.bot_token.get_secret_value() if self._settings.bot_token else ""
        base_url = self._settings.api_url.rstrip("/") + "/"
        gateway = Gateway(
            AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[], logger=_LIBRARY),
            session,
            hook_prefix(base_url),
            check=_problems,
            strict=self._strict,
        )
        access = Access(self._incidents.ledger.policy.settings.access, Remembered(gateway.members_of_group))
        ledger = self._incidents.ledger
        databases = Databases(ledger.database, ledger.policy.settings.databases, self._clock)
        briefings = Briefings(ledger.database, ledger.policy.settings, ledger.clock, self._answers)
        self._desk = Desk(
            self._answers, gateway, self._clock, self._seen, self._incidents, access, self._checklists, databases,
            briefings,
        )  # fmt: skip
        self._app = self._bolt(
            AsyncWebClient(base_url=base_url, session=session, retry_handlers=[], logger=_LIBRARY), token
        )
        register(self._app, self._desk, lambda: self._identity)
        if self._settings.app_token is not None:
            self._socket = SocketMode(self._app, self._settings.app_token.get_secret_value(), timing=self._timing)

    def _bolt(self, client: AsyncWebClient, token: str) -> AsyncApp:
        """An app that acknowledges when its listener returns, and asks Slack nothing before that.

        Listeners return at once and leave their work to the background, so there is no ack to poll for.
        """

        async def authorize() -> AuthorizeResult:
            known = self._identity or Identity("", "", "")
            return AuthorizeResult(
                enterprise_id=known.enterprise_id,
                team_id=known.team_id,
                bot_user_id=known.user_id,
                bot_id=known.bot_id,
                bot_token=token,
            )

        return AsyncApp(
            name="t12",
            client=client,
            logger=_LIBRARY,
            authorize=authorize,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            request_verification_enabled=False,  # the route verifies, before anything is parsed
            signing_secret="",
        )


def check_settings(settings: SlackSettings) -> None:
    """Whether the secrets make a mode. Raises `SettingsError` with every problem."""
    problems = []
    if settings.bot_token is None:
        problems.append("SLACK_BOT_TOKEN is not set; it begins with xoxb- and is on the app's OAuth page")
    if settings.app_token is None and settings.signing_secret is None:
        problems.append("set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP mode")
    parts = urlsplit(settings.api_url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        problems.append("SLACK_API_URL must begin with https:// (http:// only for this machine)")
    if problems:
        raise SettingsError(problems)


def hook_prefix(api_url: str) -> str:
    """Where every response_url must begin: Slack's own host, or that of the endpoint we were told to use."""
    if api_url == _SLACK_API:
        return _SLACK_HOOKS
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}/"


def _problems(payload: Mapping[str, Any]) -> Sequence[str]:
    found = check_view(dict(payload)) if payload.get("type") in ("home", "modal") else check_message(dict(payload))
    return [f"{problem.pointer}: {problem.message}" for problem in found if problem.refused]


__all__ = ["SlackError", "SlackSide", "SlackStatus", "check_settings", "hook_prefix"]
