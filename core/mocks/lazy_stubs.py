"""Stubs read in two steps: first the heads of classes, then the body of a class that is asked about."""

import ast
import re
from collections.abc import Iterator, Mapping

from core.mocks.symbol_table import read_class_body
from core.mocks.symbols import Binding, ClassSymbol, ModuleSymbol

_CLASS = re.compile(rb"^(class (\w+)[^\n]*:)[ \t]*(?:#[^\n]*)?\n((?:[ \t]+[^\n]*\n|[ \t]*\n)+)", re.M)
_FEWEST_BYTES = 400
"""Shorter bodies are read at once."""

Bodies = dict[str, tuple[int, bytes]]
"""By a class's name: the line before its body, and the body."""


def without_bodies(content: bytes) -> tuple[bytes, Bodies]:
    """A stub in which long class bodies are `...`, on unchanged lines, and the bodies that were taken out."""
    bodies: Bodies = {}

    def take(match: re.Match[bytes]) -> bytes:
        head, name, body = match[1], match[2].decode(), match[3]
        ends_in_text = body.count(b'"""') % 2
        if len(body) < _FEWEST_BYTES or name in bodies or ends_in_text:
            return match[0]
        bodies[name] = (content.count(b"\n", 0, match.start(3)), body)
        return head + b" ..." + b"\n" * (body.count(b"\n") + 1)

    return _CLASS.sub(take, content), bodies


class LazyMembers(Mapping[str, Binding]):
    """The members of one class, read when first looked at."""

    def __init__(self, owner: ClassSymbol, body: bytes, line: int) -> None:
        self._owner = owner
        self._body = body
        self._line = line
        self._members: Mapping[str, Binding] | None = None

    def _read(self) -> Mapping[str, Binding]:
        if self._members is None:
            name = self._owner.name
            tree = ast.parse(b"class " + name.encode() + b":\n" + self._body)
            ast.increment_lineno(tree, self._line - 1)
            node = tree.body[0]
            assert isinstance(node, ast.ClassDef)
            self._members = {}
            read_class_body(node, self._owner, self._owner.module)
            self._members = self._owner.members
        return self._members

    def __getitem__(self, name: str) -> Binding:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


def put_bodies_back(module: ModuleSymbol, bodies: Bodies) -> None:
    """Gives each class whose body was taken out its members, to be read later."""
    for name, (line, body) in bodies.items():
        symbol = module.names.get(name)
        if isinstance(symbol, ClassSymbol):
            symbol.members = LazyMembers(symbol, body, line)
