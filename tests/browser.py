"""The Chromium that is installed on this machine, driven by Playwright."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from playwright.async_api import Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")

# Names that other people could make point at this machine; nothing is asked of any network.
_FOREIGN_NAMES = "--host-resolver-rules=MAP *.example 127.0.0.1"

Story = Callable[[Page], Awaitable[None]]


def installed() -> str | None:
    """Return the path of Chromium, or None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def running() -> Iterator[Callable[..., None]]:
    """Run Chromium meanwhile; return a function that plays a story on a page of its own.

    It takes Playwright's options for a page, too, such as `viewport`. Nothing is kept from one
    story to the next.
    """
    with asyncio.Runner() as runner:
        playwright = runner.run(async_playwright().start())
        launched = playwright.chromium.launch(executable_path=installed(), args=[_FOREIGN_NAMES])
        browser = runner.run(launched)

        def play(story: Story, **options: object) -> None:
            async def on_a_page() -> None:
                async with await browser.new_page(**options) as page:
                    await story(page)

            runner.run(on_a_page())

        yield play
        runner.run(browser.close())
        runner.run(playwright.stop())


def listen(page: Page) -> tuple[list[str], list[str]]:
    """Return the addresses a page asks for and the complaints the browser makes, as they come."""
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return requests, complaints
