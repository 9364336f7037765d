"""Every way in which tests reach a mock: helpers, fixtures, set-up, injection. Each hides the same phantom."""

from pathlib import Path

import pytest

from tests.core.mocks.projects import said

HEAD = """\
import contextlib
import unittest
from unittest import mock
from unittest.mock import MagicMock, Mock, patch, seal, sentinel
import pytest
from app import jobs, mail
from app.mail import Campaign, Mailer

"""
FORMS = {
    "helper": "def make():\n    return Mock(spec=Mailer)\n\ndef test_it():\n    make().send_mail.return_value = 1",
    "helper with arguments": (
        "def make(kind, **more):\n    return Mock(spec=kind, **more)\n\ndef test_it():\n    make(Mailer, send_mail=1)"
    ),
    "helper with an annotation": (
        "def make() -> Mailer:\n    return Mock()\n\ndef test_it():\n    make().send_mail.return_value = 1"
    ),
    "fixture": (
        "@pytest.fixture\ndef m():\n    return Mock(spec=Mailer)\n\ndef test_it(m):\n    m.send_mail.return_value = 1"
    ),
    "fixture that yields": (
        "@pytest.fixture\ndef m():\n    with patch('app.jobs.Mailer') as made:\n"
        "        yield made.return_value\n\ndef test_it(m):\n"
        "    m.send_mail.return_value = 1"
    ),
    "fixture with an annotation": (
        "@pytest.fixture\ndef m() -> Mailer:\n    return Mock()\n\ndef test_it(m):\n    m.send_mail.return_value = 1"
    ),
    "fixture of a fixture": (
        "@pytest.fixture\ndef a():\n    return Mock(spec=Mailer)\n\n@pytest.fixture\n"
        "def m(a):\n    return a\n\ndef test_it(m):\n    m.send_mail.return_value = 1"
    ),
    "renamed fixture": (
        "@pytest.fixture(name='m')\ndef make():\n    return Mock(spec=Mailer)\n\n"
        "def test_it(m):\n    m.send_mail.return_value = 1"
    ),
    "fixture of a class": (
        "class TestA:\n    @pytest.fixture\n    def m(self):\n"
        "        return Mock(spec=Mailer)\n    def test_it(self, m):\n"
        "        m.send_mail.return_value = 1"
    ),
    "annotated parameter": (
        "@pytest.fixture\ndef m():\n    return Mock()\n\ndef test_it(m: Mailer):\n    m.send_mail.return_value = 1"
    ),
    "setUp": (
        "class TestA(unittest.TestCase):\n    def setUp(self):\n"
        "        self.m = Mock(spec=Mailer)\n    def test_it(self):\n"
        "        self.m.send_mail.return_value = 1"
    ),
    "inherited setUp": (
        "class Base(unittest.TestCase):\n    def setUp(self):\n        self.m = Mock(spec=Mailer)\n\n"
        "class TestA(Base):\n    def setUp(self):\n        super().setUp()\n        self.m.send_mail.return_value = 1\n"
        "    def test_it(self): ..."
    ),
    "setUpClass": (
        "class TestA(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n"
        "        cls.m = Mock(spec=Mailer)\n    def test_it(self):\n"
        "        self.m.send_mail.return_value = 1"
    ),
    "asyncSetUp": (
        "class TestA(unittest.IsolatedAsyncioTestCase):\n"
        "    async def asyncSetUp(self):\n        self.m = Mock(spec=Mailer)\n"
        "    async def test_it(self):\n        self.m.send_mail.return_value = 1"
    ),
    "started in setUp": (
        "class TestA(unittest.TestCase):\n    def setUp(self):\n"
        "        p = patch('app.jobs.Mailer', autospec=True)\n"
        "        self.m = p.start()\n        self.addCleanup(p.stop)\n"
        "    def test_it(self):\n        self.m.return_value.send_mail.return_value = 1"
    ),
    "decorator": (
        "@patch('app.jobs.Mailer', autospec=True)\ndef test_it(m):\n    m.return_value.send_mail.return_value = 1"
    ),
    "decorators in order": (
        "@patch('app.jobs.connect')\n@patch('app.jobs.Mailer', autospec=True)\n"
        "def test_it(m, connect):\n    m.return_value.send_mail.return_value = 1"
    ),
    "decorator of a class": (
        "@patch('app.jobs.Mailer', autospec=True)\nclass TestA(unittest.TestCase):\n"
        "    def test_it(self, m):\n        m.return_value.send_mail.return_value = 1"
    ),
    "decorator beside a fixture": (
        "@patch('app.jobs.Mailer', autospec=True)\ndef test_it(m, tmp_path):\n"
        "    m.return_value.send_mail.return_value = 1"
    ),
    "decorated helper": (
        "@patch('app.jobs.Mailer', autospec=True)\ndef run(value, m):\n"
        "    m.return_value.send_mail.return_value = value\n\ndef test_it():\n"
        "    run(1)"
    ),
    "multiple": (
        "@patch.multiple('app.jobs', Mailer=mock.DEFAULT, autospec=True)\n"
        "def test_it(Mailer):\n    Mailer.return_value.send_mail.return_value = 1"
    ),
    "object": (
        "def test_it():\n    with patch.object(jobs, 'Mailer', autospec=True) as m:\n"
        "        m.return_value.send_mail.return_value = 1"
    ),
    "new": (
        "m = Mock()\n\ndef test_it():\n    with patch('app.jobs.Mailer', new=m):\n"
        "        m.return_value.send_mail.return_value = 1"
    ),
    "new_callable": (
        "def test_it():\n"
        "    with patch('app.jobs.Mailer', new_callable=MagicMock) as m:\n"
        "        m.return_value.send_mail.return_value = 1"
    ),
    "several in one with": (
        "def test_it():\n"
        "    with patch('app.jobs.connect') as c, patch('app.jobs.Mailer', autospec=True) as m:\n"
        "        m.return_value.send_mail.return_value = 1"
    ),
    "exit stack": (
        "def test_it():\n    with contextlib.ExitStack() as s:\n"
        "        m = s.enter_context(patch('app.jobs.Mailer', autospec=True))\n"
        "        m.return_value.send_mail.return_value = 1"
    ),
    "enterContext": (
        "class TestA(unittest.TestCase):\n    def setUp(self):\n"
        "        self.m = self.enterContext(patch('app.jobs.Mailer', autospec=True))\n"
        "    def test_it(self):\n        self.m.return_value.send_mail.return_value = 1"
    ),
    "mocker": (
        "def test_it(mocker):\n    m = mocker.patch('app.jobs.Mailer', autospec=True)\n"
        "    m.return_value.send_mail.return_value = 1"
    ),
    "mocker object": (
        "def test_it(mocker):\n"
        "    m = mocker.patch.object(jobs, 'Mailer', autospec=True)\n"
        "    m.return_value.send_mail.return_value = 1"
    ),
    "mocker mock": "def test_it(mocker):\n    m = mocker.Mock(spec=Mailer)\n    m.send_mail.return_value = 1",
    "mocker autospec": (
        "def test_it(mocker):\n    m = mocker.create_autospec(Mailer, instance=True)\n    m.send_mail.return_value = 1"
    ),
    "monkeypatch": (
        "def test_it(monkeypatch):\n    m = Mock()\n"
        "    monkeypatch.setattr(jobs, 'Mailer', m)\n"
        "    m.return_value.send_mail.return_value = 1"
    ),
    "assigned to a module": (
        "def test_it():\n    jobs.Mailer = m = Mock()\n    m.return_value.send_mail.return_value = 1"
    ),
    "replaced attribute": (
        "def test_it():\n    c = Campaign(1)\n    c.queue = Mock()\n    c.queue.send_mail.return_value = 1"
    ),
    "patched attribute": (
        "def test_it():\n    c = Campaign(1)\n    with patch.object(c, 'queue') as q:\n"
        "        q.send_mail.return_value = 1"
    ),
    "return value set to a mock": (
        "def test_it():\n    m = Mock()\n    with patch('app.jobs.connect') as c:\n"
        "        c.return_value = m\n        m.send_mail.return_value = 1"
    ),
    "return value as an option": (
        "def test_it():\n    m = Mock()\n"
        "    with patch('app.jobs.connect', return_value=m):\n"
        "        m.send_mail.return_value = 1"
    ),
    "chain": (
        "def test_it():\n"
        "    with patch('app.jobs.mail', create=True), patch('app.jobs.connect', autospec=True) as c:\n"
        "        c.return_value.send_mail.return_value.more = 1"
    ),
    "attached": (
        "def test_it():\n    parent = Mock()\n    m = Mock(spec=Mailer)\n"
        "    parent.attach_mock(m, 'mailer')\n"
        "    parent.mailer.send_mail.return_value = 1"
    ),
    "member of a member": (
        "def test_it():\n    m = Mock(spec=Campaign('x'))\n    Campaign(m)\n"
        "    n = MagicMock()\n    n.mailer = Mock(spec=Mailer)\n"
        "    n.mailer.send_mail.return_value = 1"
    ),
    "sealed": "def test_it():\n    m = Mock(spec=Mailer)\n    m.send_mail.return_value = sentinel.x\n    seal(m)",
    "alias": (
        "from unittest.mock import Mock as M\n\ndef test_it():\n    m = M(spec=Mailer)\n"
        "    m.send_mail.return_value = 1"
    ),
    "module of mock": (
        "import unittest.mock as um\n\ndef test_it():\n    m = um.Mock(spec=Mailer)\n    m.send_mail.return_value = 1"
    ),
    "in a loop": (
        "def test_it():\n    for each in (1, 2):\n        m = Mock(spec=Mailer)\n"
        "        m.send_mail.return_value = each"
    ),
    "walrus": "def test_it():\n    if (m := Mock(spec=Mailer)):\n        m.send_mail.return_value = 1",
    "context manager of the tests": (
        "@contextlib.contextmanager\ndef mailing():\n    m = Mock(spec=Mailer)\n"
        "    m.send_mail.return_value = 1\n    yield m\n\n"
        "def test_it():\n    with mailing(): ..."
    ),
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS)
def test_the_phantom_is_found_in_every_form(tmp_path: Path, body: str) -> None:
    found = [each for each in said(tmp_path, f"{HEAD}{body}\n") if "M016" not in each]
    assert [each.split()[1] for each in found] == ["send_mail"]


