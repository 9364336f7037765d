"""What makes an absent name possible all the same: names computed at run time, on `self`, a class or a module."""

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from core.mocks.scopes import Scope, bind, variable
from core.mocks.symbols import ClassSymbol, VariableSymbol

_HAZARD = re.compile(
    rb"setattr|__dict__|\(\s*__name__\s*,|,\s*__name__\s*[,)]|\b(?:globals|vars|locals|exec|eval)\s*\(|sys\.modules|\bmodules\[|extend_path|__path__"
)
_HAZARDOUS = (b"setattr", b"__dict__", b"__name__", b"globals", b"vars", b"locals", b"exec", b"eval", b"modules",
              b"__path__", b"extend_path")  # fmt: skip


def may_be_hazardous(content: bytes) -> bool:
    """Whether a file contains anything that has to be looked into."""
    return any(word in content for word in _HAZARDOUS) and _HAZARD.search(content) is not None


_TAKEN = re.compile(rb"(\w+)[ \t]*=[ \t]*sys\.modules\[")

_TAKE_NAMES = frozenset(
    {"getLogger", "get_logger", "Flask", "Blueprint", "getattr", "import_module", "namedtuple", "isinstance", "NewType"}
)
"""Functions that are often given `__name__` and leave the module as it is."""


_READ_NAMESPACES = frozenset({"dict", "set", "list", "sorted", "len", "isinstance", "print", "eval", "exec", "exit"})


class _Seen(NamedTuple):
    node: ast.AST
    owner: ClassSymbol | None
    receivers: frozenset[str]
    in_function: bool
    modules: frozenset[str]
    """Names of what a function takes out of `sys.modules`, which may be this very module."""


def mark_hazards(tree: ast.Module, content: bytes, top: Scope) -> None:
    """Sets `unknown` on the classes and the module of a scope, and adds what is set under a plain name."""
    modules = frozenset(name.decode() for name in _TAKEN.findall(content)) if b"sys.modules" in content else frozenset()
    for seen in _walk(tree, _lines_of_hazards(content), top, modules):
        node = seen.node
        if isinstance(node, ast.Call):
            _judge_call(node, seen, top)
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Delete):
            targets = [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else node.targets
            for target in targets:
                _judge_target(target, seen, top)
            if not seen.in_function and seen.owner is None and _is_globals(getattr(node, "value", None)):
                _module(top, "keeps its globals at hand, which may be added to")
        elif isinstance(node, ast.Name) and node.id == "__path__" and isinstance(node.ctx, ast.Store):
            _module(top, "extends its path")


def _lines_of_hazards(content: bytes) -> list[int]:
    lines, position, line = [], 0, 1
    for match in _HAZARD.finditer(content):
        line += content.count(b"\n", position, match.start())
        position = match.start()
        lines.append(line)
    return lines


def _walk(tree: ast.Module, lines: list[int], top: Scope, modules: frozenset[str]) -> Iterator[_Seen]:
    """Only what has a line with a hazard in it is walked into."""
    pending = [_Seen(tree, None, frozenset(), False, modules)]
    while pending:
        seen = pending.pop()
        node = seen.node
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        if last:
            following = bisect_left(lines, first)
            if following == len(lines) or lines[following] > last:
                continue
        yield seen
        owner, receivers, in_function = seen.owner, seen.receivers, seen.in_function
        if isinstance(node, ast.ClassDef):
            members = owner.members if owner else top.names
            found = members.get(node.name) if not in_function else None
            owner, receivers, in_function = found if isinstance(found, ClassSymbol) else None, frozenset(), False
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args]
            if owner is not None and not in_function and arguments:
                receivers = frozenset({arguments[0].arg})
            in_function = True
        pending.extend(_Seen(child, owner, receivers, in_function, modules) for child in ast.iter_child_nodes(node))


def _module(top: Scope, reason: str) -> None:
    top.module.unknown = top.module.unknown or reason


def _class(owner: ClassSymbol, reason: str) -> None:
    owner.unknown = owner.unknown or reason


