"""Promises about which category a failure text gets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.failures.classify import classify
from core.failures.model import Category, FailureText, Verdict
from core.failures.rules import load_rules
from tests.cpu import ends_soon

MOCK, DATABASE, ASYNC, IMPORT = (
    Category.MOCK_CONFIG,
    Category.DATABASE_SESSION,
    Category.ASYNC_ISSUES,
    Category.IMPORT_ERRORS,
)
ASSERTION, TIMEOUT, NETWORK, CODE = Category.ASSERTION, Category.TIMEOUT, Category.NETWORK, Category.CODE_ERROR


def judge(text: str) -> Verdict:
    return classify(FailureText(text=text), load_rules())


TRAPS = [
    # The words stand in another order than a naive rule expects.
    ("E   pymysql.err.OperationalError: (2013, 'Lost connection to MySQL server during query')", {DATABASE}),
    # A web socket and a test that is merely named after a lost connection.
    ("websockets.exceptions.ConnectionClosed: Connection lost", {NETWORK}),
    ("FAIL: test_connection_lost_is_reported (app.Tests)\nAssertionError: 2 != 3", {ASSERTION}),
    ("E   RuntimeError: Session is closed", {ASYNC, NETWORK}),
    ("sqlalchemy.exc.TimeoutError: QueuePool limit of size 4 overflow 2 reached, connection timed out", {DATABASE}),
    ("RuntimeWarning: coroutine 'AsyncMockMixin._execute_mock_call' was never awaited", {MOCK}),
    ("E   Failed: DID NOT RAISE any of (<class 'ImportError'>, <class 'OSError'>)", {ASSERTION}),
    ("E   Failed: remains unmatched: '*Failed: Timeout >2.0s*'", {ASSERTION}),
    ("E   PermissionError: Reader 7 has not given consent", {CODE}),
    (
        "html = '<p>ModuleNotFoundError: No module named &#x27;x&#x27;</p>'\n"
        ">   assert 'ok' in html\nE   AssertionError: assert 'ok' in '<p>ModuleNotFoundError: No module...'",
        {ASSERTION},
    ),
    (
        "E   import file mismatch:\nE   imported module 'test_a' has this __file__ attribute:",
        {Category.COLLECTION_ERROR},
    ),
    (
        "_pytest.pathlib.ImportPathMismatchError: ('test_a', '/a/test_a.py', '/b/test_a.py')",
        {Category.COLLECTION_ERROR},
    ),
    ("E   AttributeError: 'Invoice' object has no attribute 'total'", {CODE}),
    ("E   AttributeError: 'NoneType' object has no attribute 'id'", {CODE}),
    ("E   AttributeError: <module 'shop' from '/w/shop.py'> does not have the attribute 'pay'", {MOCK}),
    (
        "    from unittest.mock import MagicMock\n    import session\n>   assert rate() == 2\nE   assert 1 == "
        "2\n\ntests/test_r.py:9: AssertionError",
        {ASSERTION},
    ),
    ("FAILED tests/test_a.py::test_b - AssertionError: assert [OperationalE...e is locked')] == []", {DATABASE}),
    ("ERROR tests/test_a.py::test_b - RuntimeError: Task <Task pending name='Task-9' coro=<x()...", {ASYNC}),
]


@pytest.mark.parametrize(("text", "accepted"), TRAPS)
def test_misleading_texts_get_the_category_of_their_cause(text: str, accepted: set[Category]) -> None:
    assert judge(text).category in accepted


KINDS = [
    (MOCK, "AttributeError: Mock object has no attribute 'sned'"),
    (MOCK, "E   ValueError: spec argument is required when autospeccing"),
    (MOCK, "E   TypeError: object MagicMock can't be used in 'await' expression"),
    (MOCK, "E   TypeError: '<=' not supported between instances of 'int' and 'AsyncMock'"),
    (MOCK, "_pickle.PicklingError: Can't pickle <class 'unittest.mock.MagicMock'>"),
    (MOCK, "'assert_called_onec' is not a valid assertion. Use a spec for the mock"),
    (MOCK, "E   AttributeError: 'FakeQueue' object has no attribute 'drain'"),
    (MOCK, "E   TypeError: test_pay.<locals>.fake_charge() takes 1 positional argument but 2 were given"),
    (MOCK, "E   requests.exceptions.ConnectionError: Connection refused by Responses - no registered mock"),
    (MOCK, "E   assert <MagicMock name='get()' id='14'> == 'paid'"),
    (MOCK, "org.mockito.exceptions.misusing.UnfinishedStubbingException: Unfinished stubbing detected here"),
    (MOCK, "RuntimeError: 'auto_spec' might be a typo."),
    (MOCK, "AttributeError: assert_called_once"),
    (MOCK, "FAILED tests/test_a.py::test_b - AttributeError: 'called_once_wi..."),
    (MOCK, "AttributeError: (<<class 'tests.doubles.FakeParcel'> id=3>, 'weight')"),
    (MOCK, "E   TypeError: test_pay() missing 1 required positional argument: 'mock_till'"),
    (MOCK, "E   sqlalchemy.exc.CompileError: cannot render 'MagicMock' here"),
    (MOCK, "AttributeError: __enter__"),
    (MOCK, "vcr.errors.Oops: can't overwrite existing cassette 'shop.yaml'"),
    (MOCK, "E   botocore.exceptions.UnStubbedResponseError: no response was queued"),
    (MOCK, "E   AssertionError: The following requests were not expected:\nE     - GET request on http://shop/"),
    (MOCK, "TypeError: Cannot read properties of undefined (reading 'mockResolvedValue')"),
    (MOCK, "Error: Expected a spy, but got Function."),
    (MOCK, "panic: Mock call missing for Save(3) [recovered]"),
    (MOCK, "Unexpected call to *store.MockStore.Get([7]) at shop_test.go:9 because: there are none"),
    (MOCK, "call to Query 'SELECT 1' with args [], was not expected, next expectation is: ExpectedBegin"),
    (DATABASE, 'Got an error creating the test database: database "test_shop" already exists'),
    (DATABASE, "peewee.InterfaceError: Error, database must be initialized before opening a connection"),
    (DATABASE, "AttributeError: Cannot use uninitialized Proxy."),
    (DATABASE, "Caused by: a.b.DataSourceBeanCreationException: Cannot determine embedded database driver class"),
    (DATABASE, "ResourceWarning: unclosed database in <sqlite3.Connection object at 0x7f>"),
    (DATABASE, "E   sqlite3.OperationalError: database is locked"),
    (DATABASE, "E   sqlalchemy.exc.InvalidRequestError: session is already closed"),
    (DATABASE, "psycopg2.OperationalError: server closed the connection unexpectedly"),
    (DATABASE, "E   ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 5432)"),
    (DATABASE, "sqlalchemy.orm.exc.DetachedInstanceError: Instance <Pet at 0x1> is not bound to a Session"),
    (DATABASE, "E   django.db.utils.IntegrityError: NOT NULL constraint failed: pets.name"),
    (DATABASE, "E   sqlite3.OperationalError: no such table: pets"),
    (DATABASE, 'E   Failed: Database access not allowed, use the "django_db" mark'),
    (DATABASE, "org.hibernate.LazyInitializationException: could not initialize proxy - no Session"),
    (ASYNC, "RuntimeWarning: coroutine 'send' was never awaited"),
    (ASYNC, "E   RuntimeError: Event loop is closed"),
    (ASYNC, "Task was destroyed but it is pending!\ntask: <Task pending name='Task-2'>"),
    (ASYNC, "E   RuntimeError: Task <Task pending> got Future <Future pending> attached to a different loop"),
    (ASYNC, "E   TypeError: object dict can't be used in 'await' expression"),
    (ASYNC, "E   AttributeError: 'coroutine' object has no attribute 'json'"),
    (ASYNC, "E   Failed: async def functions are not natively supported."),
    (ASYNC, "pytest.PytestUnraisableExceptionWarning: Exception ignored in: <coroutine object poll at 0x7f>"),
    (ASYNC, "/a/b.py:3 ResourceWarning:unclosed transport <_SelectorSocketTransport fd=9>"),
    (ASYNC, "RuntimeError: Cannot close a running event loop"),
    (ASYNC, "anyio.BrokenResourceError"),
    (ASYNC, "Failure: twisted.trial.util.DirtyReactorAggregateError: Reactor was unclean."),
    (ASYNC, "_pytest.config.exceptions.UsageError: test_a is marked to be run in an event loop with scope class"),
    (ASYNC, "E   RuntimeError: cannot schedule new futures after shutdown"),
    (ASYNC, "Test functions cannot both take a 'done' callback and return something."),
    (ASYNC, "there is no reactor running, must be called from the context of a Tokio 1.x runtime"),
    (IMPORT, "E   ModuleNotFoundError: No module named 'yaml'"),
    (IMPORT, "AttributeError: 'module' object has no attribute 'test_cart'"),
    (IMPORT, "ImportError: cannot import name 'Cart' from 'shop' (/w/shop.py)"),
    (IMPORT, "java.lang.NoClassDefFoundError: org/acme/Codec"),
    (IMPORT, "Cannot find module './cart' from 'cart.test.js'"),
    (ASSERTION, "assert 3 == 4"),
    (ASSERTION, "E   AssertionError: Expected 'send' to have been called once. Called 0 times."),
    (ASSERTION, "org.opentest4j.AssertionFailedError: expected: <1> but was: <2>"),
    (ASSERTION, "expect(received).toBe(expected) // Object.is equality"),
    (TIMEOUT, "E   Failed: Timeout (>5.0s) from pytest-timeout."),
    (TIMEOUT, "subprocess.TimeoutExpired: Command 'make' timed out after 9 seconds"),
    (TIMEOUT, "panic: test timed out after 1m0s"),
    (TIMEOUT, "Failure: twisted.internet.defer.TimeoutError: <a.T testMethod=test_b> still running at 9.0 secs"),
    (NETWORK, "RuntimeError: Could not connect to the server; it may be asleep"),
    (NETWORK, "socket.gaierror: [Errno -2] Name or service not known"),
    (NETWORK, "Error: connect ECONNREFUSED 127.0.0.1:3000"),
    (NETWORK, "requests.exceptions.HTTPError: 503 Server Error: Unavailable for url: http://a.b"),
    (Category.PERMISSION, "PermissionError: [Errno 13] Permission denied: '/etc/x'"),
    (Category.PERMISSION, "E   PermissionError: [WinError 32] The process cannot access the file"),
    (Category.FIXTURE_ERROR, "E       fixture 'browser_page' not found"),
    (Category.FIXTURE_ERROR, "ScopeMismatch: You tried to access the function scoped fixture db"),
    (Category.COLLECTION_ERROR, "'slow' not found in `markers` configuration option"),
    (Category.COLLECTION_ERROR, "imported module 'test_cart' has this __file__ attribute:\n  /a/test_cart.py"),
    (Category.WORKER_CRASH, "./ci.sh: line 7:  4242 Killed                  python -m pytest -q"),
    (Category.WORKER_CRASH, "worker 'gw2' crashed while running 'tests/test_a.py::test_b'"),
    (Category.WORKER_CRASH, "Fatal Python error: Segmentation fault"),
    (MOCK, "FAILED tests/test_a.py::test_b - AttributeError: <module 'shop.till' from '/w/sh..."),
    (CODE, "E   RuntimeError: expected a sorted cart but found an empty one"),
    (CODE, "E   sqlalchemy.exc.ArgumentError: Expected a mapped class"),
    (CODE, "KeyError: 'name'"),
    (CODE, "KeyError: 'mock'"),
    (CODE, "NameError: name 'MagicMock' is not defined"),
    (CODE, "AttributeError: <faker.Faker object at 0x7f> lost its locale"),
    (CODE, "java.lang.NullPointerException: null"),
    (CODE, "panic: runtime error: index out of range [3] with length 3\n[signal SIGSEGV: segmentation violation]"),
    (CODE, "E   shop.errors.EmptyCartError: nothing to pay"),
    (CODE, "ValueError: Expected 2D array, got 1D array instead"),
    (CODE, "E   AttributeError: 'Task' object has no attribute 'due'"),
]


@pytest.mark.parametrize(("category", "text"), KINDS)
def test_each_kind_of_failure_is_recognised_from_its_bare_text(category: Category, text: str) -> None:
    assert judge(text).category is category


def test_a_patch_target_is_told_from_a_missing_attribute_by_its_frames() -> None:
    error = "E   AttributeError: module 'shop.api' has no attribute 'Client'"
    patched = f"/usr/lib/python3.12/unittest/mock.py:1451: in __enter__\n    self.target = self.getter()\n{error}"
    assert judge(patched).category is MOCK
    assert judge(f"shop/api.py:9: in connect\n    api.Client()\n{error}").category is CODE


def test_importing_a_patch_target_is_told_from_an_import_inside_it() -> None:
    frozen = "".join(f"<frozen importlib._bootstrap>:{line}: in _find_and_load\n    ???\n" for line in range(5))
    patch = "/opt/lib/python3.13/unittest/mock.py:9: in __enter__\n    self.target = self.getter()\n"
    resolve = "/opt/lib/python3.13/pkgutil.py:9: in resolve_name\n    importlib.import_module(name)\n"
    module = "/opt/lib/python3.13/importlib/__init__.py:9: in import_module\n    return _gcd_import(name)\n"
    error = "E   ModuleNotFoundError: No module named 'till'"
    assert judge(patch + resolve + module + frozen + error).category is MOCK
    assert (
        judge(patch + resolve + module + frozen + "shop/pay.py:1: in <module>\n    import till\n" + error).category
        is IMPORT
    )
    assert judge(module + frozen + error).category is IMPORT


def test_setting_up_a_double_is_told_from_a_programming_error_by_its_frames() -> None:
    error = "KeyError: 'copy'"
    patched = f'File "/usr/lib/python3.12/unittest/mock.py", line 9, in _patch_dict\n    original = x.copy()\n{error}'
    assert judge(patched).category is MOCK
    assert judge(f'File "/srv/shop/cart.py", line 9, in load\n    x.copy()\n{error}').category is CODE


def test_a_panic_inside_a_mock_library_is_not_the_programs() -> None:
    panic = "panic: test executed panic(nil) or runtime.Goexit\n\ngoroutine 8 [running]:\n"
    inside = (
        "shop/vendor/github.com/golang/mock/gomock.(*Controller).Call(0xc1)\n\t/go/mock/gomock/controller.go:130 +0x5\n"
    )
    assert judge(panic + inside).category is MOCK
    assert judge(panic + "shop.Pay(0xc1)\n\t/go/shop/pay.go:13 +0x5\n").category is CODE


def test_the_loader_of_unittest_reports_a_missing_module_as_an_attribute() -> None:
    error = "AttributeError: module 'shop' has no attribute 'test_cart'"
    frame = (
        'File "/usr/lib/python3.12/unittest/loader.py", line 9, in loadTestsFromName\n    obj = getattr(obj, part)\n'
    )
    assert judge(frame + error).category is IMPORT
    assert judge(error).category is CODE


def test_the_time_a_build_service_writes_before_a_line_is_no_part_of_it() -> None:
    assert judge("[    7s] AssertionError: 'shop: closed' != 'shop: open'").category is ASSERTION
    assert judge("#14 12.34 E   ModuleNotFoundError: No module named 'b'").category is IMPORT


@pytest.mark.parametrize("tag", ["shop> ", "shop-1  | ", "python3.13-shop-1.0> "])
def test_the_name_a_build_tool_writes_before_each_line_is_no_part_of_it(tag: str) -> None:
    lines = ["    def test_pay():", ">       pay()", "E       ModuleNotFoundError: No module named 'till'"]
    assert judge("\n".join(tag + line for line in lines)).category is IMPORT


def test_a_direct_cause_decides_over_a_general_outer_type() -> None:
    text = (
        "E   sqlite3.OperationalError: database is locked\n\n"
        "The above exception was the direct cause of the following exception:\n"
        "app/save.py:9: in save\n    raise SaveFailed() from e\nE   app.errors.SaveFailedError: not saved"
    )
    assert judge(text) == Verdict(DATABASE, "db-lock", "database is locked", CODE)


def test_an_exception_that_was_being_handled_does_not_outweigh_a_programming_error() -> None:
    text = (
        "E   ModuleNotFoundError: No module named 'ujson'\n\n"
        "During handling of the above exception, another exception occurred:\n"
        "app/codec.py:9: in load\n    return jsn.loads(x)\nE   NameError: name 'jsn' is not defined"
    )
    verdict = judge(text)
    assert (verdict.category, verdict.runner_up) == (CODE, IMPORT)


def test_a_nested_cause_of_another_runtime_is_followed() -> None:
    text = (
        "java.lang.IllegalStateException: Failed to load context\n\tat com.acme.T.t(T.java:4)\n"
        "Caused by: java.net.ConnectException: Connection refused\n\tat "
        "java.base/java.net.Socket.connect(Socket.java:1)"
    )
    assert judge(text).category is NETWORK


def test_where_it_happened_decides_when_the_words_do_not() -> None:
    error = "E   KeyError: 'TOKEN'"
    expected = {None: CODE, "call": CODE, "setup": Category.FIXTURE_ERROR, "collection": Category.COLLECTION_ERROR}
    for phase, category in expected.items():
        assert classify(FailureText(text=error, phase=phase), load_rules()).category is category  # type: ignore[arg-type]


def test_an_import_that_fails_at_collection_stays_an_import_error() -> None:
    assert (
        judge("____ ERROR collecting tests/test_a.py ____\nE   ModuleNotFoundError: No module named 'b'").category
        is IMPORT
    )


def test_the_message_and_type_attributes_are_enough() -> None:
    failure = FailureText(message="expected:<3> but was:<4>", type_name="java.lang.AssertionError")
    assert classify(failure, load_rules()).category is ASSERTION
    assert classify(FailureText(type_name="sqlite3.IntegrityError"), load_rules()).category is DATABASE


def test_captured_output_is_not_judged() -> None:
    text = (
        "E   assert 1 == 2\n----- Captured log call -----\nERROR db:x.py:3 sqlite3.OperationalError: database is locked"
    )
    assert judge(text).category is ASSERTION


def test_nothing_is_unknown_and_says_so() -> None:
    assert judge("") == Verdict(Category.UNKNOWN, "", "", None)
    assert judge("all is well").category is Category.UNKNOWN


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=60))
def test_no_text_makes_it_raise(message: str, text: str, type_name: str) -> None:
    verdict = classify(FailureText(message, text, type_name), load_rules())
    assert len(verdict.matched) <= 200


_HOSTILE = [
    "E   AttributeError: '" * 50_000,
    "E   " + "a." * 500_000,
    "'" * 1_000_000,
    "E   TypeError: x Mock\n" * 50_000,
    "\x00\x1b[" * 300_000,
    "\n" * 1_000_000,
    "coroutine " * 100_000,
    'File "a", line 1, in b\n' * 40_000,
]


@pytest.mark.parametrize("text", _HOSTILE, ids=lambda text: repr(text[:12]))
def test_a_megabyte_of_hostile_text_is_judged_without_a_blow_up(text: str) -> None:
    rules = load_rules()
    assert ends_soon(lambda: classify(FailureText(message=text, text=text, type_name=text), rules))
