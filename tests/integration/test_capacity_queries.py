"""What the board of capacity and waste finds over a province of a few lines, as promtool evaluates its queries."""

from __future__ import annotations

from grafana.boards import capacity
from tests.support.promql import Answers, asked

_SCRAPED = 'job="pantau", instance="p"'


def _link(link: str, contract: str, role: str, phase: str) -> str:
    site, provider = link[0], "penyedia-a"
    return (
        f'link="{link}", name="{link.upper()}", site="{site}", opd="dinas", kabkota="32.73", provider="{provider}", '
        f'contract="{contract}", role="{role}", phase="{phase}"'
    )


#: Site a pays twice, b has a second line that costs nothing, c has only its own line.
_LINKS = {
    "a-1": _link("a-1", "k-lama", "primary", "legacy"),
    "a-2": _link("a-2", "k-pusat", "backup", "central"),
    "b-1": _link("b-1", "k-pusat", "primary", "central"),
    "b-2": _link("b-2", "k-gratis", "backup", "legacy"),
    "c-1": _link("c-1", "k-bb", "primary", "legacy"),
}

#: Kind, Mbps, rupiah a month.
_CONTRACTS = {
    "k-lama": ("dedicated", 20, 6_000_000),
    "k-pusat": ("dedicated", 100, 10_000_000),
    "k-gratis": ("dedicated", 30, 0),
    "k-bb": ("broadband", 50, 1_000_000),
}


def _province() -> dict[str, str]:
    """Two exporters measure the same lines: no fee may be counted twice."""
    series = {}
    for instance in ("p", "q"):
        on = f'job="pantau", instance="{instance}"'
        for labels in _LINKS.values():
            series[f"link:opd_link_info:held{{{on}, {labels}}}"] = "1x10"
        for contract, (kind, mbps, fee) in _CONTRACTS.items():
            about = f'{on}, contract="{contract}"'
            info = f'{about}, provider="penyedia-a", kind="{kind}", window="24x7"'
            series[f"opd_contract_info{{{info}}}"] = "1x10"
            series[f"opd_contract_bandwidth_bits_per_second{{{about}}}"] = f"{mbps}000000x10"
            series[f"opd_contract_fee_rupiah{{{about}}}"] = f"{fee}x10"
        series[f'opd:opd_opd_info:held{{{on}, opd="dinas", name="Dinas"}}'] = "1x10"
        series[f'provider:opd_provider_info:held{{{on}, provider="penyedia-a", name="Penyedia A"}}'] = "1x10"
        for site in "abc":
            about = f'{on}, site="{site}", name="Kantor {site.upper()}", opd="dinas", kabkota="32.73"'
            series[f'site:opd_site_info:held{{{about}, kabkota_name="Kota Bandung", lat="-6", lon="107"}}'] = "1x10"
    return series


def _measured(link: str, *, code: int, coverage: float, availability: float | None) -> dict[str, str]:
    labels = f"{_SCRAPED}, {_LINKS[link]}"
    series = {
        f"link:opd_link_state:code{{{labels}}}": f"{code}x10",
        f"link:opd_link_coverage:ratio30d{{{labels}}}": f"{coverage}x10",
    }
    if availability is not None:
        series[f"link:opd_link_availability:ratio30d{{{labels}}}"] = f"{availability}x10"
    return series


def _traffic(link: str, gigabytes: float, hours: int) -> dict[str, str]:
    labels = f"{_SCRAPED}, {_LINKS[link]}"
    return {
        f"link:opd_link_traffic:bytes30d{{{labels}}}": f"{gigabytes * 1e9:.0f}x10",
        f"link:opd_link_traffic:hours30d{{{labels}}}": f"{hours}x10",
    }


#: b-1 is silent, c-1 was never seen, a-2 has begun to answer just now.
_MONTH = {
    **_measured("a-1", code=0, coverage=1, availability=0.99),
    **_measured("a-2", code=0, coverage=1, availability=0),
    **_measured("b-1", code=4, coverage=0.9, availability=0),
    **_measured("b-2", code=0, coverage=1, availability=1),
    **_measured("c-1", code=2, coverage=0, availability=None),
}


def _capacity(title: str, query: str = "A", **variables: str) -> str:
    return asked(capacity.board(), title, query, **variables)


def test_fees_are_those_of_links_and_counted_once(answers: Answers) -> None:
    """Two links under one contract cost twice its fee, and a second exporter makes them no dearer."""
    answers(
        _province(),
        (_capacity("Yang dibeli"), {"{}": 5}),
        (_capacity("Yang dibeli", "B"), {"{}": 300e6}),
        (_capacity("Yang dibeli", "C"), {"{}": 27_000_000}),
        (_capacity("Yang dibeli", "C", provider="penyedia-x"), {}),
        (_capacity("Menurut fase", "C"), {'{phase="legacy"}': 7_000_000, '{phase="central"}': 20_000_000}),
        (_capacity("Menurut OPD", "D"), {'{opd="dinas", opd_name="Dinas"}': 1}),
    )


