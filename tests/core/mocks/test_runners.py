"""What runs the tests, from project files."""

from pathlib import Path

import pytest

from core.mocks.runners import read_runner

from .trees import write_tree


def test_plugins_come_from_every_list_of_requirements(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "requirements/dev.txt": "pytest\npytest_mock>=3\nrespx\n",
            "pyproject.toml": "[project.optional-dependencies]\ntest = ['pytest-httpx', 'pytest-ours==1']\n",
        },
    )
    runner = read_runner(tmp_path)
    assert {"pytest-mock", "respx", "pytest-httpx"} <= runner.plugins
    assert runner.unknown_plugins == {"pytest-ours"}
    assert runner.provides("httpx_mock")
    assert not runner.provides("admin_client")
    assert runner.provider_of("admin_client") == "pytest-django"


@pytest.mark.parametrize(
    ("files", "mode"),
    [
        ({}, "strict"),
        ({"pytest.ini": "[pytest]\nasyncio_mode = auto\n"}, "auto"),
        (
            {"pytest.ini": "[pytest]\nasyncio_mode = auto\n", "tests/pytest.ini": "[pytest]\nasyncio_mode = strict\n"},
            "strict",
        ),
        ({"Makefile": "test:\n\tpytest --asyncio-mode=auto\n"}, "auto"),
    ],
)
def test_the_nearest_mode_counts(tmp_path: Path, files: dict[str, str], mode: str) -> None:
    write_tree(tmp_path, files)
    assert read_runner(tmp_path).mode_for("tests/unit/test_a.py") == mode


def test_plugins_of_the_project_itself_are_read(tmp_path: Path) -> None:
    write_tree(tmp_path, {"pyproject.toml": "[project.entry-points.pytest11]\nours = 'app.testing'\n"})
    assert read_runner(tmp_path).entry_points == {"app.testing"}
