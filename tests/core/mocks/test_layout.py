"""Dotted names lead to files however a repository is laid out."""

from pathlib import Path

import pytest

from core.mocks.layout import FoundFile, FoundNamespace, Layout, Unreachable
from core.mocks.sources import scan_sources

from .trees import write_tree


def a_layout(root: Path, *paths: str, **texts: str) -> Layout:
    write_tree(root, dict.fromkeys(paths, ""))
    for name, text in texts.items():
        write_tree(root, {f"{name}.py": text})
    return Layout(scan_sources(root))


def path_of(layout: Layout, dotted: str, asked_from: str = "") -> str:
    found = layout.find(dotted, asked_from)
    if isinstance(found, FoundFile):
        return found.path
    return "" if found is None else type(found).__name__


@pytest.mark.parametrize(
    ("files", "dotted", "path"),
    [
        (["app/__init__.py", "app/keys.py"], "app.keys", "app/keys.py"),
        (["src/app/__init__.py", "src/app/keys.py", "pyproject.toml"], "app.keys", "src/app/keys.py"),
        (["lib/app/keys.py", "setup.py"], "app.keys", "lib/app/keys.py"),
        (["app/__init__.py", "app/security/tls.py"], "app.security.tls", "app/security/tls.py"),
        (["app/security/tls.py"], "app.security.tls", "app/security/tls.py"),
        (["keys.py"], "keys", "keys.py"),
        (["app/__init__.py"], "app", "app/__init__.py"),
        (["app/__init__.py"], "app.keys", ""),
        (["services/a/pyproject.toml", "services/a/app/main.py"], "app.main", "services/a/app/main.py"),
    ],
)
def test_roots_are_found(tmp_path: Path, files: list[str], dotted: str, path: str) -> None:
    assert path_of(a_layout(tmp_path, *files), dotted) == path


def test_a_namespace_has_parts_in_several_folders(tmp_path: Path) -> None:
    layout = a_layout(tmp_path, "a/pyproject.toml", "a/org/one.py", "b/pyproject.toml", "b/org/two.py")
    assert path_of(layout, "org.one") == "a/org/one.py"
    assert path_of(layout, "org.two") == "b/org/two.py"
    assert isinstance(layout.find("org"), FoundNamespace)


def test_of_several_the_one_near_the_asking_file_is_meant(tmp_path: Path) -> None:
    layout = a_layout(
        tmp_path, "a/pyproject.toml", "a/app/__init__.py", "a/app/x.py", "b/pyproject.toml", "b/app/__init__.py"
    )
    assert path_of(layout, "app", "a/tests/test_x.py") == "a/app/__init__.py"
    assert path_of(layout, "app", "b/tests/test_x.py") == "b/app/__init__.py"
    assert isinstance(layout.find("app"), Unreachable)


def test_a_module_inside_a_namespace_package_is_no_root_of_its_own(tmp_path: Path) -> None:
    layout = a_layout(
        tmp_path, "pyproject.toml", "src/tool/tool.py", "src/tool/other.py", run="import tool\nfrom tool import other\n"
    )
    assert path_of(layout, "tool.other", "src/tool/tool.py") == "src/tool/other.py"


def test_a_module_beats_a_namespace_of_the_same_name(tmp_path: Path) -> None:
    assert path_of(a_layout(tmp_path, "app/__init__.py", "app/keys.py", "app/keys/x.py"), "app.keys") == "app/keys.py"


def test_what_exists_and_is_not_read_is_not_absent(tmp_path: Path) -> None:
    layout = a_layout(tmp_path, "app/__init__.py", "app/_vendor/__init__.py", "app/fast.pyx")
    assert path_of(layout, "app._vendor.six") == "Unreachable"
    assert path_of(layout, "app.fast") == "Unreachable"


def test_pyproject_declares_roots(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\npythonpath = ['code']\n")
    layout = a_layout(tmp_path, "code/app/keys.py", "tests/test_a.py")
    assert path_of(layout, "app.keys", "tests/test_a.py") == "code/app/keys.py"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", "[tool.hatch.build.targets.wheel]\npackages = ['code/app']\n"),
        ("pyproject.toml", "[[tool.poetry.packages]]\ninclude = 'app'\nfrom = 'code'\n"),
        ("pyproject.toml", "[tool.setuptools.packages.find]\nwhere = ['./code']\n"),
        ("setup.cfg", "[options]\npackage_dir =\n    = code\n"),
        ("setup.py", "setup(package_dir={'': 'code'})\n"),
        ("pytest.ini", "[pytest]\npythonpath = lib code\n"),
        ("tox.ini", "[pytest]\npythonpath =\n    lib\n    code\n"),
    ],
)
def test_roots_are_declared_in_many_files(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text)
    layout = a_layout(tmp_path, "code/__init__.py", "code/app/keys.py", "tests/test_a.py", run="import app.keys\n")
    assert path_of(layout, "app.keys", "tests/test_a.py") == "code/app/keys.py"
    assert layout.name_of("code/app/keys.py") == "app.keys"


def test_a_package_may_be_declared_a_root_itself(tmp_path: Path) -> None:
    write_tree(tmp_path, {"paid/pyproject.toml": "[tool.poetry]\npackages = [{ include = 'server' }]\n"})
    layout = a_layout(tmp_path, "paid/__init__.py", "paid/server/__init__.py", "paid/server/auth.py")
    assert path_of(layout, "server.auth", "paid/tests/test_a.py") == "paid/server/auth.py"


def test_what_is_declared_outside_the_folder_is_no_root(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = ../other /code .\n")
    assert path_of(a_layout(tmp_path, "code/app/keys.py"), "app.keys") == ""


@pytest.mark.parametrize("text", ["not toml [", "[tool]\npytest = 3\n", "tool = 1\n"])
def test_a_strange_pyproject_declares_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert path_of(a_layout(tmp_path, "app/__init__.py"), "app") == "app/__init__.py"


def test_a_module_of_the_same_project_comes_before_one_of_another(tmp_path: Path) -> None:
    layout = a_layout(
        tmp_path, "server/setup.py", "server/usage.py", "plugin/setup.py", "plugin/scripts/usage.py",
        "plugin/tests/test_a.py",
    )  # fmt: skip
    assert path_of(layout, "usage", "plugin/tests/test_a.py") == "plugin/scripts/usage.py"
    assert path_of(layout, "usage", "server/tests/test_a.py") == "server/usage.py"


def test_files_know_their_dotted_names(tmp_path: Path) -> None:
    layout = a_layout(
        tmp_path, "src/app/__init__.py", "src/app/keys.py", "svc/api/routes.py", run="import api.routes\n"
    )
    assert layout.name_of("src/app/keys.py") == "app.keys"
    assert layout.name_of("src/app/__init__.py") == "app"
    assert layout.name_of("svc/api/routes.py") == "api.routes"
