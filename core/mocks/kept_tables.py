"""Tables of modules kept on disk, for taking one from its source again costs many times as much."""

import ast
import io
import pickle
from collections.abc import Iterable, Iterator, Mapping

from core.mocks import lazy_stubs, model, symbols
from core.mocks.cache_file import CacheFile
from core.mocks.symbols import ModuleSymbol

_ROOMS: Mapping[str, object] = {each.__name__: each for each in (symbols, model, lazy_stubs)}
_PARTS = frozenset(
    {"ModuleSymbol", "ClassSymbol", "FunctionSymbol", "VariableSymbol", "ImportBinding", "Parameter", "Place"}
    | {"LazyMembers"}
)


class KeptTables:
    """By path and digest of the source, for one state of everything else that decides a table: the `key`."""

    def __init__(self, file: CacheFile, key: str) -> None:
        self._file, self._key = file, key
        self._made: dict[str, ModuleSymbol] = {}

    def _name(self, path: str, digest: str) -> str:
        return f"table {self._key} {digest} {path}"

    def find(self, path: str, digest: str) -> ModuleSymbol | None:
        """The table of a source; None when there is none that is sound."""
        body = self._file.get(self._name(path, digest))
        if body is None:
            return None
        try:
            found = _Reader(io.BytesIO(body)).load()
        except (pickle.UnpicklingError, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError,
                TypeError, ValueError, EOFError):  # fmt: skip
            return None
        return found if isinstance(found, ModuleSymbol) and found.path == path else None

    def add(self, path: str, digest: str, table: ModuleSymbol) -> None:
        self._made[self._name(path, digest)] = table

    def still_good(self, names: Iterable[str], digests: Mapping[str, str]) -> Iterator[str]:
        """Of the names in the file those of tables that hold: of files as they are, and of stubs."""
        for name in names:
            kind, *rest = name.split(" ", 3)
            if kind == "table" and len(rest) == 3:
                key, digest, path = rest
                if key == self._key and (path.startswith("<") or digests.get(path) == digest):
                    yield name

    def packed(self) -> Iterator[tuple[str, bytes]]:
        """The new ones."""
        for name, table in self._made.items():
            try:
                yield name, pickle.dumps(table, 5)
            except (pickle.PicklingError, RecursionError):
                continue  # nested too deeply


class _Reader(pickle.Unpickler):
    """Makes the parts of tables, of which none does anything when it is made, and nothing else."""

    def find_class(self, module: str, name: str) -> object:
        if module in ("ast", "_ast"):
            found = getattr(ast, name, None)
            if isinstance(found, type) and issubclass(found, ast.AST):
                return found
        elif name in _PARTS and module in _ROOMS:
            return getattr(_ROOMS[module], name)
        elif (module, name) == ("builtins", "Ellipsis"):
            return ...
        elif (module, name) == ("builtins", "complex"):
            return complex
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a table")
