"""Replacement callables (M009), return values (M010) and hand-written fakes (M012)."""

from pathlib import Path

import pytest

from core.mocks.model import Confidence
from tests.core.mocks.projects import audited, said, told

HEAD = """\
from unittest.mock import Mock, patch
from app import mail
from app.mail import Campaign, Mailer, connect

"""
MISFITS = {
    "lambda for a function": "def test_it(monkeypatch):\n    monkeypatch.setattr(mail, 'connect', lambda: 1)",
    "new": "@patch('app.jobs.connect', lambda: 1)\ndef test_it(): ...",
    "side_effect": "def test_it():\n    with patch('app.jobs.connect') as m:\n        m.side_effect = lambda: 1",
    "function of the tests": (
        "def fake(a, b, c, d): ...\n\ndef test_it(monkeypatch):\n    monkeypatch.setattr('app.jobs.connect', fake)"
    ),
    "method of a class": "def test_it(monkeypatch):\n    monkeypatch.setattr(Mailer, 'send', lambda self: 1)",
    "method of an object": "def test_it():\n    Mailer('h').send = lambda: 1",
}


@pytest.mark.parametrize("body", MISFITS.values(), ids=MISFITS)
def test_a_replacement_that_fits_no_call_is_found(tmp_path: Path, body: str) -> None:
    assert [each.rule for each in told(audited(tmp_path, f"{HEAD}{body}\n"))] == ["M009"]


FITTING = {
    "fewer names, enough room": "def test_it(monkeypatch):\n    monkeypatch.setattr(mail, 'connect', lambda h: 1)",
    "stars": "def test_it(monkeypatch):\n    monkeypatch.setattr(mail, 'connect', lambda *a, **k: 1)",
    "class method takes cls": (
        "def test_it(monkeypatch):\n    monkeypatch.setattr(Mailer, 'local', lambda cls, port: 1)"
    ),
    "class method without": "def test_it(monkeypatch):\n    monkeypatch.setattr(Mailer, 'local', lambda port: 1)",
    "static method": (
        "def test_it(monkeypatch):\n    monkeypatch.setattr(Mailer, 'parse', staticmethod(lambda text: 1))"
    ),
    "emptied constructor": (
        "def test_it():\n    with patch.object(Mailer, '__init__', lambda self: None):\n        Mailer()"
    ),
    "decorated": (
        "import functools\n@functools.cache\ndef fake(): ...\n\n@patch('app.jobs.connect', fake)\ndef test_it(): ..."
    ),
}


@pytest.mark.parametrize("body", FITTING.values(), ids=FITTING)
def test_replacements_that_fit_some_call_stay_quiet(tmp_path: Path, body: str) -> None:
    assert said(tmp_path, f"{HEAD}{body}\n") == []


def test_return_values_speak_only_when_switched_on(tmp_path: Path) -> None:
    text = f"{HEAD}def test_it():\n    with patch('app.mail.total') as m:\n        m.return_value = 'three'\n"
    assert said(tmp_path / "a", text) == []
    assert said(tmp_path / "b", text, frozenset({"M010"})) == ["M010 total"]


FAKES = {
    "inherits": ("class Fake(Mailer):\n    def close(self, now): ...", Confidence.LOW),
    "replaces a class": (
        "class Fake:\n    def close(self, now): ...\n\n@patch('app.jobs.Mailer', Fake)\ndef test_it(): ...",
        Confidence.MEDIUM,
    ),
    "is passed": (
        "class Fake:\n    def close(self, now): ...\n\ndef test_it():\n    Campaign(Fake())",
        Confidence.MEDIUM,
    ),
    "sync for async": (
        "class Fake:\n    def deliver(self, address):\n        return 1\n\ndef test_it():\n    Campaign(mailer=Fake())",
        Confidence.MEDIUM,
    ),
}


@pytest.mark.parametrize(("body", "confidence"), FAKES.values(), ids=FAKES)
def test_a_fake_that_diverged_is_found(tmp_path: Path, body: str, confidence: Confidence) -> None:
    found = told(audited(tmp_path, f"{HEAD}{body}\n"))
    assert [(each.rule, each.confidence) for each in found] == [("M012", confidence)]


def test_a_fake_of_what_subclasses_define_as_they_like_stays_quiet(tmp_path: Path) -> None:
    keys = "import abc\n\nclass Key(abc.ABC):\n    @abc.abstractmethod\n    def load(self, name): ...\n"
    text = "from app.keys import Key\n\nclass Fake(Key):\n    def load(self): ...\n"
    assert said(tmp_path, text, keys=keys) == []


def test_a_replacement_that_stands_where_nothing_is_to_be_called_is_of_low_confidence(tmp_path: Path) -> None:
    text = f"{HEAD}def test_it(monkeypatch):\n    monkeypatch.setattr(Mailer, 'send', lambda: None)\n"
    assert [each.confidence for each in told(audited(tmp_path, text))] == [Confidence.LOW]


def test_helpers_and_other_signatures_of_a_fake_stay_quiet(tmp_path: Path) -> None:
    text = """class Fake(Mailer):
    def send(self, address, subject="", *rest): ...
    def sent_to(self, address): ...


class FakeMailer:
    def close(self, now): ...


def test_it():
    Campaign(Fake("h"))
"""
    assert said(tmp_path, f"{HEAD}{text}") == []