def _is_receiver(node: ast.expr, seen: _Seen) -> bool:
    """`self`, `type(self)` or `self.__class__`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "type" and node.args:
        node = node.args[0]
    if isinstance(node, ast.Attribute) and node.attr == "__class__":
        node = node.value
    return isinstance(node, ast.Name) and node.id in seen.receivers


def _judge_call(call: ast.Call, seen: _Seen, top: Scope) -> None:
    function = call.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    if name in ("setattr", "__setattr__") and len(call.args) >= 2:
        is_super = name == "__setattr__" and len(call.args) == 2
        target = function.value if is_super and isinstance(function, ast.Attribute) else call.args[0]
        key = call.args[0] if is_super else call.args[1]
        _judge_setattr(target, key, seen, top)
    elif name in ("update", "setdefault", "__setitem__") and isinstance(function, ast.Attribute):
        _judge_namespace(function.value, seen, top)
    elif name == "exec" and isinstance(function, ast.Name):
        if seen.in_function and len(call.args) > 1:
            return
        if seen.owner is not None and not seen.in_function:
            _class(seen.owner, "runs code that is made at run time")
        else:
            _module(top, "runs code that is made at run time")
    elif name == "extend_path":
        _module(top, "extends its path")
    elif not seen.in_function and name not in _READ_NAMESPACES and any(map(_is_globals, call.args)):
        _module(top, f"passes its globals to {name}, which may add to them")
    elif not seen.in_function and name not in _TAKE_NAMES and _passes_module_name(call):
        _module(top, f"passes its name to {name}, which may add to it")


def _is_globals(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "globals"


def _passes_module_name(call: ast.Call) -> bool:
    """`lazy.attach(__name__, names)`: with something more than the name."""
    given = [argument.id for argument in call.args if isinstance(argument, ast.Name)]
    return "__name__" in given and len(call.args) + len(call.keywords) > 1


def _judge_setattr(target: ast.expr, key: ast.expr, seen: _Seen, top: Scope) -> None:
    plain = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
    is_super = isinstance(target, ast.Call) and isinstance(target.func, ast.Name) and target.func.id == "super"
    if seen.owner is not None and (_is_receiver(target, seen) or is_super):
        if plain is None:
            _class(seen.owner, "sets attributes with computed names")
        else:
            _add_member(seen.owner, plain, target, top, on_instance=isinstance(target, ast.Name))
        return
    if _is_this_module(target) or (isinstance(target, ast.Name) and target.id in seen.modules):
        if plain is None:
            _module(top, "sets its names by computing them")
        else:
            bind(top, plain, variable(top, target), "guarded")
        return
    named = top.names.get(target.id) if isinstance(target, ast.Name) else None
    if isinstance(named, ClassSymbol):
        if plain is None:
            _class(named, "is given attributes with computed names")
        else:
            _add_member(named, plain, target, top, on_instance=False)
    elif isinstance(named, VariableSymbol) and named.value is not None and _is_this_module(named.value):
        _module(top, "sets its names by computing them")


def _add_member(owner: ClassSymbol, name: str, node: ast.expr, top: Scope, *, on_instance: bool) -> None:
    if name not in owner.members and isinstance(owner.members, dict):
        symbol = variable(top, node)
        symbol.name, symbol.owner, symbol.on_instance, symbol.is_rebound = name, owner, on_instance, True
        owner.members[name] = symbol


def _is_this_module(node: ast.expr) -> bool:
    """`sys.modules[__name__]`, also through `.get`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        return isinstance(node.args[0], ast.Name) and node.args[0].id == "__name__"
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name) and node.slice.id == "__name__"


def _is_module_registry(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "modules" and isinstance(node.value, ast.Name)


def _judge_target(target: ast.expr, seen: _Seen, top: Scope) -> None:
    if isinstance(target, ast.Subscript):
        if _is_this_module(target) or (_is_module_registry(target.value) and not seen.in_function):
            _module(top, "changes sys.modules while it is imported")
        else:
            _judge_namespace(target.value, seen, top, key=target.slice)
    elif isinstance(target, ast.Attribute) and target.attr == "__dict__":
        if seen.owner is not None and _is_receiver(target.value, seen):
            _class(seen.owner, "replaces its __dict__")
    elif isinstance(target, ast.Attribute) and target.attr == "__class__" and _is_this_module(target.value):
        _module(top, "changes its class")


def _judge_namespace(space: ast.expr, seen: _Seen, top: Scope, key: ast.expr | None = None) -> None:
    """A write into `globals()`, `vars(x)`, `locals()` or `x.__dict__`."""
    plain = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
    if isinstance(space, ast.Call) and isinstance(space.func, ast.Name):
        name, given = space.func.id, space.args[0] if space.args else None
        if name == "globals" or (name in ("vars", "locals") and given is None and seen.owner is None):
            if not (name == "locals" and seen.in_function):
                _write_module(plain, space, top)
        elif name in ("vars", "locals") and given is None and seen.owner and not seen.in_function:
            _class(seen.owner, "fills its body by computing names")
        elif name == "vars" and given is not None and seen.owner and _is_receiver(given, seen):
            _class(seen.owner, "sets attributes with computed names")
    elif isinstance(space, ast.Attribute) and space.attr == "__dict__":
        if seen.owner is not None and _is_receiver(space.value, seen):
            if plain is None:
                _class(seen.owner, "sets attributes with computed names")
            else:
                _add_member(seen.owner, plain, space, top, on_instance=True)
        elif _is_this_module(space.value):
            _write_module(plain, space, top)


def _write_module(plain: str | None, node: ast.expr, top: Scope) -> None:
    if plain is None:
        _module(top, "writes to globals() with computed names")
    else:
        bind(top, plain, variable(top, node), "guarded")
