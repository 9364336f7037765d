"""Block Kit in a terminal: what a person would see, buttons as [Button]; what cannot be drawn is named."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bot.demo.words import Reader, leaf, mrkdwn, unescape

Block = Mapping[str, Any]

_BARS = "▁▂▃▄▅▆▇█"
_BULLETS = "•◦▪"
_GAP = "  "
_BUTTON_STYLES = {"primary": "bold green", "danger": "bold red"}


def draw_blocks(blocks: Iterable[Block], reader: Reader) -> Iterable[RenderableType]:
    """The blocks from top to bottom; what stands below a list begins after an empty line."""
    below_list = False
    for block in blocks:
        if below_list and block["type"] != "actions":
            yield Text()
        yield from _draw(block, reader)
        below_list = block["type"] == "rich_text" and block["elements"][-1]["type"] == "rich_text_list"


def _draw(block: Block, reader: Reader) -> Iterable[RenderableType]:
    kind = block["type"]
    if kind == "header":
        yield Text(unescape(block["text"]["text"]), style="bold reverse")
    elif kind == "section":
        yield from _section(block, reader)
    elif kind == "context":
        for element in block["elements"]:
            yield _stylized(_text(element, reader), "dim")
    elif kind == "divider":
        yield Rule(style="dim")
    elif kind == "rich_text":
        for part in block["elements"]:
            yield from _rich(part, reader)
    elif kind == "actions":
        yield Padding(_buttons(block["elements"]), (1, 0, 0, 0))
    elif kind == "data_visualization":
        yield from _chart(block)
    elif kind in ("table", "data_table"):
        yield _table(block["rows"], reader)
    else:
        yield Text(f"[a block of type {kind}, which a terminal cannot show]", style="dim")


def _stylized(text: Text, style: str) -> Text:
    text.stylize_before(style)
    return text


def _text(element: Block, reader: Reader) -> Text:
    if element["type"] == "mrkdwn":
        return mrkdwn(element["text"], reader)
    if element["type"] == "image":
        return Text(f"[image: {element.get('alt_text', '')}]")
    return Text(unescape(element["text"]))


def _section(block: Block, reader: Reader) -> Iterable[RenderableType]:
    if "text" in block:
        yield _text(block["text"], reader)
    for field in block.get("fields", ()):
        yield _text(field, reader)
    if "accessory" in block:
        yield _buttons([block["accessory"]])


def _buttons(elements: Sequence[Block]) -> "_Row":
    return _Row([_button(element) for element in elements])


class _Row:
    """Labels side by side, as many as fit into a line; none is broken that fits into one."""

    def __init__(self, labels: Sequence[Text]) -> None:
        self._labels = labels

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text()
        for label in self._labels:
            if line and line.cell_len + len(_GAP) + label.cell_len > options.max_width:
                yield line
                line = Text()
            line = line + Text(_GAP) + label if line else label.copy()
        yield line


def _button(element: Block) -> Text:
    label = element.get("text") or element.get("placeholder") or {"text": element["type"]}
    return Text(f"[{unescape(label['text'])}]", style=_BUTTON_STYLES.get(element.get("style", ""), "bold blue"))


def _rich(part: Block, reader: Reader) -> Iterable[RenderableType]:
    kind = part["type"]
    if kind == "rich_text_list":
        indent = int(part.get("indent", 0))
        for place, item in enumerate(part["elements"], start=1):
            mark = f"{place}." if part.get("style") == "ordered" else _BULLETS[indent % len(_BULLETS)]
            # A grid keeps the second line of a long item under its first.
            row = Table.grid(padding=(0, 1, 0, 0))
            row.add_row(Text(mark), _line(item["elements"], reader))
            yield Padding(row, (0, 0, 0, 1 + 2 * indent))
    elif kind == "rich_text_preformatted":
        yield Padding(_stylized(_line(part["elements"], reader), "cyan"), (0, 0, 0, 2))
    elif kind == "rich_text_quote":
        yield Text("│ ").append(_line(part["elements"], reader))
    else:
        yield _line(part["elements"], reader)


def _line(elements: Iterable[Block], reader: Reader) -> Text:
    return Text().join(leaf(element, reader) for element in elements)


def _chart(block: Block) -> Iterable[RenderableType]:
    """The title, and a bar per value of each series; a pie is told in words."""
    yield Text(f"{block['title']}:", style="bold")
    chart = block["chart"]
    for series in chart.get("series", ()):
        values = [float(point["value"]) for point in series["data"]]
        told = f"  {series['name']}, {values[0]:g} at first, {values[-1]:g} now" if values else f"  {series['name']}"
        yield Text(f"  {bars(values)}", style="magenta").append(told, style="dim")
    for segment in chart.get("segments", ()):
        yield Text(f"  {segment['label']}: {segment['value']:g}")


def bars(values: Sequence[float]) -> str:
    """One bar per value, the highest full; a value of zero is the lowest bar."""
    top = max(values, default=0)
    return " ".join(_BARS[round(value / top * (len(_BARS) - 1))] if top > 0 else _BARS[0] for value in values)


def _table(rows: Sequence[Sequence[Block]], reader: Reader) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for cell in rows[0]:
        table.add_column(_cell(cell, reader))
    for row in rows[1:]:
        table.add_row(*(_cell(cell, reader) for cell in row))
    return table


def _cell(cell: Block, reader: Reader) -> Text:
    if cell["type"] == "rich_text":
        return Text("\n").join(_line(part["elements"], reader) for part in cell["elements"])
    return Text(str(cell.get("text", cell.get("value", ""))))
