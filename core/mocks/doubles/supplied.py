"""How many parameters `@ddt.data`, `@parameterized.expand` and the like fill before the mocks of patches come."""

import ast
from collections.abc import Sequence

from core.mocks.doubles.values import LocalFunction, Patcher

_SUPPLIERS = frozenset({"parameterized", "ddt", "expand", "data", "unpack", "genty", "cases"})
_MANY = 99
"""Rows that are dicts may leave out what has a default, so that nobody counts them."""


def is_supplied(function: LocalFunction) -> bool:
    """Whether decorators such as `@ddt.data` and `@parameterized.expand` pass values."""
    return bool(_suppliers(function))


def skipped_in_unit_test(function: LocalFunction, patchers: Sequence[Patcher]) -> int | None:
    """How many parameters other decorators fill before the mocks come; None when nobody can say."""
    node = function.node
    names = [*node.args.posonlyargs, *node.args.args][function.receiver is not None :]
    spare = len(names) - sum(each.injects for each in patchers)
    if spare == 0 or isinstance(node, ast.Lambda):
        return 0
    suppliers = _suppliers(function)
    if spare < 0 or not suppliers or node.args.vararg is not None:
        return None
    supplied = _by_rows(suppliers)
    if supplied is None:
        return None if node.args.defaults or "unpack" in suppliers else spare
    by_position, by_name = supplied
    missing = spare - len(node.args.defaults) - by_position - by_name
    return by_position if by_position <= spare and missing <= 0 else None


def _suppliers(function: LocalFunction) -> dict[str, ast.expr]:
    """Decorators that pass values, by the last part of their names."""
    node = function.node
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    found = {}
    for each in decorators:
        head = ast.unparse(each.func if isinstance(each, ast.Call) else each)
        last = head.rpartition(".")[2]
        if last in _SUPPLIERS or "parameterized" in head:
            found[last] = each
    return found


def _by_rows(suppliers: dict[str, ast.expr]) -> tuple[int, int] | None:
    """How many values each call gets by position and by name; None when the rows differ or are not written out."""
    if isinstance(data := suppliers.get("data"), ast.Call):
        rows = data.args
        found = {_unpacked(each) for each in rows} if "unpack" in suppliers else {(1, 0)}
    elif isinstance(expand := suppliers.get("expand"), ast.Call):
        first = expand.args[0] if expand.args else None
        rows = first.elts if isinstance(first, ast.List | ast.Tuple) else []
        found = {_expanded(each) for each in rows}
    else:
        return None
    return found.pop() if len(found) == 1 else None


def _unpacked(row: ast.expr) -> tuple[int, int] | None:
    if isinstance(row, ast.Dict):
        return None if None in row.keys else (0, _MANY)
    return _expanded(row)


def _expanded(row: ast.expr) -> tuple[int, int] | None:
    if isinstance(row, ast.List | ast.Tuple):
        return None if any(isinstance(each, ast.Starred) for each in row.elts) else (len(row.elts), 0)
    if isinstance(row, ast.Call) and ast.unparse(row.func).rpartition(".")[2] == "param":
        opened = any(isinstance(each, ast.Starred) for each in row.args)
        return None if opened else (len(row.args), _MANY if row.keywords else 0)
    return (1, 0) if isinstance(row, ast.Constant) else None
