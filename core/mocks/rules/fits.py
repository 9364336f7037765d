"""Whether a call fits a signature, and whether two signatures have any call in common."""

import ast
from difflib import get_close_matches

from core.mocks.doubles.values import LocalFunction, Shape
from core.mocks.symbols import CallSignature, Parameter


def rejection(signature: CallSignature, shape: Shape) -> str:
    """Why Python would refuse the call, as a part of a sentence; empty when it would not, or nobody can say."""
    slots = [each for each in signature.parameters if each.kind in ("positional", "either")]
    names = [each.name for each in signature.parameters if each.kind in ("either", "keyword")]
    kinds = {each.kind for each in signature.parameters}
    if shape.positional > len(slots) and "varargs" not in kinds:
        return f"it takes {_count(len(slots))} and gets {shape.positional}"
    filled = {each.name for each in slots[: shape.positional] if each.kind == "either"}
    for name in shape.keywords:
        if name in filled:
            return f"it gets {name} twice"
        if name not in names and "varkw" not in kinds:
            near = get_close_matches(name, names, n=1, cutoff=0.6)
            return f"it has no parameter {name}" + (f" (closest: {near[0]})" if near else "")
    missing = _missing(signature, slots, shape)
    return f"{missing} is missing" if missing else ""


def _count(number: int) -> str:
    return "1 positional argument" if number == 1 else f"{number or 'no'} positional arguments"


def _missing(signature: CallSignature, slots: list[Parameter], shape: Shape) -> str:
    if not shape.open_positional and not shape.open_keywords:
        for each in slots[shape.positional :]:
            if not each.has_default and each.name not in shape.keywords:
                return each.name
    if not shape.open_keywords:
        for each in signature.parameters:
            if each.kind == "keyword" and not each.has_default and each.name not in shape.keywords:
                return each.name
    return ""


def signature_of(function: LocalFunction, *, bound: bool) -> CallSignature:
    """How a function of the tests is called; `bound` leaves its first parameter out."""
    args = function.node.args
    both = [*args.posonlyargs, *args.args]
    first_default = len(both) - len(args.defaults)
    found = [
        Parameter(each.arg, "positional" if index < len(args.posonlyargs) else "either", index >= first_default)
        for index, each in enumerate(both)
    ]
    found = found[1:] if bound and found else found
    if args.vararg is not None:
        found.append(Parameter(args.vararg.arg, "varargs", has_default=True))
    for each, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        found.append(Parameter(each.arg, "keyword", default is not None))
    if args.kwarg is not None:
        found.append(Parameter(args.kwarg.arg, "varkw", has_default=True))
    text = f"{function.name}({', '.join(each.name for each in found)})"
    return CallSignature(tuple(found), isinstance(function.node, ast.AsyncFunctionDef), text=text)


def disagreement(real: CallSignature, other: CallSignature) -> str:
    """Why no call can satisfy both; empty when some can."""
    return _unfillable(real, other, "production", "the replacement") or _unfillable(
        other, real, "the replacement", "production"
    )


def _unfillable(caller: CallSignature, callee: CallSignature, one: str, two: str) -> str:
    kinds = {each.kind for each in callee.parameters}
    slots = [each for each in callee.parameters if each.kind in ("positional", "either")]
    names = {each.name for each in callee.parameters if each.kind in ("either", "keyword")}
    required = [each for each in caller.parameters if not each.has_default and each.kind in ("positional", "either")]
    total = len(slots) + sum(each.kind == "keyword" for each in callee.parameters)
    if "varargs" not in kinds and "varkw" not in kinds and len(required) > total:
        return f"{one} needs at least {len(required)} arguments and {two} takes at most {total}"
    for each in caller.parameters:
        needed = each.kind == "keyword" and not each.has_default
        if needed and "varkw" not in kinds and each.name not in names:
            return f"{one} needs the keyword {each.name}, which {two} does not take"
    return ""
