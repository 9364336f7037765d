"""Fixtures that are asked for: M017."""

from pathlib import Path

import pytest

from tests.core.mocks.projects import audited, said, told

UNDEFINED = {
    "test": "def test_it(user_client): ...",
    "class": "class TestA:\n    def test_it(self, user_client): ...",
    "fixture": "import pytest\n\n@pytest.fixture\ndef a(user_client): ...",
    "after a patch": (
        "from unittest.mock import patch\n\n@patch('app.jobs.connect')\ndef test_it(connect, user_client): ..."
    ),
    "keyword only": "def test_it(*, user_client): ...",
    "beside a parameter": "import pytest\n\n@pytest.mark.parametrize('a', [1])\ndef test_it(a, user_client): ...",
}


@pytest.mark.parametrize("body", UNDEFINED.values(), ids=UNDEFINED)
def test_a_fixture_that_is_defined_nowhere_is_found(tmp_path: Path, body: str) -> None:
    assert said(tmp_path, f"{body}\n") == ["M017 user_client"]


def test_in_a_skipped_test_it_is_dormant(tmp_path: Path) -> None:
    text = "import pytest\n\n@pytest.mark.skip('later')\ndef test_it(user_client): ...\n"
    assert [each.dormant for each in told(audited(tmp_path, text))] == [True]


DEFINED = {
    "parameters of another file": (
        "import pytest\nfrom lib import NAMES\n\n@pytest.mark.parametrize(NAMES, [1])\ndef test_it(user_client): ..."
    ),
    "handed on": "def test_it(user_client): ...\n\nALL = [test_it]",
    "builtin": "def test_it(tmp_path, monkeypatch, request, capsys): ...",
    "plugin": "def test_it(mocker, event_loop): ...",
    "same file": "import pytest\n\n@pytest.fixture\ndef user_client(): ...\n\ndef test_it(user_client): ...",
    "renamed": "import pytest\n\n@pytest.fixture(name='user_client')\ndef make(): ...\n\ndef test_it(user_client): ...",
    "of the class": (
        "import pytest\n\nclass TestA:\n    @pytest.fixture\n"
        "    def user_client(self): ...\n    def test_it(self, user_client): ..."
    ),
    "of a base": (
        "import pytest\n\nclass Base:\n    @pytest.fixture\n"
        "    def user_client(self): ...\n\nclass TestA(Base):\n"
        "    def test_it(self, user_client): ..."
    ),
    "imported": "from tests.helpers import user_client\n\ndef test_it(user_client): ...",
    "conftest": "def test_it(from_conftest): ...",
    "parameter": "import pytest\n\n@pytest.mark.parametrize('a, user_client', [])\ndef test_it(a, user_client): ...",
    "parameters of the class": (
        "import pytest\n\n@pytest.mark.parametrize(('user_client',), [])\nclass TestA:\n"
        "    def test_it(self, user_client): ..."
    ),
    "default": "def test_it(user_client=None): ...",
    "unknown decorator": "from hypothesis import given\n\n@given(user_client=1)\ndef test_it(user_client): ...",
    "injected": "from unittest.mock import patch\n\n@patch('app.jobs.connect')\ndef test_it(connect): ...",
    "unittest": "import unittest\n\nclass TestA(unittest.TestCase):\n    def test_it(self, user_client): ...",
    "helper": "def test_it(user_client): ...\n\ndef run():\n    test_it(1)",
    "made by a call": (
        "import pytest\n\ndef make(): ...\n\nuser_client = pytest.fixture(make)\n\ndef test_it(user_client): ..."
    ),
    "parametrised by the test": (
        "import pytest\n\n@pytest.fixture\ndef a(user_client): ...\n\n"
        "@pytest.mark.parametrize('user_client', [1])\ndef test_it(a, user_client): ..."
    ),
}
SHARED = {
    "tests/conftest.py": "import pytest\n\n@pytest.fixture\ndef from_conftest(): ...\n",
    "tests/helpers.py": "import pytest\n\n@pytest.fixture\ndef user_client(): ...\n",
    "tests/__init__.py": "",
}


@pytest.mark.parametrize("body", DEFINED.values(), ids=DEFINED)
def test_what_is_provided_stays_quiet(tmp_path: Path, body: str) -> None:
    shared = SHARED if "helpers" in body or "conftest" in body else {}
    assert said(tmp_path, {"tests/test_mail.py": f"{body}\n", **shared}) == []


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "pytest\npytest-of-our-own\n"},
        {"requirements.txt": "nothing\n"},
        {"tests/conftest.py": "pytest_plugins = ['elsewhere.plugin']\n"},
        {"tests/conftest.py": "def pytest_generate_tests(metafunc): ...\n"},
        {"tests/conftest.py": "from elsewhere import *\n"},
        {"other/conftest.py": "import pytest\n\n@pytest.fixture\ndef user_client(): ...\n"},
    ],
)
def test_a_plugin_that_cannot_be_read_makes_it_unknown(tmp_path: Path, files: dict[str, str]) -> None:
    made = audited(tmp_path, {"tests/test_mail.py": "def test_it(user_client): ...\n", **files})
    assert made.findings == ()
    assert any("user_client" in each.reason for each in made.unknown)
