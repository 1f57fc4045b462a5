"""The page of one link: the drawing, what is said of past outages, evidence, and the texts to copy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from ipaddress import ip_address
from typing import Any

import pytest

from exporter.beside import Cause
from exporter.diagnosis_view import DiagnosisView
from exporter.opinion import Answer, EchoDetail, EchoEnd, Opinion, TcpDetail, TcpEnd
from exporter.outcome import State
from exporter.pages.link import link_page
from exporter.pages.link_evidence import broken_at, path_rows
from exporter.pages.link_timeline import RTT_HEIGHT, timeline
from exporter.pages.outage_rows import gaps, outage_rows
from exporter.pages.ticket import TicketFacts, office_message, provider_ticket
from exporter.pages.unknown import UnknownIdError
from exporter.past import KEPT_MINUTES, Minutes, NoPast, Watched
from exporter.path import Break, Hop, Path, Where
from exporter.scope import Scope
from exporter.sources import Sources
from tests.support.inventories import many_links, planned_works
from tests.support.office_page import CHANGED_UNIX_NS, past_of, province_with
from tests.support.pasts import FakePast, make_minutes, make_outage
from tests.support.snapshots import TAKEN_UNIX_NS

THREE = many_links(3)
LINK = "link-0"
S = 10**9
MINUTE_S = 60
NOW_MINUTE_S = TAKEN_UNIX_NS // S // MINUTE_S * MINUTE_S

FACTS = TicketFacts(
    link="dinkes-1",
    name="Kantor *Dinas* _Kesehatan_",
    site="Kantor Dinas\nKesehatan",
    opd="Dinas Kesehatan",
    kabkota="Kota Bandung",
    provider="Penyedia A",
    contract="k-2026-017",
    address="198.18.0.10",
    since="23/11/2026 08.13 WIB",
    length="1 jam 1 menit",
    scope="",
    lost="600 dari 600 ping dalam 10 menit terakhir tidak dijawab",
    cause="",
    evidence=(),
    taken="23/11/2026 09.14 WIB",
)


def text(html: str) -> str:
    """What a reader sees."""
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    return re.sub(r" ([,.)])", r"\1", words).replace("( ", "(")


def page(states: dict[str, State] | None = None, past: FakePast | None = None, **changes: object) -> str:
    """The page of the first link as HTML."""
    view = changes.pop("view", DiagnosisView())
    assert isinstance(view, DiagnosisView)
    snapshot = province_with(THREE, states, **changes)  # type: ignore[arg-type]
    return link_page(Sources(lambda: snapshot, past or past_of(THREE), lambda _: view), LINK)


def day(states: Sequence[State | None], ends_s: int = NOW_MINUTE_S) -> Minutes:
    """Minutes of which the last begins at ``ends_s``."""
    return make_minutes(states, first_unix_s=ends_s - (len(states) - 1) * MINUTE_S)


def test_the_band_ends_now_and_leaves_unwatched_time_open() -> None:
    """Minutes lie where the clock puts them; nothing is made up before them."""
    drawn = timeline(day([State.UP] * 30 + [None] * 10 + [State.DOWN] * 20), TAKEN_UNIX_NS)
    assert [(span.kind, span.x, span.width) for span in drawn.band] == [
        ("tidak-dipantau", 0, KEPT_MINUTES - 60),
        ("up", KEPT_MINUTES - 60, 30),
        ("tidak-dipantau", KEPT_MINUTES - 30, 10),
        ("down", KEPT_MINUTES - 20, 20),
    ]


def test_minutes_that_end_before_now_stay_where_they_were() -> None:
    """An exporter that stood still for five minutes."""
    drawn = timeline(day([State.UP] * 3, NOW_MINUTE_S - 5 * MINUTE_S), TAKEN_UNIX_NS)
    assert [(span.kind, span.x, span.width) for span in drawn.band][1:] == [
        ("up", KEPT_MINUTES - 8, 3),
        ("tidak-dipantau", KEPT_MINUTES - 5, 5),
    ]


def test_round_trips_are_drawn_only_where_something_answered() -> None:
    """A gap ends the line; it never falls to nought."""
    drawn = timeline(day([State.UP] * 3 + [State.DOWN] * 2 + [State.UP]), TAKEN_UNIX_NS)
    assert [line.count(" ") + 1 for line in drawn.rtt] == [3, 2]
    assert drawn.rtt_top_ms == 20
    heights = {float(point.split(",")[1]) for line in drawn.rtt for point in line.split()}
    assert heights == {0.0}
    slower = day([State.UP] * 2)
    slower.rtt_sum_us[:] = 60 * 10_000
    assert timeline(replace(slower), TAKEN_UNIX_NS).rtt_top_ms == 10
    assert RTT_HEIGHT > 0


def test_losses_are_drawn_by_their_share() -> None:
    """All lost is the whole height; what nobody sent is no loss."""
    minutes = day([State.DOWN, State.UP, State.UNKNOWN])
    minutes.lost[1] = 60
    drawn = timeline(minutes, TAKEN_UNIX_NS)
    assert drawn.losses == ((KEPT_MINUTES - 3, 40), (KEPT_MINUTES - 2, 20))


def test_the_table_of_hours_carries_its_coverage() -> None:
    """Half an hour down, half unknown: nothing is said of the unknown half."""
    states: Sequence[State | None] = [State.DOWN] * 30 + [State.UNKNOWN] * 30
    hour_s = NOW_MINUTE_S // 3600 * 3600 - 3600
    found = timeline(make_minutes(states, first_unix_s=hour_s), TAKEN_UNIX_NS).hours
    (hour,) = [each for each in found if each.coverage != "0,00%"]
    assert (hour.begin, hour.up, hour.loss, hour.rtt, hour.coverage) == ("08.00", "0,00%", "100,00%", "-", "50,00%")


def test_a_link_that_nobody_watched_yet() -> None:
    """It is said, and no table of noughts is shown."""
    drawn = timeline(NoPast().minutes(LINK), TAKEN_UNIX_NS)
    assert (drawn.empty, drawn.hours, drawn.rtt, drawn.losses) == (True, (), (), ())
    past = past_of(THREE)
    past.of_minutes = {LINK: NoPast().minutes(LINK)}
    assert "24 jam terakhir Belum ada yang terukur." in text(page({}, past))


def test_what_is_said_of_past_outages() -> None:
    """Seen and unseen beginnings and ends, causes that may change."""
    rows = outage_rows(
        [
            make_outage(LINK, TAKEN_UNIX_NS - 300 * S, None, end_seen=True, pending=True),
            make_outage(LINK, TAKEN_UNIX_NS - 86_400 * S, None),
            make_outage(
                LINK,
                TAKEN_UNIX_NS - 9_000 * S,
                TAKEN_UNIX_NS - 1_800 * S,
                start_seen=False,
                scope=Scope.PROVIDER,
                cause=Cause.PROVIDER,
            ),
        ],
        TAKEN_UNIX_NS,
    )
    assert [(row.begin, row.end, row.length, row.scope, row.cause) for row in rows] == [
        ("23/11/2026 09.09", "masih berlangsung", "5 menit", "Tautan", "sedang diperiksa"),
        ("sebelum 23/11/2026 06.44", "23/11/2026 08.44", "sedikitnya 2 jam", "Penyedia", "penyedia"),
        ("22/11/2026 09.14", "tidak terlihat", "tidak diketahui", "Tautan", "tidak diketahui"),
    ]


def test_times_without_the_exporter() -> None:
    """A restart of some seconds takes no line, and what is over is not told."""
    spans = [Watched(0, 100 * S), Watched(130 * S, 200 * S), Watched(300 * S, 400 * S)]
    assert len(gaps(spans, 0)) == 1
    assert gaps(spans, 300 * S) == []


def test_where_a_path_ends() -> None:
    """In whose hands, at which router."""
    last = Hop(3, ip_address("198.19.0.3"), 0.0045)
    found = broken_at(Break(last, 5, Where.PROVIDER))
    assert found == (
        "Jalur terputus di dalam jaringan penyedia: router terakhir yang menjawab adalah 198.19.0.3, "
        "lompatan ke-3 dari biasanya 5."
    )
    assert broken_at(Break(None, None, Where.OURS)) == (
        "Jalur terputus pada jaringan kita sendiri: tidak satu pun router menjawab."
    )
    assert broken_at(None) == ""
    rows = path_rows(
        DiagnosisView(
            path=Path(1, (last,), whole=False), good_path=Path(1, (last, replace(last, number=4)), whole=True)
        )
    )
    assert [(row.number, row.now, row.usual) for row in rows][2:] == [
        (3, "198.19.0.3 (4,5 ms)", "198.19.0.3 (4,5 ms)"),
        (4, "-", "198.19.0.3 (4,5 ms)"),
    ]


def test_a_ticket_says_everything_that_a_provider_asks() -> None:
    """Line, contract, address, place, since when, what was measured."""
    found = provider_ticket(replace(FACTS, scope="penyedia", cause="saluran", evidence=("Router menjawab.",)))
    for part in (
        "Kepada Penyedia A",
        "tautan dinkes-1, kontrak k-2026-017",
        "Alamat IP: 198.18.0.10",
        "Lokasi: Kantor Dinas Kesehatan, Dinas Kesehatan, Kota Bandung",
        "Tidak menjawab sejak: 23/11/2026 08.13 WIB (1 jam 1 menit)",
        "Cakupan: penyedia",
        "Hasil ukur: 600 dari 600 ping",
        "Dugaan sebab: saluran",
        "Bukti: Router menjawab.",
    ):
        assert part in found


def test_a_message_for_the_office_is_plain_and_names_nothing_internal() -> None:
    """No bold, no second line from a name, no address, no contract, no provider."""
    found = office_message(FACTS)
    assert found.splitlines()[0] == "Yth. petugas Kantor Dinas Kesehatan."
    assert "Internet kantor (Kantor Dinas Kesehatan) tidak menjawab sejak 23/11/2026 08.13 WIB" in found
    for internal in ("198.18.0.10", "k-2026-017", "Penyedia A", "*", "_"):
        assert internal not in found
    assert "Mohon dipastikan listrik" in found
    assert "tidak perlu diubah" in office_message(replace(FACTS, scope="wilayah"))


@pytest.mark.parametrize("states", [{}, {LINK: State.UNKNOWN}, {LINK: State.DEGRADED}])
def test_no_text_claims_an_outage_that_is_not_known(states: dict[str, State]) -> None:
    """Only a link that is down has texts to copy."""
    html = page(states)
    assert "Teks siap salin" not in html
    assert "textarea" not in html


def test_the_texts_of_a_link_that_is_down() -> None:
    """They begin when the remembered outage began, which may be before the exporter's own start."""
    past = past_of(
        THREE, {LINK: [make_outage(LINK, CHANGED_UNIX_NS - 3_600 * S, None, end_seen=True, cause=Cause.LINE)]}
    )
    past.of_minutes = {**past.of_minutes, LINK: day([State.DOWN] * 20)}
    found = text(page({LINK: State.DOWN}, past, scopes={LINK: Scope.LINK}))
    assert "Tidak menjawab sejak: 23/11/2026 07.13 WIB (2 jam 1 menit)" in found
    assert "Hasil ukur: 600 dari 600 ping dalam 10 menit terakhir tidak dijawab" in found
    assert "Dugaan sebab: saluran" in found


