"""Sends the reports of a CI job to a T12 server, and says what became of each."""

import asyncio
import gzip
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import aiohttp

from bot.api import Chance, Reply, Say, Server, Sleep, UndeliveredError, Whereabouts
from bot.ci import CiMark, detect_ci
from bot.dying import check_died, console_words
from core.clock import utc_now
from core.errors import UsageError
from core.runs.ingest import report_files


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
    watched: bytes = b""
    """What a watcher saw of the run, as JSON; it goes with every report."""
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
class _Part:
    field: str
    name: str
    data: bytes


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
    server = Server(Whereabouts(options.url, options.token, options.insecure), environ, say, sleep=sleep, chance=chance)
    files = [] if options.died else _files(options)
    why = options.why or console_words(options.console)
    found = detect_ci(environ)
    query = _query(options, found)
    if found.provider:
        shown = ", ".join(f"{name} {value}" for name, value in query.items())
        say(f"in a {found.provider} job: {shown or 'no details'}")
    sender = _Sender(server, query, say=say)
    watched = _Part("watched", "watched.json", gzip.compress(options.watched, 6, mtime=0)) if options.watched else None
    result = Pushed()
    death = _death(options, query, why) if options.died else None
    async with server.opened() as session:
        if death is not None:
            await sender.send_death(session, death, result)
        for number, path in enumerate(files):
            # Reports of one run share its coverage; reports that are runs of their own each need it.
            coverage = options.coverage if number == 0 or "run" not in query else None
            await sender.send(session, path, coverage, watched, result)
    return result


class _Sender:
    """Sends one file after the other."""

    def __init__(self, server: Server, query: Mapping[str, str], *, say: Say) -> None:
        self._server = server
        self._address = server.address / "runs"
        self._query = query
        self._say = say

    async def send(
        self, session: aiohttp.ClientSession, path: Path, coverage: Path | None, watched: _Part | None, result: Pushed
    ) -> None:
        """Send one report and add its end to the result."""
        try:
            parts = [_Part("report", _name(path), await asyncio.to_thread(_packed, path))]
            if coverage is not None:
                parts.append(_Part("coverage", _name(coverage), await asyncio.to_thread(_packed, coverage)))
            parts += [watched] if watched is not None else []
        except OSError as error:
            self._lost(result, path, f"cannot be read: {error.strerror or error}")
            return
        try:
            reply = await self._server.until_answered(str(path), "runs", lambda: self._report(session, parts))
        except UndeliveredError as error:
            self._lost(result, path, str(error))
            return
        for each in reply.body.get("runs", []):
            result.runs.append(each | {"source": str(path)})
            known = ", known before" if each.get("duplicate") else ""
            self._say(f"{path}: {each.get('tests')} tests are run {each.get('run')} of {each.get('suite')}{known}")
        for each in reply.body.get("benchmarks", []):
            known = ", known before" if each.get("duplicate") else ""
            self._say(f"{path}: {each.get('benchmarks')} benchmarks of {each.get('suite')}{known}")
        refused = reply.body.get("rejected") or ([{"error": reply.sentence}] if reply.status >= 400 else [])
        for each in refused:
            source = str(coverage if coverage is not None and each.get("source") == _name(coverage) else path)
            result.rejected.append(each | {"source": source})
            self._say(f"{source}: refused: {each['error']}")

    async def send_death(self, session: aiohttp.ClientSession, death: Mapping[str, Any], result: Pushed) -> None:
        """Say that the run left no report."""
        name = "the run that died"
        try:
            reply = await self._server.until_answered(
                name, "died", lambda: self._server.post(session, self._address / "died", json=death)
            )  # fmt: skip
        except UndeliveredError as error:
            self._lost(result, name, str(error))
            return
        if reply.status >= 400:
            result.rejected.append({"source": name, "error": reply.sentence})
            self._say(f"{name}: refused: {reply.sentence}")
            return
        known = ", known before" if reply.body["died"].get("duplicate") else ""
        self._say(f"{name} is noted{known}")

    async def _report(self, session: aiohttp.ClientSession, parts: Sequence[_Part]) -> Reply:
        form = aiohttp.FormData(default_to_multipart=True)
        for part in parts:
            form.add_field(part.field, BytesIO(part.data), filename=part.name, content_type="application/gzip")
        return await self._server.post(session, self._address.update_query(self._query), data=form)

    def _lost(self, result: Pushed, source: Path | str, sentence: str) -> None:
        result.undelivered.append({"source": str(source), "error": sentence})
        self._say(f"{source}: {sentence}")


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
