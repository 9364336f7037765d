"""The third-party bases that most subclasses have, by their public members, for when their sources are not there."""

import ast
import functools
import tomllib
from importlib.resources import files
from typing import NamedTuple

from core.mocks.model import Place
from core.mocks.symbols import ClassSymbol, FunctionSymbol, ModuleSymbol, Parameter, VariableSymbol


class Entry(NamedTuple):
    """One base of `bases.toml`."""

    cls: ClassSymbol
    is_open: bool
    """Members are also made from words of the code (related names, field names), so a known word may be one."""
    fields: str
    """How class-body annotations become constructor arguments: `pydantic`, or empty."""


@functools.cache
def load_catalogue() -> dict[str, Entry]:
    """By absolute dotted name, every name a base is imported under; a call's result under `name()`."""
    text = files("core.mocks").joinpath("bases.toml").read_text("utf-8")
    catalogue: dict[str, Entry] = {}
    for table in tomllib.loads(text)["base"]:
        names: list[str] = table["names"]
        module = ModuleSymbol(names[0].rpartition(".")[0], f"<known>/{names[0].partition('.')[0]}", is_own=False)
        place = Place(module.path, 1)
        cls = ClassSymbol(names[0].rpartition(".")[2].removesuffix("()"), module, place)
        cls.bases = tuple(ast.Name(base, ast.Load()) for base in table.get("bases", ()))
        methods = {name: _method(name, cls) for name in table.get("methods", "").split()}
        coroutines = {name: _method(name, cls, is_async=True) for name in table.get("coroutines", "").split()}
        values = {name: _value(name, cls) for name in table.get("values", "").split()}
        cls.members = {**methods, **coroutines, **values}
        cls.unknown = table.get("unknown", "")
        entry = Entry(cls, table.get("open", False), table.get("fields", ""))
        catalogue.update(dict.fromkeys(names, entry))
    return catalogue


def _method(name: str, cls: ClassSymbol, *, is_async: bool = False) -> FunctionSymbol:
    """Called in any way: the catalogue keeps no parameters."""
    anything = (
        Parameter("self", "positional", False),
        Parameter("args", "varargs", True),
        Parameter("kwargs", "varkw", True),
    )
    return FunctionSymbol(name, cls.module, cls.place, "method", anything, is_async, owner=cls, has_variants=True)


def _value(name: str, cls: ClassSymbol) -> VariableSymbol:
    reason = "is known by its name only"
    return VariableSymbol(name, cls.module, cls.place, owner=cls, is_rebound=True, unknown=reason)
