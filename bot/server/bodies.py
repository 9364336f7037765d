"""Takes the body of an upload into files: never more than its cap, never in memory, never slower than its patience."""

import asyncio
import codecs
import json
from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.server.answers import RefusedError

FIELDS = ("suite", "branch", "revision", "run", "variant", "started_at")
_KNOWN = ", ".join(FIELDS)
FIELD_BYTES = 16 * 1024
MOST_PARTS = 200
JSON_SECONDS = 30.0

_GZIP = b"\x1f\x8b"
_BROKEN_FORM = (HttpProcessingError, ValueError, AssertionError, RuntimeError, LookupError, TypeError, EOFError)
"""The reader has no error of its own for a form that is broken."""
_PLAIN_TRANSFER = ("", "binary", "8bit", "7bit")
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """What a body may be. Both times are in seconds."""

    max_bytes: int
    total_seconds: float
    idle_seconds: float = 30.0
    """Longest wait for the next bytes."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file of an upload and what its sender calls it."""

    path: Path
    name: str


@dataclass(slots=True)
class Body:
    """An upload on the disk."""

    reports: list[Received] = field(default_factory=list)
    coverage: Received | None = None
    watched: Received | None = None
    fields: dict[str, str] = field(default_factory=dict)


async def receive(request: web.Request, folder: Path, limits: BodyLimits) -> Body:
    """Take the body into files of `folder`. Raises `RefusedError` (400, 408, 413, 415)."""
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    is_multipart = request.content_type == "multipart/form-data"
    if encoding not in ("", "identity", "gzip", "x-gzip") or (is_multipart and encoding not in ("", "identity")):
        raise RefusedError(415, f"Content-Encoding {encoding[:40]!r} is not accepted here; gzip the report itself")
    _known_charset(request)
    if (request.content_length or 0) > limits.max_bytes + (FIELD_BYTES * len(FIELDS) if is_multipart else 0):
        raise too_large(limits.max_bytes)
    taking = _Taking(folder, limits)
    try:
        async with asyncio.timeout(limits.total_seconds):
            return await (taking.parts(request) if is_multipart else taking.whole(request, "gzip" in encoding))
    except TimeoutError:
        raise RefusedError(
            408,
            f"the body took longer than {limits.total_seconds:g} seconds to arrive",
            headers={"Connection": "close"},
        ) from None
    except (web.RequestPayloadError, ConnectionError) as error:
        raise RefusedError(400, f"the body broke off ({_first_line(error)}); send it again") from None


def too_large(max_bytes: int) -> RefusedError:
    return RefusedError(
        413,
        f"the upload is larger than {max_bytes / 1e6:.0f} MB; split it, gzip it or raise server.max_upload_bytes",
        headers={"Connection": "close"},
    )


