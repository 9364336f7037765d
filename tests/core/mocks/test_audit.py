"""Whole audits of small projects: what contradicts production is found, what cannot be known stays quiet."""

import gc
from pathlib import Path

import pytest

from core.mocks.audit import AuditOptions, audit
from core.mocks.model import Audit, Status

KEYS = """
class KeyManager:
    def __init__(self, store, *, rounds=3):
        self.store = store
        self.rounds = rounds

    def rotate(self, name):
        return self.store.put(name)

    async def fetch(self, name):
        return self.store.get(name)


def load(path):
    return KeyManager(path)
"""


def audited(folder: Path, tests: str, production: str = KEYS, **options: object) -> Audit:
    (folder / "app").mkdir()
    (folder / "app" / "__init__.py").write_text("")
    (folder / "app" / "keys.py").write_text(production)
    (folder / "tests").mkdir()
    (folder / "requirements-test.txt").write_text("pytest\npytest-mock\n")
    (folder / "tests" / "test_keys.py").write_text(tests)
    return audit(folder, AuditOptions(**options))  # type: ignore[arg-type]


DEFECTS = {
    "a spec lacks it": (
        "M001",
        "from unittest.mock import Mock\nfrom app.keys import KeyManager\n\n"
        "def test_a():\n    keys = Mock(spec=KeyManager)\n    keys.rotate_key.return_value = 1\n"
        "    assert keys.rotate_key('a')\n",
    ),
    "a target is gone": (
        "M002",
        "from unittest.mock import patch\n\n@patch('app.keys.load_all')\ndef test_a(load_all):\n    load_all()\n",
    ),
    "a target is gone under monkeypatch": (
        "M002",
        "def test_a(monkeypatch):\n    monkeypatch.setattr('app.keys.load_all', lambda: 1)\n",
    ),
    "a target is gone under mocker": (
        "M002",
        "def test_a(mocker):\n    mocker.patch('app.keys.KeyManager.rotate_all')\n",
    ),
    "an assertion that asserts nothing": (
        "M007",
        "from unittest.mock import Mock\n\ndef test_a():\n    call = Mock()\n    call(1)\n"
        "    call.assert_called_once\n",
    ),
    "an asserted call that production rejects": (
        "M008",
        "from unittest.mock import patch\n\n@patch('app.keys.load', autospec=True)\ndef test_a(load):\n"
        "    load('a')\n    load.assert_called_once_with('a', 'b', 'c')\n",
    ),
    "production called with what it rejects": (
        "M013",
        "from app.keys import KeyManager\n\ndef test_a():\n    KeyManager(session=1)\n",
    ),
    "an import of what is not there": (
        "M015",
        "from app.keys import load_all\n\ndef test_a():\n    load_all()\n",
    ),
    "a fixture that is defined nowhere": (
        "M017",
        "def test_a(key_store):\n    assert key_store\n",
    ),
}


@pytest.mark.parametrize(("rule", "tests"), DEFECTS.values(), ids=DEFECTS)
def test_a_defect_is_found(tmp_path: Path, rule: str, tests: str) -> None:
    assert rule in {each.rule for each in audited(tmp_path, tests).findings}


QUIET = {
    "a spec that has it": (
        "from unittest.mock import Mock\nfrom app.keys import KeyManager\n\n"
        "def test_a():\n    keys = Mock(spec=KeyManager)\n    keys.rotate.return_value = 1\n    keys.rotate('a')\n"
        "    keys.rotate.assert_called_once_with('a')\n"
    ),
    "an attribute set in the constructor": (
        "from app.keys import KeyManager\n\ndef test_a():\n    keys = KeyManager({})\n    assert keys.rounds == 3\n"
    ),
    "a mock that stands for nothing known": (
        "from unittest.mock import Mock\n\ndef test_a():\n    anything = Mock()\n"
        "    anything.whatever.return_value = 1\n"
    ),
    "a misuse that is expected": (
        "import pytest\nfrom app.keys import KeyManager\n\ndef test_a():\n    with pytest.raises(TypeError):\n"
        "        KeyManager(session=1)\n"
    ),
    "a library that cannot be read": (
        "from unittest.mock import patch\n\n@patch('somelibrary.client.fetch')\ndef test_a(fetch):\n    fetch()\n"
    ),
    "a builtin fixture": "def test_a(tmp_path, monkeypatch, capsys, request):\n    assert tmp_path\n",
}


@pytest.mark.parametrize("tests", QUIET.values(), ids=QUIET)
def test_what_is_right_or_cannot_be_known_stays_quiet(tmp_path: Path, tests: str) -> None:
    assert [each for each in audited(tmp_path, tests).findings if each.severity != "advice"] == []


def test_a_class_with_getattr_is_unknown_never_invalid(tmp_path: Path) -> None:
    production = "class KeyManager:\n    def __getattr__(self, name):\n        return 1\n"
    tests = (
        "from unittest.mock import Mock\nfrom app.keys import KeyManager\n\n"
        "def test_a():\n    keys = Mock(spec=KeyManager)\n    keys.rotate_key.return_value = 1\n"
    )
    made = audited(tmp_path, tests, production)
    assert [each for each in made.findings if each.severity != "advice"] == []
    assert all(each.status is not Status.INVALID for each in made.components)


def test_a_component_shows_its_phantoms_beside_the_books_numbers(tmp_path: Path) -> None:
    (component,) = audited(tmp_path, DEFECTS["a spec lacks it"][1]).components
    assert component.status is Status.INVALID
    assert component.production_methods == ("fetch", "rotate")
    assert component.extra_methods == ("rotate_key",)
    assert component.compliance_percentage == 0


def test_a_component_that_nobody_mocks_is_said_when_it_was_asked_for(tmp_path: Path) -> None:
    made = audited(tmp_path, "def test_a():\n    pass\n", components={"KeyManager": "app.keys"})
    assert [(each.component, each.status) for each in made.components] == [("KeyManager", Status.NOT_MOCKED)]


def test_nothing_of_the_project_is_run(tmp_path: Path) -> None:
    production = f"open({str(tmp_path / 'trace')!r}, 'w').close()\nraise SystemExit(3)\n"
    audited(tmp_path, "import app.keys\nopen('trace2', 'w')\n", production)
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize(
    "hostile",
    [b"def f(:\n", b"print 'python 2'\n", b"\xff\xfe\x00x", b"# coding: nonsense\nx = 1\n", b"x = " + b"(" * 3000,
     b"a" + b".b" * 20000, b"\0" * 100],
    ids=["syntax", "python 2", "bytes", "coding", "deep", "long", "nulls"],
)  # fmt: skip
def test_hostile_files_cost_a_warning_at_most(tmp_path: Path, hostile: bytes) -> None:
    (tmp_path / "test_hostile.py").write_bytes(b"import mock\n" + hostile)
    assert audited(tmp_path, DEFECTS["a spec lacks it"][1]).findings


def test_links_out_of_the_tree_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "test_outside.py").write_text(DEFECTS["a target is gone"][1])
    project = tmp_path / "project"
    project.mkdir()
    (project / "loop").symlink_to(project)
    (project / "out").symlink_to(outside)
    assert audited(project, "def test_a():\n    pass\n").test_files == 1


def test_the_collector_is_as_before_after_an_audit(tmp_path: Path) -> None:
    audited(tmp_path, "import app\n")
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
