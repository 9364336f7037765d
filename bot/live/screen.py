"""Shows a watched run in a terminal: the command's output as it is, and below it, where somebody looks, its state.

On a terminal the command gets a terminal of its own for its output, so that it draws as it would without us; what it
writes stands above our lines. Elsewhere its output goes where ours would, untouched, and we say little on standard
error.
"""

import asyncio
import fcntl
import os
import pty
import re
import shutil
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from bot.terminal.live import alert_lines, plain_line, state_lines
from core.clock import utc_now
from core.live.model import Alert, LiveRun, Silence
from core.live.sampling import Sample
from core.live.wording import DUMP_HINT, silence_sentence

_PLAIN_SECONDS = 30.0
_BLOCK = 1 << 16
_ERASE = "\r\x1b[J"
_STYLES = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]")


class Screen:
    """What is shown while a run is watched; `quiet` shows troubles alone."""

    def __init__(self, *, is_terminal: bool | None = None, quiet: bool = False) -> None:
        both = sys.stdout.isatty() and sys.stderr.isatty()
        self._is_terminal = (both if is_terminal is None else is_terminal) and not quiet
        self._quiet = quiet
        self._control: int | None = None
        self._lent: int | None = None
        self._line = b""
        """What the command wrote since its last line end."""
        self._drawn = 0
        """Our lines below it."""
        self._state: list[str] = []
        self._said_at = time.monotonic()

    @contextmanager
    def opened(self) -> Iterator[int | None]:
        """Where the command's output goes; None for where ours does."""
        if not self._is_terminal:
            yield None
            return
        self._control, self._lent = pty.openpty()
        self._resize()
        loop = asyncio.get_running_loop()
        loop.add_reader(self._control, self._pass_on)
        loop.add_signal_handler(signal.SIGWINCH, self._resize)
        try:
            yield self._lent
        finally:
            self.close()
            loop.remove_signal_handler(signal.SIGWINCH)

    def child_has_it(self) -> None:
        """The command has its end of the terminal now; ours is closed, so that its end ends it."""
        if self._lent is not None:
            os.close(self._lent)
            self._lent = None

    def close(self) -> None:
        """Pass on what is left and take our lines away."""
        self.child_has_it()
        control, self._control = self._control, None
        if control is None:
            return
        asyncio.get_running_loop().remove_reader(control)
        os.set_blocking(control, False)
        while data := _read(control):
            self._write(data)
        os.close(control)
        self._state = []
        self._draw()

    async def seen(self, run: LiveRun, sample: Sample) -> None:
        now = utc_now()
        if self._is_terminal:
            self._state = state_lines(run, sample, now, _columns())
            self._draw()
        elif not self._quiet and time.monotonic() - self._said_at >= _PLAIN_SECONDS:
            self._said_at = time.monotonic()
            self.say(plain_line(run, sample, now))

    async def alerted(self, alert: Alert) -> None:
        for line in alert_lines(alert):
            self.say(line)

    async def fell_silent(self, silence: Silence) -> None:
        self.say(f"{silence_sentence(silence, utc_now())}. {DUMP_HINT}")

    async def goes_on(self, silence: Silence) -> None:
        self.say(f"the run goes on after {_span_since(silence.since)}")

    def say(self, sentence: str) -> None:
        """A line that stays."""
        words = f"t12: {sentence}"
        if self._control is None:
            print(words, file=sys.stderr, flush=True)
            return
        self._erase()
        if self._line:
            os.write(1, b"\n")
            self._line = b""
        os.write(1, f"{words}\n".encode(errors="replace"))
        self._draw()

    def _pass_on(self) -> None:
        assert self._control is not None
        data = _read(self._control)
        if data:
            self._write(data)
        else:
            asyncio.get_running_loop().remove_reader(self._control)

    def _write(self, data: bytes) -> None:
        self._erase()
        _write_all(data)
        self._line = (self._line + data).rpartition(b"\n")[2][-4096:] if b"\n" in data else (self._line + data)[-4096:]
        self._put_state()

    def _erase(self) -> None:
        """Take our lines away and go back to the end of what the command wrote."""
        if not self._drawn:
            return
        rows = self._drawn + max(0, len(_STYLES.sub(b"", self._line)) - 1) // _columns()
        _write_all(f"\x1b[{rows}A{_ERASE}".encode() + self._line)
        self._drawn = 0

    def _draw(self) -> None:
        self._erase()
        self._put_state()

    def _put_state(self) -> None:
        if self._state:
            below = "\r\n" if self._line else ""
            _write_all((below + "\r\n".join(self._state)).encode(errors="replace"))
            self._drawn = len(self._state) - (not below)

    def _resize(self) -> None:
        if self._control is not None:
            size = shutil.get_terminal_size()
            with suppress(OSError):
                fcntl.ioctl(self._control, termios.TIOCSWINSZ, struct.pack("HHHH", size.lines, size.columns, 0, 0))


def _columns() -> int:
    return shutil.get_terminal_size().columns


def _span_since(at: datetime) -> str:
    from core.quantities import span  # noqa: PLC0415

    return span(utc_now() - at)


def _read(control: int) -> bytes:
    """What the command wrote; empty at its end, which Linux tells as an error."""
    try:
        return os.read(control, _BLOCK)
    except OSError:
        return b""


def _write_all(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]
