"""A wall behind somebody's proxy, which answers in place of an exporter that restarts."""

from __future__ import annotations

from playwright.sync_api import Browser, Route, expect

from tests.support.browsing import PATIENCE_MS, opened
from tests.support.web import serving

#: More than the wall waits before it asks again, milliseconds.
_NEXT_TURN_MS = 11_000

expect.set_options(timeout=PATIENCE_MS)


def test_a_proxy_that_answers_for_the_exporter_does_not_replace_the_wall(browser: Browser) -> None:
    """The wall stays, grey, for nobody stands before the screen to call it back; with the exporter it is there anew."""
    there = [True]

    def proxy(route: Route) -> None:
        if there[0]:
            route.continue_()
        else:
            route.fulfill(status=502, body="Bad Gateway")

    with serving() as server, opened(browser) as visit:
        page = visit.page
        page.clock.install()
        there[0] = False
        page.route("**/wall/events", proxy)
        page.goto(f"http://127.0.0.1:{server.port}/")
        page.route("**/", proxy)
        for _turn in range(2):
            expect(page.locator("#kontak")).to_contain_text("Kontak dengan pengukur terputus sejak")
            with page.expect_response(lambda answer: answer.status == 502 and answer.url.endswith("/")):
                page.clock.run_for(_NEXT_TURN_MS)
        assert page.locator("h1").inner_text() == "Pantau OPD"
        there[0] = True
        with page.expect_navigation():
            page.clock.run_for(_NEXT_TURN_MS)
        expect(page.locator("#kontak")).to_be_hidden()
        assert page.locator("h1").inner_text() == "Pantau OPD"
