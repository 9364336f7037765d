"""Where the demo keeps its things, and what it takes from the reader's settings."""

from pathlib import Path

import pytest

from bot.demo.home import Home
from core.errors import UsageError
from core.settings import load_settings


def test_the_sample_and_every_source_of_reports_have_a_store_of_their_own(tmp_path: Path) -> None:
    homes = [Home.of(source, tmp_path) for source in (None, tmp_path / "a", tmp_path / "b")]
    assert len({each.database_url for each in homes}) == 3
    assert Home.of(tmp_path / "a", tmp_path).database_url == homes[1].database_url


def test_nothing_of_the_readers_is_written_to(tmp_path: Path) -> None:
    environ = {"T12_DATABASE_URL": "postgresql://db/production", "SLACK_BOT_TOKEN": "xoxb-real", "T12_SUITE": "backend"}
    given = load_settings(None, environ)
    for reports in (None, tmp_path):
        settings = Home.of(reports, tmp_path).settings(given).settings
        assert settings.database_url.startswith(f"sqlite:///{tmp_path}")
        assert settings.slack.bot_token is None
        assert settings.watch == []
        assert settings.server.port == 0


def test_the_readers_reports_keep_the_readers_suite(tmp_path: Path) -> None:
    given = load_settings(None, {"T12_SUITE": "backend"})
    assert Home.of(tmp_path, tmp_path).settings(given).settings.suite == "backend"
    assert Home.of(None, tmp_path).settings(given).settings.suite == "credstore"


def test_the_folder_is_told_from_where_the_demo_was_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert str(Home.of(None).shown) == ".t12/demo/sample"
    assert Home.of(None, tmp_path.parent / f"{tmp_path.name}-other").shown.is_absolute()


def test_a_folder_that_cannot_be_made_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be made"):
        Home.of(None, tmp_path / "file")
