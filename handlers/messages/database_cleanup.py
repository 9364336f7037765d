"""The answer to `db cleanup`: what the rules would delete, the form that confirms it, and what became of it."""

from collections.abc import Sequence

from core.databases.cleanup import Cleaned, Counts, Matched, Preview
from core.settings import CleanupSettings
from handlers.commands import Ask

from . import place
from .message import Message, and_more, fit
from .navigation import deeper
from .pieces import Json, Line, bullets, button, header, line, paragraph, rich, said, small, strong, typed, words
from .told import sentence_leaves

DELETE = "db.delete"
VALUE_LIMIT = 2000
"""Characters of a button's value."""


def render_database_cleanup(previews: Sequence[Preview], ask: Ask) -> Message:
    """What would be deleted, with a button for each database that has something to delete."""

    def draw(most: int) -> list[Json]:
        found = [header(_verdict(previews))]
        shown = previews[: max(1, most)]
        for each in shown:
            found.append(_database(each, most, is_alone=len(previews) == 1))
        if len(shown) < len(previews):
            found.append(small(words(f"and {len(previews) - len(shown)} more databases")))
        found.append(small(words("Nothing was deleted. Who may is set by "), typed("access.databases"), words(".")))
        return [*found, *deeper(ask, turns=_buttons(shown))]

    return fit(draw, (12, 6, 3, 2, 1, 0))


def _verdict(previews: Sequence[Preview]) -> str:
    rows = sum(each.rows for each in previews)
    name = f"{previews[0].name}: " if len(previews) == 1 else ""
    if not rows:
        return f"{name}no test data to delete"
    return f"{name}{_rows(rows)} of test data can be deleted"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _database(preview: Preview, most: int, *, is_alone: bool) -> Json:
    name = [] if is_alone else [line(strong(place.plain(preview.name, place.WORD)))]
    if preview.error:
        return rich(*name, line(said(preview.error)))
    lines = [_rule(each) for each in preview.matched[: max(1, most)]]
    return rich(*name, bullets(and_more(lines, len(preview.matched))))


def _rule(matched: Matched) -> Line:
    return [strong(f"{place.plain(matched.rule.name, place.WORD)}: "), said(matched.sentence, 400), words(" "),
            typed(f"WHERE {matched.rule.where}", 160)]  # fmt: skip


def _buttons(previews: Sequence[Preview]) -> list[Json]:
    found: list[Json] = []
    for number, each in enumerate(previews[:4], start=1):
        packed = each.seen.packed()
        if each.rows and len(packed) <= VALUE_LIMIT:
            of = "" if len(previews) == 1 else f" of {place.plain(each.name, 40)}"
            found.append(button(f"Delete {_rows(each.rows)}{of}", f"{DELETE}:{number}", packed, style="danger"))
    return found


def delete_form(name: str, rules: Sequence[tuple[CleanupSettings, Counts]], kept: str) -> Json:
    """Says once more what goes, before it goes."""
    lines: list[Line] = [
        [strong(f"{place.plain(rule.name, place.WORD)}: "), words(_confirmed(counts)), words(" of "),
         typed(rule.table, 130), words(" where "), typed(rule.where, 160)]
        for rule, counts in rules
    ]  # fmt: skip
    total = sum(counts.total for _, counts in rules)
    verb = "is" if total == 1 else "are"
    fewer = ", or fewer if fewer match by then. When more match than now, none is deleted."
    first = line(said(f"{_rows(total)} of {name} {verb} deleted for good", 200), words(fewer))
    return {
        "type": "modal",
        "callback_id": DELETE,
        "title": _plain("Delete test data?"),
        "submit": _plain("Delete"),
        "close": _plain("Cancel"),
        "private_metadata": kept,
        "blocks": [rich(first, bullets(lines))],
    }


def told_form(sentence: str) -> Json:
    """What a form came to when nothing was deleted."""
    return {
        "type": "modal",
        "callback_id": "db.told",
        "title": _plain("Databases"),
        "close": _plain("Close"),
        "blocks": [paragraph(*sentence_leaves(sentence))],
    }


def _confirmed(counts: Counts) -> str:
    more = counts.total - counts.rows
    return _rows(counts.rows) + (f", and up to {more} of other tables," if more else "")


def render_database_cleaned(cleaned: Cleaned) -> Message:
    """What a confirmed deletion came to."""
    lines: list[Line] = [[said(each, 400)] for each in cleaned.sentences]

    def draw(most: int) -> list[Json]:
        shown = [bullets(and_more(lines[:most], len(lines)))] if lines else []
        return [header(cleaned.verdict), *([rich(*shown)] if shown else [])]

    return fit(draw, (20, 12, 8, 5, 3, 1))


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
