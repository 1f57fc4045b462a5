"""The page of one link: texts that are copied, news without a reload, and what it says when nobody answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsing import PATIENCE_MS, opened
from tests.support.exporters import RunningExporter
from tests.support.province import Province

LINK = "kantor-1-1"

#: A page that came over plain HTTP from another machine has no clipboard of its own.
_NO_CLIPBOARD = "navigator.clipboard.writeText = () => Promise.reject(new Error('not here'));"

#: More than the page waits before it takes itself anew, milliseconds.
_NEXT_TURN_MS = 11_000

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def cut(exporter: RunningExporter, origin: str, province: Province) -> Iterator[str]:
    """The page's address while the link is down."""
    province.cut(link=LINK)
    exporter.until_states(kantor_1_1="down")
    yield f"{origin}/tautan/{LINK}"
    province.restore()


@pytest.mark.parametrize("script", ["", _NO_CLIPBOARD], ids=["clipboard", "selection"])
def test_the_texts_are_copied(browser: Browser, cut: str, script: str) -> None:
    """Each button puts its whole text into the clipboard and says so, also where there is no clipboard interface."""
    with opened(browser, permissions=["clipboard-read", "clipboard-write"]) as visit:
        page = visit.page
        page.add_init_script(script)
        page.goto(cut)
        for button, area in (("Salin laporan", "#tiket"), ("Salin pesan", "#pesan")):
            text = page.locator(area).input_value()
            assert len(text) > 50
            page.get_by_role("button", name=button).press("Enter")
            expect(page.locator("#kabar")).to_have_text("Disalin.")
            assert page.evaluate("navigator.clipboard.readText()") == text
        assert visit.complaints == []


def test_a_link_that_is_down_is_told_and_then_that_it_is_back(browser: Browser, cut: str, province: Province) -> None:
    """The page takes itself anew: shape and word of the state change without a reload."""
    with opened(browser) as visit:
        page = visit.page
        page.clock.install()
        page.goto(cut)
        expect(page.locator(".kini .keadaan")).to_have_text("✕ Putus")
        province.restore()
        back = page.locator(".kini .keadaan.s-up")
        for _turn in range(60):
            page.clock.run_for(_NEXT_TURN_MS)
            page.wait_for_load_state("networkidle")
            if back.count():
                break
        expect(back).to_have_text("● Normal")
        assert visit.complaints == []


def test_a_link_page_without_answer_says_so(browser: Browser, origin: str) -> None:
    """When the exporter cannot be reached the page says since when, and is not shown as if it were now."""
    with opened(browser) as visit:
        page = visit.page
        page.clock.install()
        page.goto(f"{origin}/tautan/{LINK}")
        page.context.set_offline(True)
        page.clock.run_for(_NEXT_TURN_MS)
        expect(page.get_by_role("alert")).to_contain_text("Kontak dengan pengukur terputus sejak")
        expect(page.locator("html.terputus")).to_be_attached()
        page.context.set_offline(False)
        page.clock.run_for(_NEXT_TURN_MS)
        expect(page.locator("#kontak")).to_be_hidden()
