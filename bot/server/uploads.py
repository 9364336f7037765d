"""`POST /api/v1/runs`: lets a token in, takes the reports, and answers what became of each."""

import asyncio
import logging
import tempfile
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import HttpVersion11, web
from sqlalchemy.exc import SQLAlchemyError

from bot.server.answers import RefusedError, unavailable
from bot.server.bodies import Body, BodyLimits, Received, query_fields, receive
from bot.worker import IngestWorker
from core.clock import Clock
from core.errors import ReportError, StorageError
from core.live.cards import owned
from core.live.observed import Observed
from core.runs.identity import clean
from core.runs.model import Coverage, RejectedReport, RunMark, StoredBenchmarks, StoredReport
from core.runs.presenting import benchmarks_json, report_json
from core.runs.times import instant
from core.settings import Settings
from core.storage.database import Database
from core.storage.events import Json
from core.tokens.flows import note_use, verify_token
from core.tokens.model import Token, bearer_of

BUSY_RETRY_SECONDS = 2

_STATUS = {"too-large": 413, "bad-gzip": 400, "bad-mark": 400}
"""Status by the reason of a refusal; 422 for all others."""

_TOKEN = web.RequestKey("token", Token)
_log = logging.getLogger("t12.server")


async def let_in(database: Database, clock: Clock, request: web.Request) -> Token:
    """The token of the sender. Raises `RefusedError` (401)."""
    token = await verify_token(database, bearer_of(request.headers.get("Authorization")), clock())
    if token is None:
        raise RefusedError(
            401,
            "a valid token is needed: send `Authorization: Bearer t12_…`; `t12 token create` makes one",
            headers={"WWW-Authenticate": "Bearer", "Connection": "close"},
        )
    return token


class Uploads:
    """Takes uploads, `uploads_at_once` of them at a time."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        worker: IngestWorker,
        clock: Clock,
        limits: BodyLimits | None = None,
    ) -> None:
        server = settings.server
        self._settings = settings
        self._database = database
        self._worker = worker
        self._clock = clock
        self._limits = limits or BodyLimits(server.max_upload_bytes, server.upload_seconds)
        self._free = server.uploads_at_once
        self._notes: set[asyncio.Task[None]] = set()

    async def expect(self, request: web.Request) -> web.StreamResponse | None:
        """Ask for the body of `Expect: 100-continue` only when its sender may come in."""
        try:
            request[_TOKEN] = await let_in(self._database, self._clock, request)
        except RefusedError as refused:
            return refused.response()
        except (StorageError, SQLAlchemyError, OSError) as error:
            return unavailable(error)
        if request.headers["Expect"].lower() != "100-continue":
            return RefusedError(417, "the Expect header asks for something unknown").response()
        if request.version >= HttpVersion11:
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            # The status line of the answer itself is still to come.
            request.writer.output_size = 0
        return None

    async def post(self, request: web.Request) -> web.Response:
        """Bring in the reports of one request."""
        token = request[_TOKEN] if _TOKEN in request else await let_in(self._database, self._clock, request)
        fields = query_fields(request.query)
        if not self._free:
            raise RefusedError(
                429,
                "too many uploads at once; send it again in a moment",
                headers={"Retry-After": str(BUSY_RETRY_SECONDS), "Connection": "close"},
            )
        self._free -= 1
        try:
            with tempfile.TemporaryDirectory(prefix="t12-upload-") as folder:
                body = await receive(request, Path(folder), self._limits)
                mark = self._mark(fields, body.fields)
                self._in_background(note_use(self._database, token, self._clock()))
                return await self._bring_in(body, mark, token)
        finally:
            self._free += 1

    async def close(self) -> None:
        """Wait for what is still to be noted."""
        await asyncio.gather(*self._notes, return_exceptions=True)

    def _mark(self, query: Mapping[str, str], form: Mapping[str, str]) -> RunMark:
        twice = sorted(set(query) & set(form))
        if twice:
            raise RefusedError(400, f"{twice[0]} stands in the address and in the form")
        said = {name: clean(value).strip() for name, value in {**query, **form}.items()}
        started = said.get("started_at")
        started_at = instant(started, self._settings.zone) if started else None
        if started and started_at is None:
            raise RefusedError(400, f"started_at {started[:40]!r} is no instant; write it like 2026-03-02T08:00:00Z")
        return RunMark(
            suite=said.get("suite") or self._settings.suite,
            branch=said.get("branch") or None,
            revision=said.get("revision") or None,
            started_at=started_at,
            run_key=said.get("run") or None,
            variant=said.get("variant") or "",
        )

    async def _bring_in(self, body: Body, mark: RunMark, token: Token) -> web.Response:
        stored: list[StoredReport] = []
        benchmarks: list[StoredBenchmarks] = []
        rejected: list[RejectedReport] = []
        coverage = await self._coverage(body.coverage, rejected) if body.coverage is not None else None
        observed = await self._observed(body.watched, token, rejected) if body.watched is not None else None
        for report in body.reports:
            try:
                kept = await self._worker.report(
                    report.path, mark, report.name, coverage=coverage, observed=observed,
                    max_bytes=self._limits.max_bytes,
                )  # fmt: skip
                if isinstance(kept, StoredReport):
                    stored.append(kept)
                else:
                    benchmarks.append(kept)
            except ReportError as error:
                rejected.append(self._rejected(report, error))
        status = 200 if all(each.duplicate for each in stored) and all(each.duplicate for each in benchmarks) else 201
        answer: dict[str, Json] = {
            "runs": [report_json(each) for each in stored],
            "rejected": [{"source": each.source, "error": each.error} for each in rejected],
        }
        if benchmarks:
            answer["benchmarks"] = [benchmarks_json(each) for each in benchmarks]
        if rejected:
            status = _STATUS.get(rejected[0].reason, 422)
            answer = {"error": rejected[0].error, **answer}
        return web.json_response(answer, status=status)

    async def _coverage(self, file: Received, rejected: list[RejectedReport]) -> Coverage | None:
        """The coverage, or None with a refusal: a broken coverage file does not cost the results."""
        try:
            return await self._worker.coverage(file.path, max_bytes=self._limits.max_bytes)
        except ReportError as error:
            rejected.append(self._rejected(file, error))
            return None

    async def _observed(self, file: Received, token: Token, rejected: list[RejectedReport]) -> Observed | None:
        """What its watcher saw of the run, or None with a refusal; its card is one that this token keeps."""
        try:
            found = await self._worker.observed(file.path, self._clock())
        except ReportError as error:
            rejected.append(self._rejected(file, error))
            return None
        return replace(found, live=owned(token.id, found.live)) if found.live else found

    def _rejected(self, file: Received, error: ReportError) -> RejectedReport:
        sentence = str(error).replace("ingest.max_bytes", "server.max_upload_bytes")
        return RejectedReport(clean(file.name)[:500], sentence, error.reason)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Noting a use waits for the write lock, which an upload must not."""

        async def noted() -> None:
            try:
                await work
            except Exception as error:
                _log.warning("the use of a token was not noted: %s", error)

        task = asyncio.create_task(noted())
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)