def test_a_beginning_that_nobody_saw_is_not_stated() -> None:
    """To a provider, too, it is said to be earlier."""
    past = past_of(THREE, {LINK: [make_outage(LINK, CHANGED_UNIX_NS, None, end_seen=True, start_seen=False)]})
    found = text(page({LINK: State.DOWN}, past))
    assert "Tidak menjawab sejak: sebelum 23/11/2026 08.13 WIB (sedikitnya 1 jam 1 menit)" in found


def test_a_second_opinion_of_another_outage_is_no_evidence() -> None:
    """The page shows when it was asked; the ticket leaves it out."""
    silent = (EchoDetail(EchoEnd.SILENT), TcpDetail(TcpEnd.SILENT, 443, None))
    for asked, count in ((CHANGED_UNIX_NS - 1, 1), (CHANGED_UNIX_NS + 1, 2)):
        view = DiagnosisView(opinion=Opinion(asked, 5, Answer.NONE, *silent))
        assert text(page({LINK: State.DOWN}, view=view)).count("Pendapat kedua") == count


@pytest.mark.parametrize(
    ("scope", "where", "asked"),
    [(Scope.CORE, None, False), (Scope.LINK, Where.OURS, False), (Scope.LINK, Where.PROVIDER, True)],
)
def test_no_provider_is_asked_about_a_fault_of_ours(scope: Scope, where: Where | None, asked: bool) -> None:
    """The office is told all the same."""
    view = DiagnosisView(path_break=None if where is None else Break(None, 5, where))
    found = text(page({LINK: State.DOWN}, scopes={LINK: scope}, view=view))
    assert ("Dengan hormat, kami melaporkan" in found) is asked
    assert ("tidak ada yang perlu dilaporkan kepada penyedia" in found) is not asked
    assert "Yth. petugas" in found


