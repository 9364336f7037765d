"""Asks a T12 server over HTTP: where it is, who we are, and again until it answers, which never stores twice."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import aiohttp
from yarl import URL

from core.errors import UsageError

ATTEMPTS = 7
LONGEST_WAIT_SECONDS = 60.0
REQUEST_SECONDS = 300.0

Say = Callable[[str], None]
"""Told a sentence about everything that happens."""
Sleep = Callable[[float], Awaitable[None]]
Chance = Callable[[], float]
"""A random number from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said."""

    status: int
    body: dict[str, Any]
    retry_after: float | None

    @property
    def sentence(self) -> str:
        return str(self.body.get("error") or f"status {self.status}")


class UndeliveredError(Exception):
    """The server could not be asked, and asking again would not help or did not."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where to and with which token, as somebody said it; None is read off the environment."""

    url: str | None = None
    token: str | None = None
    insecure: bool = False


class Server:
    """A T12 server. Raises `UsageError` for an address or a token that cannot be one."""

    def __init__(
        self, said: Whereabouts, environ: Mapping[str, str], say: Say, *, sleep: Sleep = asyncio.sleep,
        chance: Chance = random.random,
    ) -> None:  # fmt: skip
        self.address = _address(said, environ)
        token = _token(said, environ)
        self._headers = {"Authorization": f"Bearer {token}", "User-Agent": "t12-push", "Accept": "application/json"}
        self._say = say
        self._sleep = sleep
        self._chance = chance

    @asynccontextmanager
    async def opened(self, seconds: float = REQUEST_SECONDS) -> AsyncIterator[aiohttp.ClientSession]:
        """What requests are made with; none takes longer than so many seconds."""
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=min(30, seconds))
        # A proxy of the environment is for what leaves the machine encrypted; it must not see a token in the clear.
        async with aiohttp.ClientSession(timeout=timeout, trust_env=self.address.scheme == "https") as session:
            yield session

    async def until_answered(
        self, name: str, key: str, ask: Callable[[], Awaitable[Reply]], *, attempts: int = ATTEMPTS
    ) -> Reply:
        """The answer that decides; a success names `key`. Raises `UndeliveredError`."""
        problem = ""
        for attempt in range(attempts):
            if attempt:
                self._say(f"{name}: {problem}; trying again")
            wait = None
            try:
                reply = await ask()
            except aiohttp.ClientConnectorCertificateError as error:
                raise UndeliveredError(
                    f"the certificate of {error.host} is not trusted: {error.certificate_error}"
                ) from None
            except aiohttp.InvalidURL:
                raise UndeliveredError(f"{self.address.origin()} is no address") from None
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                problem = f"not delivered: {error or type(error).__name__}"
            else:
                if reply.status != 429 and reply.status < 500:
                    return _decided(reply, key)
                problem, wait = f"not stored yet: {reply.sentence}", reply.retry_after
            if attempt + 1 < attempts:
                await self._sleep(backoff_seconds(attempt, wait, self._chance))
        raise UndeliveredError(f"{problem}; gave up after {attempts} attempts" if attempts > 1 else problem)

    async def post(self, session: aiohttp.ClientSession, address: URL, **body: Any) -> Reply:
        """One request."""
        # A redirect is not followed: it would carry the token to another place.
        async with session.post(address, headers=self._headers, allow_redirects=False, **body) as answer:
            try:
                said = await answer.json(content_type=None)
            except (ValueError, UnicodeDecodeError):
                said = None
            if not isinstance(said, dict):
                where = answer.headers.get("Location", "")
                said = {"error": f"status {answer.status} {answer.reason} {where}".strip()}
            return Reply(answer.status, said, _seconds(answer.headers.get("Retry-After")))


def backoff_seconds(attempt: int, asked: float | None, chance: Chance) -> float:
    """Seconds to wait after attempt 0, 1, …: what the server asked for, else up to 1, 2, 4 …; never over a minute.

    The random half keeps jobs that failed together from coming back together.
    """
    if asked is not None:
        return min(asked + chance(), LONGEST_WAIT_SECONDS)
    longest = min(float(2**attempt), LONGEST_WAIT_SECONDS)
    return longest * (0.5 + chance() / 2)


def is_loopback(host: str) -> bool:
    """Whether the name stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _decided(reply: Reply, key: str) -> Reply:
    """The reply, if it is one of T12's. Raises `UndeliveredError`."""
    if reply.status in (200, 201) and key not in reply.body:
        raise UndeliveredError("the address answers, but not like T12; check --url")
    if 300 <= reply.status < 400:
        raise UndeliveredError(f"the server redirects ({reply.sentence}); give the final address with --url")
    return reply


def _address(said: Whereabouts, environ: Mapping[str, str]) -> URL:
    """Of the API, without a slash at its end."""
    text = said.url or environ.get("T12_URL") or ""
    if not text:
        raise UsageError("where to? give --url or set T12_URL, such as https://t12.example.com")
    try:
        url = URL(text.strip())
        fits = url.scheme in ("http", "https") and bool(url.host)
    except ValueError:
        fits = False
    if not fits:
        raise UsageError(f"{text!r} is no address; write it like https://t12.example.com")
    if url.scheme == "http" and not is_loopback(url.host or "") and not said.insecure:
        raise UsageError(f"{url.host} would get the token unencrypted; use https, or --insecure in a network you trust")
    return url.parent if url.path.endswith("/api/v1/runs") else url / "api/v1"


def _token(said: Whereabouts, environ: Mapping[str, str]) -> str:
    token = (said.token or environ.get("T12_TOKEN") or "").strip()
    if not token:
        raise UsageError("no token: set T12_TOKEN as a secret of the job; `t12 token create` makes one")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError("the token has characters no token has; was it copied whole?")
    return token


def _seconds(header: str | None) -> float | None:
    text = (header or "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
