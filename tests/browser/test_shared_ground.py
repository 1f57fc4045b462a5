"""What every page shares, as Chromium lays it out: colours, the skip link, focus."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from exporter.pages import rendering
from exporter.pages.standing import SHAPES, WORDS, Standing
from tests.support.browsing import Visit, contrast, opened

#: Every standing as pages show it, a link, and words that matter less, in the frame that all pages have.
_SPECIMEN = """{% extends "base.html" %}{% from "macros.html" import keadaan %}
{% block isi %}<h1>Contoh</h1>{% for each in Standing %}<p>{{ keadaan(each) }}</p>{% endfor %}
<p class="redup">Kata redup</p><p><a href="#isi">Tautan</a></p>
<table><thead><tr><th>Kepala</th></tr></thead><tbody><tr><td>isi</td></tr></tbody></table>{% endblock %}"""

#: WCAG 2.2, 1.4.3: text of ordinary size.
_LEAST_CONTRAST = 4.5


def specimen(visit: Visit) -> None:
    """Show the specimen."""
    template = rendering._environment().from_string(_SPECIMEN)
    visit.page.set_content(template.render(gaya="dinding.css", sebaris=True))


@pytest.mark.parametrize("theme", [None, "terang", "gelap"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_told_from_their_ground(browser: Browser, scheme: str, theme: str | None) -> None:
    """Every standing, link and minor word has enough contrast, in the system's theme and in the one chosen here."""
    with opened(browser, color_scheme=scheme) as visit:
        specimen(visit)
        if theme:
            visit.page.evaluate("theme => document.documentElement.dataset.tema = theme", theme)
        seen = contrast(visit.page, ".keadaan, .redup, main a, th, td, h1")
        assert len(seen) == len(Standing) + 5
        assert {name: ratio for name, ratio in seen.items() if ratio < _LEAST_CONTRAST} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chosen_theme_goes_before_the_systems(browser: Browser, scheme: str) -> None:
    """The ground is dark or light as chosen, whatever the system prefers."""
    grounds = {}
    with opened(browser, color_scheme=scheme) as visit:
        specimen(visit)
        for theme in ("terang", "gelap"):
            visit.page.evaluate("theme => document.documentElement.dataset.tema = theme", theme)
            grounds[theme] = visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert grounds == {"terang": "rgb(255, 255, 255)", "gelap": "rgb(14, 19, 23)"}


def test_a_standing_is_read_without_its_shape(browser: Browser) -> None:
    """A screen reader hears the word; the eye gets shape and word, and no two standings share either."""
    with opened(browser) as visit:
        specimen(visit)
        heard = visit.page.locator("main").aria_snapshot()
        shown = visit.page.locator(".keadaan").all_inner_texts()
    assert shown == [f"{SHAPES[each]} {WORDS[each]}" for each in Standing]
    assert all(f"paragraph: {WORDS[each]}" in heard for each in Standing)


def test_the_first_tab_leads_past_the_head(browser: Browser) -> None:
    """The skip link comes first, is seen once it has the focus, and puts the focus into the content."""
    with opened(browser) as visit:
        specimen(visit)
        skip = visit.page.locator(".lompat")
        before = skip.bounding_box()
        visit.page.keyboard.press("Tab")
        visit.page.wait_for_function("document.activeElement.classList.contains('lompat')")
        after = skip.bounding_box()
        assert before is not None
        assert after is not None
        assert before["y"] + before["height"] <= 0 <= after["y"]
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_function("document.activeElement.id === 'isi'")


def test_focus_is_seen(browser: Browser) -> None:
    """Who walks with the keyboard sees where they are: a line of three pixels around what has the focus."""
    with opened(browser) as visit:
        specimen(visit)
        visit.page.keyboard.press("Tab")
        visit.page.keyboard.press("Tab")
        style = visit.page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return [document.activeElement.innerText, s.outlineStyle, s.outlineWidth]; })()"
        )
    assert style == ["Tautan", "solid", "3px"]
