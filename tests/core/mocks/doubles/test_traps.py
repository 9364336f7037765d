"""What must stay quiet, and what nobody can know: the traps of real code bases."""

from pathlib import Path

import pytest

from tests.core.mocks.projects import said

HEAD = """\
from unittest.mock import MagicMock, Mock, create_autospec, patch
from typing import cast
import pytest
from app import mail, trap
from app.trap import *

"""
CLEAN: dict[str, tuple[str, str]] = {
    "a method called on the class": (
        "class A:\n    def a(self, x=1): ...\ndef run(a): A.a(a, x=2)\n",
        "with patch('app.trap.A') as made:\n        trap.run(1)\n        made.a.assert_called_once_with(1, x=2)",
    ),
    "a bound method put on a class": (
        "class A:\n    def now(self): ...\n",
        "class Clock:\n        def now(self): return 1\n    with patch.object(trap.A, 'now', Clock().now): pass",
    ),
    "a function that a class body imports": (
        "class A:\n    from app.text import shorten\n    def cut(self): return self.shorten()\n",
        "trap.A().shorten()\n    with patch('app.trap.A.shorten') as shorten:\n"
        "        shorten.assert_called_once_with(width=2)",
    ),
    "a method chosen by its name": (
        "class A:\n    def a(self): ...\n    def b(self, x): ...\n",
        "def check(name):\n        found = getattr(trap.A(), name)\n"
        "        return found(1) if name == 'b' else found()\n    check('a')\n    check('b')",
    ),
    "an object that plays one of a subclass": (
        "class A: ...\nclass B(A):\n    def b(self): ...\ndef run(a): a.b()\n",
        "a = trap.A()\n    a.b = Mock()\n    trap.run(a)",
    ),
    "a class that makes objects of another": (
        "class A:\n    def __new__(cls):\n        from app.mail import Flexible\n        return Flexible()\n"
        "def run(): A().go()\n",
        "with patch('app.trap.A') as made:\n        trap.run()\n        made.return_value.go.assert_called_once_with()",
    ),
    "a mock kept at hand on a real object": (
        "class A: ...\n",
        "a = trap.A()\n    a.mock_run = Mock()\n    m = Mock(spec=trap.A)\n    m.mock_go = Mock()",
    ),
    "a method taken over by a fake": (
        "class A:\n    def a(self, x, y=1): ...\n",
        "class Fake:\n        a = trap.A.a\n    Fake().a(1, y=2)",
    ),
    "the constructor of a base emptied": (
        "class A:\n    def __init__(self, x): ...\nclass B(A): ...\n",
        "with patch('app.trap.A.__init__', return_value=None):\n        trap.B()",
    ),
    "more than a protocol says": (
        "from typing import Protocol\nclass A(Protocol): ...\nclass B:\n    kind = 1\ndef find() -> A: return B()\n",
        "assert trap.find().kind",
    ),
    "a name made for production to find": (
        "import importlib\ndef load(name): ...\n",
        "with patch('app.trap.made', create=True):\n        trap.load('app.trap.made')",
    ),
    "an async context of a mock": (
        "class A:\n    async def __aenter__(self): ...\nasync def use(a: A):\n    await a.__aenter__()\n",
        "m = MagicMock()\n    trap.use(m)\n    m.__aenter__.assert_awaited_once()",
    ),
    "a parameter annotated too narrowly": (
        "class A: ...\nclass B:\n    def b(self): ...\n"
        "class Use:\n    def __init__(self, part: A): self._part = part\n    def run(self): self._part.b()\n",
        "m = Mock()\n    trap.Use(m).run()\n    m.b.assert_called_once_with()",
    ),
    "a result annotated too narrowly": (
        "class A: ...\nclass B:\n    def b(self): ...\ndef make() -> A: ...\n"
        "def run():\n    made = make()\n    made.b()\n",
        "with patch('app.trap.make') as make:\n        trap.run()\n    make.return_value.b.assert_called_once_with()",
    ),
    "an attribute of a protocol that says less": (
        "from typing import Protocol\nclass A(Protocol): ...\nclass B:\n    def b(self): ...\n"
        "class Use:\n    part: A\ndef run(use: Use): use.part.b()\n",
        "m = Mock()\n    trap.run(m)\n    m.part.b.assert_called_once_with()",
    ),
    "what a proxy is given": (
        "class A: ...\nclass Proxy:\n    def __init__(self, part: A): self.part = part\n"
        "    def __getattr__(self, name): return getattr(self.part, name)\n",
        "m = Mock()\n    trap.Proxy(m).anything()\n    m.anything.assert_called_once_with()",
    ),
    "a helper that tests hang on a mock": (
        "class A: ...\n",
        "def answer(text): return text\n    m = Mock(spec=trap.A)\n    m.answer_with = answer\n    m.answer_with(1)",
    ),
    "an attribute set under a computed name": (
        "class A: ...\ndef make() -> A: ...\n",
        "name = 'other'\n    m = Mock()\n    setattr(m, name, 1)\n"
        "    with patch('app.trap.make', return_value=m): pass",
    ),
    "a decorator that fills in a keyword": (
        "def d(f):\n    def w(*args, **kw):\n        kw['db'] = 1\n        return f(*args, **kw)\n    return w\n"
        "@d\ndef f(a, db): ...\n",
        "trap.f(1)",
    ),
    "a method left to subclasses": (
        "class A:\n    def a(self):\n        raise NotImplementedError()\n    def b(self): self.a(1)\n"
        "class B(A):\n    def a(self, x): ...\n",
        "m = Mock(spec=trap.A)\n    m.a.assert_called_with(1)",
    ),
    "a subclass that takes more": (
        "class A:\n    def a(self): ...\nclass B(A):\n    def a(self, x=1): ...\ndef use(a: A): a.a(x=1)\n",
        "m = Mock()\n    trap.use(m)\n    m.a.assert_called_with(x=1)",
    ),
    "a long line of bases": (
        "class A:\n    def a(self): ...\nclass B(A): ...\nclass C(B): ...\nclass D(C): ...\n",
        "Mock(spec=trap.D).a()",
    ),
    "a property": ("class A:\n    @property\n    def a(self): ...\n", "Mock(spec=trap.A).a = 1"),
    "set in __init__": ("class A:\n    def __init__(self): self.a = 1\n", "m = Mock(spec=trap.A)\n    m.a = 1"),
    "set from outside": (
        "class A: ...\n\ndef fill(a: A):\n    a.b = 1\n",
        "m = Mock(spec=trap.A)\n    m.b = 1\n    trap.A().b",
    ),
    "set as a tuple": ("class A:\n    def __init__(self): self.a, self.b = 1, 2\n", "trap.A().b"),
    "a dataclass field": (
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    a: int\n",
        "m = Mock(spec=trap.A)\n    m.a = 1",
    ),
    "an abstract member": (
        "import abc\nclass A(abc.ABC):\n    @abc.abstractmethod\n    def a(self): ...\n",
        "Mock(spec=trap.A).a.return_value = 1",
    ),
    "a member of a protocol": (
        "from typing import Protocol\nclass A(Protocol):\n    a: int\n    def b(self): ...\n",
        "m = Mock(spec=trap.A)\n    m.a = 1\n    m.b.return_value = 1",
    ),
    "a class attribute of a framework": (
        "class Column:\n    def __get__(self, *a): ...\nclass A:\n    a = Column()\n",
        "trap.A().a.anything",
    ),
    "a re-export": ("from app.text import clean\n\n\ndef f():\n    clean(1)\n", "patch('app.trap.clean').start()"),
    "cast to a subclass": (
        "class A: ...\nclass B(A):\n    def b(self): ...\ndef use(a: A): a\n",
        "m = cast(trap.B, Mock())\n    trap.use(m)\n    m.b.return_value = 1",
    ),
    "a factory of a subclass": (
        "class A: ...\nclass B(A):\n    def b(self): ...\ndef make() -> A: return B()\n",
        "trap.make().b()",
    ),
    "an override with another signature": (
        "class A:\n    def a(self): ...\nclass B(A):\n    def a(self, x, y): ...\n",
        "trap.B().a(1, 2)",
    ),
    "a class as a parameter": (
        "class A:\n    def a(self): ...\ndef use(kind: type[A]): ...\n",
        "m = Mock()\n    trap.use(m)\n    m.return_value.other = 1",
    ),
    "resemblance of names": (
        "class Client:\n    def a(self): ...\n",
        "client = Mock()\n    client.other.return_value = 1",
    ),
    "one mock in several parts": (
        "class A:\n    def a(self) -> 'A': ...\ndef use(a: A): a\n",
        "m = Mock()\n    trap.use(m)\n    m.a.return_value = m\n    m.other.return_value = 1",
    ),
    "a branch never taken": (
        "def f(a): ...\n",
        "call(False)\n\n\ndef call(wide):\n    if wide:\n        trap.f(1, 2)\n    else:\n        trap.f(1)",
    ),
    "a dict filled later": ("def f(a, b): ...\n", "options = {'a': 1}\n    options['b'] = 2\n    trap.f(**options)"),
    "what the test keeps on a mock": (
        "class A:\n    def a(self): ...\n\ndef use(a: A): a\n",
        "m = Mock(spec=trap.A)\n    m.mine = 1\n    m.kept = trap.use\n    assert m.mine == 1",
    ),
    "both kinds of spec": (
        "class A:\n    def a(self, x): ...\n\n\ndef run():\n    A().a(1)\n",
        "with patch.object(trap.A, 'a', autospec=True, spec_set=True) as m:\n        m.assert_called_with(1, 2)",
    ),
    "helpers put on a real object": (
        "class A: ...\n",
        "a = trap.A()\n    a.stop = lambda: 1\n    a.stop()",
    ),
    "a plain function made of an async one": (
        "from elsewhere import started\nclass A:\n    @started\n    async def a(self): ...\n"
        "    def b(self): self.a()\n",
        "a = trap.A()\n    a.a = Mock()",
    ),
    "what the test sets itself": ("class A: ...\n", "a = trap.A()\n    a.b = 1\n    assert a.b"),
    "several cases of a match": (
        "class A: ...\n",
        "match trap.A():\n        case object(b=1): ...\n        case _: ...",
    ),
    "an enumeration": (
        "import enum\nclass A(enum.Enum):\n    B = 1\n",
        "trap.A.B.value\n    trap.A['B'].name\n    trap.A(1).name",
    ),
    "a typed dict": (
        "from typing import TypedDict\nclass A(TypedDict, total=False):\n    a: int\ndef make() -> A: ...\n",
        "trap.A()\n    trap.A(b=1).get('a')\n    trap.make().get('a')",
    ),
    "whatever it is given": (
        "def inner(a, b): ...\ndef outer(*args, **kw): inner(*args, **kw)\n",
        "with patch('app.trap.inner') as inner:\n        trap.outer(1, c=2)\n"
        "        inner.assert_called_once_with(1, c=2)",
    ),
    "a class that is replaced just now": (
        "class A: ...\nclass Use:\n    def __init__(self): self.part: A = A()\n",
        "with patch('app.trap.A'):\n        assert trap.Use().part.anything",
    ),
    "something to await": (
        "class A:\n    def __await__(self): ...\ndef make() -> A: ...\n",
        "async def run():\n        (await trap.make()).anything",
    ),
}
UNKNOWN: dict[str, tuple[str, str]] = {
    "a base that is not installed": ("from elsewhere import Base\nclass A(Base): ...\n", "Mock(spec=trap.A).a()"),
    "__getattr__": ("class A:\n    def __getattr__(self, name): ...\n", "trap.A().a\n    Mock(spec=trap.A).a()"),
    "own dict": ("class A(dict):\n    def __init__(self): self.__dict__ = self\n", "trap.A().a"),
    "module __getattr__": ("def __getattr__(name): ...\n", "patch('app.trap.a').start()\n    trap.a"),
    "getattr dispatch": (
        "class A:\n    def run(self, name): return getattr(self, 'do_' + name)()\n",
        "a = trap.A()\n    a.do_it = Mock()",
    ),
    "setattr in a loop": (
        "class A: ...\nfor name in 'ab':\n    setattr(A, name, 1)\n",
        "trap.A().a\n    Mock(spec=trap.A).a()",
    ),
    "functions made at run time": (
        "import sys\nfor name in ('a', 'b'):\n    setattr(sys.modules[__name__], name, 1)\n",
        "patch('app.trap.a').start()",
    ),
    "another module in its place": ("import sys\nsys.modules[__name__] = object()\n", "patch('app.trap.a').start()"),
    "a metaclass": (
        "class Meta(type):\n    def __getattr__(cls, name): ...\nclass A(metaclass=Meta): ...\n",
        "trap.A.anything",
    ),
    "a name mangled": ("class A:\n    def __hidden(self): ...\n", "patch.object(trap.A, '_A__hidden').start()"),
    "another class from __new__": (
        "class B:\n    def b(self): ...\nclass A:\n    def __new__(cls): return B()\n",
        "trap.A().b()",
    ),
    "a hook of subclasses": (
        "class A:\n    def run(self): self.hook()\nclass B(A):\n    def hook(self): ...\ndef use(a: A): a\n",
        "m = Mock()\n    trap.use(m)\n    m.hook.return_value = 1",
    ),
    "a fallback import": (
        "try:\n    from elsewhere import fast as impl\nexcept ImportError:\n    impl = None\n",
        "patch('app.trap.impl.run').start()",
    ),
    "an unknown decorator": ("from elsewhere import wrap\n@wrap\ndef f(a): ...\n", "trap.f(1, 2, 3)"),
    "a computed class": ("from elsewhere import make\nA = make()\n", "trap.A().a\n    Mock(spec=trap.A).a()"),
    "globals written to": ("globals().update(a=1)\n", "patch('app.trap.a').start()"),
    "defaults of a named tuple": (
        (
            "from collections import namedtuple\nclass A(namedtuple('A', 'a b')): ...\n"
            "_A = A\nA.__new__.__defaults__ = (None,)\n"
        ),
        "trap.A(1)",
    ),
}
CASES = {**CLEAN, **UNKNOWN}


@pytest.mark.parametrize(("production", "body"), CASES.values(), ids=CASES)
def test_a_trap_stays_quiet(tmp_path: Path, production: str, body: str) -> None:
    assert said(tmp_path, f"{HEAD}def test_it():\n    {body}\n", trap=production) == []


def test_what_cannot_be_known_is_said_with_a_reason(tmp_path: Path) -> None:
    from tests.core.mocks.projects import audited

    text = f"{HEAD}def test_it():\n    patch('app.trap.a').start()\n"
    made = audited(tmp_path, text, trap="def __getattr__(name): ...\n")
    assert [(each.place.path, "app.trap.a" in each.reason) for each in made.unknown] == [("tests/test_mail.py", True)]
