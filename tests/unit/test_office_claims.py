"""The pages for offices claim nothing that nobody saw."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exporter.beside import Cause
from exporter.model import Inventory
from exporter.outcome import State
from exporter.pages.office_page import opd_page, site_page
from exporter.past import Watched
from exporter.scope import GroupName, Scope
from tests.support.office_page import CHANGED_UNIX_NS, past_of, province_with
from tests.support.pasts import make_outage
from tests.support.snapshots import TAKEN_UNIX_NS
from tests.unit.test_office_pages import LINK, SITE, THREE, S, explained, lasting, page, text


def test_only_the_same_outage_is_counted() -> None:
    """Two areas that fail, or one provider in two areas, are two outages, and neither takes the other's offices."""
    kabkota = [THREE.sites[THREE.links[link].site].kabkota for link in THREE.links]
    assert kabkota[0] == kabkota[2] != kabkota[1]
    provider = THREE.provider_of(THREE.links[LINK]).id
    everywhere = of_one_provider(provider)
    states, scopes = dict.fromkeys(THREE.links, State.DOWN), dict.fromkeys(THREE.links, Scope.PROVIDER)
    groups = [GroupName(Scope.PROVIDER, provider, each) for each in kabkota[:2]]
    snapshot = replace(explained(states, scopes, *groups), inventory=everywhere)
    assert "1 kantor lain juga terdampak" in text(site_page(snapshot, lasting(), SITE, public=True))
    snapshot = replace(explained(states, scopes, GroupName(Scope.PROVIDER, provider)), inventory=everywhere)
    assert "2 kantor lain juga terdampak" in text(site_page(snapshot, lasting(), SITE, public=True))


def of_one_provider(provider: str) -> Inventory:
    """The three, all bought from one provider."""
    contracts = {key: replace(each, provider=provider) for key, each in THREE.contracts.items()}
    return replace(THREE, contracts=contracts)


def test_an_agency_is_not_told_well_while_the_prober_is_cut_off() -> None:
    """The counts and every title agree with the sentence: nobody knows."""
    snapshot = province_with(THREE, {"link-1": State.DOWN}, uplink_up=False)
    opd = text(opd_page(snapshot, past_of(THREE), THREE.sites[SITE].opd, public=True))
    assert "? Tanpa data 3 kantor" in opd
    assert "Normal" not in opd
    assert "Putus" not in opd
    down = site_page(snapshot, past_of(THREE), THREE.links["link-1"].site, public=True)
    assert ": Tanpa data</title>" in down
    cause = text(
        site_page(
            province_with(THREE, {LINK: State.DOWN}, uplink_up=False), lasting(cause=Cause.POWER), SITE, public=True
        )
    )
    assert "Kemungkinan sebab: listrik" not in cause


@pytest.mark.parametrize(
    ("from_s", "word"), [(CHANGED_UNIX_NS // S - 10, "Sejak sebelum"), (CHANGED_UNIX_NS // S - 90, "Sejak")]
)
def test_a_state_that_the_exporter_found_did_not_begin_then(from_s: int, word: str) -> None:
    """After a restart an office stands as it did before."""
    past = past_of(THREE)
    past.spans = (Watched(from_s * S, TAKEN_UNIX_NS),)
    assert f"mutunya menurun. {word} 23/11/2026 08.13 WIB (" in page({LINK: State.DEGRADED}, past)


def test_what_is_not_recorded_is_said() -> None:
    """No outage on record means little where nobody looked, or where an end was not seen."""
    past = past_of(THREE, {LINK: [make_outage(LINK, TAKEN_UNIX_NS - 9_000 * S, None, end_seen=False)]})
    opd = THREE.sites[SITE].opd
    past.spans = (
        Watched(TAKEN_UNIX_NS - 7_200 * S, TAKEN_UNIX_NS - 3_600 * S),
        Watched(TAKEN_UNIX_NS - S, TAKEN_UNIX_NS),
    )
    for found in (page(past=past), text(opd_page(province_with(THREE), past, opd, public=True))):
        assert "Catatan pemantau dimulai 23/11/2026 07.14 WIB; gangguan sebelum itu tidak tercatat di sini." in found
        assert "Pemantau tidak berjalan: 23/11/2026 08.14 sampai 23/11/2026 09.13 WIB." in found
    assert "1 gangguan lain berakhir tanpa terlihat" in text(opd_page(province_with(THREE), past, opd, public=True))
    past.spans = (Watched(TAKEN_UNIX_NS - 31 * 86_400 * S, TAKEN_UNIX_NS),)
    assert "Catatan pemantau" not in page(past=past)


@pytest.mark.parametrize(
    ("start_seen", "end_s", "words"),
    [(False, 3_600, "seluruhnya sedikitnya 1 jam."), (True, -60, "seluruhnya 0 detik.")],
)
def test_an_agency_counts_only_what_was_seen(start_seen: bool, end_s: int, words: str) -> None:
    """At least so long where a beginning was not seen; a clock that stepped back takes nothing away."""
    start = TAKEN_UNIX_NS - 7_200 * S
    past = past_of(THREE, {LINK: [make_outage(LINK, start, start + end_s * S, start_seen=start_seen)]})
    assert words in text(opd_page(province_with(THREE), past, THREE.sites[SITE].opd, public=True))
