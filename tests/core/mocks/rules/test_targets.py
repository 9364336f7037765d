"""Patch targets: missing (M002), hidden (M016), read by nobody (M011)."""

from pathlib import Path

import pytest

from tests.core.mocks.projects import audited, said, told

HEAD = """\
import unittest
from unittest import mock
from unittest.mock import patch
import pytest
from app import mail, jobs
from app.mail import Mailer

MODULE = "app.mail"

"""
MISSING = {
    "string": "@patch('app.mail.send_mail')\ndef test_it(m): ...",
    "with": "def test_it():\n    with mock.patch('app.mail.send_mail'): ...",
    "method": "@patch('app.mail.Mailer.send_mail')\ndef test_it(m): ...",
    "object": "@patch.object(mail, 'send_mail')\ndef test_it(m): ...",
    "object of a class": "@mock.patch.object(Mailer, 'send_mail')\ndef test_it(m): ...",
    "object of an instance": "def test_it():\n    with patch.object(Mailer('h'), 'send_mail'): ...",
    "multiple": "@patch.multiple('app.mail', send_mail=1)\ndef test_it(): ...",
    "started": "def test_it():\n    patch('app.mail.send_mail').start()",
    "setUp": "class TestIt(unittest.TestCase):\n    def setUp(self):\n        self.p = patch(f'{MODULE}.send_mail')\n",
    "class decorator": (
        "@patch('app.mail.send_mail', new=1)\nclass TestIt(unittest.TestCase):\n    def test_a(self): ..."
    ),
    "mocker": "def test_it(mocker):\n    mocker.patch('app.mail.send_mail')",
    "mocker object": "def test_it(mocker):\n    mocker.patch.object(mail, 'send_mail')",
    "spy": "def test_it(mocker):\n    mocker.spy(mail, 'send_mail')",
    "monkeypatch": "def test_it(monkeypatch):\n    monkeypatch.setattr('app.mail.send_mail', 1)",
    "monkeypatch object": "def test_it(monkeypatch):\n    monkeypatch.setattr(mail, 'send_mail', 1)",
    "monkeypatch delattr": "def test_it(monkeypatch):\n    monkeypatch.delattr(Mailer, 'send_mail')",
    "monkeypatch context": (
        "def test_it(monkeypatch):\n    with monkeypatch.context() as m:\n        m.setattr(mail, 'send_mail', 1)"
    ),
    "fixture": "@pytest.fixture\ndef sender():\n    with patch(MODULE + '.send_mail') as m:\n        yield m",
    "exit stack": (
        "import contextlib\ndef test_it():\n    with contextlib.ExitStack() as s:\n"
        "        s.enter_context(patch('%s.send_mail' % MODULE))"
    ),
    "constant target": "TARGET = MODULE + '.send_mail'\n@patch(TARGET)\ndef test_it(m): ...",
    "helper": (
        "def start(name):\n    return patch('app.mail.' + name).start()\n\ndef test_it():\n    start('send_mail')"
    ),
}


@pytest.mark.parametrize("body", MISSING.values(), ids=MISSING)
def test_a_target_that_is_not_there_is_found(tmp_path: Path, body: str) -> None:
    assert said(tmp_path, f"{HEAD}{body}\n") == ["M002 send_mail"]


def test_a_helper_that_patches_what_it_is_told_is_not_the_place(tmp_path: Path) -> None:
    text = (
        f"{HEAD}def start(target):\n    return patch(target).start()\n\n\ndef test_it():\n"
        "    start('app.mail.send_mail')\n"
    )
    found = told(audited(tmp_path, text))
    assert [each.place.line for each in found] == [text.splitlines().index("    start('app.mail.send_mail')") + 1]


def test_a_standard_library_target_is_judged_too(tmp_path: Path) -> None:
    assert said(tmp_path, f"{HEAD}@patch('os.mlock')\ndef test_it(m): ...\n") == ["M002 mlock"]


HIDDEN = {
    "create": "@patch('app.mail.send_mail', create=True)\ndef test_it(m): ...",
    "create object": "@patch.object(mail, 'send_mail', create=True)\ndef test_it(m): ...",
    "raising": "def test_it(monkeypatch):\n    monkeypatch.setattr(mail, 'send_mail', 1, raising=False)",
    "raising string": "def test_it(monkeypatch):\n    monkeypatch.setattr('app.mail.send_mail', 1, raising=False)",
}


@pytest.mark.parametrize("body", HIDDEN.values(), ids=HIDDEN)
def test_an_option_that_hides_a_missing_target_is_found(tmp_path: Path, body: str) -> None:
    assert said(tmp_path, f"{HEAD}{body}\n") == ["M016 send_mail"]


