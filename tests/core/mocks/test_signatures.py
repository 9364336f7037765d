"""How things are called, or why nobody can say."""

from pathlib import Path

import pytest

from core.mocks.symbols import CallSignature, Unknown

from .trees import a_class, a_module, found, kind_of, shape

FUNCTIONS = {
    "def name(a, b=1, /, c=2, *d, e, f=3, **g): ...": "a, b=, c=, *d, e, f=, **g",
    "def name(a, *, b): ...": "a, *, b",
    "async def name(a): ...": "async a",
    "async def name(a):\n    yield 1": "a",
    "name = lambda a, b=1: a": "a, b=",
    "def other(a): ...\nname = other": "a",
    "import functools\n@functools.lru_cache(maxsize=3)\ndef name(a): ...": "a",
    "from contextlib import contextmanager\n@contextmanager\ndef name(a):\n    yield": "a",
    "from contextlib import asynccontextmanager\n@asynccontextmanager\nasync def name(a):\n    yield": "a",
    "def note(f):\n    seen.append(f)\n    return f\n@note\ndef name(a): ...": "a",
    "def note(n):\n    def d(f):\n        return f\n    return d\n@note(1)\ndef name(a): ...": "a",
    "from functools import wraps\ndef d(f):\n    @wraps(f)\n    def w(*args, **kw):\n        return f(*args, **kw)\n"
    "    return w\n@d\ndef name(a): ...": "a",
    "def d(f):\n    def w(s, *args, **kw):\n        return f(s, *args, **kw)\n    return w\n@d\ndef name(a): ...": "a",
    "import functools\ndef r(n, m):\n    def d(f):\n        return f\n    return d\np = functools.partial(r, m=1)\n"
    "@p(1)\ndef name(a): ...": "a",
    "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/')\ndef name(a): ...": "a",
    "from lib import retry\n@retry\ndef name(a): ...": "?",
    "def d(f):\n    def w(*args):\n        return f(1, *args)\n    return w\n@d\ndef name(a): ...": "?",
    "def d(f):\n    return make(f)\n@d\ndef name(a): ...": "?",
    "if x:\n    def name(a): ...\nelse:\n    def name(b): ...": "?",
    "if x:\n    def name(a): ...\nelse:\n    def name(a): ...": "a",
    "try:\n    from lib import name\nexcept ImportError:\n    def name(a): ...": "?",
    "from typing import overload\n@overload\ndef name(a: int): ...\n@overload\ndef name(a: str): ...\n"
    "def name(a): ...": "a",
    "def name(a): ...\nname = wrap(name)": "?",
    "import lib\nname = lib.name": "?",
}


@pytest.mark.parametrize(("text", "wanted"), FUNCTIONS.items())
def test_functions(tmp_path: Path, text: str, wanted: str) -> None:
    production = a_module(tmp_path, text)
    shown = shape(production.signature(found(production.target("app.keys.name")), bound=False))
    assert shown == wanted if wanted != "?" else shown.startswith("? ")


METHODS = {
    "def name(self, a): ...": ("a", "self, a"),
    "@staticmethod\ndef name(a): ...": ("a", "a"),
    "@classmethod\ndef name(cls, a): ...": ("a", "a"),
    "async def name(self): ...": ("async ", "async self"),
    "def name(*args): ...": ("*args", "*args"),
    "import abc\n@abc.abstractmethod\ndef name(self, a): ...": ("a", "self, a"),
    "@property\ndef name(self): ...": ("?", "?"),
}


@pytest.mark.parametrize(("body", "shapes"), METHODS.items())
def test_methods_bound_and_not(tmp_path: Path, body: str, shapes: tuple[str, str]) -> None:
    text = "class Key:\n" + "".join(f"    {line}\n" for line in body.splitlines())
    if "import abc" in body:
        text = "import abc\n" + text.replace("    import abc\n", "")
    production = a_module(tmp_path, text)
    symbol = found(production.member(a_class(production), "name"))
    for bound, wanted in zip((True, False), shapes, strict=True):
        shown = shape(production.signature(symbol, bound=bound))
        assert shown == wanted if wanted != "?" else shown.startswith("? ")


