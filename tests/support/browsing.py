"""A real Chromium for tests, and what a page did while it was open.

Lives here: starting the browser, pages whose requests and complaints are written down, and questions that only a laid
out page answers. Must not live here: assertions about one page, the exporter.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.support.programs import program

__all__ = ["PHONE", "WALL", "Visit", "chromium", "contrast", "opened"]

#: Width and height in CSS pixels: a usual phone, and the screen on the wall.
PHONE, WALL = (390, 844), (1920, 1080)

#: How long a page may take to come to a state that a test waits for, milliseconds; nothing is measured by it.
PATIENCE_MS = 30_000

#: A root of containers has no user namespaces to build the sandbox from; pages here are our own.
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]

#: Tells the test of every violation of the content security policy, before any script of the page runs.
_LISTEN = """
document.addEventListener('securitypolicyviolation', seen =>
  console.error('policy violated: ' + seen.violatedDirective + ' ' + seen.blockedURI));
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The distribution's Chromium, headless; CHROMIUM in the environment names another one."""
    path = os.environ.get("CHROMIUM") or program("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Visit:
    """One open page and what it has done so far."""

    page: Page
    requested: list[str] = field(default_factory=list)  #: every address, also of what was refused
    complaints: list[str] = field(default_factory=list)  #: console errors, thrown errors, violated policy

    def foreign(self, own: str) -> list[str]:
        """Requests that went anywhere but to the origin of ``own``."""
        here = urlsplit(own).netloc
        return [each for each in self.requested if urlsplit(each).scheme != "data" and urlsplit(each).netloc != here]

    def width(self) -> tuple[int, int]:
        """What the content takes and what the window has, CSS pixels across."""
        wanted, there = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        return wanted, there


@contextmanager
def opened(browser: Browser, size: tuple[int, int] = (1280, 800), **options: Any) -> Iterator[Visit]:
    """An empty page in a context of its own; ``options`` are those of playwright's ``new_context``."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="id-ID", **options)
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(_LISTEN)
    visit = Visit(context.new_page())

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            visit.complaints.append(message.text)

    visit.page.on("request", lambda request: visit.requested.append(request.url))
    visit.page.on("console", said)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    try:
        yield visit
    finally:
        context.close()


#: Relative luminance and ratio as WCAG 2.2 defines them; a background that is transparent is the nearest painted one.
_CONTRAST = """
element => {
  const channels = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const part = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const painted = from => {
    for (let each = from; each; each = each.parentElement) {
      const colour = channels(getComputedStyle(each).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const [a, b] = [light(channels(getComputedStyle(element).color)), light(painted(element))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
"""


def contrast(page: Page, selector: str) -> dict[str, float]:
    """Contrast of text and background of each element that matches, by its class and words, as painted."""
    found: dict[str, float] = {}
    for element in page.locator(selector).all():
        name = f"{element.get_attribute('class') or ''}: {element.inner_text()[:40]}"
        found[name] = min(found.get(name, 21.0), float(element.evaluate(_CONTRAST)))
    return found
