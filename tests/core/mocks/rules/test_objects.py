"""Real production used wrongly: M004, M013, M014, M015."""

from pathlib import Path

import pytest

from tests.core.mocks.projects import audited, said, told

HEAD = """\
import unittest
from unittest.mock import AsyncMock, Mock, patch
import pytest
from app import mail
from app.mail import Campaign, Colour, Flexible, Mailer, Message, Point, QueueMailer, connect

"""
FOUND = {
    "a mock on an object": ("m = Mailer('h')\n    m.send_mail = Mock()", "M004 send_mail"),
    "a mock on a class": ("Mailer.send_mail = Mock()", "M004 send_mail"),
    "a lambda on a module": ("mail.send_mail = lambda: 1", "M004 send_mail"),
    "setattr": ("setattr(Mailer('h'), 'send_mail', Mock())", "M004 send_mail"),
    "unknown keyword": ("Mailer(server='h')", "M013 Mailer"),
    "missing argument": ("Mailer()", "M013 Mailer"),
    "too many": ("Mailer('h').close(1)", "M013 close"),
    "method": ("Mailer('h').send('a')", "M013 send"),
    "classmethod": ("Mailer.local()", "M013 local"),
    "dataclass": ("Message(too='a')", "M013 Message"),
    "named tuple": ("Point()", "M013 Point"),
    "function": ("connect()", "M013 connect"),
    "later by a framework": ("app.add_middleware(Campaign, sender=1)", "M013 Campaign"),
    "member of an object": ("Mailer('h').send_mail()", "M014 send_mail"),
    "member of what a function returns": ("connect('h').send_mail()", "M014 send_mail"),
    "member of a class": ("Mailer.send_mail", "M014 send_mail"),
    "name of a module": ("mail.send_mail()", "M014 send_mail"),
    "member of an enumeration": ("Colour.GREEN", "M014 GREEN"),
    "import": ("from app.mail import send_mail", "M015 send_mail"),
    "module": ("import app.mails", "M015 app.mails"),
}


@pytest.mark.parametrize(("body", "expected"), FOUND.values(), ids=FOUND)
def test_misuse_of_production_is_found(tmp_path: Path, body: str, expected: str) -> None:
    assert said(tmp_path, f"{HEAD}app = object()\n\ndef test_it():\n    {body}\n") == [expected]


def test_unittest_attributes_are_followed(tmp_path: Path) -> None:
    text = (
        f"{HEAD}class TestIt(unittest.TestCase):\n    def setUp(self):\n        self.mailer = Mailer('h')\n\n"
        "    def test_it(self):\n        self.mailer.send_mail()\n"
    )
    (found,) = told(audited(tmp_path, text))
    assert (found.rule, found.member, found.test) == ("M014", "send_mail", "tests/test_mail.py::TestIt::test_it")


def test_fixtures_are_followed_through_conftests(tmp_path: Path) -> None:
    tests = {
        "tests/conftest.py": (
            "import pytest\nfrom app.mail import Mailer\n\n@pytest.fixture(name='mailer')\n"
            "def make():\n    yield Mailer('h')\n"
        ),
        "tests/unit/test_a.py": "def test_it(mailer):\n    mailer.send_mail()\n",
    }
    assert said(tmp_path, tests) == ["M014 send_mail"]


def test_constants_on_objects_speak_only_when_switched_on(tmp_path: Path) -> None:
    text = f"{HEAD}def test_it():\n    m = Mailer('h')\n    m.colour = 3\n"
    assert said(tmp_path / "a", text) == []
    assert said(tmp_path / "b", text, frozenset({"M004"})) == ["M004 colour"]


QUIET = {
    "attribute of __init__": "m = Mailer('h')\n    m.host\n    m.sent\n    m.failed = Mock()",
    "property": "Mailer('h').is_open",
    "inherited": "QueueMailer('h').close()",
    "dynamic": "Flexible().anything()",
    "enumeration": "Colour.RED.name\n    Colour['RED'].value",
    "raises": "with pytest.raises(TypeError):\n        Mailer()",
    "ignored": "Mailer('h').gone  # type: ignore[attr-defined]",
    "hasattr": "m = Mailer('h')\n    if hasattr(m, 'gone'):\n        m.gone()",
    "patched constructor": "with patch.object(Mailer, '__init__', return_value=None):\n        Mailer()",
    "replaced above": "m = Mailer('h')\n    m.host = Mock()\n    m.host.anything()",
    "called while patched": (
        "with patch('app.mail.connect') as c, patch.object(mail, 'connect'):\n        mail.connect()"
    ),
    "narrowed": "m = connect('h')\n    assert isinstance(m, QueueMailer)\n    m.enqueue(1)",
    "subclass has it": "connect('h').enqueue(1)",
    "stars": "Mailer(*[1], **{})\n    Mailer(**options)",
    "conditional": "import sys\n    if sys.version_info < (3, 8):\n        mail.gone()",
    "import guarded": "try:\n        from app.mail import gone\n    except ImportError:\n        gone = None",
    "local shadows": "mail = Mock()\n    mail.gone()",
    "function attribute": "connect.cache_clear()",
    "awaited": "m = Mailer('h')\n    m.__dict__",
}


@pytest.mark.parametrize("body", QUIET.values(), ids=QUIET)
def test_right_use_and_meant_misuse_stay_quiet(tmp_path: Path, body: str) -> None:
    assert said(tmp_path, f"{HEAD}options = {{}}\noptions['host'] = 1\n\ndef test_it():\n    {body}\n") == []


def test_a_dormant_test_is_shown_as_such(tmp_path: Path) -> None:
    text = f"{HEAD}@pytest.mark.skip\ndef test_it():\n    Mailer()\n"
    assert [each.dormant for each in told(audited(tmp_path, text))] == [True]


def test_an_expected_failure_means_its_misuse(tmp_path: Path) -> None:
    assert said(tmp_path, f"{HEAD}@pytest.mark.xfail\ndef test_it():\n    Mailer()\n") == []


def test_what_a_build_makes_is_not_missing(tmp_path: Path) -> None:
    text = "from app.proto.mail_pb2 import Mail\nfrom app._version import version\n"
    assert said(tmp_path, text, jobs="from app._version import version\n") == []


def test_an_import_that_the_file_beside_the_test_may_answer_stays_quiet(tmp_path: Path) -> None:
    files = {
        "bench/__init__.py": "",
        "bench/bench.py": "def clean(): ...\n",
        "bench/test_bench.py": "from bench import clean\n",
    }
    assert said(tmp_path, files) == []
