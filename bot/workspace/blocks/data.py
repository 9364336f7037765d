"""Blocks that show data: table, data_table and data_visualization."""

from __future__ import annotations

from typing import Any

from bot.workspace.limits import LIMITS

from .objects import BLOCK_ID
from .rich_text import RICH_TEXT
from .walk import Check, Walk, array, boolean, integer, number, one_of, shape, string, typed

_RAW_TEXT = shape({"type": one_of("raw_text"), "text": string(minimum=1)})
_RAW_NUMBER = shape({"type": one_of("raw_number"), "value": number(), "text": string(minimum=1)})
_CELL = typed({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER, "rich_text": RICH_TEXT}, "cell")
_COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _column(value: Any, walk: Walk, at: str) -> None:
    if value is not None:
        _COLUMN(value, walk, at)


def count_text(node: Any) -> int:
    """Characters of all texts inside a cell, a row or a table."""
    if isinstance(node, list):
        return sum(count_text(item) for item in node)
    if isinstance(node, dict):
        own = node.get("text")
        nested = sum(count_text(v) for v in node.values() if isinstance(v, list | dict))
        return nested + (len(own) if isinstance(own, str) else 0)
    return 0


def _one_table(value: Any, walk: Walk, at: str) -> None:
    """Rows of one length, a header of raw cells, a total of characters; and only one table in a payload."""
    rows, kind = value["rows"], value["type"]
    if len({len(row) for row in rows}) > 1:
        walk.add(f"{at}/rows", "uneven_rows", "all rows must have the same number of cells")
    for index, cell in enumerate(rows[0] if rows else []):
        if cell.get("type") == "rich_text":
            walk.add(f"{at}/rows/0/{index}", "bad_header_cell", "a header cell must be raw_text or raw_number")
    if count_text(rows) > LIMITS[f"{kind}.characters"]:
        walk.add(
            f"{at}/rows", "too_long", f"all cells together hold more than {LIMITS[f'{kind}.characters']} characters"
        )
    walk.tables += 1
    if walk.tables > LIMITS["message.tables"]:
        walk.add(at, "too_many_tables", "only one table is allowed")


def _row_header(value: Any, walk: Walk, at: str) -> None:
    if value.get("row_header_column_index", 0) >= len(value["rows"][0]):
        walk.add(f"{at}/row_header_column_index", "out_of_range", "there is no such column")


TABLE = shape(
    {
        "type": one_of("table"),
        "rows": array(array(_CELL, "table.columns", minimum=1), "table.rows", minimum=1),
    },
    {"block_id": BLOCK_ID, "column_settings": array(_column, "table.columns")},
    _one_table,
)
DATA_TABLE = shape(
    {
        "type": one_of("data_table"),
        "caption": string(minimum=1),
        "rows": array(array(_CELL, "data_table.columns", minimum=1), "data_table.rows", minimum=2),
    },
    {
        "block_id": BLOCK_ID,
        "page_size": integer(1, LIMITS["data_table.page_size"]),
        "row_header_column_index": integer(0),
    },
    _one_table,
    _row_header,
)

_LABEL = string("chart.label", minimum=1)


def _series_fit(value: Any, walk: Walk, at: str) -> None:
    """Categories and series names are unique, and every series has one point for every category."""
    categories, names = value["axis_config"]["categories"], [s["name"] for s in value["series"]]
    if len(set(categories)) != len(categories):
        walk.add(f"{at}/axis_config/categories", "duplicate_name", "categories must be unique")
        return
    if len(set(names)) != len(names):
        walk.add(f"{at}/series", "duplicate_name", "series names must be unique")
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            walk.add(f"{at}/series/{index}/data", "labels_differ", "labels must equal the categories")


def _axis_chart(kind: str) -> Check:
    point = shape({"label": _LABEL, "value": number()})
    series = shape({"name": _LABEL, "data": array(point, "chart.points", minimum=1)})
    axis = shape(
        {"categories": array(_LABEL, "chart.points", minimum=1)},
        {"x_label": string("chart.axis_label"), "y_label": string("chart.axis_label")},
    )
    return shape(
        {"type": one_of(kind), "series": array(series, "chart.series", minimum=1), "axis_config": axis},
        {},
        _series_fit,
    )


_SEGMENT = shape({"label": _LABEL, "value": number(above=0)})
_CHARTS: dict[str, Check] = {
    "pie": shape({"type": one_of("pie"), "segments": array(_SEGMENT, "chart.series", minimum=1)}),
    **{kind: _axis_chart(kind) for kind in ("bar", "line", "area")},
}


def _count_chart(value: Any, walk: Walk, at: str) -> None:  # noqa: ARG001  (a rule's signature)
    walk.charts += 1
    if walk.charts > LIMITS["message.charts"]:
        walk.add(at, "too_many_charts", f"no more than {LIMITS['message.charts']} charts are allowed")


DATA_VISUALIZATION = shape(
    {
        "type": one_of("data_visualization"),
        "title": string("chart.title", minimum=1),
        "chart": typed(_CHARTS, "chart"),
    },
    {"block_id": BLOCK_ID},
    _count_chart,
)
