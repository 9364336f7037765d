"""What blocks look like in a terminal."""

from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from bot.demo.drawing import bars, draw_blocks
from bot.demo.words import Reader

READER = Reader(ZoneInfo("UTC"), lambda id_: id_)


def drawn(*blocks: dict[str, Any], width: int = 60) -> list[str]:
    console = Console(file=StringIO(), width=width, highlight=False, emoji=False)
    for part in draw_blocks(blocks, READER):
        console.print(part)
    file = console.file
    assert isinstance(file, StringIO)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def button(label: str) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": label}}


def item(text: str) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}


def test_buttons_stand_in_brackets_below_the_answer() -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "Health 61 &amp; falling"}}
    row = {"type": "actions", "elements": [button("Show failures"), button("Share in channel")]}
    assert drawn(header, row) == ["Health 61 & falling", "", "[Show failures]  [Share in channel]"]


def test_a_button_that_fits_into_a_line_is_never_broken() -> None:
    row = {"type": "actions", "elements": [button("Show failures"), button("Share in channel")]}
    assert drawn(row, width=20) == ["", "[Show failures]", "[Share in channel]"]


def test_a_long_item_goes_on_below_itself() -> None:
    parts = [{"type": "rich_text_list", "style": "bullet", "elements": [item("one two three four"), item("five")]}]
    assert drawn({"type": "rich_text", "elements": parts}, width=14) == [" • one two", "   three four", " • five"]


def test_lists_are_indented_and_numbered() -> None:
    nested = {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [item("inner")]}
    ordered = {"type": "rich_text_list", "style": "ordered", "elements": [item("first"), item("second")]}
    assert drawn({"type": "rich_text", "elements": [nested, ordered]}) == ["   ◦ inner", " 1. first", " 2. second"]


def test_a_section_shows_text_fields_and_accessory() -> None:
    block = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*Run* 7"},
        "fields": [{"type": "plain_text", "text": "112 tests"}],
        "accessory": button("Open"),
    }
    assert drawn(block) == ["Run 7", "112 tests", "[Open]"]


def test_a_chart_is_a_bar_per_value() -> None:
    data = [{"label": "1", "value": 0}, {"label": "2", "value": 4}]
    block = {"type": "data_visualization", "title": "Failing", "chart": {"series": [{"name": "tests", "data": data}]}}
    assert drawn(block) == ["Failing:", "  ▁ █  tests, 0 at first, 4 now"]


@pytest.mark.parametrize(("values", "shown"), [([], ""), ([0, 0], "▁ ▁"), ([1], "█"), ([0, 7, 3.5], "▁ █ ▅")])
def test_bars_are_in_proportion(values: list[float], shown: str) -> None:
    assert bars(values) == shown


def test_a_table_has_its_header_first() -> None:
    cells = [[{"type": "raw_text", "text": text} for text in row] for row in (("test", "fails"), ("a", "3 of 12"))]
    assert drawn({"type": "table", "rows": cells}) == ["test  fails", "a     3 of 12"]


def test_what_cannot_be_drawn_is_named() -> None:
    assert drawn({"type": "video"}) == ["[a block of type video, which a terminal cannot show]"]
