"""What runs the tests: pytest's settings and plugins, read from project files alone."""

import configparser
import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path, PurePosixPath

_LISTS = re.compile(
    r"(?:.*requirements.*\.(?:txt|in)|.*constraints.*\.txt|pyproject\.toml|setup\.(?:cfg|py)|tox\.ini|pytest.*\.ini|Pipfile|"
    r"environment.*\.ya?ml|noxfile\.py|poetry\.lock|uv\.lock|Makefile|hatch\.toml|dev.*\.txt|test.*\.txt|.*deps.*\.txt)"
)
_SKIPPED = frozenset({"node_modules", ".git", ".venv", "venv", ".tox", "site-packages", "__pycache__", "dist", "build"})
_PYTEST_NAME = re.compile(r"pytest[-_][a-z0-9][a-z0-9_-]*[a-z0-9](?![\w/]|\.(?:ini|toml|txt|py|xml)|-?:)")
_GOES_ON = re.compile(r"[\w./-]")
"""Before a name, it makes it a part of something else. Asked afterwards, for a search that begins so is slow."""
_MODE = re.compile(r"asyncio[-_]mode[\"']?\s*[=\s]\s*[\"']?(auto|strict|legacy)")
_NOT_PLUGINS = frozenset({"pytest-args", "pytest-plugins", "pytest-options", "pytest-cache", "pytest-addopts"})
_LARGEST = 3_000_000


@dataclass(slots=True)
class Runner:
    """`modes` are those of pytest-asyncio by the folder that they hold for; `plugins` the distributions found."""

    plugins: set[str] = field(default_factory=set)
    unknown_plugins: set[str] = field(default_factory=set)
    modes: dict[str, str] = field(default_factory=dict)
    entry_points: set[str] = field(default_factory=set)
    """Dotted modules that the project itself registers as pytest plugins."""
    names_pytest: bool = False
    """Some list of requirements speaks of pytest, so plugins can be read at all."""

    def mode_for(self, path: str) -> str:
        """The nearest setting above a file; pytest-asyncio's default is strict."""
        for folder in PurePosixPath(path).parents:
            found = self.modes.get(str(folder))
            if found is not None:
                return found
        return "strict"

    def provides(self, name: str) -> bool:
        return any(name in FIXTURES[each] for each in self.plugins) or name in BUILTIN

    def provider_of(self, name: str) -> str:
        """A plugin that would provide a name and is not among the requirements; empty when there is none."""
        return next((plugin for plugin, names in FIXTURES.items() if name in names), "")


def _load() -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    text = resources.files("core.mocks.doubles").joinpath("plugins.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return frozenset(data["builtin"]["fixtures"]), {name: frozenset(each) for name, each in data["plugins"].items()}


BUILTIN, FIXTURES = _load()


def read_runner(root: Path, lists: Sequence[Path] | None = None) -> Runner:
    """`lists` are those of `lists_of`, where they are known."""
    runner = Runner(plugins={"pytest"})
    for path in lists_of(root) if lists is None else lists:
        try:
            text = path.read_text("utf-8", errors="replace")
        except OSError:
            continue
        _read_list(runner, str(PurePosixPath(path.relative_to(root).parent)), path.name, text)
    return runner


def lists_of(root: Path) -> list[Path]:
    """The files of a project that may name what runs its tests."""
    found: list[Path] = []
    above = str(root).count(os.sep)
    for folder, folders, files in os.walk(root):
        depth = folder.count(os.sep) - above
        folders[:] = [each for each in folders if each not in _SKIPPED and depth < 4]
        paths = (Path(folder, name) for name in files if _LISTS.fullmatch(name))
        found += [path for path in paths if path.is_file() and path.stat().st_size < _LARGEST]
    return sorted(found)


def _read_list(runner: Runner, folder: str, name: str, text: str) -> None:
    runner.names_pytest |= "pytest" in text
    lowered = text.lower()
    for match in _PYTEST_NAME.finditer(lowered):
        before = lowered[max(0, match.start() - 1) : match.start()]
        if not _GOES_ON.match(before):
            _note(runner, match[0])
    for plugin in FIXTURES:
        is_there = plugin in lowered and re.search(rf"(?<![\w.-]){re.escape(plugin)}(?![\w-])", lowered)
        if is_there and not plugin.startswith("pytest"):
            runner.plugins.add(plugin)
    mode = _MODE.search(lowered)
    if mode is not None:
        runner.modes[folder] = mode[1]
    if name == "pyproject.toml":
        _read_entry_points(runner, text)
    elif name == "setup.cfg":
        _read_cfg_entry_points(runner, text)


def _note(runner: Runner, written: str) -> None:
    plugin = written.replace("_", "-")
    if plugin in FIXTURES:
        runner.plugins.add(plugin)
    elif plugin not in _NOT_PLUGINS and "-" in written:
        runner.unknown_plugins.add(plugin)


def _read_entry_points(runner: Runner, text: str) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    tables = (
        data.get("project", {}).get("entry-points", {}).get("pytest11", {}),
        data.get("tool", {}).get("poetry", {}).get("plugins", {}).get("pytest11", {}),
    )
    for table in tables:
        if isinstance(table, dict):
            runner.entry_points.update(str(each).partition(":")[0] for each in table.values())


def _read_cfg_entry_points(runner: Runner, text: str) -> None:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
        listed = parser.get("options.entry_points", "pytest11", fallback="")
    except configparser.Error:
        return
    runner.entry_points.update(line.partition("=")[2].strip() for line in listed.splitlines() if "=" in line)
