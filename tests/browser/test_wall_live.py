"""The wall while things happen: a provider is cut, the exporter stops, the exporter dies; by mouse and by keyboard."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from exporter.model import Inventory
from tests.support.browsing import PATIENCE_MS, WALL, Visit, opened
from tests.support.exporters import RunningExporter, running_exporter
from tests.support.province import Province

#: Sites with one line, of the provider that is cut; those with a second line elsewhere are only degraded.
CUT_OFF, OF, DEGRADED = 8, 20, 4

#: Longer than the page waits for a sign of life, milliseconds.
SILENCE_MS = 20_000

expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def watching(browser: Browser, origin: str, **options: Any) -> Iterator[Visit]:
    """The wall, once it has contact and says that all is well."""
    with opened(browser, WALL, **options) as visit:
        visit.page.clock.install()
        visit.page.goto(origin + "/")
        expect(visit.page.locator(".kalimat.k-up")).to_have_text(f"● Semua {OF} lokasi normal")
        yield visit


def painted(page: Page) -> str:
    """What is laid over the colours of the wall."""
    return str(page.locator("main").evaluate("main => getComputedStyle(main).filter"))


def test_a_cut_provider_changes_the_wall_by_itself(browser: Browser, origin: str, province: Province) -> None:
    """Sentence, outage, provider and map change without a reload, in shape and word; and change back."""
    with watching(browser, origin) as visit:
        page = visit.page
        loaded = list(visit.requested)
        province.cut(provider="penyedia-a")
        expect(page.locator(".kalimat.k-down")).to_have_text(f"✕ {CUT_OFF} dari {OF} lokasi terputus")
        expect(page.locator("#kabar")).to_contain_text("Gangguan: Penyedia ")
        expect(page.locator("#penyedia li.s-down")).to_contain_text("putus")
        expect(page.locator("#penyedia li.s-down .bentuk")).to_have_text("✕")
        expect(page.locator("#gangguan li").first).to_contain_text("Penyedia")
        expect(page.locator("#peta .t-down")).to_have_count(CUT_OFF)
        expect(page.locator("#ringkas li.s-degraded .banyak")).to_have_text(str(DEGRADED))
        province.restore()
        expect(page.locator(".kalimat.k-up")).to_have_text(f"● Semua {OF} lokasi normal")
        expect(page.locator("#gangguan li")).to_have_count(0)
        assert visit.requested == loaded
        assert visit.complaints == []


def test_a_stopped_exporter_is_no_green_wall(browser: Browser, exporter: RunningExporter, origin: str) -> None:
    """When nothing comes the wall says so in words and loses its colours; when it goes on, both are taken back."""
    with watching(browser, origin) as visit:
        page, banner = visit.page, visit.page.get_by_role("alert")
        assert painted(page) == "none"
        exporter.signal(signal.SIGSTOP)
        try:
            page.clock.fast_forward(SILENCE_MS)
            expect(banner).to_contain_text("Kontak dengan pengukur terputus sejak")
            assert painted(page) == "grayscale(1)"
        finally:
            exporter.signal(signal.SIGCONT)
        expect(page.locator("#kontak")).to_be_hidden()
        assert painted(page) == "none"


def test_a_dead_exporter_is_no_green_wall_until_it_is_back(
    browser: Browser, inventory: Inventory, province: Province
) -> None:
    """A killed exporter is told at once; another one on its port is found by the page without anybody's help."""
    province.restore()
    with running_exporter(inventory, province.netns) as first:
        origin = f"http://127.0.0.1:{first.port}"
        first.until_states(all_="up")
        with watching(browser, origin) as visit:
            first.signal(signal.SIGKILL)
            first.process.wait(20)
            expect(visit.page.get_by_role("alert")).to_contain_text("Kontak dengan pengukur terputus sejak")
            assert painted(visit.page) == "grayscale(1)"
            with running_exporter(inventory, province.netns, "--listen", f"127.0.0.1:{first.port}"):
                expect(visit.page.locator("#kontak")).to_be_hidden()
                expect(visit.page.locator(".kalimat.k-up")).to_have_text(f"● Semua {OF} lokasi normal")
                assert painted(visit.page) == "none"


def test_the_whole_wall_is_on_the_screen(browser: Browser, origin: str) -> None:
    """At 1920 by 1080 nothing is to be scrolled, and the first figure is large enough for four metres."""
    with watching(browser, origin) as visit:
        height, there = visit.page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
        size = visit.page.locator(".kalimat").evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    assert height <= there == WALL[1]
    assert size >= 36


@pytest.mark.parametrize(("scheme", "first", "then"), [("light", "gelap", "terang"), ("dark", "terang", "gelap")])
def test_the_theme_is_changed_by_keyboard_and_kept(
    browser: Browser, origin: str, scheme: str, first: str, then: str
) -> None:
    """The button is reached by Tab, turned by Enter and Space, and the choice is there after a reload."""
    with watching(browser, origin, color_scheme=scheme) as visit:
        page, html = visit.page, visit.page.locator("html")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Ganti terang/gelap")).to_be_focused()
        page.keyboard.press("Enter")
        expect(html).to_have_attribute("data-tema", first)
        page.reload()
        expect(html).to_have_attribute("data-tema", first)
        page.get_by_role("button", name="Ganti terang/gelap").focus()
        page.keyboard.press("Space")
        expect(html).to_have_attribute("data-tema", then)
        assert visit.complaints == []
