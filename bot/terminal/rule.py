"""`t12 mocks --explain` in a terminal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.markdown import Markdown

from core.mocks.rules.explanation import Explanation


def draw(explanation: Explanation, _zone: ZoneInfo) -> Iterable[RenderableType]:
    """The page, laid out and coloured."""
    yield Markdown(explanation.page, code_theme="ansi_dark")