HEAD = "from dataclasses import KW_ONLY, InitVar, dataclass, field\nfrom typing import ClassVar, NamedTuple\n"
CONSTRUCTORS = {
    "class Key:\n    def __init__(self, a, *, b=1): ...": "a, *, b=",
    "class B:\n    def __init__(self, a): ...\nclass Key(B): ...": "a",
    "class Key: ...": "",
    "class Key:\n    def __new__(cls, a): ...": "a",
    "class Key:\n    def __new__(cls, *a): ...\n    def __init__(self, b): ...": "?",
    "@dataclass\nclass Key:\n    a: int\n    b: int = 1\n    c: ClassVar[int] = 2\n    d: InitVar[int] = 3": (
        "a, b=, d="
    ),
    "@dataclass\nclass Key:\n    a: list = field(default_factory=list)\n    b: int = field(init=False)": "a=",
    "@dataclass\nclass Key:\n    a: int\n    _: KW_ONLY\n    b: int": "a, *, b",
    "@dataclass(kw_only=True)\nclass Key:\n    a: int\n    b: int = field(default=1, kw_only=False)": "b=, *, a",
    "@dataclass\nclass B:\n    a: int\n    b: int = 1\n@dataclass\nclass Key(B):\n    c: int = 2\n    a: int = 3": (
        "a=, b=, c="
    ),
    "@dataclass\nclass Key:\n    a: int\n    def __init__(self, x): ...": "x",
    "@dataclass(init=False)\nclass Key:\n    a: int\n    def __init__(self, x): ...": "x",
    "@dataclass\nclass Key:\n    a: int\n    def __post_init__(self):\n        self.a = self.z = 1": "a",
    "class Key(NamedTuple):\n    a: int\n    b: int = 1": "a, b=",
    "from collections import namedtuple\nKey = namedtuple('Key', 'a b')": "a, b",
    "import attr\n@attr.s\nclass Key:\n    a = attr.ib()\n    _b = attr.ib(default=1)\n    c = attr.ib(init=False)": (
        "a, b="
    ),
    "from attrs import define, field as f\n@define\nclass Key:\n    a: int\n    b: list = f(factory=list)": "a, b=",
    "from attrs import define, field\n@define\nclass Key:\n    a: int = field(alias='x')": "?",
    "from pydantic import BaseModel\nclass Key(BaseModel):\n    a: int": "?",
    "from pydantic import BaseModel\nclass Key(BaseModel):\n    def __init__(self, a): ...": "a",
    "from lib import Base\nclass Key(Base):\n    def __init__(self, a): ...": "?",
    "import enum\nclass Key(enum.Enum):\n    a = 1": "?",
    "class M(type):\n    def __call__(cls, x): ...\nclass Key(metaclass=M):\n    def __init__(self, a): ...": "?",
    "from abc import ABC\nclass Key(ABC):\n    def __init__(self, a): ...": "a",
    "class Key(Exception):\n    def __init__(self, a): ...": "a",
    "class Key(Exception): ...": "*args",
    "from starlette.middleware.base import BaseHTTPMiddleware\n"
    "class Key(BaseHTTPMiddleware):\n    def __init__(self, app, b): ...": "app, b",
    "from starlette.middleware.base import BaseHTTPMiddleware\nclass Key(BaseHTTPMiddleware): ...": "?",
    "from lib import d\n@d\nclass Key:\n    def __init__(self, a): ...": "?",
    "if x:\n    class Key: ...\nelse:\n    class Key:\n        def __init__(self, a): ...": "?",
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), CONSTRUCTORS.items())
def test_constructors(tmp_path: Path, text: str, wanted: str) -> None:
    production = a_module(tmp_path, HEAD + text)
    shown = shape(production.signature(a_class(production), bound=True))
    assert shown == wanted if wanted != "?" else shown.startswith("? ")


