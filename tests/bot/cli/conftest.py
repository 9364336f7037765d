"""The command line as a person meets it: words in; words, JSON and an exit code out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main


class Answer:
    """What one command printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


T12 = Callable[..., Answer]


@pytest.fixture
def t12(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> T12:
    """Run one command in an empty folder over a migrated store of its own."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL", "T12_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("T12_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("COLUMNS", "160")

    def run(*words: object, sent: bytes | str | None = None) -> Answer:
        found = CliRunner().invoke(main, [str(word) for word in words], input=sent)
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return Answer(found.exit_code, found.stdout, found.stderr)

    return run


@pytest.fixture
def files(t12: T12) -> Callable[..., Path]:
    """Write a file into the working folder."""

    def write(name: str, content: bytes | str) -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
