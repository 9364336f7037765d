"""Sources are found, read and parsed within limits, and nothing in them is ever run."""

import os
import pickle
from pathlib import Path

import pytest

from core.mocks import sources as module
from core.mocks.sources import UnparsableError, parse_bytes, scan_sources, without_collector
from core.mocks.symbol_table import take_symbols

from .trees import a_production, write_tree


def paths(root: Path) -> list[str]:
    return list(scan_sources(root).files)


def test_folders_that_hold_no_production_are_never_read(tmp_path: Path) -> None:
    left_out = (
        ".venv/a.py", "node_modules/x/a.py", "build/lib/a.py", "docs/conf.py", "examples/a.py", "app/_vendor/six.py",
        "thing.egg-info/a.py", "dist/a.py", "third_party/a.py",
    )  # fmt: skip
    write_tree(tmp_path, dict.fromkeys(left_out, "") | {"app/__init__.py": "", "app/a.py": ""})
    (tmp_path / "local" / "lib").mkdir(parents=True)
    (tmp_path / "local" / "pyvenv.cfg").write_text("")
    (tmp_path / "local" / "lib" / "a.py").write_text("")
    assert paths(tmp_path) == ["app/__init__.py", "app/a.py"]


def test_a_subpackage_with_such_a_name_is_read(tmp_path: Path) -> None:
    write_tree(tmp_path, {"app/__init__.py": "", "app/build/__init__.py": "", "app/build/a.py": ""})
    assert "app/build/a.py" in paths(tmp_path)


def test_links_out_of_the_tree_and_in_circles_are_not_followed(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    write_tree(outside, {"secret.py": "x = 1"})
    write_tree(root, {"app.py": ""})
    (root / "stolen").symlink_to(outside)
    (root / "stolen.py").symlink_to(outside / "secret.py")
    (root / "loop").symlink_to(root)
    (root / "self.py").symlink_to(root / "self.py")
    (root / "inside.py").symlink_to(root / "app.py")
    found = scan_sources(root)
    assert list(found.files) == ["app.py", "inside.py"]
    assert "stolen.py is a link out of the folder and was not read." in found.warnings


@pytest.mark.parametrize(
    ("path", "content", "is_test"),
    [
        ("app/keys.py", "import os", False),
        ("app/test_keys.py", "", True),
        ("app/keys_test.py", "", True),
        ("conftest.py", "", True),
        ("app/tests/helpers.py", "", True),
        ("test/helpers.py", "", True),
        ("app/latest/keys.py", "", False),
        ("app/contest.py", "", False),
        ("app/plugin.py", "import pytest\n\n@pytest.fixture\ndef key(): ...\n", True),
        ("app/checks.py", "from unittest import mock\n\ndef test_key(): ...\n", True),
        ("app/runner.py", "import pytest\n\ndef run(): pytest.main()\n", False),
    ],
)
def test_tests_are_told_from_production(tmp_path: Path, path: str, content: str, is_test: bool) -> None:
    write_tree(tmp_path, {path: content})
    assert scan_sources(tmp_path).files[path].is_test is is_test


def test_lines_are_counted_with_and_without_a_last_newline(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.py": "x = 1\ny = 2", "b.py": "x = 1\n", "c.py": ""})
    found = scan_sources(tmp_path)
    assert [file.lines for file in found.files.values()] == [2, 1, 0]
    assert found.lines == 3


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"def broken(:\n", "cannot be parsed: invalid syntax in line 1"),
        (b"print 'hello'\n", "is written in Python 2 and was not read"),
        (b"try:\n    x()\nexcept ValueError, e:\n    pass\n", "is written in Python 2 and was not read"),
        (b"x = '\0'\n", "cannot be parsed: source code string cannot contain null bytes"),
        (b"x = '\xff'\n", "cannot be decoded"),
        (b"# -*- coding: nonsense -*-\n", "cannot be decoded"),
        (b"x = " + b"-" * 30_000 + b"1\n", "is nested too deeply to be parsed"),
        (b"x = a" + b".b" * 60_000 + b"\n", "is nested too deeply to be parsed"),
        (b"x = " + b"(" * 300 + b")" * 300 + b"\n", "cannot be parsed: too many nested parentheses"),
    ],
)
def test_a_file_that_cannot_be_parsed_costs_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a.py").write_bytes(content)
    found = scan_sources(tmp_path)
    assert found.parse("a.py") is None
    assert found.parse("a.py") is None
    assert list(found.unparsable) == ["a.py"]
    assert found.unparsable["a.py"].startswith(f"a.py {sentence}")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfx = 'k\xc3\xa4se'\n",
        b"# coding: latin-1\nx = 'k\xe4se'\n",
        b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nx = 'k\xe4se'\n",
        b"x = 'k\xc3\xa4se'\r\n",
    ],
)
def test_marks_and_declared_encodings_are_honoured(content: bytes) -> None:
    assert "käse" in {getattr(node.value, "value", "") for node in parse_bytes(content).body if hasattr(node, "value")}


def test_newer_syntax_is_read_on_unchanged_lines() -> None:
    tree = parse_bytes(
        b"class Box[T: list[int]](Base):\n    def put[S](self, x: S) -> S: ...\n\ntype Pair[T] = tuple[T, T]\n"
        b"try:\n    pass\nexcept ValueError, errors.KeyError:\n    pass\n\ndef take[\n    T,\n](x: T): ...\nlast = 1\n"
    )
    assert [type(node).__name__ for node in tree.body] == ["ClassDef", "Assign", "Try", "FunctionDef", "Assign"]
    assert tree.body[-1].lineno == 13


def test_what_is_too_large_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_FILE", 10)
    write_tree(tmp_path, {"a.py": "x = 1\n", "b.py": "y = 1\n" * 10})
    found = scan_sources(tmp_path)
    assert list(found.files) == ["a.py"]
    assert found.warnings == ["b.py is too large (60 bytes) and was not read."]


def test_pipes_and_unreadable_files_do_not_stop_the_scan(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.py": ""})
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    assert paths(tmp_path) == ["a.py"]


def test_a_module_that_acts_on_import_leaves_no_trace(tmp_path: Path) -> None:
    text = f"""
        import pathlib, sys
        pathlib.Path({str(tmp_path / "trace")!r}).write_text("imported")
        sys.exit(3)
        class Key: ...
    """
    production = a_production(tmp_path, {"app/__init__.py": "", "app/keys.py": text})
    production.target("app.keys.Key.missing")
    assert not (tmp_path / "trace").exists()
    assert not list(tmp_path.rglob("__pycache__"))


def test_tables_can_be_kept() -> None:
    content = b"import os\nclass Key:\n    size: int = 3\n    def read(self, n=1): self.n = n\n"
    table = take_symbols(parse_bytes(content), content, name="a", path="a.py", is_own=True, is_package=False)
    kept = pickle.loads(pickle.dumps(table))
    assert set(kept.names) == {"os", "Key"}
    assert set(kept.names["Key"].members) == {"size", "read", "n"}


def test_the_collector_is_as_before_after_the_work() -> None:
    import gc

    with without_collector():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_an_unparsable_file_raises_with_the_rest_of_a_sentence() -> None:
    with pytest.raises(UnparsableError, match="Python 2"):
        parse_bytes(b"exec 'x'\n")
