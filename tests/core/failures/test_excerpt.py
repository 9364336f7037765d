"""Promises about what of a failure text is judged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.failures.excerpt import Excerpt, read_excerpt
from core.failures.frames import read_frame
from core.failures.model import FailureText
from core.failures.text import cap_line, cap_text, clean_text, untagged
from core.failures.trace import BLOCK_CHARS, MAX_BLOCKS, exception_type
from tests.cpu import ends_soon

SHORT = """\
tests/test_pay.py:14: in test_refund
    from shop.errors import ImportError as Other
/opt/py/lib/python3.12/site-packages/httpx/_client.py:914: in send
    raise ConnectError("mock session")
E   shop.errors.RefundError: no such order
E   order 7
"""
LONG = """\
    def test_refund(session):
        '''Refund.

        Raises:
            TimeoutError: never
        '''
        with pytest.raises(ModuleNotFoundError):
>           refund(session)

tests/test_pay.py:14:\x20
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

    def refund(session):
>       return session["id"]
E       KeyError: 'id'

shop/pay.py:31: KeyError
"""
PLAIN = """\
Traceback (most recent call last):
  File "/home/runner/work/shop/shop/shop/pay.py", line 9, in pay
    raise ImportError("never judged") if False else connect()
  File "/usr/lib/python3.12/socket.py", line 837, in create_connection
    sock.connect(sa)
ConnectionRefusedError: [Errno 111] refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/home/runner/work/shop/shop/tests/test_pay.py", line 3, in test_pay
    pay()
  File "/home/runner/work/shop/shop/shop/pay.py", line 11, in pay
    raise PaymentError("down") from error
shop.errors.PaymentError: down
"""
JAVA = """\
com.acme.CartException: cannot load cart
\tat com.acme.Cart.load(Cart.java:20)
\tat com.acme.CartTest.loads(CartTest.java:9)
\tat java.base/java.lang.reflect.Method.invoke(Method.java:580)
Caused by: java.sql.SQLException: closed
\tat org.postgresql.Driver.connect(Driver.java:1)
\t... 12 more
"""
SCRIPT = """\
TypeError: Cannot read properties of undefined (reading 'id')
    at priceOf (src/cart.ts:10:5)
    at Object.<anonymous> (src/cart.test.ts:4:9)
    at processTicksAndRejections (node:internal/process/task_queues:95:5)
"""
DOTNET = """\
System.NullReferenceException : Object reference not set to an instance of an object.
   at Shop.Cart.Total() in /src/Cart.cs:line 12
   at Shop.Tests.CartTests.Adds() in /src/CartTests.cs:line 7
"""
GO = """\
panic: runtime error: index out of range

