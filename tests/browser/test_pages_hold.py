"""What holds for every page, in a real Chromium and beside a real exporter in the simulated province."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser

from exporter.model import Inventory
from tests.support.browsing import PHONE, WALL, Visit, contrast, opened
from tests.support.exporters import RunningExporter
from tests.support.nasty_names import NASTY_NAMES
from tests.support.province import Province

#: Every page that people open.
PATHS = ("/", "/tautan/kantor-0-1", "/lokasi/kantor-0", "/opd/dinkes")

#: Places in the document of what can be used, and of what has the focus with its outline.
_CONTROLS = """[...document.querySelectorAll('*')].flatMap((each, place) =>
  each.matches('a[href], button, summary, textarea') && each.checkVisibility() ? [place] : [])"""
_FOCUSED = """[[...document.querySelectorAll('*')].indexOf(document.activeElement),
  getComputedStyle(document.activeElement).outlineStyle]"""

every_page = pytest.mark.parametrize("path", PATHS)


@pytest.fixture
def all_down(exporter: RunningExporter, origin: str, province: Province) -> Iterator[str]:
    """The origin while every line is down, so that pages name the lines."""
    for provider in ("penyedia-a", "penyedia-b"):
        province.cut(provider=provider)
    exporter.until_states(all_="down")
    yield origin
    province.restore()


@contextmanager
def seen(browser: Browser, address: str, size: tuple[int, int] = WALL, **options: Any) -> Iterator[Visit]:
    """The page at ``address``, loaded."""
    with opened(browser, size, **options) as visit:
        answer = visit.page.goto(address, wait_until="load")
        assert answer is not None
        assert answer.status == 200
        yield visit


@every_page
def test_a_page_asks_nobody_else_and_breaks_no_rule(browser: Browser, origin: str, path: str) -> None:
    """Every request goes to the exporter, the policy is kept, the console stays empty."""
    with seen(browser, origin + path) as visit:
        assert visit.requested[0] == origin + path
        assert visit.foreign(origin) == []
        assert visit.complaints == []


@every_page
@pytest.mark.parametrize("size", [PHONE, WALL, (320, 640)], ids=["phone", "wall", "small phone"])
def test_a_page_fits_across(browser: Browser, origin: str, path: str, size: tuple[int, int]) -> None:
    """Nothing stands out to the right, however long a name is."""
    with seen(browser, origin + path, size) as visit:
        wanted, there = visit.width()
    assert wanted <= there


def test_faults_of_ours_fit_a_small_phone(browser: Browser, origin: str) -> None:
    """However many there are of each kind; a calm machine has none to show."""
    with seen(browser, origin + "/", (320, 640)) as visit:
        visit.page.locator(".panel-pengukur li:last-child .isi").evaluate(
            "each => each.textContent = '23.456 (terbuang 1.234, terlambat 11.111, macet 11.111)'"
        )
        wanted, there = visit.width()
    assert wanted <= there


@every_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_read_in_both_themes(browser: Browser, origin: str, path: str, scheme: str) -> None:
    """Headings, cells and links have the contrast of ordinary text."""
    with seen(browser, origin + path, color_scheme=scheme) as visit:
        found = contrast(visit.page, "h1, h2, th, td, p, main a, .keadaan")
    assert found
    assert {name: ratio for name, ratio in found.items() if ratio < 4.5} == {}


@every_page
def test_a_page_says_everything_without_script(browser: Browser, origin: str, path: str) -> None:
    """Language, title, one main heading, and the time of the data are in what the server sends."""
    with seen(browser, origin + path, java_script_enabled=False) as visit:
        assert visit.page.locator("html").get_attribute("lang") == "id"
        assert visit.page.title().strip()
        assert visit.page.locator("h1").count() == 1
        assert "WIB" in visit.page.locator("body").inner_text()


@every_page
def test_every_control_has_a_name(browser: Browser, origin: str, path: str) -> None:
    """No link, button or picture is nameless in the tree that a screen reader gets."""
    with seen(browser, origin + path) as visit:
        told = visit.page.locator("body").aria_snapshot()
    assert "heading" in told
    nameless = {f"- {role}" for role in ("link", "button", "img", "textbox", "combobox")}
    assert [line for line in told.splitlines() if line.strip().rstrip(":") in nameless] == []


@every_page
def test_the_keyboard_reaches_every_control_and_gets_out(browser: Browser, origin: str, path: str) -> None:
    """Tab visits every link, button and text, each is seen to have the focus, and none holds it."""
    with seen(browser, origin + path) as visit:
        wanted = set(visit.page.evaluate(_CONTROLS))
        visited, outlines = set(), set()
        for _turn in range(len(wanted) + 10):
            visit.page.keyboard.press("Tab")
            place, outline = visit.page.evaluate(_FOCUSED)
            visited.add(place)
            outlines.add(outline)
            if wanted <= visited:
                break
    assert wanted
    assert wanted <= visited
    assert outlines <= {"solid", "auto"}


@every_page
def test_names_run_nothing(browser: Browser, all_down: str, path: str) -> None:
    """A name with markup runs nothing and makes no element, wherever it stands."""
    with seen(browser, all_down + path) as visit:
        assert visit.page.evaluate("window.stolen") is None
        assert visit.page.locator("[onmouseover], [onerror], [onload], main script, main img").count() == 0
        assert visit.complaints == []


def test_names_stay_text(browser: Browser, all_down: str, inventory: Inventory) -> None:
    """They are read as they are written: all of them on the wall, and each page's own on it."""
    site, opd = inventory.sites["kantor-0"], inventory.opd["dinkes"]
    link = inventory.links["kantor-0-1"]
    for path, names in (
        ("/", NASTY_NAMES),
        ("/tautan/kantor-0-1", (link.name, site.name, inventory.provider_of(link).name)),
        ("/lokasi/kantor-0", (site.name,)),
        ("/opd/dinkes", (opd.name, site.name)),
    ):
        with seen(browser, all_down + path) as visit:
            for name in names:
                visit.page.get_by_text(name, exact=False).first.wait_for(state="attached")
