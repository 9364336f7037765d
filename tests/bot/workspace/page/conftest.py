"""One browser for all tests of a worker; a workspace and fresh profiles for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext

from bot.workspace import Workspace
from tests.handlers.harness import Store, a_bot, a_store, manifest

from .browser import BUNDLE, Visitors, a_profile, chromium
from .form_app import MANIFEST


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Where Chromium is; without it or without the bundle these tests prove nothing, so they fail."""
    path = chromium()
    missing = "Chromium (Debian: chromium)" if path is None else None if BUNDLE.is_file() else "the page: `make page`"
    if missing is not None:
        pytest.fail(f"The browser tests need {missing}.")
    assert path is not None
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def profile(browser_path: str) -> AsyncIterator[BrowserContext]:
    async with a_profile(browser_path) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def visitors(profile: BrowserContext) -> AsyncIterator[Visitors]:
    """Opens pages; at the end none of them may have had an error or asked another machine for anything."""
    everybody = Visitors(profile)
    yield everybody
    await everybody.leave()
    assert everybody.troubles == []


@pytest_asyncio.fixture(loop_scope="session")
async def ws() -> AsyncIterator[Workspace]:
    """A workspace without an app."""
    async with Workspace.start(manifest=MANIFEST, limit_rates=False) as workspace:
        yield workspace


@pytest_asyncio.fixture(loop_scope="session")
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store with four runs: a flaky test, a broken one, and one that newly fails."""
    async with a_store(tmp_path) as filled:
        await filled.a_history()
        yield filled


@pytest_asyncio.fixture(loop_scope="session")
async def t12(store: Store) -> AsyncIterator[Workspace]:
    """A workspace with T12 in it, connected twice."""
    async with Workspace.start(manifest=manifest(), limit_rates=False) as workspace, a_bot(workspace, store):
        yield workspace
