"""Months of known outages in a real Prometheus: what is read, and what it comes to, is the expected answer exactly.

Each month lies in blocks that ``tests/support/known_month.py`` writes, with gaps, new starts of the exporter, planned
work, an office that is added, and outages over midnight at both ends. The expected answer is reckoned from the story by
code of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from exporter.evidence.accounting import account_for
from exporter.evidence.accounts import LinkAccount, Report
from exporter.evidence.ledger_model import Ledger
from exporter.evidence.measured import GapReason, MeasuredLink, MeasuredMonth
from exporter.evidence.period import Month
from exporter.evidence.prometheus import Prometheus
from exporter.evidence.reading import read_month
from exporter.evidence.selection import Selection
from tests.support.kept_prometheus import kept_prometheus
from tests.support.known_answer import Known, known_gaps, known_links
from tests.support.known_bill import Bill, SiteSum, bill_of, sites_of
from tests.support.known_counts import counts_of
from tests.support.known_month import KnownMonth, known_month
from tests.support.known_page import CONFESSED, INSTANCE, JOB, VERSIONS, write_story

#: Months are written and read before the first test: minutes, where the machine has other work.
pytestmark = pytest.mark.timeout(600)

_STEP_MS = 15_000

#: Of 28, 30 and 31 days; ``make bench`` reads the month of a whole province.
_MONTHS = {"2026-02": 100, "2026-11": 100, "2026-10": 200}


@dataclass(frozen=True, slots=True)
class _Read:
    """A month that was read, and what it should be."""

    known: KnownMonth
    measured: MeasuredMonth
    report: Report
    answer: dict[tuple[str, str], Known]

    def of(self, case: str) -> MeasuredLink:
        """The link that plays a case, under the contract that it had first."""
        link = self.known.cast[case]
        return next(each for each in self.measured.links if each.identity.link == link)

    def account(self, case: str) -> LinkAccount:
        """The same, accounted for."""
        link = self.known.cast[case]
        return next(each for each in self.report.links if each.identity.link == link)


@pytest.fixture(scope="module", params=_MONTHS)
def month(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> _Read:
    """The month in a Prometheus, read and accounted for."""
    folder: Path = tmp_path_factory.mktemp("known")
    known = known_month(Month.parse(request.param), links=_MONTHS[request.param], step_ms=_STEP_MS)
    write_story(folder / "data", known.story, known.at_first, known.digests)
    with kept_prometheus(folder) as kept:
        client = Prometheus(kept.url)
        measured = read_month(
            client, known.month, job=JOB, instance="", now_ms=known.story.last_ms, progress=lambda _: None
        )
        client.close()
    report = account_for(
        measured,
        known.month,
        known.inventory,
        Ledger(),
        before=None,
        before_reason="bulan pertama",
        selection=Selection(),
        number="",
        dated=date(2026, 12, 1),
        allowed_gaps=False,
    )
    contracts = {link.id: link.contract for link in known.at_first.links.values()}
    answer = known_links(known.story, contracts, measured.read_until_ms)
    return _Read(known, measured, report, {(each.link, each.contract): each for each in answer})


def _as_known(link: MeasuredLink) -> tuple[object, ...]:
    spans = tuple((each.start_ms, each.end_ms, each.standing.value) for each in link.segments)
    outages = tuple(
        (each.start_ms, each.end_ms, each.down_ms, each.cause.value, each.start_seen, each.end_seen)
        for each in link.outages
    )
    return link.from_ms, link.until_ms, spans, outages, link.degraded_ms


def _plain(known: Known) -> tuple[object, ...]:
    spans = tuple((each.start_ms, each.end_ms, each.standing) for each in known.spans)
    outages = tuple(
        (each.start_ms, each.end_ms, each.down_ms, each.cause, each.start_seen, each.end_seen) for each in known.outages
    )
    return known.from_ms, known.until_ms, spans, outages, known.degraded_ms


def test_every_link_stood_as_it_is_known_to_the_millisecond(month: _Read) -> None:
    """Spans, outages with their true ends, lengths and causes, time degraded: of every link and contract."""
    read = {(each.identity.link, each.identity.contract): _as_known(each) for each in month.measured.links}
    assert read == {key: _plain(each) for key, each in month.answer.items()}
    assert len(read) == len(month.known.story.links) + 1  # one link moved to another contract


def test_echoes_are_those_that_the_page_counted(month: _Read) -> None:
    """Over gaps counters go on, at a new start they begin at nought, and by bound they make the replies."""
    answered = month.known.story.answered_ms
    for each in month.measured.links:
        echoes = each.echoes
        known = month.answer[each.identity.link, each.identity.contract]
        read = (echoes.replies, echoes.lost, echoes.unmeasured, echoes.rtt_buckets)
        assert read == counts_of(month.known.story, known, answered), each.identity.link
        assert sum(echoes.rtt_buckets) == echoes.replies


def test_gaps_and_new_starts_are_those_of_the_story(month: _Read) -> None:
    """Prometheus slept for an hour, nobody answered for ten minutes, and once the exporter began anew unnoticed."""
    gaps = known_gaps(month.known.story)
    assert [(each.start_ms, each.end_ms) for each in month.measured.gaps] == gaps
    reasons = [GapReason.RESTARTED, GapReason.NO_SAMPLES, GapReason.SCRAPE_FAILED]
    assert [each.reason for each in month.measured.gaps] == reasons
    assert month.measured.restarts_ms == tuple(life.start_ms for life in month.known.story.lives[1:])
    assert [each.split()[0] for each in month.measured.shortcomings] == ["Pemantau", "Celah", "Pengambilan"]


def test_the_source_says_who_measured(month: _Read) -> None:
    """Program, instance, versions and inventories in their order, and what the exporter confessed within the month."""
    source = month.measured.source
    assert source.program.startswith("Prometheus ")
    assert (source.job, source.instance) == (JOB, INSTANCE)
    assert source.exporter_versions == tuple(dict.fromkeys(VERSIONS))
    assert source.inventory_digests == tuple(digest for _, digest in month.known.digests)
    told = {name: sum(counts[1:]) for name, counts in CONFESSED.items()}
    assert {name: source.confessed[name] for name in told} == told


def test_announced_work_is_known_to_five_minutes(month: _Read) -> None:
    """Two links were under work that the exporter announced; the work that came afterwards is not among it."""
    cast, scripts = month.known.cast, month.known.story.links
    told = {cast["in work"], cast["partly in work"]}
    assert {each.link for each in month.measured.announced} == told
    for each in month.measured.announced:
        ((start_ms, end_ms),) = scripts[each.link].announced
        assert abs(each.start_ms - start_ms) <= 300_000
        assert abs(each.end_ms - end_ms) <= 300_000


def test_every_contract_comes_to_what_it_does_on_paper(month: _Read) -> None:
    """Up, down, excluded, unmeasured, tolerated and rupiah of every link under a contract that promises something."""
    accounts = {(each.identity.link, each.identity.contract): each for each in month.report.links}
    assert accounts.keys() == month.answer.keys()
    for key, account in accounts.items():
        bill = bill_of(month.answer[key], month.known.inventory, month.known.story.month)
        assert _billed(account) == bill, key
        around = account.around
        spent = tuple(month.answer[key].spent(how) for how in ("up", "down", "unmeasured"))
        assert (around.up_ms, around.down_ms, around.unmeasured_ms) == spent
    owed = sum(each.credit.rupiah for each in accounts.values() if each.credit is not None)
    assert month.report.totals.credit_rupiah == owed > 0


def _billed(account: LinkAccount) -> Bill | None:
    by = account.contractual
    if by is None or account.credit is None:
        assert by is None
        assert account.credit is None
        return None
    return Bill(by.up_ms, by.down_ms, by.excluded_ms, by.unmeasured_ms, by.tolerated_ms, account.credit.rupiah)


def test_a_site_is_down_only_while_all_its_links_are(month: _Read) -> None:
    """Every site, the one whose primary and backup lines were both out for an hour among them."""
    site_of = {link.id: link.site for link in month.known.at_first.links.values()}
    sums = sites_of(month.answer.values(), site_of)
    read = {
        each.site: SiteSum(each.around.up_ms, each.around.down_ms, each.around.unmeasured_ms)
        for each in month.report.sites
    }
    assert read == sums
    assert read[site_of[month.known.cast["primary"]]].down_ms == 3_600_000


def test_a_tolerance_ends_with_its_millisecond(month: _Read) -> None:
    """299,999 s and 300,000 s are tolerated and up; 300,001 s counts from its first millisecond."""
    below, at, above = (month.account(f"{case} tolerance").contractual for case in ("below", "at", "above"))
    assert below is not None
    assert at is not None
    assert above is not None
    assert (below.tolerated_ms, below.down_ms) == (299_999, 0)
    assert (at.tolerated_ms, at.down_ms) == (300_000, 0)
    assert (above.tolerated_ms, above.down_ms) == (0, 300_001)


def test_an_outage_over_midnight_is_judged_whole_and_counted_in_parts(month: _Read) -> None:
    """At both ends of the month: the other month's part makes it too long to be tolerated, and is not counted here."""
    for case, part in (("over the start", 100_009), ("over the end", 60_013)):
        account = month.account(f"{case}, counted").contractual
        assert account is not None
        assert (account.down_ms, account.tolerated_ms) == (part, 0)
    for case, part in (("over the start", 100_009), ("over the end", 100_013)):
        account = month.account(f"{case}, tolerated").contractual
        assert account is not None
        assert (account.down_ms, account.tolerated_ms) == (0, part)


