"""The rules: what each finds, why it matters, an example, and how to mend it."""

from dataclasses import dataclass

from core.mocks.model import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; the texts are Markdown without headings."""

    code: str
    title: str
    severity: Severity
    is_on: bool
    what: str
    why: str
    example: str
    mend: str


_ALL = (
    Rule(
        "M001", "A mock with a spec configures what the spec lacks", Severity.HIGH, True,
        "A mock made with `spec`, `spec_set` or an autospec is given, or asked for, a member that the class does not have.",
        "Setting an absent member on a `spec` mock is allowed and silent, so the suite stays green after a rename.",
        "mailer = Mock(spec=Mailer)\nmailer.send_mail.return_value = True  # Mailer has `send`",
        "Rename the member to the one that production has, or remove it.",
    ),
    Rule(
        "M002", "A patch target does not exist", Severity.HIGH, True,
        "The target of `patch`, `mocker.patch` or `monkeypatch` is not there.",
        "The test fails before it tests anything; where it is skipped nobody sees that it is dead.",
        "with patch('app.mail.send_mail'):  # app.mail defines `send`\n    ...",
        "Name what production defines today.",
    ),
    Rule(
        "M003", "An unspecced mock configures what its class lacks", Severity.HIGH, True,
        "A mock without a spec stands for a known class and is given, or asserted on, a member that the class does not have.",
        "The mock answers whatever it is asked, so the test proves that production calls something that is not there.",
        "client = Mock()\nclient.fetch_all.return_value = []\nSync(client=client)  # client: Client, which has `fetch`",
        "Rename the member, and give the mock the class as its spec.",
    ),
    Rule(
        "M004", "A test sets a member that the real object lacks", Severity.MEDIUM, True,
        "A test assigns a mock or a function to an attribute of a real object, class or module that has none of that name.",
        "Production never calls it, so the replacement does nothing.",
        "service = Service()\nservice.notify_all = Mock()  # Service has `notify`",
        "Replace the member that production calls.",
    ),
    Rule(
        "M005", "A mock of a known class has no spec", Severity.ADVICE, True,
        "A mock stands for a known class and has neither spec nor autospec. Counted per file and class.",
        "Without a spec a rename in production goes unnoticed.",
        "client = Mock()  # passed as client: Client",
        "Write `Mock(spec=Client)` or `create_autospec(Client, instance=True)`.",
    ),
    Rule(
        "M006", "Sync and async are mixed up", Severity.HIGH, True,
        "A plain function is replaced by an AsyncMock, or an async one by a plain mock or function.",
        "A coroutine is true, so a check of the result passes whatever production would give.",
        "service.is_ready = AsyncMock(return_value=False)  # `def is_ready`: the caller sees a coroutine, which is true",
        "Use the kind of mock that fits: Mock for `def`, AsyncMock for `async def`.",
    ),
    Rule(
        "M007", "An assertion asserts nothing", Severity.HIGH, True,
        "A misspelt or uncalled assertion of a mock, a comparison thrown away, or an option that nobody reads.",
        "The line looks like a check and can never fail.",
        "send.called_once_with('a@b.c')\nassert send.assert_called_once",
        "Write the assertion that was meant.",
    ),
    Rule(
        "M008", "An asserted call would be rejected by production", Severity.CRITICAL, True,
        "`assert_called_with` and its kin expect arguments that the real signature does not accept.",
        "Either the test is wrong or production makes a call that raises TypeError.",
        "send.assert_called_with('a@b.c', urgent=True)  # def send(address)",
        "Give the mock an autospec; then correct the expectation or the production call.",
    ),
    Rule(
        "M009", "A replacement callable does not fit", Severity.MEDIUM, True,
        "A function put in the place of a real one, or as side_effect, shares no possible call with it.",
        "Every call fails, or the replacement is never called.",
        "monkeypatch.setattr(mail, 'send', lambda: None)  # def send(address)",
        "Give the replacement the parameters of the real one.",
    ),
    Rule(
        "M010", "A return value contradicts the annotation", Severity.LOW, False,
        "A literal return value is of another type than production says that it returns.",
        "Production never gives such a value. Off by default: it rarely matters.",
        "count.return_value = 'three'  # def count() -> int",
        "Return what production returns.",
    ),
    Rule(
        "M011", "Nobody reads what is patched", Severity.HIGH, True,
        "A patch replaces a name of a module that the module itself never reads.",
        "The real thing is used all the same: the patch is in the wrong place or on a dead slot.",
        "@patch('app.jobs.send')  # app.jobs imports send and never uses it",
        "Patch the name where it is looked up.",
    ),
    Rule(
        "M012", "A hand-written fake has diverged", Severity.MEDIUM, True,
        "A class of the tests that inherits from or replaces a real one has a method that is async where the real one is "
        "not, or that shares no possible call with it.",
        "Tests with the fake prove nothing of the real class.",
        "class FakeMailer(Mailer):\n    def send(self): ...  # Mailer.send(address)",
        "Give the method the parameters of the real one.",
    ),
    Rule(
        "M013", "A test calls production with arguments that it rejects", Severity.MEDIUM, True,
        "A test calls a real constructor or function in a way that raises TypeError.",
        "The test fails, or is skipped and would fail.",
        "KeyManager(db_session=session)  # def __init__(self, engine)",
        "Pass what the signature asks for.",
    ),
    Rule(
        "M014", "A test uses a member that the real object lacks", Severity.MEDIUM, True,
        "A test reads an attribute of a real object, class or module that has none of that name.",
        "The test fails, or is skipped and would fail.",
        "service.fetch_all()  # Service has `fetch`",
        "Use the name that production has.",
    ),
    Rule(
        "M015", "A test imports a name that production lacks", Severity.MEDIUM, True,
        "An import of a test names a module, class or function that is not there.",
        "The whole file cannot be collected.",
        "from app.mail import send_mail  # app.mail defines `send`",
        "Import the name that production has.",
    ),
    Rule(
        "M016", "An option hides that the target is missing", Severity.LOW, True,
        "`create=True` or `raising=False` lets a patch of a missing attribute pass.",
        "Production does not read the attribute, so the patch does nothing.",
        "patch('app.mail.send_mail', create=True)",
        "Name the real attribute and drop the option.",
    ),
    Rule(
        "M017", "A fixture is defined nowhere", Severity.HIGH, True,
        "A test or fixture asks for a fixture that neither its class, file, conftests nor known plugins define.",
        "The test errors during set-up and tests nothing.",
        "def test_login(user_client): ...",
        "Define the fixture, or ask for the one that exists.",
    ),
    Rule(
        "M018", "An async fixture or test is not run", Severity.HIGH, True,
        "In pytest-asyncio's strict mode an async fixture has a plain `@pytest.fixture`, or an async test has no mark; or a "
        "plain `unittest.TestCase` has an async test.",
        "The test gets a coroutine or async generator in the place of the value, or is not run at all.",
        "@pytest.fixture\nasync def session(): ...",
        "Use `@pytest_asyncio.fixture`, mark the test, or set `asyncio_mode = \"auto\"`.",
    ),
    Rule(
        "M020", "An orphan: production knows no such name", Severity.LOW, True,
        "A member that a mock is asserted not to have called occurs nowhere in production. With the rule switched on in the "
        "settings, every configured member that occurs nowhere.",
        "An assertion that something never existing was not called always passes.",
        "client.send_all.assert_not_called()  # no production code says send_all",
        "Name what production calls.",
    ),
)  # fmt: skip

RULES = {rule.code: rule for rule in _ALL}
TITLES = {rule.code: rule.title for rule in _ALL}
