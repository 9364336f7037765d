"""What a class, an instance or a module has: yes, no, or unknown, and never no to what may be there."""

from pathlib import Path

import pytest

from core.mocks.symbols import No, Unknown

from .trees import a_class, a_module, a_production, kind_of

THERE = {
    "a method": "class Key:\n    def name(self): ...",
    "an inherited method": "class Base:\n    def name(self): ...\nclass Mid(Base): ...\nclass Key(Mid): ...",
    "a property": "class Key:\n    @property\n    def name(self): ...\n    @name.setter\n    def name(self, x): ...",
    "set in __init__": "class Key:\n    def __init__(self):\n        self.name = 1",
    "set in another method": "class Key:\n    def later(self):\n        if x:\n            self.name: int = 1",
    "set with others at once": "class Key:\n    def __init__(self):\n        self.a, (self.name, *self.c) = f()",
    "set by augmenting": "class Key:\n    def more(self):\n        self.name += 1",
    "set by with": "class Key:\n    def more(self):\n        with a() as self.name: ...",
    "set by for": "class Key:\n    def more(self):\n        for self.name in a(): ...",
    "set in a nested function": "class Key:\n    def more(self):\n        def inner():\n            self.name = 1",
    "set by setattr": "class Key:\n    def more(self):\n        setattr(self, 'name', 1)",
    "set by object.__setattr__": "class Key:\n    def more(self):\n        object.__setattr__(self, 'name', 1)",
    "set under another receiver's name": "class Key:\n    def more(this):\n        this.name = 1",
    "set on cls": "class Key:\n    @classmethod\n    def more(cls):\n        cls.name = 1",
    "set on the class after it": "class Key: ...\nKey.name = 1",
    "a class attribute": "class Key:\n    name = 1",
    "one of a tuple": "class Key:\n    a, name = 1, 2",
    "an alias of a method": "class Key:\n    def a(self): ...\n    name = a",
    "an annotation": "class Key:\n    name: int",
    "a dataclass field": "from dataclasses import dataclass\n@dataclass\nclass Key:\n    name: int = 3",
    "a nested class": "class Key:\n    class name: ...",
    "defined under a condition": "class Key:\n    if x:\n        def name(self): ...",
    "defined in a try": "class Key:\n    try:\n        import name\n    except ImportError:\n        name = None",
    "a descriptor": "class Key:\n    name = Column(3)",
    "a named tuple's field": "from typing import NamedTuple\nclass Key(NamedTuple):\n    name: int",
    "a field of a made tuple": "from collections import namedtuple\nKey = namedtuple('Key', 'id name')",
    "a field of a base that is a made tuple": (
        "from collections import namedtuple\nclass Key(namedtuple('K', ['name'])): ..."
    ),
    "a member of an enumeration": "import enum\nclass Key(enum.Enum):\n    name_ = 1\n    name = 2",
    "of a generic base": (
        "from typing import Generic, TypeVar\nT = TypeVar('T')\n"
        "class B(Generic[T]):\n    def name(self): ...\nclass Key(B[int]): ..."
    ),
    "of a protocol": "from typing import Protocol\nclass P(Protocol):\n    def name(self): ...\nclass Key(P): ...",
    "of a standard base": "import threading\nclass Key(threading.Thread): ...",
    "of a sibling class": "class Outer:\n    class B:\n        name = 1\n    class Key(B): ...\nKey = Outer.Key",
    "of a base that is another name": "class B:\n    name = 1\nAlias = B\nclass Key(Alias): ...",
}  # fmt: skip


@pytest.mark.parametrize("text", THERE.values(), ids=THERE.keys())
def test_what_is_there_is_found(tmp_path: Path, text: str) -> None:
    production = a_module(tmp_path, text)
    answer = production.member(a_class(production), "name")
    allowed = {"Yes", "Unknown"} if "namedtuple('K'" in text else {"Yes"}
    assert kind_of(answer) in allowed, answer