def test_a_signature_is_shown_as_it_is_written(tmp_path: Path) -> None:
    text = (
        "class Key:\n    async def name(self, a: 'int', /, b=1, *, c: str | None = None, **d: object) -> bytes: ...\n"
    )
    production = a_module(tmp_path, text)
    signature = production.signature(found(production.target("app.keys.Key.name")), bound=True)
    assert isinstance(signature, CallSignature)
    assert signature.text == ("async def name(self, a: 'int', /, b=..., *, c: str | None = ..., **d: object) -> bytes")
    assert signature.is_async


def test_standard_functions_have_signatures_too(tmp_path: Path) -> None:
    production = a_module(tmp_path, "import json, subprocess")
    assert "obj" in shape(production.signature(found(production.target("json.dumps")), bound=False))
    assert shape(production.signature(found(production.target("subprocess.run")), bound=False)).startswith("? ")


VALUES = {
    "name: Key": "Key",
    "name: 'Key | None' = None": "Key",
    "from typing import Optional\nname: Optional[Key] = None": "Key",
    "from typing import Annotated\nname: Annotated[Key, 1] = f()": "Key",
    "name = Key()": "Key",
    "name = None\nname = Key()": "Key",
    "from typing import cast\nname = cast('Key', f())": "Key",
    "def make() -> Key: ...\nname = make()": "Key",
    "async def make() -> Key: ...\nname = make()": "Key",
    "from typing import TypeVar\nT = TypeVar('T', bound=Key)\nname: T = f()": "?",
    "from typing import NewType\nId = NewType('Id', Key)\nname: Id = f()": "Key",
    "Alias = Key\nname: Alias = f()": "Key",
    "name = 3": "int",
    "name = f'{x}'": "str",
    "name: list[Key] = []": "list",
    "from typing import Dict\nname: Dict[str, Key] = {}": "dict",
    "name: Key | Other = f()": "?",
    "name: type[Key] = Key": "?",
    "name = Key()\nname = Other()": "?",
    "def make(): return Key()\nname = make()": "?",
    "def make() -> Key:\n    yield 1\nname = make()": "?",
    "from typing import Any\nname: Any = Key()": "?",
    "name: 'not an expression(' = 1": "?",
    "name: Absent = 1": "?",
    "if x:\n    name = Key()\nelse:\n    name = Other()": "?",
}


@pytest.mark.parametrize(("text", "wanted"), VALUES.items())
def test_values_have_a_class_or_a_reason(tmp_path: Path, text: str, wanted: str) -> None:
    production = a_module(tmp_path, f"class Key: ...\nclass Other: ...\n{text}\n")
    module = production.module_at("app/keys.py")
    assert module is not None
    symbol = module.names.get("name") or module.typing_names["name"]
    cls = production.value_class(symbol)  # type: ignore[arg-type]
    assert isinstance(cls, Unknown) if wanted == "?" else not isinstance(cls, Unknown) and cls.name == wanted


def test_attributes_take_the_annotation_of_the_parameter_they_are_given(tmp_path: Path) -> None:
    text = "class Key: ...\nclass Use:\n    def __init__(self, key: Key):\n        self.key = key\n"
    production = a_module(tmp_path, text)
    cls = production.value_class(found(production.member(a_class(production, "app.keys.Use"), "key")))
    assert not isinstance(cls, Unknown)
    assert cls.name == "Key"


def test_a_property_gives_what_it_says(tmp_path: Path) -> None:
    text = "class Key:\n    @property\n    def me(self) -> 'Key': ...\n    def same(self) -> 'Key': ...\n"
    production = a_module(tmp_path, text)
    assert kind_of(production.target("app.keys.Key.me.absent")) == "No"
    assert isinstance(production.value_class(found(production.target("app.keys.Key.same"))), Unknown)


def test_self_means_the_class(tmp_path: Path) -> None:
    text = "from typing import Self\nclass Key:\n    def me(self) -> Self: ...\n"
    production = a_module(tmp_path, text)
    function = found(production.target("app.keys.Key.me"))
    assert production.returned_class(function) is a_class(production)  # type: ignore[arg-type]
