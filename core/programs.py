"""Runs a program that the settings name: no shell, few variables, a time limit, and only so much of what it says."""

import asyncio
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from core.redact import redact

OUTPUT_CHARACTERS = 20_000
"""Of what it says, the beginning and the end."""
_KEPT = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "VIRTUAL_ENV")
"""Variables that a program gets; never a secret of ours."""
_GRACE_SECONDS = 3.0
_CHUNK = 65_536
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-_]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended."""

    code: int | None
    """Its exit code, negative for a signal; None when it never ran or was stopped at its time limit."""
    output: str
    """What it said on both streams, cut and without secrets."""
    problem: str = ""
    """A sentence; empty when it ended by itself."""

    @property
    def is_success(self) -> bool:
        return self.code == 0


async def run_program(
    words: Sequence[str],
    folder: Path,
    seconds: float,
    *,
    variables: Iterable[str] = (),
    secrets: Iterable[str] = (),
) -> Ran:
    """Run it in a folder; `variables` are the names of those that it gets beside the usual few.

    Whatever it started is ended with it, also when the caller is cancelled.
    """
    program = shutil.which(words[0], path=os.environ.get("PATH")) if "/" not in words[0] else words[0]
    if program is None:
        return Ran(None, "", f"there is no program {words[0]!r} on this machine")
    environment = {name: os.environ[name] for name in (*_KEPT, *variables) if name in os.environ}
    kept = _Kept()
    async with _listening(kept) as (writer, reading):
        try:
            process = await asyncio.create_subprocess_exec(
                program, *words[1:], cwd=folder, env=environment, start_new_session=True,
                stdin=asyncio.subprocess.DEVNULL, stdout=writer, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            return Ran(None, "", f"{words[0]!r} could not be run in {folder}: {why}")
        finally:
            os.close(writer)
        problem = ""
        try:
            await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError:
            problem = f"it took longer than {seconds:g} seconds and was stopped"
            await _stop(process)
        finally:
            # Whatever it left behind may hold its output open for ever.
            _signal(process, signal.SIGKILL)
        with suppress(TimeoutError):
            await asyncio.wait_for(reading, _GRACE_SECONDS)
    return Ran(None if problem else process.returncode, _shown(kept.text, secrets), problem)


@asynccontextmanager
async def _listening(kept: "_Kept") -> AsyncIterator[tuple[int, asyncio.Task[None]]]:
    """A pipe to write into, and the task that keeps what comes.

    It is our own, because asyncio takes a process for ended only when everybody has closed its pipes.
    """
    reader, writer = os.pipe()
    stream = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reader, "rb")
    )
    task = asyncio.create_task(_read(stream, kept))
    try:
        yield writer, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        transport.close()


class _Kept:
    """The beginning and the end of a stream."""

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""
        self._left_out = 0

    def add(self, chunk: bytes) -> None:
        room = OUTPUT_CHARACTERS // 2 - len(self._head)
        self._head += chunk[: max(0, room)]
        tail = self._tail + chunk[max(0, room) :]
        self._left_out += max(0, len(tail) - OUTPUT_CHARACTERS // 2)
        self._tail = tail[-(OUTPUT_CHARACTERS // 2) :]

    @property
    def text(self) -> str:
        between = f"\n… {self._left_out} bytes left out …\n" if self._left_out else ""
        head, tail = (part.decode("utf-8", "replace") for part in (self._head, self._tail))
        return head + between + tail


async def _read(stream: asyncio.StreamReader, kept: _Kept) -> None:
    while chunk := await stream.read(_CHUNK):
        kept.add(chunk)


async def _stop(process: asyncio.subprocess.Process) -> None:
    """Ask it to end, then make it."""
    _signal(process, signal.SIGTERM)
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), _GRACE_SECONDS)
        return
    _signal(process, signal.SIGKILL)
    await process.wait()


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _shown(text: str, secrets: Iterable[str]) -> str:
    return redact(_ESCAPES.sub("", text.replace("\r\n", "\n")), secrets)