def test_a_price_is_held_against_the_median_of_its_kind(answers: Answers) -> None:
    """300,000 rupiah per Mbps where half of the dedicated contracts ask 100,000 or less."""
    about = 'contract="{}", kind="{}", provider="penyedia-a", provider_name="Penyedia A"'
    contracts = {each: "{" + about.format(each, kind) + "}" for each, (kind, _, _) in _CONTRACTS.items()}
    answers(
        _province(),
        (
            _capacity("Biaya per Mbps menurut kontrak", "E"),
            dict(zip(contracts.values(), (2, 0, -1, 0), strict=True)),
        ),
        (_capacity("Biaya per Mbps menurut kontrak", "A"), dict(zip(contracts.values(), (1, 2, 1, 1), strict=True))),
    )


def test_who_pays_twice_is_named_with_both_contracts(answers: Answers) -> None:
    """A line without a fee, and a site without a central line, pay nothing twice."""
    row = (
        '{central_contract="k-pusat", central_role="backup", contract="k-lama", kabkota_name="Kota Bandung", '
        'name="A-1", opd_name="Dinas", role="primary", site="a", site_name="Kantor A"}'
    )
    title = "Lokasi yang masih membayar sewa lama setelah mendapat tautan terpusat"
    answers(
        _province(),
        (_capacity(title), {row: 6_000_000}),
        # Known once a day has begun with both: in promtool's time that is 00:00.
        (_capacity(title, "B"), {row: 0}),
        (_capacity("Biaya sebulan yang perlu dijelaskan"), {"{}": 6_000_000}),
    )
    # The link had another contract when the day began: it is one row, of today's contract.
    changed = _province()
    for name in [name for name in changed if 'link="a-1"' in name]:
        changed[name.replace("k-lama", "k-gratis")] = "1 stale"
        changed[name] = "_ 1x9"
    answers(changed, (_capacity(title, "B"), {row: 0}))


def _found(finding: str, link: str) -> str:
    phase, contract = (_LINKS[link].split(f'{label}="')[1].split('"')[0] for label in ("phase", "contract"))
    return (
        f'{{contract="{contract}", finding="{finding}", link="{link}", name="{link.upper()}", opd="dinas", '
        f'opd_name="Dinas", phase="{phase}", provider="penyedia-a", provider_name="Penyedia A"}}'
    )


def test_silent_and_unseen_links_are_different_findings(answers: Answers) -> None:
    """A link that answers now is neither, and nothing is said about traffic while nobody reads it."""
    title, silent, unseen = "Tautan yang tidak terpakai", _found("silent", "b-1"), _found("unseen", "c-1")
    answers(
        {**_province(), **_MONTH},
        (_capacity(title), {silent: 10_000_000, unseen: 1_000_000}),
        (_capacity(title, "B"), {silent: 0.9, unseen: 0}),
        (_capacity("Biaya sebulan yang perlu dijelaskan", "B"), {"{}": 10_000_000}),
        (_capacity("Biaya sebulan yang perlu dijelaskan", "C"), {"{}": 1_000_000}),
        (_capacity("Biaya sebulan yang perlu dijelaskan", "D"), {}),
    )


def test_a_silent_link_measured_too_little_is_listed_and_not_summed(answers: Answers) -> None:
    """A link put in yesterday proves nothing about a month."""
    short = {**_MONTH, **_measured("b-1", code=4, coverage=0.03, availability=0)}
    answers(
        {**_province(), **short},
        (_capacity("Tautan yang tidak terpakai", "B"), {_found("silent", "b-1"): 0.03, _found("unseen", "c-1"): 0}),
        (_capacity("Biaya sebulan yang perlu dijelaskan", "B"), {"{}": 0}),
    )


def test_an_idle_link_is_one_whose_traffic_was_read_long_enough(answers: Answers) -> None:
    """Less than a gigabyte in a month; a link read for a day, or silent already, is no such finding."""
    traffic = {**_traffic("a-1", 0.5, 700), **_traffic("b-1", 0, 700), **_traffic("b-2", 0.1, 24)}
    idle, silent = _found("idle", "a-1"), _found("silent", "b-1")
    answers(
        {**_province(), **_MONTH, **traffic},
        (_capacity("Tautan yang tidak terpakai", "C"), {idle: 0.5e9, silent: 0}),
        (_capacity("Biaya sebulan yang perlu dijelaskan", "D"), {"{}": 6_000_000}),
    )
