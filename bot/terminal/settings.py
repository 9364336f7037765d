"""`t12 config` in a terminal."""

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from bot.terminal.style import InertConsole, grid


def show_settings(rows: Sequence[tuple[str, Any, str]], ignored: Sequence[str]) -> None:
    """One line per setting: name, value, and where it came from."""
    console = InertConsole()
    table = grid("setting", "value", "from")
    for name, value, origin in rows:
        table.add_row(
            Text(name),
            Text("" if value is None else str(value)),
            Text(origin, style="dim" if origin == "default" else ""),
        )
    console.print(table)
    for name in ignored:
        console.print(Text(f"{name} names no setting and is ignored", style="yellow"))
