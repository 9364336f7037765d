"""What a function does when it is used as a decorator: hand back its argument, or a wrapper that is called alike."""

import ast
from collections.abc import Iterator

from core.mocks.statements import bodies_of
from core.mocks.symbols import HandsBack

_CHANGERS = frozenset({"pop", "popitem", "update", "setdefault", "clear"})

_Definition = ast.FunctionDef | ast.AsyncFunctionDef
_MOST_STATEMENTS = 60
_MOST_LEADING = 3
"""Named parameters of a wrapper before `*args`, such as `self, context`: it passes them on by position."""


def hands_back(node: _Definition) -> HandsBack:
    """Empty when it does neither, or when nobody can say."""
    if isinstance(node, ast.AsyncFunctionDef):
        return ""
    direct = _judge(node)
    if direct:
        return direct
    inner = _returned_definition(node)
    called = _judge(inner) if isinstance(inner, ast.FunctionDef) else ""
    if called == "argument":
        return "argument, when called"
    return "same call, when called" if called == "same call" else ""


def _judge(node: ast.FunctionDef) -> HandsBack:
    parameters = [*node.args.posonlyargs, *node.args.args]
    if not parameters:
        return ""
    subject = parameters[0].arg
    returned = [statement.value for statement in _statements(node) if isinstance(statement, ast.Return)]
    if not returned or _rebinds(node, subject):
        return ""
    if all(isinstance(value, ast.Name) and value.id == subject for value in returned):
        return "argument"
    wrapper = _returned_definition(node)
    return "same call" if wrapper is not None and _passes_on(wrapper, subject) else ""


def _returned_definition(node: _Definition) -> _Definition | None:
    """The nested function that every `return` hands back, if it is one and the same; also through `wraps(f)(it)`."""
    returned = [statement.value for statement in _statements(node) if isinstance(statement, ast.Return)]
    names = {_returned_name(value) for value in returned}
    if len(names) != 1:
        return None
    found = [
        statement
        for statement in node.body
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name in names
    ]
    return found[0] if len(found) == 1 else None


def _returned_name(value: ast.expr | None) -> str:
    if isinstance(value, ast.Call) and value.args:
        called = value.func.func if isinstance(value.func, ast.Call) else value.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in ("wraps", "update_wrapper"):
            value = value.args[0]
    return value.id if isinstance(value, ast.Name) else ""


def _passes_on(wrapper: _Definition, subject: str) -> bool:
    """Whether a wrapper takes `*args, **kwargs` and calls the wrapped function with just these."""
    arguments = wrapper.args
    if not (arguments.vararg and arguments.kwarg) or arguments.kwonlyargs or arguments.defaults:
        return False
    leading = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    if len(leading) > _MOST_LEADING:
        return False
    calls = [
        node
        for node in ast.walk(wrapper)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == subject
    ]
    wanted = [*leading, "*" + arguments.vararg.arg, "**" + arguments.kwarg.arg]
    return (
        bool(calls)
        and all(_written(call) == wanted for call in calls)
        and not _rebinds(wrapper, subject)
        and not _changes(wrapper, arguments.kwarg.arg)
    )


def _written(call: ast.Call) -> list[str]:
    written = []
    for argument in call.args:
        name = argument.value if isinstance(argument, ast.Starred) else argument
        star = "*" if isinstance(argument, ast.Starred) else ""
        written.append(star + name.id if isinstance(name, ast.Name) else "?")
    for keyword in call.keywords:
        plain = keyword.arg is None and isinstance(keyword.value, ast.Name)
        written.append("**" + keyword.value.id if plain and isinstance(keyword.value, ast.Name) else "?")
    return written


def _changes(wrapper: _Definition, keywords: str) -> bool:
    """Whether a wrapper adds or takes keywords before it passes them on."""
    for node in ast.walk(wrapper):
        held: ast.expr | None = None
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            held = node
        elif isinstance(node, ast.Subscript | ast.Attribute):
            changes = node.attr in _CHANGERS if isinstance(node, ast.Attribute) else not isinstance(node.ctx, ast.Load)
            held = node.value if changes else None
        if isinstance(held, ast.Name) and held.id == keywords:
            return True
    return False


def _rebinds(node: _Definition, name: str) -> bool:
    for statement in _statements(node):
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return True
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "setattr":
            changed = call.args[0] if call.args else None
            if isinstance(changed, ast.Name) and changed.id == name:
                return True
    return False


def _statements(node: _Definition) -> Iterator[ast.stmt]:
    """Its own statements, without those of nested functions; a long function is no plain decorator."""
    pending: list[ast.stmt] = list(node.body)
    seen = 0
    while pending and seen < _MOST_STATEMENTS:
        statement = pending.pop()
        seen += 1
        yield statement
        for body in bodies_of(statement):
            pending.extend(body)
