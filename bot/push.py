"""Sends the reports of a CI job to a T12 server, and says what became of each."""

import asyncio
import gzip
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

import aiohttp
from yarl import URL

from bot.ci import CiMark, detect_ci
from bot.dying import check_died, console_words
from core.clock import utc_now
from core.errors import UsageError
from core.runs.ingest import report_files

ATTEMPTS = 7
LONGEST_WAIT_SECONDS = 60.0
REQUEST_SECONDS = 300.0

Say = Callable[[str], None]
"""Told a sentence about everything that happens."""
Sleep = Callable[[float], Awaitable[None]]
Chance = Callable[[], float]
"""A random number from 0 to 1."""


@dataclass(frozen=True, slots=True)
class PushOptions:
    """What `t12 push` was told; what is None is read off the CI job."""

    paths: Sequence[Path]
    url: str | None = None
    token: str | None = None
    suite: str | None = None
    branch: str | None = None
    revision: str | None = None
    run: str | None = None
    variant: str | None = None
    coverage: Path | None = None
    insecure: bool = False
    died: bool = False
    """The run left no report: that is what is sent."""
    exit_code: int | None = None
    console: Path | None = None
    why: str = ""
    """What is known of a death without a console."""


@dataclass(slots=True)
class Pushed:
    """What became of everything; `runs` and `rejected` as the server answered, with our paths as sources."""

    runs: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    undelivered: list[dict[str, Any]] = field(default_factory=list)

    @property
    def exit_code(self) -> Literal[0, 1]:
        """0 when all is stored, 1 when something was refused or not delivered."""
        return 1 if self.rejected or self.undelivered else 0


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: dict[str, Any]
    retry_after: float | None


@dataclass(frozen=True, slots=True)
class _Part:
    field: str
    name: str
    data: bytes


class _UndeliveredError(Exception):
    """The server could not be asked, and asking again would not help or did not."""


async def push(
    options: PushOptions,
    environ: Mapping[str, str],
    say: Say,
    *,
    sleep: Sleep = asyncio.sleep,
    chance: Chance = random.random,
) -> Pushed:
    """Send every report, one request each; a request that meets trouble is repeated, which never stores twice.

    Raises `UsageError` for words that do not fit, before anything is sent.
    """
    check_died(options.died, options.paths, options.exit_code, options.console, options.coverage)
    address = _address(options, environ)
    token = _token(options, environ)
    files = [] if options.died else _files(options)
    why = options.why or console_words(options.console)
    found = detect_ci(environ)
    query = _query(options, found)
    if found.provider:
        shown = ", ".join(f"{name} {value}" for name, value in query.items())
        say(f"in a {found.provider} job: {shown or 'no details'}")
    sender = _Sender(address, token, query, say=say, sleep=sleep, chance=chance)
    result = Pushed()
    death = _death(options, query, why) if options.died else None
    timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS, sock_connect=30)
    # A proxy of the environment is for what leaves the machine encrypted; it must not see a token in the clear.
    async with aiohttp.ClientSession(timeout=timeout, trust_env=address.scheme == "https") as session:
        if death is not None:
            await sender.send_death(session, death, result)
        for number, path in enumerate(files):
            # Reports of one run share its coverage; reports that are runs of their own each need it.
            coverage = options.coverage if number == 0 or "run" not in query else None
            await sender.send(session, path, coverage, result)
    return result


class _Sender:
    """Sends one file after the other."""

    def __init__(
        self, address: URL, token: str, query: Mapping[str, str], *, say: Say, sleep: Sleep, chance: Chance
    ) -> None:
        self._address = address
        self._query = query
        self._headers = {"Authorization": f"Bearer {token}", "User-Agent": "t12-push", "Accept": "application/json"}
        self._say = say
        self._sleep = sleep
        self._chance = chance

    async def send(self, session: aiohttp.ClientSession, path: Path, coverage: Path | None, result: Pushed) -> None:
        """Send one report and add its end to the result."""
        try:
            parts = [_Part("report", _name(path), await asyncio.to_thread(_packed, path))]
            if coverage is not None:
                parts.append(_Part("coverage", _name(coverage), await asyncio.to_thread(_packed, coverage)))
        except OSError as error:
            self._lost(result, path, f"cannot be read: {error.strerror or error}")
            return
        try:
            reply = _decided(await self._until_answered(str(path), lambda: self._report(session, parts)), "runs")
        except _UndeliveredError as error:
            self._lost(result, path, str(error))
            return
        for each in reply.body.get("runs", []):
            result.runs.append(each | {"source": str(path)})
            known = ", known before" if each.get("duplicate") else ""
            self._say(f"{path}: {each.get('tests')} tests are run {each.get('run')} of {each.get('suite')}{known}")
        for each in reply.body.get("benchmarks", []):
            known = ", known before" if each.get("duplicate") else ""
            self._say(f"{path}: {each.get('benchmarks')} benchmarks of {each.get('suite')}{known}")
        refused = reply.body.get("rejected") or ([{"error": _sentence(reply)}] if reply.status >= 400 else [])
        for each in refused:
            source = str(coverage if coverage is not None and each.get("source") == _name(coverage) else path)
            result.rejected.append(each | {"source": source})
            self._say(f"{source}: refused: {each['error']}")

    async def send_death(self, session: aiohttp.ClientSession, death: Mapping[str, Any], result: Pushed) -> None:
        """Say that the run left no report."""
        name = "the run that died"
        try:
            asked = await self._until_answered(
                name, lambda: self._post(session, self._address / "died", json=death)
            )  # fmt: skip
            reply = _decided(asked, "died")
        except _UndeliveredError as error:
            self._lost(result, name, str(error))
            return
        if reply.status >= 400:
            result.rejected.append({"source": name, "error": _sentence(reply)})
            self._say(f"{name}: refused: {_sentence(reply)}")
            return
        known = ", known before" if reply.body["died"].get("duplicate") else ""
        self._say(f"{name} is noted{known}")

    async def _until_answered(self, name: str, ask: Callable[[], Awaitable[_Reply]]) -> _Reply:
        """The answer that decides. Raises `_UndeliveredError`."""
        problem = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                self._say(f"{name}: {problem}; trying again")
            wait = None
            try:
                reply = await ask()
            except aiohttp.ClientConnectorCertificateError as error:
                raise _UndeliveredError(
                    f"the certificate of {error.host} is not trusted: {error.certificate_error}"
                ) from None
            except aiohttp.InvalidURL:
                raise _UndeliveredError(f"{self._address.origin()} is no address") from None
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                problem = f"not delivered: {error or type(error).__name__}"
            else:
                if reply.status != 429 and reply.status < 500:
                    return reply
                problem, wait = f"not stored yet: {_sentence(reply)}", reply.retry_after
            if attempt + 1 < ATTEMPTS:
                await self._sleep(backoff_seconds(attempt, wait, self._chance))
        raise _UndeliveredError(f"{problem}; gave up after {ATTEMPTS} attempts")

    async def _report(self, session: aiohttp.ClientSession, parts: Sequence[_Part]) -> _Reply:
        form = aiohttp.FormData(default_to_multipart=True)
        for part in parts:
            form.add_field(part.field, BytesIO(part.data), filename=part.name, content_type="application/gzip")
        return await self._post(session, self._address.update_query(self._query), data=form)

    async def _post(self, session: aiohttp.ClientSession, address: URL, **body: Any) -> _Reply:
        # A redirect is not followed: it would carry the token to another place.
        async with session.post(address, headers=self._headers, allow_redirects=False, **body) as answer:
            try:
                said = await answer.json(content_type=None)
            except (ValueError, UnicodeDecodeError):
                said = None
            if not isinstance(said, dict):
                where = answer.headers.get("Location", "")
                said = {"error": f"status {answer.status} {answer.reason} {where}".strip()}
            return _Reply(answer.status, said, _seconds(answer.headers.get("Retry-After")))

    def _lost(self, result: Pushed, source: Path | str, sentence: str) -> None:
        result.undelivered.append({"source": str(source), "error": sentence})
        self._say(f"{source}: {sentence}")


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