def test_the_loss_is_told_of_as_many_minutes_as_there_are() -> None:
    """Two minutes after the start it says two."""
    past = past_of(THREE)
    past.of_minutes = {LINK: day([State.DOWN] * 2)}
    assert "120 dari 120 ping dalam 2 menit terakhir" in text(page({LINK: State.DOWN}, past))


def test_a_link_that_a_reload_has_just_brought() -> None:
    """It has a page, and no day yet."""
    assert "Belum ada yang terukur" in text(page({}, FakePast()))


def test_a_page_has_every_side_of_a_link() -> None:
    """State, place, provider, contract without its fee, evidence, what it hangs on."""
    opinion = Opinion(TAKEN_UNIX_NS, 5, Answer.NONE, EchoDetail(EchoEnd.SILENT), TcpDetail(TcpEnd.SILENT, 443, None))
    html = page({LINK: State.DOWN}, scopes={LINK: Scope.LINK}, view=DiagnosisView(opinion=opinion))
    found = text(html)
    link, contract = THREE.links[LINK], THREE.contracts[THREE.links[LINK].contract]
    for part in (
        "✕ Putus sejak 23/11/2026 08.13 WIB (1 jam 1 menit) · cakupan: Tautan",
        str(link.address),
        THREE.provider_of(link).name,
        contract.id,
        "Pendapat kedua (23/11/2026 09.14.00 WIB): tidak ada jawaban.",
    ):
        assert part in found
    assert str(contract.fee_rupiah_per_month) not in html
    assert "Tautan lain di lokasi ini tidak ada" in found


