"""What a patch target, an import or a dotted name reaches."""

from pathlib import Path

import pytest

from core.mocks.symbols import ClassSymbol, FunctionSymbol, ModuleSymbol, No, Unknown, VariableSymbol

from .trees import a_module, a_production, found, kind_of

APP = {
    "app/__init__.py": "from app.keys import Key\n",
    "app/keys.py": """
        import json
        import logging as log
        from os import path
        from typing import TYPE_CHECKING
        from lib import outside

        if TYPE_CHECKING:
            from app.other import OnlyTyped

        class Key:
            size = 1
            def read(self): ...
            class Inner:
                def deep(self): ...

        def load(): ...
        LIMIT = 3
    """,
    "app/other.py": "from app.keys import *\nfrom app.keys import load as reading\n",
    "app/sub/deep.py": "x = 1\n",
}

TARGETS = {
    "app.keys.Key": "Yes",
    "app.keys.Key.read": "Yes",
    "app.keys.Key.Inner.deep": "Yes",
    "app.keys.load": "Yes",
    "app.keys.LIMIT": "Yes",
    "app.keys.json.dumps": "Yes",
    "app.keys.log.getLogger": "Yes",
    "app.keys.path.join": "Yes",
    "app.keys.outside": "Yes",
    "app.keys.open": "Yes",
    "app.keys.print": "Yes",
    "app.keys.__name__": "Yes",
    "app.Key.read": "Yes",
    "app.keys": "Yes",
    "app.other.Key": "Yes",
    "app.other.reading": "Yes",
    "app.other.LIMIT": "Yes",
    "app.sub.deep.x": "Yes",
    "json.dumps": "Yes",
    "os.path.exists": "Yes",
    "builtins.open": "Yes",
    "subprocess.os": "Yes",
    "app.keys.Absent": "No",
    "app.keys.Key.absent": "No",
    "app.keys.Key.Inner.absent": "No",
    "app.keys.OnlyTyped": "No",
    "app.absent.Key": "No",
    "app.keys.json.absent": "No",
    "app.other.absent": "No",
    "app.sub.absent.x": "No",
    "os.mlock": "No",
    "json.absent": "No",
    "app.keys.outside.thing": "Unknown",
    "lib.thing": "Unknown",
    "os._private": "Unknown",
    "not a name": "Unknown",
    "single": "Unknown",
    "app..keys": "Unknown",
    "json.decoder._private": "Unknown",
}


@pytest.mark.parametrize(("dotted", "answer"), TARGETS.items())
def test_targets_are_reached_as_mock_reaches_them(tmp_path: Path, dotted: str, answer: str) -> None:
    assert kind_of(a_production(tmp_path, APP).target(dotted)) == answer


def test_a_target_is_the_symbol_itself(tmp_path: Path) -> None:
    production = a_production(tmp_path, APP)
    assert isinstance(found(production.target("app.other.Key")), ClassSymbol)
    assert isinstance(found(production.target("app.other.reading")), FunctionSymbol)
    assert isinstance(found(production.target("app.keys.json")), ModuleSymbol)
    assert isinstance(found(production.target("app.keys.LIMIT")), VariableSymbol)
    key = found(production.target("app.Key"))
    assert key.place == ("app/keys.py", 11)
    assert key is found(production.target("app.keys.Key"))


GROWING = {
    "__getattr__": "def __getattr__(name): ...",
    "globals() written to": "for n in names:\n    globals()[n] = 1",
    "globals() updated": "globals().update(load())",
    "setattr on itself": "import sys\nfor n in names:\n    setattr(sys.modules[__name__], n, 1)",
    "setattr on itself by a name": "import sys\nthis = sys.modules[__name__]\nsetattr(this, n, 1)",
    "replaced in sys.modules": "import sys\nsys.modules[__name__] = Thing()",
    "removed from sys.modules": "import sys\ndel sys.modules['app.keys']\ninstall()",
    "a path that grows": "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)",
    "exec": "exec(code)",
    "lazy attach": "import lazy\n__getattr__, __dir__, __all__ = lazy.attach(__name__, ['a'])",
    "its name passed on": "import lib\nlib.make_lazy(__name__, members=names)",
    "star import of what is not read": "from lib import *",
}


@pytest.mark.parametrize("text", GROWING.values(), ids=GROWING.keys())
def test_a_module_that_can_grow_lacks_nothing(tmp_path: Path, text: str) -> None:
    answer = a_module(tmp_path, text).target("app.keys.absent")
    assert isinstance(answer, Unknown), answer


