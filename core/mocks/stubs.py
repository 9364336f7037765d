"""The standard library: typeshed's stubs, and the library's own sources for what the stubs leave out."""

import functools
import re
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

_VERSION = re.compile(r"^([\w.]+): (\d)\.(\d+)-(?:(\d)\.(\d+))?", re.M)


@functools.cache
def stub_folder() -> Path:
    """Where `typeshed-client` keeps typeshed's `stdlib`; the package itself is not imported."""
    spec = find_spec("typeshed_client")
    if spec is None or spec.origin is None:
        raise RuntimeError("typeshed-client is not installed; install T12 with its dependencies.")
    return Path(spec.origin).parent / "typeshed"


@functools.cache
def stub_versions() -> dict[str, bool]:
    """Standard modules that ever were in Python 3; True for those of the running version."""
    text = (stub_folder() / "VERSIONS").read_text("utf-8")
    versions = {}
    for name, major, minor, last_major, last_minor in _VERSION.findall(text):
        first = (int(major), int(minor))
        last = (int(last_major), int(last_minor)) if last_major else (9, 99)
        versions[name] = first <= sys.version_info[:2] <= last
    return versions


def is_standard(top: str) -> bool:
    """Whether a top-level name belongs to some Python 3's standard library."""
    return top in stub_versions() or top in sys.stdlib_module_names


@functools.cache
def find_stub(dotted: str) -> tuple[Path, bool] | None:
    """The stub of a standard module and whether it is a package."""
    return _in_folder(stub_folder(), dotted, ".pyi")


@functools.lru_cache(maxsize=1 << 14)
def source_may_bind(dotted: str, name: str) -> bool:
    """Whether the source of a standard module looks as if it bound a global of this name; errs on the side of yes."""
    text = _source_text(dotted)
    if name not in text:
        return False
    bound = (
        rf"^(?:async )?(?:def|class) {name}\b|^[ \t]*(?:from|import)\b[^\n]*\b{name}\b|import\s*\([^)]*\b{name}\b"
        rf"|^{name}\s*[:=,]|^\w+\s*,[^\n=]*\b{name}\b[^\n=]*=|^ {{4}}{name}\s*=|\bglobal\b[^\n]*\b{name}\b"
        rf"|[\"']{name}[\"']"
    )
    return re.search(bound, text, re.M) is not None


@functools.lru_cache(maxsize=1 << 14)
def class_source_may_bind(dotted: str, cls: str, name: str) -> bool:
    """The same for a member of a class of the module, instance attributes included."""
    text = _source_text(dotted)
    start = re.search(rf"^class {cls}\b", text, re.M)
    if start is None:
        return False
    end = re.compile(r"^[^\s#)]", re.M).search(text, start.end())
    body = text[start.start() : end.start() if end else len(text)]
    bound = rf"\bdef {name}\b|\bself\.{name}\b\s*[:=,]|^[ \t]+{name}\s*[:=,]|[\"']{name}[\"']|__getattr__|\bsetattr\("
    return re.search(bound, body, re.M) is not None


def class_source_lacks(dotted: str, cls: str, name: str) -> bool:
    """Whether a class of the module is written in Python and surely has no member of this name of its own."""
    return re.search(rf"^class {cls}\b", _source_text(dotted), re.M) is not None and not class_source_may_bind(
        dotted, cls, name
    )


@functools.lru_cache(maxsize=128)
def _source_text(dotted: str) -> str:
    found = find_library_source(dotted)
    return "" if found is None else found[0].read_text("utf-8", errors="replace")


@functools.cache
def find_library_source(dotted: str) -> tuple[Path, bool] | None:
    """The module's own source, where it has one and it is installed."""
    return _in_folder(Path(sysconfig.get_path("stdlib")), dotted, ".py")


def _in_folder(folder: Path, dotted: str, suffix: str) -> tuple[Path, bool] | None:
    parts = dotted.split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    base = folder.joinpath(*parts)
    package = base / f"__init__{suffix}"
    if package.is_file():
        return package, True
    module = base.with_name(base.name + suffix)
    return (module, False) if module.is_file() else None
