"""A real Chromium that visits the page, and watches for what must never happen there."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    async_playwright,
    expect,
)

from bot.workspace import Workspace

PAGE = Path(__file__).parents[4] / "bot" / "workspace" / "page"
BUNDLE = PAGE / "dist" / "index.html"
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--process-per-site",
)
_BLANK = "http://127.0.0.1:9/"
"""Of the same site as every workspace, whatever their ports."""
_OWN_HOSTS = {"127.0.0.1", "localhost"}
_SECONDS = 10.0

expect.set_options(timeout=_SECONDS * 1000)


def chromium() -> str | None:
    """The browser of this machine; Playwright brings none of its own here."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@asynccontextmanager
async def a_profile(path: str) -> AsyncIterator[BrowserContext]:
    """A browser profile. Tests share it: each has a workspace on a port of its own, which is an origin of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_QUIET)
        try:
            context = await browser.new_context()
            context.set_default_timeout(_SECONDS * 1000)
            await _keep_warm(context)
            yield context
        finally:
            await browser.close()


async def _keep_warm(context: BrowserContext) -> None:
    """Leave an empty page open: its process draws all pages of its site, and a new one costs more than most tests."""
    page = await context.new_page()
    await page.route(_BLANK, lambda route: route.fulfill(body="", content_type="text/html"))
    await page.goto(_BLANK)


@dataclass
class Visitors:
    """Opens pages as people, and remembers what went wrong in any of them.

    `expected` are patterns of console errors that a test provokes, such as those of a server that is gone.
    """

    profile: BrowserContext
    expected: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    _pages: list[Page] = field(default_factory=list)

    async def visit(
        self, ws: Workspace, person: str = "ana", place: str = "qa", *, width: int = 1200, is_dark: bool = False
    ) -> Page:
        """The page as `person` sees it."""
        page = await self.profile.new_page()
        self._pages.append(page)
        await page.set_viewport_size({"width": width, "height": 800})
        await page.emulate_media(color_scheme="dark" if is_dark else "light")
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.troubles.append(f"page error: {error}"))
        page.on("request", self._note_request)
        await page.goto(f"{ws.url}/?as={person}&in={place}")
        await expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
        return page

    def _note_console(self, message: ConsoleMessage) -> None:
        text = message.text
        if message.type == "error" and not any(re.search(pattern, text) for pattern in self.expected):
            self.troubles.append(f"console error: {text}")

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in _OWN_HOSTS:
            self.troubles.append(f"request beyond this machine: {request.url}")

    async def leave(self) -> None:
        for page in self._pages:
            await page.close()


async def type_message(page: Page, text: str) -> None:
    """Type into the conversation's composer and send with Enter; what completes is passed over."""
    field = page.get_by_role("main").get_by_role("combobox", name=re.compile("^Message "))
    await field.fill(text)
    if await suggestions(page).count():
        await field.press("Escape")
    await field.press("Enter")
    await expect(field).to_have_value("")


def suggestions(page: Page) -> Locator:
    """What the composer offers."""
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")
