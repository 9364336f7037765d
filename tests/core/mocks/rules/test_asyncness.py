"""Sync and async mixed up (M006), and what strict mode does not run (M018)."""

from pathlib import Path

import pytest

from tests.core.mocks.projects import audited, said, told

HEAD = """\
import asyncio
import unittest
from unittest.mock import AsyncMock, MagicMock, Mock, patch
import pytest
from app import mail
from app.mail import Campaign, Mailer

"""
MIXED = {
    "new_callable": "with patch('app.mail.total', new_callable=AsyncMock): ...",
    "new": "with patch('app.mail.total', AsyncMock(return_value=1)): ...",
    "on an object": "m = Mailer('h')\n    m.count = AsyncMock()",
    "member of an AsyncMock": "m = AsyncMock()\n    Campaign(m)\n    m.count.return_value = 3",
    "plain for async": "m = Mailer('h')\n    m.deliver = Mock(return_value=3)",
    "plain patch for async": "with patch('app.mail.fetch', new_callable=MagicMock): ...",
}


@pytest.mark.parametrize("body", MIXED.values(), ids=MIXED)
def test_a_mock_of_the_wrong_kind_is_found(tmp_path: Path, body: str) -> None:
    found = told(audited(tmp_path, f"{HEAD}def test_it():\n    {body}\n"))
    assert [each.rule for each in found] == ["M006"]


QUIET = {
    "patched async": "with patch('app.mail.fetch') as m:\n        m.return_value = 1",
    "async for async": "m = Mailer('h')\n    m.deliver = AsyncMock()",
    "a future": "m = Mailer('h')\n    m.deliver = Mock(return_value=asyncio.Future())",
    "an effect": "m = Mailer('h')\n    m.deliver = Mock(side_effect=ValueError)",
    "specced": "m = Mock(spec=Mailer)\n    m.deliver.return_value = 1\n    m.count.return_value = 1",
    "no annotation": "m = Mailer('h')\n    m.send = AsyncMock()",
}


@pytest.mark.parametrize("body", QUIET.values(), ids=QUIET)
def test_right_kinds_and_unknown_results_stay_quiet(tmp_path: Path, body: str) -> None:
    assert said(tmp_path, f"{HEAD}def test_it():\n    {body}\n") == []


UNRUN = {
    "fixture": ("@pytest.fixture\nasync def session(): ...", "M018 session"),
    "generator fixture": ("@pytest.fixture(scope='module')\nasync def session():\n    yield 1", "M018 session"),
    "fixture of a class": ("class TestA:\n    @pytest.fixture\n    async def session(self): ...", "M018 session"),
    "test": ("async def test_it(): ...", "M018 test_it"),
    "unittest": ("class TestA(unittest.TestCase):\n    async def test_it(self): ...", "M018 test_it"),
}


@pytest.mark.parametrize(("body", "expected"), UNRUN.values(), ids=UNRUN)
def test_what_strict_mode_does_not_run_is_found(tmp_path: Path, body: str, expected: str) -> None:
    assert said(tmp_path, f"{HEAD}import pytest_asyncio\n\n{body}\n") == [expected]


RUN = {
    "async fixture": "@pytest_asyncio.fixture\nasync def session(): ...",
    "marked": "@pytest.mark.asyncio\nasync def test_it(): ...",
    "marked file": "pytestmark = pytest.mark.asyncio\n\nasync def test_it(): ...",
    "marked class": "@pytest.mark.asyncio\nclass TestA:\n    async def test_it(self): ...",
    "isolated": "class TestA(unittest.IsolatedAsyncioTestCase):\n    async def test_it(self): ...",
    "anyio": "@pytest.mark.anyio\nasync def test_it(): ...",
    "decorated": "@run_in_loop\nasync def test_it(): ...",
}


@pytest.mark.parametrize("body", RUN.values(), ids=RUN)
def test_what_is_run_stays_quiet(tmp_path: Path, body: str) -> None:
    assert said(tmp_path, f"{HEAD}import pytest_asyncio\nfrom x import run_in_loop\n\n{body}\n") == []


@pytest.mark.parametrize(
    "settings",
    [
        {"pytest.ini": "[pytest]\nasyncio_mode = auto\n"},
        {"pyproject.toml": "[tool.pytest.ini_options]\nasyncio_mode = 'auto'\n"},
        {"tox.ini": "[testenv]\ncommands = pytest --asyncio-mode=auto\n"},
        {"setup.cfg": "[tool:pytest]\nasyncio_mode=auto\n"},
    ],
)
def test_auto_mode_runs_everything(tmp_path: Path, settings: dict[str, str]) -> None:
    tests = {
        "tests/test_a.py": f"{HEAD}@pytest.fixture\nasync def session(): ...\n\nasync def test_it(): ...\n",
        **settings,
    }
    assert said(tmp_path, tests) == []
