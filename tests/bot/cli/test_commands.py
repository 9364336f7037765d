# ruff: noqa: E501 - words and tables read best on one line
"""What all commands share: help, exit codes, and errors that are sentences."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.cli import COMMANDS, main
from tests.bot.cli.conftest import T12

SUBCOMMANDS = [("token", "create"), ("token", "list"), ("token", "revoke")]


@pytest.mark.parametrize("words", [*((name,) for name in COMMANDS), *SUBCOMMANDS], ids=" ".join)
def test_every_command_explains_itself(t12: T12, words: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        found = t12(*words, flag)
        assert found.code == 0
        assert found.out.startswith("Usage: ")
        assert found.err == ""
    if len(words) == 1:
        assert t12("help", *words).out == t12(*words, "--help").out.replace("main ", "main ", 1)


def test_every_command_has_a_sentence_and_every_option_has_one() -> None:
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(), name
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, (name, parameter.name)


def test_the_list_of_commands(t12: T12) -> None:
    for found in (t12("--help"), t12("help")):
        assert found.code == 0
        assert all(f"  {name} " in found.out or f"  {name}\n" in found.out for name in COMMANDS)


def test_the_version(t12: T12) -> None:
    assert t12("--version").out.startswith("t12, version ")


@pytest.mark.parametrize(
    "words",
    [
        ("gone",), ("help", "gone"), ("health", "--gone"), ("ingest",), ("runs", "--limit", "0"), ("runs", "--limit", "x"),
        ("health", "--format", "yaml"), ("test",), ("failures", "1", "2"), ("failures", "1", "--log", "x"),
        ("failures", "--log", "-", "--suite", "a"), ("ingest", "x.xml", "--started-at", "soon"), ("prune",),
        ("prune", "--runs-days", "-1"), ("token",), ("token", "create", "x", "--days", "0"), ("backup",), ("classify", "gone.jsonl"),
        ("--config", "gone.toml", "health"), ("failures", "--log", "gone.log"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_words_exit_with_2_and_say_why(t12: T12, words: tuple[str, ...]) -> None:
    found = t12(*words)
    assert found.code == 2
    assert found.out == "" or "Usage" in found.out
    assert found.err


@pytest.mark.parametrize("words", [("health",), ("failures",), ("flaky",), ("slow",), ("test", "x"), ("runs",)], ids=" ".join)
def test_questions_to_an_empty_store_exit_with_1_and_say_what_to_do(t12: T12, words: tuple[str, ...]) -> None:
    for more in ((), ("--format", "json")):
        found = t12(*words, *more)
        assert (found.code, found.out) == (1, "")
        assert "brought in" in found.err
        assert "try `t12 ingest PATH`" in found.err


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///gone/folder/t12.db", "does not exist; create it"),
        ("postgresql://u:s3cret@127.0.0.1:1/d", "cannot be reached"),
        ("postgresql://u:s3cret@h:port/d", "is not an address"),
        ("mysql://u:s3cret@h/d", "SQLite or PostgreSQL"),
        ("nonsense", "is not an address"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_without_its_password(
    t12: T12, monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    monkeypatch.setenv("T12_DATABASE_URL", url)
    found = t12("health")
    assert (found.code, found.out) == (1, "")
    assert words in found.err
    assert found.err.startswith("t12: ")
    assert "Traceback" not in found.err
    told = t12("doctor", "--format", "json")
    assert (told.code, told.json["worst"]) == (1, "bad")
    shown = t12("config", "--format", "json")
    assert shown.code == 0
    assert "s3cret" not in found.err + told.out + shown.out


def test_a_broken_database_file_is_told(t12: T12, tmp_path: Path) -> None:
    (tmp_path / "t12.db").write_bytes(b"garbage" * 1000)
    found = t12("runs")
    assert found.code == 1
    assert "is not a database T12 can use" in found.err


def test_every_problem_of_the_settings_is_a_line(t12: T12) -> None:
    Path("t12.toml").write_text('suit = "x"\ntimezone = "Mars"\n')
    found = t12("health")
    assert found.code == 2
    assert [line.startswith("t12: ") for line in found.err.splitlines()] == [True, True]


def test_the_command_starts_quickly_and_alone(tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", "import sys, bot.cli; print([m for m in ('rich', 'slack_bolt', 'aiohttp', 'alembic') if m in sys.modules])"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert asked.stdout.strip() == "[]"


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    line = f"{sys.executable} -m bot --help | head -n 1"
    found = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True, cwd=root)
    assert found.stdout.startswith("Usage")
    assert "Traceback" not in found.stderr
