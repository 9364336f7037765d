"""What the mock audit costs beside parsing the same files, what it costs again after one edit, and its memory.

`python -m tests.benchmarks.audit [PATH]` measures a tree, which is only read; without one, a tree made for it.
"""

import gc
import resource
import shutil
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from core.mocks.audit import AuditOptions, audit
from core.mocks.sources import Sources, UnparsableError, parse_bytes, scan_sources

_PACKAGES, _TESTS = 100, 300
_SERVICE = """
from app.store{0} import Store{0}

class Service{0}:
    def __init__(self, store: Store{0}, retries: int = 3) -> None:
        self.store, self.retries = store, retries

    def save(self, name: str, value: object) -> bool:
        for _ in range(self.retries):
            if self.store.put(name, value):
                return True
        return False
"""
_STORE = "class Store{0}:\n" + "".join(
    f"    def {name}(self, name: str, value: object = None) -> bool:\n        return bool(name or value)\n\n"
    for name in ("put", "get", "drop", "list_all", "copy", "move")
)
_TEST = """
from unittest.mock import Mock, patch

import pytest

from app.service{1} import Service{1}


@pytest.fixture
def store():
    return Mock()


""" + "".join(
    f'@patch("app.service{{1}}.Store{{1}}")\ndef test_save_{number}(opened, store):\n'
    f"    store.put.return_value = True\n    service = Service{{1}}(store, retries={number})\n"
    f'    assert service.save("a", {{{{"key": [{number}, 2]}}}})\n    store.put.assert_called_once_with("a")\n\n\n'
    for number in range(12)
)


def make_tree(root: Path) -> None:
    files = {"requirements.txt": "pytest\n", "app/__init__.py": "", "tests/__init__.py": "", "tests/conftest.py": ""}
    for number in range(_PACKAGES):
        files[f"app/service{number}.py"] = _SERVICE.format(number)
        files[f"app/store{number}.py"] = _STORE.format(number)
    for number in range(_TESTS):
        files[f"tests/test_{number}.py"] = _TEST.format(number, number % _PACKAGES)
    for path, text in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)


def parse_all(sources: Sources) -> None:
    for content in sources.contents.values():
        try:
            parse_bytes(content)
        except UnparsableError:
            continue


def cpu_of(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def measure(root: Path, cache: Path) -> None:
    """`root` is edited, so it must be a copy."""
    sources = scan_sources(root)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = cpu_of(lambda: parse_all(sources))
    options = AuditOptions(cache=cache)
    whole = cpu_of(lambda: audit(root, options))
    print(f"  {sources.lines} lines: parsing {parsed:.2f} s CPU, the audit {whole:.2f} s")
    print(f"the audit costs {whole / parsed:.1f} times as much as parsing (bar: 4)")
    print(f"the audit of an unchanged tree costs {cpu_of(lambda: audit(root, options)) / whole:.3f} of that")
    for kind, paths in (("test", list(sources.tests())), ("production", list(sources.production()))):
        shares = sorted(_after_edit(root / path, root, options) / whole for path in paths[:: max(1, len(paths) // 7)])
        middle = shares[len(shares) // 2]
        print(f"after one edit of a {kind} file, {middle:.3f} at the median, {shares[-1]:.3f} at most (bar: 0.1)")
    print(f"it took {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (bar: 600 at 700,000 lines)")


def _after_edit(path: Path, root: Path, options: AuditOptions) -> float:
    before = path.read_bytes()
    path.write_bytes(before + b"\n\ndef added_by_an_edit():\n    return None\n")
    took = cpu_of(lambda: audit(root, options))
    path.write_bytes(before)
    return took


def main() -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder, "tree")
        if len(sys.argv) > 1:
            shutil.copytree(sys.argv[1], root, ignore=shutil.ignore_patterns(".git"), symlinks=True)
        else:
            make_tree(root)
        measure(root, Path(folder, "cache"))


if __name__ == "__main__":
    main()
