"""Phantoms: what mocks configure and their class lacks (M001, M003), unspecced mocks (M005), orphans (M020)."""

from pathlib import Path

import pytest

from core.mocks.model import Confidence, Severity
from tests.core.mocks.projects import audited, said, told

SPECCED = {
    "spec, set": "m = Mock(spec=Mailer)\n    m.send_mail.return_value = 1",
    "spec, replaced": "m = Mock(Mailer)\n    m.send_mail = Mock()",
    "spec, asserted": "m = MagicMock(spec=Mailer)\n    m.send_mail.assert_called_once()",
    "spec_set": "m = Mock(spec_set=Mailer)\n    m.send_mail = 1",
    "keyword": "Mock(spec=Mailer, send_mail=1)",
    "dotted keyword": "Mock(spec=Mailer, **{'send_mail.return_value': 1})",
    "configure_mock": "m = Mock(spec=Mailer)\n    m.configure_mock(**{'send_mail.return_value': 1})",
    "autospec": "m = create_autospec(Mailer, instance=True)\n    m.send_mail.return_value = 1",
    "autospec of a class": "m = create_autospec(Mailer)\n    m.return_value.send_mail.return_value = 1",
    "spec of an object": "m = Mock(spec=Mailer('h'))\n    m.send_mail = 1",
    "patched with autospec": (
        "with patch('app.jobs.Mailer', autospec=True) as m:\n        m.return_value.send_mail.return_value = 1"
    ),
    "patched object with autospec": "with patch.object(mail, 'Mailer', autospec=True) as m:\n        m.send_mail = 1",
    "setattr": "m = Mock(spec=Mailer)\n    setattr(m, 'send_mail', 1)",
}
HEAD = """\
from unittest.mock import AsyncMock, MagicMock, Mock, create_autospec, patch
from typing import cast
from app import mail
from app.mail import Campaign, Mailer, QueueMailer, get_mailer, notify

"""


@pytest.mark.parametrize("body", SPECCED.values(), ids=SPECCED)
def test_a_member_that_the_spec_lacks_is_found(tmp_path: Path, body: str) -> None:
    assert said(tmp_path, f"{HEAD}def test_it():\n    {body}\n") == ["M001 send_mail"]


STANDING = {
    "passed for an annotated parameter": "m = Mock()\n    Campaign(mailer=m)\n    m.send_mail.return_value = 1",
    "passed by position": "m = Mock()\n    Campaign(m)\n    m.send_mail.assert_called_with(1)",
    "passed for Optional": "m = Mock()\n    Campaign(Mock(), backup=m)\n    m.send_mail.return_value = 1",
    "what a patched class makes": (
        "with patch('app.jobs.Mailer') as m:\n        m.return_value.send_mail.return_value = 1"
    ),
    "what a patched function returns": (
        "with patch('app.jobs.connect') as m:\n        m.return_value.send_mail.return_value = 1"
    ),
    "annotated variable": "m: Mailer = Mock()\n    m.send_mail.return_value = 1",
    "cast": "m = cast(Mailer, Mock())\n    m.send_mail.return_value = 1",
    "put on a typed attribute": "c = Campaign(Mock())\n    c.queue = m = Mock()\n    m.send_mail.return_value = 1",
    "passed as self": "m = Mock()\n    Mailer.send(m, 1, 2)\n    m.send_mail.return_value = 1",
    "dependency override": (
        "m = Mock()\n    app.dependency_overrides[get_mailer] = lambda: m\n    m.send_mail.return_value = 1"
    ),
    "passed to a function": "m = Mock()\n    notify(m, 1)\n    m.send_mail.return_value = 1",
}


@pytest.mark.parametrize("body", STANDING.values(), ids=STANDING)
def test_a_phantom_of_a_mock_that_stands_for_a_class_is_found(tmp_path: Path, body: str) -> None:
    text = f"{HEAD}app = object()\n\ndef test_it():\n    {body}\n"
    assert said(tmp_path, text) == ["M003 send_mail"]


def test_an_asserted_phantom_weighs_more_than_one_only_set(tmp_path: Path) -> None:
    body = "m = Mock()\n    Campaign(m)\n    m.send_mail.return_value = 1\n    m.send_all.assert_called_once()"
    found = {each.member: each for each in told(audited(tmp_path, f"{HEAD}def test_it():\n    {body}\n"))}
    assert found["send_all"].severity is Severity.HIGH
    assert found["send_mail"].severity is Severity.MEDIUM
    assert found["send_mail"].confidence is Confidence.HIGH
    assert "send_mail" in found["send_mail"].message
    assert found["send_mail"].production is not None
    assert found["send_mail"].production.path == "app/mail.py"


def test_a_spec_is_silent_when_set_and_loud_when_asked(tmp_path: Path) -> None:
    body = "m = Mock(spec=Mailer)\n    m.send_mail = 1\n    m.send_all()"
    found = {each.member: each.loudness for each in told(audited(tmp_path, f"{HEAD}def test_it():\n    {body}\n"))}
    assert found == {"send_mail": "silent", "send_all": "loud"}


def test_evidence_that_disagrees_is_silent_about_what_one_of_the_classes_has(tmp_path: Path) -> None:
    body = (
        "m = Mock()\n    Campaign(m)\n    m2: 'mail.Campaign' = m\n"
        "    m.run.return_value = 1\n    m.send.return_value = 1"
    )
    assert said(tmp_path, f"{HEAD}def test_it():\n    {body}\n") == []


def test_mocks_without_spec_are_counted_once_for_each_file_and_class(tmp_path: Path) -> None:
    body = "m = Mock()\n    n = Mock()\n    Campaign(m)\n    Campaign(n)"
    advice = [each for each in audited(tmp_path, f"{HEAD}def test_it():\n    {body}\n").findings if each.rule == "M005"]
    assert [each.message for each in advice] == ["2 mocks of Mailer without a spec."]


def test_an_orphan_that_must_not_be_called_is_found(tmp_path: Path) -> None:
    body = "m = Mock()\n    unknown(m)\n    m.send_everything.assert_not_called()"
    found = told(audited(tmp_path, f"{HEAD}def test_it():\n    {body}\n"))
    assert [(each.rule, each.severity) for each in found] == [("M020", Severity.HIGH)]


def test_other_orphans_speak_only_when_switched_on(tmp_path: Path) -> None:
    text = f"{HEAD}def test_it():\n    m = Mock()\n    m.send_everything.return_value = 1\n"
    assert said(tmp_path / "a", text) == []
    assert said(tmp_path / "b", text, frozenset({"M020"})) == ["M020 send_everything"]


def test_reading_the_calls_of_a_member_is_as_good_as_asserting_them(tmp_path: Path) -> None:
    text = f"{HEAD}def test_it():\n    m = Mock()\n    Campaign(m)\n    assert m.send_mail.call_count == 1\n"
    assert said(tmp_path, text) == ["M003 send_mail"]
