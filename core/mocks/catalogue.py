"""The third-party bases that most subclasses have, by their public members, for when their sources are not there."""

import ast
import functools
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, NamedTuple, TypedDict

from core.mocks.model import Place
from core.mocks.symbols import ClassSymbol, FunctionSymbol, ModuleSymbol, Parameter, VariableSymbol


class Entry(NamedTuple):
    """One base of `bases.toml`."""

    cls: ClassSymbol
    is_open: bool
    """Members are also made from words of the code (related names, field names), so a known word may be one."""
    fields: str
    """How class-body annotations become constructor arguments: `pydantic`, or empty."""


_NAMES = re.compile(r"^names = (\[.*\])$", re.M)


class _Catalogue:
    """The file is cut at its tables and each is read when it is asked for, for reading all of it takes long."""

    def __init__(self, text: str) -> None:
        self._texts: dict[str, str] = {}
        for table in text.split("[[base]]\n")[1:]:
            found = _NAMES.search(table)
            assert found is not None, table
            self._texts.update(dict.fromkeys(ast.literal_eval(found[1]), table))
        self._entries: dict[str, Entry] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def get(self, dotted: str) -> Entry | None:
        """The entry of an absolute dotted name; of a call's result, the name and `()`."""
        text = self._texts.get(dotted)
        if text is not None and dotted not in self._entries:
            table = tomllib.loads(text)
            self._entries.update(dict.fromkeys(table["names"], _entry(table)))
        return self._entries.get(dotted)


@functools.cache
def load_catalogue() -> _Catalogue:
    """The shipped catalogue, by every absolute name that a base is imported under."""
    return _Catalogue(files("core.mocks").joinpath("bases.toml").read_text("utf-8"))


class _Table(TypedDict, total=False):
    names: list[str]
    bases: list[str]
    methods: str
    coroutines: str
    values: str
    unknown: str
    fields: str
    open: bool


def _entry(table: Any) -> Entry:
    given: _Table = table
    holder, _, name = given["names"][0].rpartition(".")
    module = ModuleSymbol(holder, f"<known>/{holder.partition('.')[0]}", is_own=False)
    cls = ClassSymbol(name.removesuffix("()"), module, Place(module.path, 1))
    cls.bases = tuple(ast.Name(base, ast.Load()) for base in given.get("bases", ()))
    cls.members = {
        **{name: _method(name, cls) for name in given.get("methods", "").split()},
        **{name: _method(name, cls, is_async=True) for name in given.get("coroutines", "").split()},
        **{name: _value(name, cls) for name in given.get("values", "").split()},
    }
    cls.unknown = given.get("unknown", "")
    return Entry(cls, given.get("open", False), given.get("fields", ""))


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
