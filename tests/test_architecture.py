"""Imports point down, every room is placed, and the contract that says so is not an empty one."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("core", "handlers", "bot")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house once more, to be broken and mended."""
    root = tmp_path_factory.mktemp("house")
    unseen = shutil.ignore_patterns("__pycache__", "node_modules", "dist")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, root / package, ignore=unseen)
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def lint(root: Path) -> "subprocess.CompletedProcess[str]":
    code = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(no_cache=True))"
    )
    return subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)


def test_imports_keep_to_the_contract() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_package_of_the_house_is_under_the_contract() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert packages == set(contract["root_packages"]) == set(PACKAGES)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("core/runs/times.py", "import core.failures.model"),
        ("core/storage/events.py", "import core.runs.model"),
        ("core/clock.py", "import core.errors"),
        ("core/health/score.py", "import handlers"),
        ("handlers/__init__.py", "import bot"),
        ("core/health/score.py", "import slack_sdk"),
        ("core/settings/load.py", "from rich import print"),
        ("core/runs/ingest.py", "import click"),
        ("core/newroom/__init__.py", ""),
    ],
)
def test_what_breaks_the_house_is_told(copied: Path, module: str, line: str) -> None:
    changed = copied / module
    is_new = not changed.exists()
    changed.parent.mkdir(exist_ok=True)
    before = "" if is_new else changed.read_text()
    changed.write_text(f"{before}\n{line}\n")
    try:
        found = lint(copied)
    finally:
        if is_new:
            shutil.rmtree(changed.parent)
        else:
            changed.write_text(before)
    assert found.returncode == 1
    assert "BROKEN" in found.stdout or "newroom" in found.stdout + found.stderr
