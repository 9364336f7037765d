"""Small source trees, and what production says about them."""

from pathlib import Path
from textwrap import dedent

from core.mocks.production import Production
from core.mocks.sources import scan_sources
from core.mocks.symbols import Answer, CallSignature, ClassSymbol, Symbol, Unknown, Yes


def write_tree(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text), encoding="utf-8")


def a_production(root: Path, files: dict[str, str], site_packages: Path | None = None) -> Production:
    write_tree(root, files)
    return Production(scan_sources(root), site_packages)


def a_module(root: Path, text: str, **more: str) -> Production:
    """Production of one package `app` with a module `app.keys`; `more` are further modules of the package."""
    files = {"app/__init__.py": "", "app/keys.py": text}
    files.update({f"app/{name}.py": content for name, content in more.items()})
    return a_production(root, files)


def found(answer: Answer) -> Symbol:
    assert isinstance(answer, Yes), answer
    return answer.symbol


def a_class(production: Production, dotted: str = "app.keys.Key") -> ClassSymbol:
    symbol = found(production.target(dotted))
    assert isinstance(symbol, ClassSymbol)
    return symbol


def kind_of(answer: Answer) -> str:
    """`Yes`, `No` or `Unknown`."""
    return type(answer).__name__


def shape(signature: CallSignature | Unknown) -> str:
    """A signature as `a, b=, *, c`, or the reason why there is none after a question mark."""
    if isinstance(signature, Unknown):
        return f"? {signature.reason}"
    shown = []
    has_star = False
    for parameter in signature.parameters:
        if parameter.kind == "keyword" and not has_star:
            shown.append("*")
            has_star = True
        star = {"varargs": "*", "varkw": "**"}.get(parameter.kind, "")
        has_star = has_star or star == "*"
        shown.append(star + parameter.name + ("=" if parameter.has_default and not star else ""))
    return ("async " if signature.is_async else "") + ", ".join(shown)
