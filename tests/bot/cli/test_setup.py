"""`t12 init` writes every default with its words; `t12 config` shows what is in force and where it came from."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.setup import commented_settings
from core.settings import Settings, load_settings
from tests.bot.cli.conftest import T12


def test_the_file_that_is_written_changes_nothing(t12: T12) -> None:
    found = t12("init")
    assert found.code == 0
    assert (
        load_settings(Path("t12.toml"), {}).settings.model_copy(update={"database_url": "sqlite:///t12.db"})
        == Settings()
    )
    assert t12("config").code == 0


def test_every_line_that_is_uncommented_is_the_default(tmp_path: Path) -> None:
    text = commented_settings()
    lines = [re.sub(r"^# (?=\w+ = )", "", line) for line in text.splitlines()]
    taken = [line for line in lines if not line.startswith("#")]
    at = taken.index('path = "reports"') if 'path = "reports"' in taken else None
    if at is not None:
        # The watched folder is an example; its table stays commented.
        taken = [line for index, line in enumerate(taken) if not at <= index <= at + 2]
    path = tmp_path / "all.toml"
    path.write_text("\n".join(taken))
    found = load_settings(path, {}).settings.model_copy(update={"database_url": "sqlite:///t12.db"})
    assert found == Settings()


def test_every_setting_is_in_the_file_with_its_words() -> None:
    text = commented_settings()
    for name, field in Settings.model_fields.items():
        if name != "slack":
            assert name in text
        if field.description and name not in ("watch",):
            assert field.description in text
    for variable in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        assert variable in text


def test_a_file_that_is_there_is_not_replaced_unless_told(t12: T12) -> None:
    Path("t12.toml").write_text('suite = "mine"')
    found = t12("init")
    assert found.code == 2
    assert "t12.toml exists; --force replaces it" in found.err
    assert Path("t12.toml").read_text() == 'suite = "mine"'
    assert t12("init", "--force").code == 0
    assert Path("t12.toml").read_text() == commented_settings()


def test_a_broken_file_can_be_replaced(t12: T12) -> None:
    Path("t12.toml").write_text("broken =")
    assert t12("init", "--force").code == 0


def test_origins_are_shown(t12: T12, files: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    files("t12.toml", 'suite = "mine"\n[[watch]]\npath = "in"\n')
    monkeypatch.setenv("T12_SERVER__PORT", "9")
    monkeypatch.setenv("T12_SERVICE_HOST", "10.0.0.1")
    found = t12("config", "--format", "json")
    assert found.code == 0
    shown = {each["name"]: (each["value"], each["from"]) for each in found.json["settings"]}
    assert shown["suite"] == ("mine", "t12.toml")
    assert shown["server.port"] == (9, "T12_SERVER__PORT")
    assert shown["timezone"] == ("UTC", "default")
    assert shown["database_url"][1] == "T12_DATABASE_URL"
    assert (found.json["file"], found.json["ignored"]) == ("t12.toml", ["T12_SERVICE_HOST"])
    table = t12("config")
    assert all(words in table.out for words in ("server.port", "T12_SERVER__PORT", "T12_SERVICE_HOST names no setting"))


def test_secrets_are_not_shown(t12: T12, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "s3cret")
    monkeypatch.setenv("T12_DATABASE_URL", "postgresql://t12:s3cret@h/d")
    for form in ("json", "table"):
        found = t12("config", "--format", form)
        assert found.code == 0
        assert "s3cret" not in found.out + found.err
        assert "set, not shown" in found.out
        assert "SLACK_BOT_TOKEN" in found.out


def test_the_examples_of_the_file_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "examples.toml"
    path.write_text("\n".join(line[4:] for line in commented_settings().splitlines() if line.startswith("#   ")))
    found = load_settings(path, {}).settings
    assert found.incidents.words == Settings().incidents.words
    assert found.roles["developer"].overrides[0].who == "U0234567890"


def test_what_stands_in_tables_by_name_is_shown_with_its_origin(t12: T12, files: Callable[..., Path]) -> None:
    files(
        "t12.toml",
        '[calendar]\nholidays = [2026-12-24]\n[roles.developer]\nmembers = ["U1"]\n[[roles.developer.overrides]]\n'
        'from = 2026-12-24\nuntil = 2026-12-31\nwho = "U2"\n[incidents.words]\nsecurity = ["vault"]\n',
    )
    found = t12("config", "--format", "json")
    assert found.code == 0
    shown = {each["name"]: (each["value"], each["from"]) for each in found.json["settings"]}
    assert shown["calendar.holidays"] == (["2026-12-24"], "t12.toml")
    assert shown["roles.developer.members"] == (["U1"], "t12.toml")
    assert shown["roles.developer.overrides[0]"] == (
        {"from": "2026-12-24", "until": "2026-12-31", "who": "U2"},
        "t12.toml",
    )
    assert shown["roles.team_lead.title"] == ("Team Lead", "default")
    assert shown["incidents.words.security"] == (["vault"], "t12.toml")
    assert shown["incidents.words.integration"] == (["integration"], "default")
    assert shown["incidents.critical.respond"] == ("15m", "default")


def test_addresses_that_may_be_used_by_who_knows_them_are_not_shown(t12: T12, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("T12_INCIDENTS__HEARTBEAT_URL", "https://example.com/s3cret")
    found = t12("config")
    assert "s3cret" not in found.out + found.err
    monkeypatch.setenv("T12_INCIDENTS__HEARTBEAT_URL", "ftp://example.com/s3cret")
    found = t12("config")
    assert found.code == 2
    assert "s3cret" not in found.out + found.err
