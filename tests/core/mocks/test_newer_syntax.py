"""Syntax that came after Python 3.11 is read all the same, and every statement stays on its line."""

import ast

import pytest

from core.mocks.newer_syntax import as_older_syntax
from core.mocks.sources import parse_bytes


@pytest.mark.parametrize(
    "text",
    [
        'x = f"{a["b"]}/{c!r:>{w}}"\ny = 1\n',
        "x = f'{a['b']}' f'{c}'\ny = 1\n",
        'x = f"{"\\n".join(z)} {x:\'>10} {{no}}" "tail"\ny = 1\n',
        'x = f"{f"{f"{1}"}"}"\ny = 1\n',
        'x = f"{(lambda x: x["a"])(y)}" + f\'{d["a"]}\'\ny = 1\n',
        'x = rf"""{a["b"]} {c("""x""")}"""\ny = 1\n',
        '# it\'s f"{\nx = "f\\"{" + f"{a["b"]:#x}"\ny = 1\n',
    ],
)
def test_strings_may_hold_the_quotes_around_them(text: str) -> None:
    assert [each.lineno for each in parse_bytes(text.encode()).body] == [1 + text.startswith("#"), text.count("\n")]


def test_fields_may_go_over_lines() -> None:
    tree = parse_bytes(b'x = f"{\n    a["b"]\n} and {\n  c}" + d\ny = f"""{\n e["""f"""]}"""\nz = 1\n')
    assert [each.lineno for each in tree.body] == [1, 5, 7]
    assert ast.unparse(tree.body[0]) == "x = f'{0} and {0}' + d"


@pytest.mark.parametrize(
    "text",
    [
        'x = f"{a[\'b\']} {c:>{w}} {{{d}}}"\n',
        "x = '{a}' \"'\" b'{' r'/' # f\"{\"\n",
        'x = f"""{a["b"]}\n"""\n',
        "'",
        'f"{',
    ],
)
def test_what_was_always_read_stays_as_it_is(text: str) -> None:
    assert as_older_syntax(text) == text
