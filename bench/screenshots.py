"""Pictures of the built-in pages, taken by Chromium of a running exporter: ``make screenshots``.

Lives here: what is cut, which page is taken at which size. Must not live here: how a page looks. The province is the
example inventory with all its offices, simulated; every state on the pictures was measured. Takes root, and some two
minutes: an outage is shown once it is explained.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from tests.support.browsing import PHONE, WALL, chromium, opened
from tests.support.exporters import running_exporter
from tests.support.province import simulated_province

_ROOT = Path(__file__).parents[1]
_FOLDER = _ROOT / "docs" / "wall"

#: Of JPEG; text stays readable.
_QUALITY = 60

#: A wall of 1920 pixels as a picture of 1344.
_SMALLER = 0.7

#: Until an outage is explained and has a second opinion, seconds.
_SETTLED_S = 60.0

_OFFICE, _LINK = "cadisdik-03", "cadisdik-03-1"


@dataclass(frozen=True, slots=True)
class _Shot:
    """One picture."""

    name: str
    path: str
    size: tuple[int, int]
    theme: Literal["light", "dark"] = "light"
    waits_for: str = "h1"
    scale: float = 1.0  #: pixels of the picture for one of the page


_WELL = (_Shot("dinding-terang", "/", WALL, "light", ".k-up, .k-degraded", _SMALLER),)

_CUT = (
    _Shot("dinding-gelap", "/", WALL, "dark", ".g-provider", _SMALLER),
    _Shot("dinding-ponsel", "/", PHONE, "light", ".g-provider"),
    _Shot("lokasi", f"/lokasi/{_OFFICE}", (900, 1000), "light", ".u-down"),
    _Shot("tautan", f"/tautan/{_LINK}", (1100, 1300), "light", "#tiket"),
)


def _take(browser: Browser, url: str, shots: tuple[_Shot, ...]) -> None:
    for shot in shots:
        with opened(browser, shot.size, color_scheme=shot.theme, device_scale_factor=shot.scale) as visit:
            _settled(visit.page, url + shot.path, shot.waits_for)
            path = _FOLDER / f"{shot.name}.jpg"
            visit.page.screenshot(path=path, type="jpeg", quality=_QUALITY)
            print(f"{path.relative_to(_ROOT)}: {path.stat().st_size // 1000} kB")


def _settled(page: Page, url: str, selector: str) -> None:
    """The page as a reader sees it some seconds after it was opened."""
    page.goto(url)
    page.locator(selector).first.wait_for()
    page.wait_for_timeout(1_500)


def main() -> None:
    """Take all of them."""
    argparse.ArgumentParser(description="take the pictures in docs/wall anew").parse_args()
    _FOLDER.mkdir(parents=True, exist_ok=True)
    inventory = _ROOT / "inventory" / "jabar"
    with simulated_province(inventory) as province, running_exporter(inventory, province.netns) as exporter:
        exporter.until_states(all_="up")
        url = f"http://127.0.0.1:{exporter.port}"
        with chromium() as browser:
            _take(browser, url, _WELL)
            province.cut(provider="penyedia-a")
            province.cut(site=_OFFICE)
            time.sleep(_SETTLED_S)
            _take(browser, url, _CUT)


if __name__ == "__main__":
    main()