def test_names_with_markup_stay_text() -> None:
    """Also within the texts to copy."""
    evil = "</textarea><script>alert(1)</script>"
    inventory = replace(THREE, links={key: replace(each, name=evil) for key, each in THREE.links.items()})
    snapshot = province_with(inventory, {LINK: State.DOWN})
    html = link_page(Sources(lambda: snapshot, past_of(inventory), lambda _: DiagnosisView()), LINK)
    assert "<script>alert" not in html
    assert html.count("&lt;/textarea&gt;") >= 3


def test_a_link_that_there_is_none_of() -> None:
    """It is an error, which the route makes a page of."""
    snapshot = province_with(THREE)
    with pytest.raises(UnknownIdError):
        link_page(Sources(lambda: snapshot, past_of(THREE), lambda _: DiagnosisView()), "tidak-ada")


def test_an_outage_goes_on_over_a_restart() -> None:
    """The first line says since when the line is out, as the table and the text for the provider do."""
    start = CHANGED_UNIX_NS - 86_400 * S
    past = past_of(THREE, {LINK: [make_outage(LINK, start, None, end_seen=True, start_seen=False)]})
    snapshot = province_with(THREE, {LINK: State.DOWN})
    found = text(link_page(Sources(lambda: snapshot, past, lambda _: DiagnosisView()), LINK))
    assert "✕ Putus sejak sebelum 22/11/2026 08.13 WIB (sedikitnya 1 hari 1 jam)" in found


@pytest.mark.parametrize(("before_s", "word"), [(10, "sejak sebelum"), (90, "sejak")])
def test_a_state_that_the_exporter_found_did_not_begin_then(before_s: int, word: str) -> None:
    """A link that is well after a restart was well before."""
    past = past_of(THREE)
    past.spans = (Watched(CHANGED_UNIX_NS - before_s * S, TAKEN_UNIX_NS),)
    found = text(link_page(Sources(lambda: province_with(THREE), past, lambda _: DiagnosisView()), LINK))
    assert f"● Normal {word} 23/11/2026 08.13 WIB" in found


def test_a_prober_that_sees_nothing_says_why_instead_of_since_when() -> None:
    """Neither up nor down since some moment, and no text that tells anybody of an outage."""
    reasons: dict[str, dict[str, Any]] = {
        "pengukuran terhenti": {"still_s": 11},
        "pengukur tidak terhubung": {"uplink_up": False},
    }
    for why, seen in reasons.items():
        found = text(page({LINK: State.DOWN}, **seen))
        assert f"? Tanpa data {why} Tautan" in found
        assert "Teks siap salin" not in found


def test_an_outage_that_began_in_planned_work_says_so() -> None:
    """With the work's reason."""
    outages = [make_outage(LINK, 5 * S, 9 * S)]
    rows = outage_rows(outages, TAKEN_UNIX_NS, planned=lambda at: "Uji" if at == 5 * S else "")
    assert [row.cause for row in rows] == ["pekerjaan terencana (Uji)"]
    inventory = replace(THREE, maintenance=planned_works([LINK]))
    past = past_of(inventory, {LINK: [make_outage(LINK, TAKEN_UNIX_NS - 60 * S, TAKEN_UNIX_NS - 30 * S)]})
    seen = province_with(inventory)
    assert "pekerjaan terencana (Penggantian)" in text(
        link_page(Sources(lambda: seen, past, lambda _: DiagnosisView()), LINK)
    )
