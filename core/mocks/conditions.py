"""The conditions under which a stub defines a name: Python's version and the platform."""

import ast
import sys


def holds_here(test: ast.expr) -> bool | None:
    """Whether a stub's `sys.version_info` or `sys.platform` test holds here; None for any other test."""
    if isinstance(test, ast.BoolOp):
        verdicts = [holds_here(part) for part in test.values]
        if None in verdicts:
            return None
        return all(verdicts) if isinstance(test.op, ast.And) else any(verdicts)
    if not (isinstance(test, ast.Compare) and isinstance(test.left, ast.Attribute) and len(test.ops) == 1):
        return None
    operator, right = test.ops[0], test.comparators[0]
    try:
        wanted = ast.literal_eval(right)
    except ValueError:
        return None
    if test.left.attr == "platform" and isinstance(wanted, str):
        return (sys.platform == wanted) == isinstance(operator, ast.Eq)
    if test.left.attr == "version_info" and isinstance(wanted, tuple):
        here = sys.version_info[: len(wanted)]
        return here >= wanted if isinstance(operator, ast.GtE) else here < wanted
    return None