STEADY = {
    "a logger": "import logging\nlog = logging.getLogger(__name__)",
    "globals() read": "x = globals().get('a')",
    "sys.modules read": "import sys\nx = 'a' in sys.modules",
    "exec in a function": "def f(code):\n    exec(code, {})",
    "a plain __all__": "__all__ = ['absent']",
    "an annotation alone": "absent: int",
    "deleted afterwards, elsewhere": "def f():\n    absent = 1",
}


@pytest.mark.parametrize("text", STEADY.values(), ids=STEADY.keys())
def test_a_module_that_cannot_grow_lacks_what_it_lacks(tmp_path: Path, text: str) -> None:
    assert isinstance(a_module(tmp_path, text).target("app.keys.absent"), No)


BOUND = {
    "global in a function": "def f():\n    global name\n    name = 1",
    "a loop": "for name in x: ...",
    "with": "with a() as name: ...",
    "a tuple": "(a, [name, *b]) = f()",
    "a walrus": "if (name := f()): ...",
    "a condition": "if x:\n    name = 1",
    "a fallback": "try:\n    from lib import name\nexcept ImportError:\n    name = None",
    "a while loop": "while x:\n    name = 1",
    "match": "match x:\n    case 1:\n        name = 1",
    "augmented": "name += 1",
    "globals() with a plain name": "globals()['name'] = 1",
    "setattr with a plain name": "import sys\nsetattr(sys.modules[__name__], 'name', 1)",
    "async def": "async def name(): ...",
    "import a.b": "import name.part",
    "from itself": "from app import keys as name",
}


@pytest.mark.parametrize("text", BOUND.values(), ids=BOUND.keys())
def test_every_way_to_bind_a_global_is_seen(tmp_path: Path, text: str) -> None:
    assert kind_of(a_module(tmp_path, text).target("app.keys.name")) == "Yes"


def test_what_is_deleted_again_is_unknown(tmp_path: Path) -> None:
    assert kind_of(a_module(tmp_path, "name = 1\ndel name").target("app.keys.name")) == "Unknown"


@pytest.mark.parametrize(
    "elsewhere",
    ["from app import keys\nkeys.absent = 1\n", "import app.keys\nsetattr(app.keys, compute(), 1)\n"],
)
def test_names_given_from_another_module_are_unknown(tmp_path: Path, elsewhere: str) -> None:
    production = a_module(tmp_path, "x = 1", other=elsewhere)
    assert kind_of(production.target("app.keys.absent")) == "Unknown"


def test_modules_replaced_at_run_time_are_unknown(tmp_path: Path) -> None:
    production = a_module(tmp_path, "x = 1", other="import sys\nsys.modules['app.keys'] = object()\n")
    assert kind_of(production.target("app.keys.absent")) == "Unknown"


def test_a_name_that_is_also_a_submodule_is_both(tmp_path: Path) -> None:
    production = a_production(
        tmp_path,
        {"app/__init__.py": "from app.config import config\n", "app/config.py": "class C: ...\nconfig = C()\nX = 1\n"},
    )
    assert kind_of(production.target("app.config.X")) in ("Yes", "Unknown")
    assert kind_of(production.target("app.config.absent")) == "Unknown"


def test_imports_in_a_circle_end(tmp_path: Path) -> None:
    production = a_module(tmp_path, "from app.other import a, b", other="from app.keys import a\nb = 1\n")
    assert kind_of(production.target("app.keys.b")) == "Yes"
    assert kind_of(production.target("app.keys.a")) == "Yes"
    assert kind_of(production.target("app.keys.a.x")) == "Unknown"


def test_a_package_that_imports_its_part_from_itself(tmp_path: Path) -> None:
    production = a_production(
        tmp_path, {"app/__init__.py": "from app import keys\n", "app/keys.py": "class Key: ...\n"}
    )
    assert kind_of(production.target("app.keys.Key")) == "Yes"


def test_a_folder_named_like_a_library_is_not_the_library(tmp_path: Path) -> None:
    production = a_production(
        tmp_path, {"integrations/celery/tasks.py": "x = 1\n", "app/__init__.py": "", "app/a.py": "import celery\n"}
    )
    assert kind_of(production.target("celery.Celery")) == "Unknown"


def test_a_folder_of_tests_named_like_a_library_is_not_the_library(tmp_path: Path) -> None:
    production = a_production(
        tmp_path, {"tests/docker/test_builds.py": "import docker\n", "app/__init__.py": "", "tests/test_a.py": ""}
    )
    assert kind_of(production.target("docker.from_env")) == "Unknown"