def test_helpers_of_other_files_are_followed(tmp_path: Path) -> None:
    tests = {
        "tests/__init__.py": "",
        "tests/helpers.py": (
            "from unittest.mock import Mock\nfrom app.mail import Mailer\n\ndef make():\n    return Mock(spec=Mailer)\n"
        ),
        "tests/unit/test_a.py": (
            "from tests.helpers import make\n\ndef test_it():\n    make().send_mail.return_value = 1\n"
        ),
        "tests/unit/test_b.py": "from ..helpers import make\n\ndef test_it():\n    make().send_all.return_value = 1\n",
        "tests/unit/__init__.py": "",
    }
    assert said(tmp_path, tests) == ["M001 send_all", "M001 send_mail"]


def test_a_mock_of_a_compatibility_module_is_one(tmp_path: Path) -> None:
    tests = {
        "tests/__init__.py": "",
        "tests/compat.py": "try:\n    from unittest import mock\nexcept ImportError:\n    import mock\n",
        "tests/test_a.py": (
            "from app.mail import Mailer\nfrom tests.compat import mock\n\ndef test_it():\n"
            "    mock.Mock(spec=Mailer).send_mail = 1\n"
        ),
    }
    assert said(tmp_path, tests) == ["M001 send_mail"]


def test_flexmock_replaces_what_is_there(tmp_path: Path) -> None:
    text = (
        f"from flexmock import flexmock\n{HEAD}from app import mail\n\n\ndef test_it():\n"
        "    flexmock(mail).should_receive('fetch').and_return(1)\n    mail.fetch()\n"
        "    flexmock(mail).should_receive('fetch_all').never()\n    flexmock().should_receive('anything')\n"
    )
    assert said(tmp_path, text) == ["M002 fetch_all"]


def test_modules_that_a_test_makes_are_not_looked_into(tmp_path: Path) -> None:
    text = "import sys\nimport app.mail\n\nexec('made = 1', sys.modules['app.mail'].__dict__)\n"
    assert said(tmp_path, f"{text}MADE = sys.modules['app.mail'].made\n") == []


def test_what_one_test_sets_is_gone_in_the_next(tmp_path: Path) -> None:
    text = (
        f"{HEAD}shared = Campaign(1)\n\n\ndef test_a():\n    shared.queue = Mailer('h')\n"
        "\n\ndef test_b():\n    shared.queue.enqueue(1)\n"
    )
    assert said(tmp_path, text) == []
