"""The page on a rule where a person looks at it."""

from io import StringIO
from zoneinfo import ZoneInfo

from bot.terminal.rule import draw
from bot.terminal.style import InertConsole
from core.mocks.rules.explanation import explain_rule


def test_the_page_is_laid_out_for_people() -> None:
    console = InertConsole(width=100, file=StringIO(), record=True)
    for part in draw(explain_rule("M002"), ZoneInfo("UTC")):
        console.print(part)
    shown = console.export_text()
    assert "M002: A patch target does not exist" in shown
    assert "```" not in shown
    assert "app.signup.send_welcome_mail" in shown
