"""Sources that mean harm cost a warning or an unknown, never a crash or a hang."""

from pathlib import Path

import pytest

from core.mocks.sources import scan_sources

from .trees import a_production, kind_of

pytestmark = pytest.mark.timeout(60)

REPEATED = {
    "class heads without an end": "class a(\n",
    "imports without an end": "from a import (\n",
    "imports of a test library": "import pytest\n",
    "blank lines": "\n",
    "blanks": " ",
    "attributes in one line": ".a,",
    "annotated attributes in one line": ".a: ",
    "calls in one line": "setattr(",
    "registries in one line": "sys.modules[",
    "type parameters": "def a[\n",
    "quotes": "'a.b",
    "dots": "a.",
    "brackets": "(((",
}


@pytest.mark.parametrize("text", REPEATED.values(), ids=REPEATED.keys())
def test_a_repeated_beginning_does_not_hang(tmp_path: Path, text: str) -> None:
    files = {"app/__init__.py": "", "app/keys.py": text * (400_000 // len(text)), "app/a.py": "class Key: ...\nx = 1\n"}
    production = a_production(tmp_path, files)
    module = production.module_at("app/a.py")
    assert module is not None
    production.is_read(module, "x")
    production.target("app.keys.Key")
    for exact in (True, False):
        key = production.target("app.a.Key")
        assert kind_of(production.member(key.symbol, "absent", exact=exact)) in ("No", "Unknown")  # type: ignore[union-attr]
    assert not production.knows_word("certainly_absent")


DEEP = {
    "elif": "if x: a = 1\n" + "elif x: b = 1\n" * 3_000,
    "nested classes": "".join(f"{' ' * depth}class A:\n" for depth in range(90)) + " " * 90 + "x = 1\n",
    "nested functions": "".join(f"{' ' * depth}def f(self):\n" for depth in range(90)) + " " * 90 + "self.x = 1\n",
    "a chain of attributes": "x = a" + ".b" * 900 + "\nclass A(a" + ".b" * 900 + "): ...\n",
    "a chain of calls": "x = a" + "()" * 900 + "\n",
    "a chain of decorators": "@a\n" * 3_000 + "def f(): ...\n",
    "a chain of aliases": "".join(f"a{number} = a{number + 1}\n" for number in range(3_000)),
    "a chain of bases": "class A0: ...\n" + "".join(f"class A{n + 1}(A{n}): ...\n" for n in range(2_000)),
    "many bases": "".join(f"class A{n}: ...\n" for n in range(500))
    + f"class B({', '.join(f'A{n}' for n in range(500))}): ...\n",
    "a union without end": "def f(x: " + " | ".join(["int"] * 900) + ") -> '" + "list[" * 90 + "]" * 90 + "': ...\n",
    "a long target": ", ".join(f"a{number}" for number in range(5_000)) + " = x\n",
    "bases in a circle": "class A(B): ...\nclass B(C): ...\nclass C(A): ...\nclass D(D): ...\n",
    "decorators in a circle": "@b\ndef a(f):\n    return f\n@a\ndef b(f):\n    return f\n",
    "stars in a circle": "from app.keys import *\nfrom app.a import *\n",
    "strange names": "class é: ...\n__getattr__x = 1\nexec\n",
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_what_is_deep_or_circular_is_answered(tmp_path: Path, text: str) -> None:
    files = {"app/__init__.py": "", "app/keys.py": text, "app/a.py": "from app.keys import *\n"}
    production = a_production(tmp_path, files)
    module = production.module_at("app/keys.py")
    if module is None:
        return
    for name in [*list(module.names)[:50], *list(module.names)[-50:], "absent"]:
        answer = production.target(f"app.keys.{name}")
        assert kind_of(answer) in ("Yes", "No", "Unknown")
        if kind_of(answer) == "Yes":
            symbol = answer.symbol  # type: ignore[union-attr]
            production.member(symbol, "absent", exact=False)
            production.signature(symbol, bound=False)
            production.value_class(symbol)


def test_a_thousand_modules_that_import_each_other_end(tmp_path: Path) -> None:
    files = {
        f"app/m{n}.py": f"from app.m{(n + 1) % 300} import *\nfrom app.m{(n + 7) % 300} import x\n" for n in range(300)
    }
    production = a_production(tmp_path, {"app/__init__.py": "", **files})
    assert kind_of(production.target("app.m0.x")) in ("Yes", "Unknown")
    assert kind_of(production.target("app.m0.absent")) in ("No", "Unknown")


def test_a_folder_that_is_too_deep_or_gone_costs_a_warning(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 60)
    deep.mkdir(parents=True)
    (deep / "a.py").write_text("")
    found = scan_sources(tmp_path)
    assert not found.files
    assert "lies too deep" in found.warnings[0]
    assert scan_sources(tmp_path / "nowhere").warnings
