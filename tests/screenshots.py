"""Makes the pictures of docs/ anew: `make screenshots` runs the sample suite and looks at it in Chromium."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Page, async_playwright

_DOCS = Path(__file__).parents[1] / "docs"
_LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
_WAIT_MS = 60_000


async def main() -> None:
    _DOCS.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        async with _demo(Path(folder)) as address, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_LAUNCH)
            await _health(browser, address)
            await _failures(browser, address)
            await _home(browser, address)
            await _phone(browser, address)
            await browser.close()


@asynccontextmanager
async def _demo(folder: Path) -> AsyncIterator[str]:
    """The demo with its whole history, in a folder of its own; the page's address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", "0", "--no-open", cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    address = ""
    try:
        while b"Ctrl-C" not in (line := await process.stdout.readline()):
            assert line, "the demo ended early"
            words = line.decode().split()
            address = words[1] if words[:1] == ["Open"] else address
        yield address
    finally:
        process.terminate()
        await process.communicate()


async def _page(browser: Browser, address: str, person: str, *, width: int, height: int, scheme: str) -> Page:
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=1.25  # type: ignore[arg-type]
    )  # fmt: skip
    page = await context.new_page()
    page.set_default_timeout(_WAIT_MS)
    await page.goto(f"{address}?as={person}")
    await page.get_by_text("Show failures").first.wait_for()
    return page


async def _ask(page: Page, words: str, answer: str) -> None:
    box = page.locator("textarea").first
    await box.fill(words)
    await page.keyboard.press("Escape")
    await box.press("Enter")
    await page.get_by_text(answer).last.wait_for()
    await page.wait_for_timeout(800)


async def _keep(page: Page, name: str) -> None:
    await page.screenshot(path=_DOCS / f"{name}.png")
    await page.context.close()


async def _health(browser: Browser, address: str) -> None:
    page = await _page(browser, address, "ana", width=1180, height=1500, scheme="light")
    await _ask(page, "/t12 health", "What helps most")
    await _keep(page, "health")


async def _failures(browser: Browser, address: str) -> None:
    page = await _page(browser, address, "luis", width=1180, height=1180, scheme="dark")
    await _ask(page, "/t12 failures", "Failures by category")
    await _keep(page, "failures-dark")


async def _home(browser: Browser, address: str) -> None:
    page = await _page(browser, address, "kim", width=1180, height=820, scheme="light")
    await page.get_by_text("t12 Home").first.click()
    await page.get_by_text("What takes points off").wait_for()
    await _keep(page, "home")


async def _phone(browser: Browser, address: str) -> None:
    page = await _page(browser, address, "sam", width=390, height=844, scheme="light")
    await _ask(page, "/t12 flaky", "clean passes")
    await _keep(page, "phone")


if __name__ == "__main__":
    asyncio.run(main())
