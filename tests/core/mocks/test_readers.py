"""Whether a patched global would be read while tests run."""

from pathlib import Path

import pytest

from .trees import a_module, a_production

READ = {
    "called in a function": ("from lib import name\ndef f():\n    return name()", True),
    "read in a method": ("from lib import name\nclass A:\n    def f(self):\n        return [name]", True),
    "read in a lambda": ("from lib import name\nf = lambda: name", True),
    "an own variable that is read": ("name = 1\ndef f():\n    return name + 1", True),
    "imported and idle": ("from lib import name", False),
    "read while imported only": ("from lib import name\nx = name()", False),
    "a base and a decorator only": ("from lib import name\n@name\nclass A(name): ...", False),
    "hidden by a local": ("from lib import name\ndef f(name):\n    return name()", False),
    "hidden by an assignment": ("from lib import name\ndef f():\n    name = 1\n    return name.x", False),
    "an attribute of that name": ("from lib import name\ndef f(x):\n    return x.name()", False),
    "an own idle function": ("def name(): ...", None),
    "a module that can grow": ("from lib import name\ndef __getattr__(x): ...", None),
    "not parsable": ("from lib import name\ndef f(:", None),
}


@pytest.mark.parametrize(("text", "wanted"), READ.values(), ids=READ.keys())
def test_reads_inside_the_module(tmp_path: Path, text: str, wanted: bool | None) -> None:
    production = a_module(tmp_path, text)
    module = production.module_at("app/keys.py")
    assert (production.is_read(module, "name") if module is not None else None) is wanted


OUTSIDE = {
    "as an attribute": ("from app import keys\ndef f():\n    return keys.name()", True),
    "as an attribute of another name": ("import app.keys as k\ndef f():\n    return k.name()", True),
    "imported when called": ("def f():\n    from app.keys import name\n    return name()", True),
    "imported early": ("from app.keys import name\ndef f():\n    return name()", False),
    "imported early by a relative import": ("from .keys import (\n    name,\n)\ndef f():\n    return name()", False),
    "named in a string": ("TASKS = ['app.keys.name']", None),
    "of something else": ("def f(x):\n    return x.name", None),
}


@pytest.mark.parametrize(("text", "wanted"), OUTSIDE.values(), ids=OUTSIDE.keys())
def test_reads_from_elsewhere(tmp_path: Path, text: str, wanted: bool | None) -> None:
    production = a_module(tmp_path, "def name(): ...", other=text)
    module = production.module_at("app/keys.py")
    assert module is not None
    assert production.is_read(module, "name") is wanted


def test_a_package_is_read_by_relative_imports_of_its_parts(tmp_path: Path) -> None:
    files = {"app/__init__.py": "def name(): ...\n", "app/a.py": "def f():\n    from . import name\n    name()\n"}
    production = a_production(tmp_path, files)
    module = production.module_at("app/__init__.py")
    assert module is not None
    assert production.is_read(module, "name") is True
