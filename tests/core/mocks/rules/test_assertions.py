"""Assertions that assert nothing (M007), and those that production would reject (M008)."""

from pathlib import Path

import pytest

from core.mocks.model import Severity
from tests.core.mocks.projects import audited, said, told

HEAD = """\
import unittest
from unittest.mock import ANY, MagicMock, Mock, call, create_autospec, patch
from app import mail
from app.mail import Campaign, Mailer, connect

"""
EMPTY = {
    "uncalled": "m.send.assert_called_once",
    "uncalled under assert": "assert m.send.assert_not_called",
    "misspelt": "m.send.called_once_with(1)",
    "misspelt under assert": "assert m.send.called_with(1)",
    "has_calls": "m.has_calls([call(1)])",
    "comparison": "m.send.call_count == 2",
    "bare read": "m.send.called",
    "option": "Mock(retrun_value=1)",
    "patch option": "patch('app.mail.connect', side_efect=1)",
    "auto_spec": "Mock(auto_spec=True)",
    "autospec of a constructor": "MagicMock(autospec=Mailer)",
    "set attribute": "m.send.return_vale = 1",
    "one call for a list": "m.send.assert_has_calls(call(1))",
}


@pytest.mark.parametrize("body", EMPTY.values(), ids=EMPTY)
def test_an_assertion_that_asserts_nothing_is_found(tmp_path: Path, body: str) -> None:
    found = told(audited(tmp_path, f"{HEAD}def test_it():\n    m = Mock()\n    {body}\n"))
    assert [each.rule for each in found] == ["M007"]


def test_a_unittest_assertion_of_a_method_is_found(tmp_path: Path) -> None:
    text = (
        f"{HEAD}class TestIt(unittest.TestCase):\n    def test_it(self):\n"
        "        m = Mock()\n        self.assertTrue(m.send.assert_called)\n"
    )
    assert [each.rule for each in told(audited(tmp_path, text))] == ["M007"]


@pytest.mark.parametrize(
    "body",
    ["m.send.assert_called_once()", "assert m.send.called", "assert m.send.call_count == 2", "m.reset_mock()",
     "m.send.return_value = 1", "m.name = 'x'", "Mock(name='x', return_value=1)", "m.result_value = 3"],
)  # fmt: skip
def test_real_assertions_and_options_stay_quiet(tmp_path: Path, body: str) -> None:
    assert said(tmp_path, f"{HEAD}def test_it():\n    m = Mock()\n    {body}\n") == []


REJECTED = {
    "function": "with patch('app.jobs.connect') as m:\n        m.assert_called_once_with('h', 1)",
    "keyword": "with patch('app.jobs.connect') as m:\n        m.assert_called_with(server='h')",
    "method of an object": "with patch.object(Mailer('h'), 'send') as m:\n        m.assert_called_with('a')",
    "method of a class": "with patch.object(Mailer, 'send') as m:\n        m.assert_any_call('a')",
    "autospec takes self": (
        "with patch.object(Mailer, 'send', autospec=True) as m:\n        m.assert_called_with('a', 'b', 'c', 'd', 'e')"
    ),
    "constructor": "with patch('app.jobs.Mailer') as m:\n        m.assert_called_once_with(server=1)",
    "specced member": "m = Mock(spec=Mailer)\n    m.send.assert_called_once_with('a')",
    "member of a stand-in": "m = Mock()\n    Campaign(m)\n    m.send.assert_called_once_with('a', urgent=True)",
    "listed": "with patch('app.jobs.connect') as m:\n        m.assert_has_calls([call('h'), call()])",
    "set on an object": "x = Mailer('h')\n    x.send = Mock()\n    x.send.assert_called_with('a')",
}


@pytest.mark.parametrize("body", REJECTED.values(), ids=REJECTED)
def test_an_asserted_call_that_production_rejects_is_found(tmp_path: Path, body: str) -> None:
    found = told(audited(tmp_path, f"{HEAD}def test_it():\n    {body}\n"))
    assert [(each.rule, each.severity) for each in found] == [("M008", Severity.CRITICAL)]
    assert "def " in found[0].signature or "class " in found[0].signature


ACCEPTED = {
    "fits": "with patch('app.jobs.connect') as m:\n        m.assert_called_once_with(ANY)",
    "self of an autospec": (
        "with patch.object(Mailer, 'send', autospec=True) as m:\n        m.assert_called_with(ANY, 'a', 'b')"
    ),
    "class made by autospec": "m = create_autospec(Mailer)\n    m.send.assert_called_with('a', 'b')",
    "stars": "with patch('app.jobs.connect') as m:\n        m.assert_called_with(*args)",
    "spied": "with patch.object(Mailer, 'local', wraps=Mailer.local) as m:\n        m.assert_called_with(25)",
    "static": "with patch.object(Mailer, 'parse') as m:\n        m.assert_called_with('x')",
    "expected": (
        "m = Mock(spec=Mailer)\n    with self.assertRaises(AssertionError):\n        m.send.assert_called_with()"
    ),
}


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_asserted_calls_that_fit_stay_quiet(tmp_path: Path, body: str) -> None:
    assert said(tmp_path, f"{HEAD}args = []\nself = object()\n\ndef test_it():\n    {body}\n") == []


def test_mocks_are_injected_after_what_other_decorators_pass(tmp_path: Path) -> None:
    text = f"""{HEAD}from parameterized import parameterized

@patch('app.jobs.Mailer')
class TestIt(unittest.TestCase):
    @parameterized.expand([(1,)])
    @patch('app.jobs.shorten')
    @patch('app.jobs.connect')
    def test_it(self, value, connect, shorten, mailer):
        connect.assert_called_with('h')
        shorten.assert_called_with('text', width=1)
        mailer.assert_called_with('h', port=3)
"""
    assert said(tmp_path, text) == []


ROWS = {
    "rows of keywords": ("@data({'dry': True}, {'dry': False})\n    @unpack", "shorten, dry"),
    "keywords with defaults": ("@data({}, {'dry': True})\n    @unpack", "shorten, dry=False"),
    "rows of values": ("@data(('a', 1), ('b', 2))\n    @unpack", "one, two, shorten"),
    "single values": ("@data('a', 'b')", "one, shorten"),
    "single values and a default": ("@data('a', 'b')", "one, shorten, dry=False"),
    "parameters by name": ("@parameterized.expand([param(1, dry=True), param(2, dry=False)])", "one, shorten, dry"),
}


@pytest.mark.parametrize(("decorators", "parameters"), ROWS.values(), ids=ROWS)
def test_mocks_are_injected_after_values_passed_by_position_alone(
    tmp_path: Path, decorators: str, parameters: str
) -> None:
    text = f"""{HEAD}from ddt import data, unpack
from parameterized import param, parameterized

class TestIt(unittest.TestCase):
    {decorators}
    @patch('app.jobs.shorten')
    def test_it(self, {parameters}):
        shorten.assert_called_with('text', width=1)
        shorten.assert_called_with('text', wide=1)
"""
    assert [each.rule for each in told(audited(tmp_path, text))] == ["M008"]


def test_mocks_beside_rows_that_are_made_elsewhere_are_not_judged(tmp_path: Path) -> None:
    text = f"""{HEAD}from ddt import data, unpack

class TestIt(unittest.TestCase):
    @data(*app.ROWS)
    @unpack
    @patch('app.jobs.shorten')
    def test_it(self, one, two):
        two.assert_called_with(nothing=1)
"""
    assert said(tmp_path, text) == []