def _decided(reply: _Reply, key: str) -> _Reply:
    """The reply, if it is one of T12's: a success names `key`. Raises `_UndeliveredError`."""
    if reply.status in (200, 201) and key not in reply.body:
        raise _UndeliveredError("the address answers, but not like T12; check --url")
    if 300 <= reply.status < 400:
        raise _UndeliveredError(f"the server redirects ({_sentence(reply)}); give the final address with --url")
    return reply


def _sentence(reply: _Reply) -> str:
    return str(reply.body.get("error") or f"status {reply.status}")


def _address(options: PushOptions, environ: Mapping[str, str]) -> URL:
    text = options.url or environ.get("T12_URL") or ""
    if not text:
        raise UsageError("where to? give --url or set T12_URL, such as https://t12.example.com")
    try:
        url = URL(text.strip())
        fits = url.scheme in ("http", "https") and bool(url.host)
    except ValueError:
        fits = False
    if not fits:
        raise UsageError(f"{text!r} is no address; write it like https://t12.example.com")
    if url.scheme == "http" and not is_loopback(url.host or "") and not options.insecure:
        raise UsageError(f"{url.host} would get the token unencrypted; use https, or --insecure in a network you trust")
    return url if url.path.endswith("/api/v1/runs") else url / "api/v1/runs"


def _token(options: PushOptions, environ: Mapping[str, str]) -> str:
    token = (options.token or environ.get("T12_TOKEN") or "").strip()
    if not token:
        raise UsageError("no token: set T12_TOKEN as a secret of the job; `t12 token create` makes one")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError("the token has characters no token has; was it copied whole?")
    return token


def _files(options: PushOptions) -> list[Path]:
    found: list[Path] = []
    for path in options.paths:
        if path.is_dir():
            found += report_files(path)
        elif path.exists():
            found.append(path)
        else:
            raise UsageError(f"{path} does not exist; did the tests write their report?")
    if options.coverage is not None and not options.coverage.is_file():
        raise UsageError(f"{options.coverage} does not exist")
    files = [
        path
        for path in dict.fromkeys(found)
        if options.coverage is None or path.resolve() != options.coverage.resolve()
    ]
    if not files:
        raise UsageError("no report found; name files, or folders with files that end in .xml or .xml.gz")
    return files


def _query(options: PushOptions, found: CiMark) -> dict[str, str]:
    said = {
        "suite": options.suite,
        "branch": options.branch or found.branch,
        "revision": options.revision or found.revision,
        "run": options.run or found.run,
        "variant": options.variant,
    }
    return {name: value for name, value in said.items() if value}


def _death(options: PushOptions, query: Mapping[str, str], why: str) -> dict[str, Any]:
    """What is sent; a run without a name gets its start here, so that a repeat is known outside of a CI job too."""
    started = None if "run" in query else utc_now().isoformat()
    said = {**query, "started_at": started, "exit_code": options.exit_code, "why": why}
    return {name: value for name, value in said.items() if value not in (None, "") and name != "variant"}


def _packed(path: Path) -> bytes:
    data = path.read_bytes()
    return data if data[:2] == b"\x1f\x8b" else gzip.compress(data, 6, mtime=0)


def _name(path: Path) -> str:
    """The file's name as a header can carry it."""
    return path.name.encode("utf-8", "replace").decode()


def _seconds(header: str | None) -> float | None:
    text = (header or "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
