"""A log is read while it grows, whatever becomes of its file meanwhile."""

import os
from pathlib import Path

from bot.live.tail import GrowingFile, LogFolder


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as out:
        out.write(data)


def test_a_file_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    log = GrowingFile(tmp_path / "log")
    assert (log.read(), log.notes()) == ([], [])
    append(tmp_path / "log", b"one\ntw")
    assert log.read() == [b"one"]
    append(tmp_path / "log", b"o\n")
    assert (log.read(), log.read(), log.notes()) == ([b"two"], [], [])


def test_a_rotated_file_is_read_from_its_start(tmp_path: Path) -> None:
    path, log = tmp_path / "log", GrowingFile(tmp_path / "log")
    append(path, b"old\nhalf of a li")
    assert log.read() == [b"old"]
    path.rename(tmp_path / "log.1")
    append(path, b"a new and longer line\n")
    assert log.read() == [b"a new and longer line"]
    assert log.notes() == ["the log was replaced or emptied while it was read"]


def test_an_emptied_file_is_read_from_its_start(tmp_path: Path) -> None:
    path, log = tmp_path / "log", GrowingFile(tmp_path / "log")
    append(path, b"one\ntwo\n")
    log.read()
    os.truncate(path, 0)
    append(path, b"new\n")
    assert log.read() == [b"new"]


def test_what_follows_a_line_that_is_too_long_is_heard_in_the_same_look(tmp_path: Path) -> None:
    """A look without a line is taken for the end of the log."""
    path, log = tmp_path / "log", GrowingFile(tmp_path / "log")
    append(path, b"x" * (40 << 20) + b"\nlast\n")
    assert log.read() == [b"last"]
    assert log.notes() == ["1 line was too long to be read"]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    log = GrowingFile(tmp_path)
    assert log.read() == []
    assert "cannot be read: Is a directory" in log.notes()[0]


def test_the_logs_of_a_folder_are_read_in_the_order_of_their_beginning(tmp_path: Path) -> None:
    folder = LogFolder(tmp_path)
    append(tmp_path / "9.log", b"first\n")
    assert folder.read() == [b"first"]
    append(tmp_path / "1.log", b"second\n")
    append(tmp_path / "9.log", b"first again\n")
    append(tmp_path / "9.trouble", b"OSError: disk full")
    assert folder.read() == [b"first again", b"second"]
    assert folder.notes() == ["the run could not be followed: OSError: disk full"]
