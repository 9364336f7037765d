"""A fresh workspace per test, on a free port."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.workspace import Workspace


@pytest.fixture
async def ws() -> AsyncIterator[Workspace]:
    async with Workspace.start() as workspace:
        yield workspace