class _Taking:
    """Takes one body, and counts what it took."""

    def __init__(self, folder: Path, limits: BodyLimits) -> None:
        self._folder = folder
        self._limits = limits
        self._taken = 0
        self._files = 0

    async def whole(self, request: web.Request, is_gzip: bool) -> Body:
        async def chunks() -> AsyncIterator[bytes]:
            while chunk := await self._patient(request.content.readany()):
                yield chunk

        report = await self._file(chunks(), "upload")
        if is_gzip:
            with report.path.open("rb") as file:
                if file.read(2) != _GZIP:
                    raise RefusedError(400, "Content-Encoding says gzip, and the body is not; leave it out")
        return Body([report])

    async def parts(self, request: web.Request) -> Body:
        try:
            return await self._parts(await request.multipart())
        except _BROKEN_FORM as error:
            raise RefusedError(400, f"the multipart body is broken ({_first_line(error)})") from None

    async def _parts(self, reader: MultipartReader) -> Body:
        body, count = Body(), 0
        while (part := await self._patient(reader.next())) is not None:
            count += 1
            if count > MOST_PARTS:
                raise RefusedError(400, f"the form has more than {MOST_PARTS} parts; send several with the same `run`")
            if not isinstance(part, BodyPartReader):
                raise RefusedError(400, "a part of the form is a form itself; send files and fields side by side")
            await self._part(part, body)
        if not body.reports:
            raise RefusedError(400, "the form has no part named `report`; send `-F report=@report.xml`")
        return body

    async def _part(self, part: BodyPartReader, body: Body) -> None:
        name = part.name or ""
        if part.headers.get("Content-Transfer-Encoding", "").strip().lower() not in _PLAIN_TRANSFER:
            raise RefusedError(400, "Content-Transfer-Encoding is not accepted; send the bytes as they are")
        if name == "report":
            body.reports.append(await self._file(self._chunks(part), part.filename or "upload"))
        elif name == "coverage" and body.coverage is None:
            body.coverage = await self._file(self._chunks(part), part.filename or "coverage")
        elif name == "watched" and body.watched is None:
            body.watched = await self._file(self._chunks(part), part.filename or "watched")
        elif name in FIELDS and name not in body.fields:
            body.fields[name] = await self._text(part, name)
        elif name in (*FIELDS, "coverage", "watched"):
            raise RefusedError(400, f"the form has {name} twice")
        else:
            known = f"report, coverage, watched, {_KNOWN}"
            raise RefusedError(400, f"the form has an unknown part {name[:40]!r}; known are {known}")

    async def _chunks(self, part: BodyPartReader) -> AsyncIterator[bytes]:
        while chunk := await self._patient(part.read_chunk(1 << 16)):
            yield chunk

    async def _text(self, part: BodyPartReader, name: str) -> str:
        taken = bytearray()
        async for chunk in self._chunks(part):
            taken += chunk
            if len(taken) > FIELD_BYTES:
                raise RefusedError(400, f"{name} is longer than {FIELD_BYTES} bytes")
        charset = part.get_charset("utf-8")
        try:
            return taken.decode(charset)
        except (LookupError, ValueError, TypeError):
            raise RefusedError(400, f"{name} is not text in {charset[:40]!r}; send UTF-8") from None

    async def _file(self, chunks: AsyncIterator[bytes], name: str) -> Received:
        path = self._folder / f"part-{self._files}"
        self._files += 1
        with path.open("wb") as file:
            async for chunk in chunks:
                self._taken += len(chunk)
                if self._taken > self._limits.max_bytes:
                    raise too_large(self._limits.max_bytes)
                file.write(chunk)
        return Received(path, name)

    async def _patient(self, step: Awaitable[_Found]) -> _Found:
        try:
            async with asyncio.timeout(self._limits.idle_seconds):
                return await step
        except TimeoutError:
            raise RefusedError(
                408,
                f"no bytes came for {self._limits.idle_seconds:g} seconds; send it again",
                headers={"Connection": "close"},
            ) from None


async def receive_json(request: web.Request, most_bytes: int, known: str) -> Mapping[str, Any]:
    """The JSON object of the body; `known` are its fields. Raises `RefusedError` (400, 408, 413)."""
    raw = bytearray()
    try:
        async with asyncio.timeout(JSON_SECONDS):
            async for chunk in request.content.iter_any():
                raw += chunk
                if len(raw) > most_bytes:
                    raise RefusedError(413, f"more than {most_bytes} bytes; this address takes a few words only")
    except TimeoutError:
        raise RefusedError(
            408, f"the body took longer than {JSON_SECONDS:g} seconds to arrive", headers={"Connection": "close"}
        ) from None
    except (web.RequestPayloadError, ConnectionError) as error:
        raise RefusedError(400, f"the body broke off ({_first_line(error)}); send it again") from None
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise RefusedError(400, f"the body is no JSON object; its fields are {known}")
    return said


def query_fields(query: Mapping[str, str]) -> dict[str, str]:
    """The fields of the address. Raises `RefusedError` for an unknown one, which may be misspelt, and for a repeat."""
    found: dict[str, str] = {}
    for name, value in query.items():
        if name not in FIELDS:
            raise RefusedError(400, f"{name[:40]!r} is no parameter; known are {_KNOWN}")
        if name in found:
            raise RefusedError(400, f"the address has {name} twice")
        found[name] = value
    return found


def _known_charset(request: web.Request) -> None:
    charset = request.charset
    try:
        codecs.lookup(charset or "utf-8")
    except (LookupError, ValueError):
        raise RefusedError(400, f"charset {(charset or '')[:40]!r} is unknown; leave it out") from None


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:120] or type(error).__name__
