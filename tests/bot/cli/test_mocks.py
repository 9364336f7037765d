"""`t12 mocks` as a team uses it: in a terminal, for machines, with a baseline, and on what a change breaks."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from core.mocks.rules.explanation import explain_rule
from tests.bot.cli.conftest import T12

PRODUCTION = "class KeyManager:\n    def rotate(self, name):\n        return name\n"
TESTS = (
    "from unittest.mock import Mock\nfrom app.keys import KeyManager\n\n"
    "def test_a():\n    keys = Mock(spec=KeyManager)\n    keys.{name}.return_value = 1\n    assert keys.{name}('a')\n"
)
Files = Callable[..., Path]


def a_project(files: Files, name: str = "rotate_key") -> None:
    files("shop/app/__init__.py", "")
    files("shop/app/keys.py", PRODUCTION)
    files("shop/tests/test_keys.py", TESTS.format(name=name))


def git(*words: str) -> None:
    identity = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *words], cwd="shop", check=True, capture_output=True)


def test_a_contradiction_is_shown_with_where_why_and_what_to_do(t12: T12, files: Files) -> None:
    a_project(files)
    found = t12("mocks", "shop")
    assert found.code == 1
    for part in ("tests/test_keys.py:6", "M001", "rotate_key", "app/keys.py", "KeyManager", "INVALID"):
        assert part in found.out


def test_nothing_wrong_exits_with_zero(t12: T12, files: Files) -> None:
    a_project(files, "rotate")
    found = t12("mocks", "shop")
    assert found.code == 0
    assert "no mock contradicts production" in found.out


def test_machines_get_json_sarif_and_annotations(t12: T12, files: Files) -> None:
    a_project(files)
    assert t12("mocks", "shop", "--format", "json").json["findings"][0]["path"] == "tests/test_keys.py"
    assert t12("mocks", "shop", "--format", "sarif").json["runs"][0]["results"][0]["ruleId"] == "M001"
    assert t12("mocks", "shop", "--format", "github").out.startswith("::error file=tests/test_keys.py,line=6")


def test_a_baseline_leaves_only_what_is_new(t12: T12, files: Files) -> None:
    a_project(files)
    assert "keeps 1 known" in t12("mocks", "shop", "--baseline", "known.json", "--write-baseline").out
    assert t12("mocks", "shop", "--baseline", "known.json").code == 0
    assert list(json.loads(Path("known.json").read_text())["findings"].values()) == [1]


def test_the_failing_severity_is_chosen(t12: T12, files: Files) -> None:
    a_project(files)
    assert t12("mocks", "shop", "--fail-on", "critical").code == 0


def test_a_change_tells_what_it_broke(t12: T12, files: Files) -> None:
    a_project(files, "rotate")
    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "begin")
    assert t12("mocks", "shop", "--since", "HEAD").code == 0
    files("shop/app/keys.py", PRODUCTION.replace("rotate", "turn"))
    found = t12("mocks", "shop", "--since", "HEAD")
    assert found.code == 1
    assert "KeyManager.rotate is gone" in found.out
    assert "it may be turn now" in found.out


def test_a_change_is_asked_for_names_that_production_no_longer_contains(t12: T12, files: Files) -> None:
    production = "from hsm import Session\n\nclass Keys(Session):\n    def {name}(self): ...\n"
    files("shop/app/__init__.py", "")
    files("shop/app/keys.py", production.format(name="fetch_key"))
    files(
        "shop/tests/test_keys.py",
        "from unittest.mock import Mock, patch\n\n@patch('app.keys.Keys.fetch_key')\ndef test_a(fetch):\n"
        "    keys = Mock()\n    keys.fetch_key.return_value = 1\n",
    )
    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "begin")
    files("shop/app/keys.py", production.format(name="load"))
    assert t12("mocks", "shop").code == 0
    found = t12("mocks", "shop", "--since", "HEAD", "--format", "json").json["findings"]
    assert [(each["rule"], each["line"]) for each in found] == [("M021", 3), ("M020", 6)]


def test_the_configured_project_is_compared_with_the_audit_before(t12: T12, files: Files) -> None:
    a_project(files, "rotate")
    files("t12.toml", '[mocks]\nproject = "shop"\n')
    assert t12("mocks").code == 0
    a_project(files, "rotate_key")
    found = t12("mocks")
    assert found.code == 1
    assert "1 new, 0 gone" in found.out


def test_one_component_is_asked_for_by_name(t12: T12, files: Files) -> None:
    a_project(files)
    assert "KeyManager" in t12("mocks", "shop", "--component", "keymanager").out
    missing = t12("mocks", "shop", "--component", "KeyManger")
    assert "did you mean KeyManager?" in missing.err


def test_wrong_usage_gets_a_sentence(t12: T12) -> None:
    for words in (("mocks",), ("mocks", "nowhere"), ("mocks", ".", "--since", "v9")):
        found = t12(*words)
        assert found.code == 2
        assert found.err.startswith("t12: ")


@pytest.mark.parametrize("words", [("--explain", "M002"), ("M002",), ("m002",)])
def test_a_rule_is_explained_by_its_page_as_it_is_written(t12: T12, words: tuple[str, ...]) -> None:
    found = t12("mocks", *words)
    assert found.code == 0
    assert found.out == explain_rule("M002").page


def test_a_rule_that_does_not_exist_gets_a_sentence(t12: T12) -> None:
    found = t12("mocks", "--explain", "M099")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("t12: there is no rule 'M099'; there are M001, ")


def test_a_folder_named_like_a_rule_is_audited(t12: T12, files: Files) -> None:
    files("M002/app/__init__.py", "")
    assert "no mock contradicts production" in t12("mocks", "M002").out
