"""Background work is bounded, and what goes wrong in it reaches a person and the log."""

from __future__ import annotations

import asyncio
import logging

import pytest

from core.errors import UsageError
from handlers.desk import Recently, problem
from handlers.work import Work


async def nothing(_error: Exception) -> None:
    raise AssertionError("no error was expected")


async def test_only_so_much_runs_and_waits() -> None:
    work, gate, running = Work(at_once=2, waiting=3), asyncio.Event(), []

    async def piece() -> None:
        running.append(1)
        await gate.wait()

    for _ in range(5):
        assert not work.is_full
        work.start(piece(), nothing)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (len(running), work.is_full, work.pending) == (2, True, 5)
    gate.set()
    await work.finish(1)
    assert (len(running), work.pending) == (5, 0)


async def test_an_error_goes_to_whoever_tells_it() -> None:
    work, told = Work(), []

    async def fails() -> None:
        raise ValueError("no")

    async def tell(error: Exception) -> None:
        told.append(str(error))

    work.start(fails(), tell)
    await work.finish(1)
    assert told == ["no"]


async def test_stopping_cuts_off_what_takes_too_long() -> None:
    work = Work()
    work.start(asyncio.sleep(60), nothing)
    await work.finish(0.01)
    await asyncio.sleep(0)
    assert work.pending == 0


def test_our_own_sentences_are_shown_as_they_are() -> None:
    assert problem(UsageError("write it like <this>")).text == "Write it like &lt;this&gt;."


def test_anything_else_is_an_id_for_the_person_and_a_traceback_for_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "t12.slack"):
        told = problem(RuntimeError("password is hunter2"))
    assert "hunter2" not in told.text
    error_id = told.text.rsplit(" ", 1)[-1].rstrip(".")
    assert error_id in caplog.text
    assert caplog.records[0].exc_info is not None


def test_what_was_recently_done_is_remembered_and_forgotten() -> None:
    recently = Recently(60, most=2)
    assert recently.is_new("a")
    assert not recently.is_new("a")
    assert recently.is_new("a", "b")
    assert recently.is_new("c")
    assert recently.is_new("a")