def test_a_package_off_the_roots_may_share_its_name_with_a_library(tmp_path: Path) -> None:
    production = a_production(
        tmp_path, {"plugins/acme/__init__.py": "", "plugins/acme/docs.py": "", "shop/__init__.py": "import acme.docs\n"}
    )
    assert kind_of(production.target("acme.mail.send", asked_from="shop/test_mail.py")) == "Unknown"
    assert kind_of(production.target("acme.mail.send", asked_from="plugins/test_docs.py")) == "No"


def test_namespaces_below_a_namespace_may_be_shared_too(tmp_path: Path) -> None:
    production = a_production(tmp_path, {"acme/common/dates.py": "", "shop/__init__.py": "import acme.common.dates\n"})
    assert kind_of(production.target("acme.common.people.find")) == "Unknown"
    assert kind_of(production.target("acme.common.dates.find")) == "No"


def test_an_own_module_deep_in_the_tree_does_not_hide_a_standard_one(tmp_path: Path) -> None:
    production = a_production(tmp_path, {"app/__init__.py": "", "app/logging.py": "", "scripts/json.py": ""})
    assert kind_of(production.target("logging.getLogger")) == "Yes"
    assert kind_of(production.target("json.dumps")) == "Yes"


def test_test_modules_can_be_targets_too(tmp_path: Path) -> None:
    production = a_production(tmp_path, {"tests/__init__.py": "", "tests/helpers.py": "def make(): ...\n"})
    assert kind_of(production.target("tests.helpers.make")) == "Yes"
    assert kind_of(production.target("tests.helpers.absent")) == "No"
    module = production.module_at("tests/helpers.py")
    assert module is not None
    assert not module.is_own


def test_what_cannot_be_parsed_is_unknown(tmp_path: Path) -> None:
    production = a_module(tmp_path, "def broken(:")
    assert kind_of(production.module("app.keys")) == "Unknown"
    assert kind_of(production.target("app.keys.Key")) == "Unknown"
    assert production.module_at("app/keys.py") is None
    assert production.module_at("nowhere.py") is None


def test_a_module_is_asked_for_from_where_the_asking_file_lies(tmp_path: Path) -> None:
    files = {
        f"{service}/{path}": text
        for service, text in (("one", "a = 1\n"), ("two", "b = 1\n"))
        for path in ("app/__init__.py", "pyproject.toml")
    }
    production = a_production(tmp_path, files)
    assert kind_of(production.target("app.b", asked_from="two/tests/test_x.py")) == "Yes"
    assert kind_of(production.target("app.b", asked_from="one/tests/test_x.py")) == "No"
    assert kind_of(production.target("app.b")) == "Unknown"


def test_words_of_production_are_known_in_strings_too(tmp_path: Path) -> None:
    production = a_production(tmp_path, {"app.py": "x = getattr(y, 'hidden_name')\n", "test_app.py": "only_here = 1\n"})
    assert production.knows_word("hidden_name")
    assert not production.knows_word("only_here")
    assert not production.knows_word("hidden")


def test_classes_are_found_by_their_bare_name(tmp_path: Path) -> None:
    production = a_production(
        tmp_path, {"a.py": "class Key: ...\n", "b.py": "class Key: ...\n", "test_c.py": "class Key: ...\n"}
    )
    assert [cls.module.name for cls in production.classes_named("Key")] == ["a", "b"]
    assert production.classes_named("Absent") == ()


def test_a_package_that_imports_its_own_module_leaves_no_doubt(tmp_path: Path) -> None:
    files = {"app/__init__.py": "from app import keys\n", "app/keys.py": "class Key: ...\n"}
    production = a_production(tmp_path, files)
    assert kind_of(production.target("app.keys.gone")) == "No"
    assert kind_of(production.target("app.keys.Key.gone")) == "No"


LOADER = "import sys\n\ndef load(target, module):\n    sys.modules[target] = module\n"


def test_a_module_is_replaced_by_another_only_when_it_tells_its_name(tmp_path: Path) -> None:
    plain = a_module(
        tmp_path / "a", "import logging\nfrom app import lazy\nlog = logging.getLogger(__name__)\n", lazy=LOADER
    )
    assert kind_of(plain.target("app.keys.gone")) == "No"
    told = a_module(tmp_path / "b", "from app import lazy\nlazy.load(__name__, object())\n", lazy=LOADER)
    assert kind_of(told.target("app.keys.gone")) == "Unknown"