def test_ten_hours_cost_what_the_notes_work_out(month: _Read) -> None:
    """Rp950.500 for 10 of 720 hours at 99,5 % are Rp13.268; in other months as many less or more."""
    credit = month.account("ten hours").credit
    assert credit is not None
    assert credit.rupiah == {"2026-02": 14_215, "2026-11": 13_268, "2026-10": 12_840}[str(month.known.month)]


def test_an_outage_within_one_scrape_interval_is_not_missed(month: _Read) -> None:
    """4,5 s, of which no scrape saw anything but its traces."""
    (outage,) = month.of("within a scrape").outages
    assert outage.down_ms == 4_500
    scrapes = month.known.story.scrapes_ms
    assert outage.end_ms is not None
    assert not any(outage.start_ms + 4_000 <= at < outage.end_ms + 2_000 for at in scrapes)


def test_what_only_counters_tell_is_not_measured(month: _Read) -> None:
    """Two outages while Prometheus slept: that there was one is known, when it was is not."""
    link, story = month.of("twice within the gap"), month.known.story
    assert link.outages == ()
    before = max(at for at in story.scrapes_ms if at < story.asleep[0])
    back = story.links[link.identity.link].falls[-1].end_ms
    assert any(
        (each.start_ms, each.end_ms, each.standing.value) == (before, back, "unmeasured") for each in link.segments
    )
