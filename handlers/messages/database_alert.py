"""What T12 tells by itself of a database: trouble that began, and that it is over."""

from core.databases.model import Alert
from core.quantities import span
from handlers.commands import Ask

from . import place
from .message import Message, and_more, fit
from .pieces import Json, Line, actions, ask_button, bullets, line, moment, rich, said, strong, words


def render_database_alert(alert: Alert) -> Message:
    """One card, which is edited when another kind of trouble comes, and when all is well again."""

    def draw(most: int) -> list[Json]:
        lines: list[Line] = [[said(each, 400)] for each in alert.told[: max(1, most)]]
        shown = [bullets(and_more(lines, len(alert.told)))] if lines else []
        return [rich(_first(alert), *shown), *_buttons(alert)]

    return fit(draw)


def _first(alert: Alert) -> Json:
    name = place.plain(alert.name, place.WORD)
    if alert.ended_at is None:
        return line(strong(f"Database {name} is in trouble"), words(" since "), moment(alert.began_at), words(":"))
    lasted = span(alert.ended_at - alert.began_at)
    return line(strong(f"Database {name} is well again"), words(" since "), moment(alert.ended_at),
                words(f". For {lasted} it was:"))  # fmt: skip


def _buttons(alert: Alert) -> list[Json]:
    return actions(ask_button("Show sessions", "db.show:sessions", Ask("db", alert.name)))