goroutine 7 [running]:
\tshop/cart.go:31 +0x1d
\tshop/cart_test.go:9 +0x2
"""


def read(text: str) -> Excerpt:
    return read_excerpt(FailureText(text=text))


FRAMES = [
    (SHORT, "shop.errors.RefundError", "tests/test_pay.py:test_refund"),
    (LONG, "KeyError", "shop/pay.py:refund"),
    (PLAIN, "shop.errors.PaymentError", "shop/pay.py:pay"),
    (JAVA, "com.acme.CartException", "Cart.java:com.acme.Cart.load"),
    (SCRIPT, "TypeError", "src/cart.ts:priceOf"),
    (DOTNET, "System.NullReferenceException", "Cart.cs:Shop.Cart.Total"),
    (GO, "", "shop/cart.go"),
    ("E   KeyError: 'x'", "KeyError", ""),
]


@pytest.mark.parametrize(("text", "type_name", "frame"), FRAMES)
def test_type_and_innermost_own_frame_are_read_in_every_dialect(text: str, type_name: str, frame: str) -> None:
    excerpt = read(text)
    assert (excerpt.blocks[0].type_name, excerpt.own_frame.lstrip("/")) == (type_name, frame)


@pytest.mark.parametrize("text", [SHORT, LONG, PLAIN])
def test_quoted_source_is_never_judged(text: str) -> None:
    judged = "\n".join(block.words for block in read(text).blocks)
    assert not any(
        word in judged for word in ("import", "raise", "Raises", "TimeoutError", "ModuleNotFound", "mock session")
    )


def test_the_chain_of_direct_causes_is_kept_with_its_root() -> None:
    excerpt = read(PLAIN)
    assert [block.link for block in excerpt.blocks] == ["final", "cause"]
    assert excerpt.root is not None
    assert excerpt.root.type_name == "ConnectionRefusedError"
    nested = read(JAVA).root
    assert nested is not None
    assert nested.type_name == "java.sql.SQLException"


def test_an_exception_that_was_being_handled_is_context_not_cause() -> None:
    text = "E   KeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\nE   ValueError: b"
    excerpt = read(text)
    assert [(block.type_name, block.link) for block in excerpt.blocks] == [
        ("ValueError", "final"),
        ("KeyError", "context"),
    ]
    assert excerpt.root is None


def test_the_members_of_an_exception_group_are_its_causes() -> None:
    text = (
        "  + Exception Group Traceback (most recent call last):\n"
        "  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)\n"
        "  +-+---------------- 1 ----------------\n"
        "    | Traceback (most recent call last):\n"
        '    |   File "/w/a.py", line 3, in f\n'
        "    |     import b\n"
        "    | ModuleNotFoundError: No module named 'b'\n"
        "    +------------------------------------\n"
    )
    assert [(block.type_name, block.link) for block in read(text).blocks] == [
        ("ExceptionGroup", "final"),
        ("ModuleNotFoundError", "cause"),
    ]


PHASES = [
    ('failed on setup with "KeyError: 1"\nE   KeyError: 1', "setup"),
    ('failed on teardown with "KeyError: 1"\nE   KeyError: 1', "teardown"),
    ("_____ ERROR at setup of test_a _____\nE   KeyError: 1", "setup"),
    ("_____ ERROR collecting tests/test_a.py _____\nE   KeyError: 1", "collection"),
    ("collection failure\nE   KeyError: 1", "collection"),
    ("ImportError while importing test module '/w/test_a.py'.\nE   ImportError: x", "collection"),
    ("E   KeyError: 1", None),
]


@pytest.mark.parametrize(("text", "phase"), PHASES)
def test_the_phase_is_read_from_the_words_around(text: str, phase: str | None) -> None:
    assert read(text).phase == phase


def test_the_phase_may_come_from_the_message_attribute() -> None:
    failure = FailureText(message='failed on setup with "KeyError: 1"', text="E   KeyError: 1")
    assert read_excerpt(failure).phase == "setup"


def test_colours_and_control_characters_disappear() -> None:
    assert clean_text("\x1b[1m\x1b[31mE  \x00 a\x07\r\nb\rc#x1B[0m") == "E   a\nb\nc"
    assert read("#x1B[31mE   KeyError: 'a'#x1B[0m").blocks[0].words == "KeyError: 'a'"


def test_a_name_before_every_line_is_cut_and_before_some_lines_is_kept() -> None:
    assert untagged("\nshop> a\nshop>   b\nshop>\n") == "a\n  b\n\n"
    assert untagged("shop-1  | a\nshop-1  | b\n...\np-1  | c\nshop-1  | d") == "a\nb\n...\np-1  | c\nd"
    for kept in (
        "",
        "shop> a",
        "shop> a\nb\nshop> c",
        "a | b\nc | d",
        ">>> a\n>>> b",
        "INTERNALERROR> a\nINTERNALERROR> b",
        "  | a\n  | b",
    ):
        assert untagged(kept) == kept


def test_service_logs_with_a_time_on_each_line_are_read() -> None:
    text = "2026-01-02T03:04:05.123Z E   KeyError: 'a'"
    assert read(text).blocks[0].type_name == "KeyError"


def test_text_is_capped_half_and_half() -> None:
    capped = cap_text("a" * 9_000 + "b" * 9_000)
    assert len(capped) <= 10_000
    assert capped[0] == "a"
    assert capped[-1] == "b"
    assert len(cap_line("x" * 5_000)) == 400


TYPES = [
    ("KeyError: 'a'", "KeyError"),
    ("sqlalchemy.exc.TimeoutError: QueuePool", "sqlalchemy.exc.TimeoutError"),
    ("shop.models.Cart.DoesNotExist: Cart matching query does not exist.", "shop.models.Cart.DoesNotExist"),
    ("System.Exception : spaced", "System.Exception"),
    ("AssertionError [ERR_ASSERTION]: 1 == 2", "AssertionError"),
    ("TimeoutError", "TimeoutError"),
    ("error: not a type", ""),
    ("session: closed", ""),
    ("except ImportError:", ""),
    ("https://a.b/c", ""),
]


@pytest.mark.parametrize(("line", "name"), TYPES)
def test_a_line_begins_with_a_type_or_not(line: str, name: str) -> None:
    assert exception_type(line) == name


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("tests/test_a.py:3: in test_a", True),
        (r"app\core\config.py:135: in <module>", True),
        ("/w/.venv/lib/python3.12/site-packages/x.py:3: in f", False),
        ("<frozen importlib._bootstrap>:938: in _load_unlocked", False),
        (r'File "C:\Python312\Lib\asyncio\runners.py", line 3, in run', False),
        ("at org.junit.Assert.fail(Assert.java:86)", False),
        ("at Object.run (node_modules/jest/run.js:3:1)", False),
    ],
)
def test_own_code_is_told_from_libraries(line: str, own: bool) -> None:
    frame = read_frame(line)
    assert frame is not None
    assert frame.own is own


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([*SHORT.split("\n"), *PLAIN.split("\n"), *JAVA.split("\n"), "", "E", "| + |", "> x", "\t"]),
        max_size=60,
    )
)
def test_any_mixture_of_lines_is_read_and_bounded(lines: list[str]) -> None:
    excerpt = read("\n".join(lines))
    assert len(excerpt.blocks) <= MAX_BLOCKS
    assert all(len(block.words) <= BLOCK_CHARS for block in excerpt.blocks)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=30))
def test_no_text_makes_it_raise(message: str, text: str, type_name: str) -> None:
    read_excerpt(FailureText(message, text, type_name))


@pytest.mark.parametrize("unit", ["a", "E   ", "at (", "+-", "_ ", "a.", "a: ", "\n", "#x1B", "[", '"', "0:"])
def test_a_megabyte_of_anything_is_read_without_a_blow_up(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    assert ends_soon(lambda: read(text))