UNJUDGED = {
    "a base that is not read": ("from lib import Base\n\nclass Key(Base): ...\n", "app.keys.Key.load_key"),
    "names made at run time": ("def __getattr__(name): ...\n", "app.keys.load_key"),
}


@pytest.mark.parametrize(("keys", "target"), UNJUDGED.values(), ids=UNJUDGED)
def test_what_cannot_be_judged_and_has_a_name_unknown_to_production_is_found_when_asked_for(
    tmp_path: Path, keys: str, target: str
) -> None:
    text = f"{HEAD}@patch('{target}')\ndef test_it(m): ...\n"
    assert said(tmp_path / "a", text, keys=keys) == []
    assert said(tmp_path / "b", text, frozenset({"M021"}), keys=keys) == ["M021 load_key"]
    assert said(tmp_path / "c", text, frozenset({"M021"}), keys=f"{keys}# load_key\n") == []


UNTOLD = {
    "object patch": "with patch.object(unknown(), 'load_key'): pass",
    "monkeypatch": "monkeypatch.setattr(unknown(), 'load_key', 1)",
    "assigned": "unknown().load_key = Mock()",
    "configured": "unknown().keys.load_key.return_value = 1",
    "asserted": "unknown().keys.load_key.assert_called_once_with()",
    "read": "assert unknown().keys.load_key.call_count == 2",
    "its own object of a real class": "class Own(mail.Mailer): ...\n    own = Own('h')\n    own.load_key = Mock()",
}


@pytest.mark.parametrize("body", UNTOLD.values(), ids=UNTOLD)
def test_a_name_gone_from_what_nobody_can_tell_is_found_when_asked_for(tmp_path: Path, body: str) -> None:
    text = f"from unittest.mock import Mock\n{HEAD}def test_it(monkeypatch):\n    {body}\n"
    assert said(tmp_path / "a", text) == []
    assert said(tmp_path / "b", text, frozenset({"M021"})) == ["M021 load_key"]
    assert said(tmp_path / "c", text, frozenset({"M021"}), keys="# load_key\n") == []


UNREAD = {
    "imported and unused": ("@patch('app.jobs.unused')\ndef test_it(m): ...", "M011 unused"),
    "patched where it is defined": ("@patch('app.text.unused')\ndef test_it(m): ...", "M011 unused"),
    "object": ("@patch.object(jobs, 'unused')\ndef test_it(m): ...", "M011 unused"),
    "mocker": ("def test_it(mocker):\n    mocker.patch('app.jobs.unused')", "M011 unused"),
    "monkeypatch": ("def test_it(monkeypatch):\n    monkeypatch.setattr('app.jobs.unused', 1)", "M011 unused"),
}


@pytest.mark.parametrize(("body", "expected"), UNREAD.values(), ids=UNREAD)
def test_a_patch_that_nobody_reads_is_found(tmp_path: Path, body: str, expected: str) -> None:
    assert said(tmp_path, f"{HEAD}{body}\n") == [expected]


QUIET = {
    "read by its module": "@patch('app.jobs.shorten')\ndef test_it(m): ...",
    "re-read through the module": "@patch('app.text.clean')\ndef test_it(m): ...",
    "read by the test": "from app.text import unused\n@patch('app.jobs.unused')\ndef test_it(m):\n    jobs.unused(1)",
    "passed on": "def test_it():\n    with patch('app.jobs.unused') as m:\n        jobs.start(m)",
    "builtin of a module": "@patch('app.jobs.open')\ndef test_it(m): ...",
    "in the tests themselves": "def helper(): ...\n@patch(f'{__name__}.gone')\ndef test_it(m): ...",
    "computed": "@patch(f'app.mail.{mail.LIMIT}')\ndef test_it(m): ...",
    "under a mocked parent": (
        "@patch('app.mail.text.gone')\n@patch('app.mail.text', create=True)\ndef test_it(a, b): ..."
    ),
    "declared for objects": (
        "from app.keys import Key\ndef test_it(monkeypatch):\n    monkeypatch.setattr(Key, 'text', 'a', raising=False)"
    ),
    "expected": "def test_it():\n    with pytest.raises(AttributeError):\n        patch('app.mail.gone').start()",
}


@pytest.mark.parametrize("body", QUIET.values(), ids=QUIET)
def test_targets_that_are_right_or_cannot_be_known_stay_quiet(tmp_path: Path, body: str) -> None:
    keys = "class Key:\n    text: str\n\n    def show(self):\n        return self.text\n"
    assert [each for each in said(tmp_path, f"{HEAD}{body}\n", keys=keys) if "M016 text" not in each] == []