UNKNOWN = {
    "a base that is not read": "from lib import Base\nclass Key(Base): ...",
    "a base made by a call": "class Key(make()): ...",
    "computed bases": "class Key(*bases): ...",
    "__getattr__": "class Key:\n    def __getattr__(self, name): ...",
    "__getattr__ of a base": "class B:\n    def __getattribute__(self, n): ...\nclass Key(B): ...",
    "self.__dict__ replaced": "class Key:\n    def __init__(self):\n        self.__dict__ = self",
    "self.__dict__ updated": "class Key:\n    def __init__(self, **kw):\n        self.__dict__.update(kw)",
    "vars(self) written to": "class Key:\n    def __init__(self, **kw):\n        vars(self)[x] = 1",
    "computed setattr": "class Key:\n    def __init__(self, **kw):\n        for k in kw: setattr(self, k, 1)",
    "computed setattr on the class": "class Key: ...\nfor n in names:\n    setattr(Key, n, 1)",
    "computed super().__setattr__": "class Key:\n    def put(self, k):\n        super().__setattr__(k, 1)",
    "a metaclass": "class Meta(type):\n    def __new__(m, *a): ...\nclass Key(metaclass=Meta): ...",
    "a metaclass of a base": "class M(type):\n    def __call__(c): ...\nclass B(metaclass=M): ...\nclass Key(B): ...",
    "a metaclass that is not read": "from lib import Meta\nclass Key(metaclass=Meta): ...",
    "an unknown decorator": "from lib import add\n@add\nclass Key: ...",
    "a decorator that sets": "def add(c):\n    setattr(c, n, 1)\n    return c\n@add\nclass Key: ...",
    "locals() in the body": "class Key:\n    locals()[n] = 1",
    "two definitions": "if x:\n    class Key: ...\nelse:\n    class Key:\n        b = 1",
    "inheritance in a circle": "class B(Key): ...\nclass Key(B): ...",
    "a hook that only a user sets": "class Key:\n    def run(self):\n        return self.absent",
    "given from outside": "class Key: ...\ndef f(key):\n    key.absent = 1",
    "given from outside with another": "class Key: ...\ndef f(key, b):\n    key.absent, b.c = 1, 2",
    "given by setattr": "class Key: ...\ndef f(key):\n    setattr(key, 'absent', 1)",
    "computed fields": "from collections import namedtuple\nKey = namedtuple('Key', FIELDS)",
    "a base behind a fallback": "try:\n    from lib import B\nexcept ImportError:\n    B = object\nclass Key(B): ...",
}


