"""The pages for offices as anybody sees them: alone on their listener, in a real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from exporter.model import Inventory
from tests.support.browsing import PHONE, opened
from tests.support.exporters import running_exporter
from tests.support.free_ports import free_port
from tests.support.province import Province


def test_a_public_page_needs_one_request(browser: Browser, inventory: Inventory, province: Province) -> None:
    """It has its styles within, runs nothing, loads nothing, and fits a phone."""
    province.restore()
    port = free_port()
    words = ("--public-listen", f"127.0.0.1:{port}")
    with running_exporter(inventory, province.netns, *words) as running:
        running.until_states(all_="up")
        for path in ("/lokasi/kantor-0", "/opd/dinkes"):
            with opened(browser, PHONE) as visit:
                visit.page.goto(f"http://127.0.0.1:{port}{path}")
                assert visit.requested == [f"http://127.0.0.1:{port}{path}"]
                assert visit.complaints == []
                assert visit.page.locator("script").count() == 0
                wanted, there = visit.width()
                assert wanted <= there
                colour = visit.page.locator(".keadaan.s-up").first.evaluate("each => getComputedStyle(each).color")
                assert colour == "rgb(255, 255, 255)"  # the styles within the page are believed
        with opened(browser, PHONE) as visit:
            answer = visit.page.goto(f"http://127.0.0.1:{port}/metrics")
            assert answer is not None
            assert answer.status == 404
            assert visit.page.get_by_role("heading", name="Halaman ini tidak ada").count() == 1


@pytest.mark.parametrize("address", ["/lokasi/kantor-0", "/opd/dinkes"])
def test_a_page_for_an_office_can_be_printed(browser: Browser, origin: str, address: str) -> None:
    """On paper standings have a frame and no colour that eats ink."""
    with opened(browser) as visit:
        visit.page.goto(origin + address)
        visit.page.emulate_media(media="print")
        shown = visit.page.locator(".keadaan").first
        assert shown.evaluate("each => getComputedStyle(each).backgroundColor") == "rgba(0, 0, 0, 0)"
