"""Cuts long values down to what the look-ups ask of them, for syntax trees are what fills the memory."""

import ast
from typing import Any

_LONG = 120
"""Columns on one line up to which a value is kept as it is."""


def trim(value: ast.expr | None) -> ast.expr | None:
    """The value, or what is left of a long one: its kind, and of a call what is called and the plain arguments."""
    if value is None:
        return None
    if value.lineno == value.end_lineno and (value.end_col_offset or 0) - value.col_offset <= _LONG:
        return value
    shorter: ast.expr = ast.Constant(...)
    if isinstance(value, ast.Call):
        shorter = ast.Call(
            value.func,
            [_plain(argument) for argument in value.args],
            [ast.keyword(keyword.arg, _plain(keyword.value)) for keyword in value.keywords],
        )
    elif isinstance(value, ast.Dict | ast.DictComp):
        shorter = ast.Dict([], [])
    elif isinstance(value, ast.List | ast.ListComp):
        shorter = ast.List([], ast.Load())
    elif isinstance(value, ast.Set | ast.SetComp):
        shorter = ast.Set([])
    elif isinstance(value, ast.Tuple):
        shorter = ast.Tuple([], ast.Load())
    elif isinstance(value, ast.Constant | ast.JoinedStr):
        shorter = ast.Constant(_empty(value.value) if isinstance(value, ast.Constant) else "")
    elif isinstance(value, ast.Lambda):
        shorter = ast.Lambda(value.args, ast.Constant(...))
    return ast.copy_location(shorter, value)


def _empty(constant: object) -> Any:
    """A value of the same type that takes no room."""
    return constant if constant is None else type(constant)()


def _plain(value: ast.expr) -> ast.expr:
    return value if isinstance(value, ast.Constant | ast.Name | ast.Attribute) else ast.Constant(...)