@pytest.mark.parametrize("text", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_may_be_there_is_unknown(tmp_path: Path, text: str) -> None:
    production = a_module(tmp_path, text)
    answer = production.member(a_class(production), "absent")
    assert isinstance(answer, Unknown), answer
    assert answer.reason


ABSENT = {
    "a plain class": "class Key:\n    def names(self): ...",
    "own bases": "class B:\n    def a(self): ...\nclass Key(B): ...",
    "a dataclass": "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Key:\n    a: int",
    "an abstract class": "import abc\nclass Key(abc.ABC):\n    @abc.abstractmethod\n    def a(self): ...",
    "a standard base": "import threading\nclass Key(threading.Thread): ...",
    "an exception": "class Key(ValueError): ...",
    "a protocol": "from typing import Protocol\nclass Key(Protocol):\n    def a(self): ...",
    "a plain metaclass": "from abc import ABCMeta\nclass Key(metaclass=ABCMeta): ...",
    "an own metaclass that adds nothing": "class M(type):\n    def size(c): ...\nclass Key(metaclass=M): ...",
    "a decorator that gives it back": "def note(c):\n    seen.append(c)\n    return c\n@note\nclass Key: ...",
    "a decorator that is called": (
        "def note(n):\n    def d(c):\n        return c\n    return d\n@note(1)\nclass Key: ..."
    ),
    "setattr on something else": "class Key:\n    def put(self, o, k):\n        setattr(o.other, k, 1)",
    "a model of a known library": "from pydantic import BaseModel\nclass Key(BaseModel):\n    a: int",
    "slots": "class Key:\n    __slots__ = ('a',)",
    "builtins": "class Key(dict): ...",
    "annotations only": "from __future__ import annotations\nclass Key:\n    a: Missing",
}


@pytest.mark.parametrize("text", ABSENT.values(), ids=ABSENT.keys())
def test_what_is_surely_absent_is_no(tmp_path: Path, text: str) -> None:
    production = a_module(tmp_path, text)
    assert isinstance(production.member(a_class(production), "absent"), No)


def test_the_closest_real_name_is_told(tmp_path: Path) -> None:
    production = a_module(tmp_path, "class Key:\n    def rotate_key(self): ...\n    def revoke(self): ...")
    assert production.member(a_class(production), "rotate_keys") == No("rotate_key")
    assert production.member(a_class(production), "zzz") == No("")


@pytest.mark.parametrize(
    ("text", "on_class"),
    [
        ("class Key:\n    def __init__(self):\n        self.name = 1", "No"),
        ("class Key:\n    name: int", "No"),
        ("class Key:\n    name: int = 1", "Yes"),
        ("class Key:\n    name = None\n    def __init__(self):\n        self.name = 1", "Yes"),
        ("from pydantic import BaseModel\nclass Key(BaseModel):\n    name: int", "Unknown"),
        ("from dataclasses import dataclass\n@dataclass(slots=True)\nclass Key:\n    name: int", "Unknown"),
        ("class Key:\n    @classmethod\n    def more(cls):\n        cls.name = 1", "Yes"),
    ],
)
def test_a_class_lacks_what_only_instances_have(tmp_path: Path, text: str, on_class: str) -> None:
    production = a_module(tmp_path, text)
    assert kind_of(production.member(a_class(production), "name", on_instance=False)) == on_class
    assert kind_of(production.member(a_class(production), "name")) == "Yes"


def test_a_subclass_makes_an_inexact_receiver_unknown(tmp_path: Path) -> None:
    production = a_module(
        tmp_path,
        "class Key: ...",
        other="from app.keys import Key as K\nclass Special(K):\n    def extra(self): ...\n",
    )
    cls = a_class(production)
    assert isinstance(production.member(cls, "extra"), No)
    assert isinstance(production.member(cls, "extra", exact=False), Unknown)
    assert isinstance(production.member(cls, "absent", exact=False), No)


def test_a_private_name_that_no_class_of_the_project_has_is_missing(tmp_path: Path) -> None:
    production = a_module(tmp_path, "class Key:\n    def _load(self): ...\nclass Bad(ValueError): ...")
    assert kind_of(production.member(a_class(production), "_loads")) == "No"
    assert kind_of(production.member(a_class(production, "app.keys.Bad"), "_loads")) == "No"


def test_private_names_are_mangled_and_so_unknown(tmp_path: Path) -> None:
    production = a_module(tmp_path, "class Key:\n    def __init__(self):\n        self.__secret = 1")
    assert kind_of(production.member(a_class(production), "_Key__secret")) == "Yes"
    assert kind_of(production.member(a_class(production), "__secret")) == "Unknown"


def test_names_of_python_itself_are_never_absent(tmp_path: Path) -> None:
    production = a_module(tmp_path, "class Key: ...")
    for name in ("__dict__", "__class__", "__init__", "__eq__", "__post_init__", "__weakref__"):
        assert kind_of(production.member(a_class(production), name)) != "No"
    for name in ("__name__", "__mro__", "mro", "register"):
        assert kind_of(production.member(a_class(production), name, on_instance=False)) != "No"


def test_a_value_has_what_its_class_has(tmp_path: Path) -> None:
    production = a_module(
        tmp_path,
        """
        class Key:
            def read(self): ...
        made = Key()
        noted: "Key | None" = None
        unclear = load()
        """,
    )
    for name in ("made", "noted"):
        assert kind_of(production.target(f"app.keys.{name}.read")) == "Yes"
        assert kind_of(production.target(f"app.keys.{name}.absent")) == "No"
    assert kind_of(production.target("app.keys.unclear.read")) == "Unknown"


def test_functions_have_what_functions_have(tmp_path: Path) -> None:
    production = a_module(
        tmp_path, "import functools\ndef f(): ...\n@functools.cache\ndef g(): ...\ndef h(): ...\nh.calls = 0\n"
    )
    assert kind_of(production.target("app.keys.f.__name__")) == "Yes"
    assert kind_of(production.target("app.keys.f.absent")) == "No"
    assert kind_of(production.target("app.keys.g.cache_clear")) == "Unknown"
    assert kind_of(production.target("app.keys.h.calls")) == "Unknown"


@pytest.mark.parametrize(
    ("base", "known", "absent"),
    [
        ("starlette.middleware.base.BaseHTTPMiddleware", "dispatch", "No"),
        ("sqlalchemy.orm.DeclarativeBase", "metadata", "No"),
        ("django.db.models.Model", "full_clean", "No"),
        ("django.test.TestCase", "assertNumQueries", "No"),
        ("rest_framework.views.APIView", "get_permissions", "No"),
        ("celery.Task", "apply_async", "No"),
        ("aiohttp.web.View", "request", "No"),
        ("flask.views.MethodView", "dispatch_request", "No"),
        ("marshmallow.Schema", "load", "No"),
        ("pydantic_settings.BaseSettings", "model_dump", "No"),
    ],
)
def test_usual_third_party_bases_are_known(tmp_path: Path, base: str, known: str, absent: str) -> None:
    holder = base.rpartition(".")[0]
    production = a_module(tmp_path, f"import {holder}\nclass Key({base}): ...\n")
    assert kind_of(production.member(a_class(production), known)) == "Yes"
    assert kind_of(production.member(a_class(production), "certainly_absent")) == absent
    assert kind_of(production.member(a_class(production), "_private")) == "Unknown"


def test_a_declarative_base_made_by_a_call_is_known(tmp_path: Path) -> None:
    text = (
        "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\nclass Key(Base):\n    id = Column()\n"
    )
    production = a_module(tmp_path, text)
    assert kind_of(production.member(a_class(production), "metadata")) == "Yes"
    assert kind_of(production.member(a_class(production), "certainly_absent")) == "No"


def test_related_names_of_models_are_unknown(tmp_path: Path) -> None:
    text = """
        from django.db import models
        class Key(models.Model): ...
        class Use(models.Model):
            key = models.ForeignKey(Key, related_name="uses")
        """
    production = a_module(tmp_path, text)
    for name in ("uses", "use_set", "owner_id", "get_kind_display", "objects"):
        assert kind_of(production.member(a_class(production), name)) in ("Unknown", "Yes")


def test_a_model_that_allows_more_is_unknown(tmp_path: Path) -> None:
    text = "from pydantic import BaseModel\nclass Key(BaseModel):\n    model_config = {'extra': 'allow'}\n"
    production = a_module(tmp_path, text)
    assert kind_of(production.member(a_class(production), "absent")) == "Unknown"


def test_public_methods_leave_out_properties_and_what_objects_have(tmp_path: Path) -> None:
    text = """
        class Base:
            def close(self): ...
        class Key(Base):
            size = 3
            @property
            def name(self): ...
            def read(self): ...
            async def fetch(self): ...
            def _hidden(self): ...
        """
    production = a_module(tmp_path, text)
    assert production.public_methods(a_class(production)) == ("close", "fetch", "read")


def test_ancestry_is_known_or_not(tmp_path: Path) -> None:
    text = "import enum, lib\nclass Key(enum.IntEnum): ...\nclass Other(lib.Base, Key): ...\nclass Plain: ...\n"
    production = a_module(tmp_path, text)
    assert production.is_subclass(a_class(production), "enum.Enum") is True
    assert production.is_subclass(a_class(production, "app.keys.Other"), "enum.Enum") is True
    assert production.is_subclass(a_class(production, "app.keys.Other"), "abc.ABC") is None
    assert production.is_subclass(a_class(production, "app.keys.Plain"), "abc.ABC") is False


def test_the_order_of_bases_is_pythons(tmp_path: Path) -> None:
    text = "class O: ...\nclass A(O): ...\nclass B(O): ...\nclass Key(A, B): ...\nclass Bad(O, A): ...\n"
    production = a_module(tmp_path, text)
    order = production.mro(a_class(production))
    assert not isinstance(order, Unknown)
    assert [cls.name for cls in order] == ["Key", "A", "B", "O", "object"]
    assert isinstance(production.mro(a_class(production, "app.keys.Bad")), Unknown)


def test_site_packages_are_read_where_pointed_at(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "lib").mkdir(parents=True)
    (site / "lib" / "__init__.py").write_text("from lib.core import Base\n")
    (site / "lib" / "core.py").write_text("class Base:\n    def name(self): ...\n")
    production = a_production(
        tmp_path / "repo", {"app/__init__.py": "", "app/keys.py": "from lib import Base\nclass Key(Base): ..."}, site
    )
    assert kind_of(production.member(a_class(production), "name")) == "Yes"
    assert kind_of(production.member(a_class(production), "absent")) == "No"
    assert kind_of(production.target("lib.core.Absent")) == "No"
    assert kind_of(production.target("lib.absent.Thing")) == "No"
    assert kind_of(production.target("other.Thing")) == "Unknown"
