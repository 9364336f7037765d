"""Answers from their own process are the same answers, and a process that dies is replaced."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.answering import AnswersAside
from core.errors import NotFoundError, StorageError
from core.settings import DatabaseSettings, Sourced
from tests.core.databases.test_sqlite import a_file, another_process
from tests.handlers.harness import Store, a_store


@asynccontextmanager
async def aside(store: Store) -> AsyncIterator[AnswersAside]:
    answers = AnswersAside(Sourced(settings=store.settings, file=None, origins={}))
    await answers.start()
    try:
        yield answers
    finally:
        await answers.close()


async def test_the_answers_are_the_same_and_errors_come_through(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await store.a_history()
        async with aside(store) as answers:
            assert await answers.failures() == await store.answers.failures()
            assert (await answers.health()).score == (await store.answers.health()).score
            assert await answers.runs(limit=2) == await store.answers.runs(limit=2)
            assert (await answers.test("test_flaky")).name == (await store.answers.test("test_flaky")).name
            assert (await answers.flaky()).headline == (await store.answers.flaky()).headline
            assert (await answers.doctor()).checks
            with pytest.raises(NotFoundError, match="no-such-run"):
                await answers.failures("no-such-run")
        with pytest.raises(StorageError, match="stopping"):
            await answers.health()


async def test_a_process_that_dies_is_replaced(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await store.a_history()
        async with aside(store) as answers:
            assert answers._pool is not None
            (process,) = answers._pool._processes
            os.kill(process, signal.SIGKILL)
            assert (await answers.health()).suite == "backend"


async def test_a_database_that_does_not_answer_keeps_no_question_waiting(tmp_path: Path) -> None:
    path = a_file(tmp_path / "orders.db")
    async with a_store(tmp_path) as store:
        await store.a_history()
        orders = DatabaseSettings(url=f"sqlite:///{path}", timeout_seconds=20)
        store.settings = store.settings.model_copy(update={"databases": {"orders": orders}})
        async with aside(store) as answers:
            with another_process(path, "BEGIN EXCLUSIVE"):
                looking = asyncio.create_task(answers.check("databases_healthy"))
                await asyncio.sleep(0.3)
                assert (await answers.health()).suite == "backend"
                assert not looking.done()
            assert (await looking).name == "databases_healthy"


async def test_closing_ends_what_waits(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await store.a_history()
        async with aside(store) as answers:
            asked = [asyncio.create_task(answers.health()) for _ in range(5)]
            await asyncio.sleep(0)
        ended = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(each, BaseException) or each.suite for each in ended)
