"""What a confirmed `t12 db cleanup` came to."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType

from bot.terminal.style import bullets, heading
from core.databases.cleanup import Cleaned


def draw(cleaned: Cleaned, _zone: ZoneInfo) -> Iterable[RenderableType]:
    yield heading(cleaned.verdict)
    yield from bullets(cleaned.sentences)
