"""Answers drawn in a terminal: one value in, Rich renderables out."""

import importlib
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType

from bot.terminal.style import InertConsole

Draw = Callable[[object, ZoneInfo], Iterable[RenderableType]]


def show(name: str, report: object, zone: ZoneInfo) -> None:
    """Print a report by the renderer of that name; instants are shown in `zone`."""
    draw: Draw = importlib.import_module(f"bot.terminal.{name}").draw
    console = InertConsole()
    for part in draw(report, zone):
        console.print(part)
