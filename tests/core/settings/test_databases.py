"""The tables about databases: what is refused, and with which words."""

from pathlib import Path
from typing import Any

import pytest

from core.errors import SettingsError
from core.settings import Settings, load_settings

URL = 'url = "sqlite:///orders.db"\n'


def problems(tmp_path: Path, text: str) -> str:
    file = tmp_path / "t12.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(file, {})
    return "; ".join(caught.value.problems)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[databases.orders]\n", "say where it is, in one way"),
        (f"[databases.orders]\n{URL}url_variable = 'A'\n", "say where it is, in one way"),
        (f"[databases.cleanup]\n{URL}", "'cleanup' is no name of a database here"),
        (f"[databases.Orders]\n{URL}", "'Orders' is no name of a database here"),
        ('[databases.orders]\nurl = "postgresql://u:hush@h/d"\n', "it holds a password"),
        ('[databases.orders]\nurl = "postgresql://h/d?password=hush"\n', "it holds a password"),
        ('[databases.orders]\nurl = "mysql://h/d"\n', "begins with postgresql:// or sqlite:///"),
        ('[databases.orders]\nurl_variable = "postgresql://u:hush@h/d"\n', "this is no name of a variable"),
        (f"[databases.orders]\n{URL}idle_seconds = 0\n", "greater than 0"),
    ],
)
def test_what_makes_no_database_is_refused_without_telling_a_password(tmp_path: Path, text: str, words: str) -> None:
    found = problems(tmp_path, text)
    assert words in found
    assert "hush" not in found


@pytest.mark.parametrize(
    "where",
    ["", " ", "a = 1; DELETE FROM users", "a = 1) OR (1 = 1", "(a = 1", "a = 1 -- all", "a = 1 /* all */", "a = $$x$$"],
)
def test_a_condition_is_one_condition(tmp_path: Path, where: str) -> None:
    rule = f'[[databases.orders.cleanup]]\nname = "x"\ntable = "t"\nwhere = "{where}"\n'
    assert "write one SQL condition" in problems(tmp_path, f"[databases.orders]\n{URL}{rule}")


@pytest.mark.parametrize("table", ["", "users; DROP TABLE x", 'us"ers', "a.b.c", "1st", "a b"])
def test_a_table_is_a_name(tmp_path: Path, table: str) -> None:
    rule = f"[[databases.orders.cleanup]]\nname = 'x'\ntable = '{table}'\nwhere = 'a = 1'\n"
    assert "is no name of a table" in problems(tmp_path, f"[databases.orders]\n{URL}{rule}")


def test_two_rules_have_two_names(tmp_path: Path) -> None:
    rule = "[[databases.orders.cleanup]]\nname = 'x'\ntable = 't'\nwhere = 'a = 1'\n"
    assert "two rules of cleanup are called 'x'" in problems(tmp_path, f"[databases.orders]\n{URL}{rule}{rule}")


@pytest.mark.parametrize("where", ["name = 'a; b -- c (' AND (id > 3 OR id < 0)", "created_at < now()", "x IN (1, 2)"])
def test_what_stands_in_quotes_is_the_teams_own(where: str) -> None:
    given: dict[str, Any] = {"url": "sqlite:///a.db", "cleanup": [{"name": "x", "table": "app.t", "where": where}]}
    settings = Settings.model_validate({"databases": {"orders": given}})
    assert settings.databases["orders"].cleanup[0].where == where


def test_a_file_is_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "t12.toml").write_text(f"[databases.orders]\n{URL}", encoding="utf-8")
    settings = load_settings(tmp_path / "t12.toml", {}).settings
    assert settings.databases["orders"].url == f"sqlite:///{tmp_path / 'orders.db'}"


def test_nobody_may_delete_by_default() -> None:
    assert Settings().access.databases == []
