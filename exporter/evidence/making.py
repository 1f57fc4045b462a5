"""One pack from beginning to end: what is asked for, what is read, reckoned and written.

Lives here: the order of the steps, and refusing a month that is not proved. Must not live here: any step itself, flags,
time stamps and seals, which come after the pack.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from exporter.clock import Clock
from exporter.errors import PantauError, UsageError
from exporter.evidence.accounting import account_for
from exporter.evidence.accounts import Comparison, Report
from exporter.evidence.assembling import DATA, check_packages, files_of
from exporter.evidence.chain import file_of, latest_of, shelf_of
from exporter.evidence.data import comparison_from
from exporter.evidence.due import first_working_day
from exporter.evidence.folder import Written, write_pack
from exporter.evidence.framework_model import Framework
from exporter.evidence.frameworks import load_frameworks
from exporter.evidence.ledger import load_ledger
from exporter.evidence.ledger_model import Ledger
from exporter.evidence.manifest import Facts
from exporter.evidence.measured import MeasuredMonth
from exporter.evidence.period import Month, wib
from exporter.evidence.prometheus import Prometheus
from exporter.evidence.provable import hindrances
from exporter.evidence.reading import FOLLOWED_MS, read_month
from exporter.evidence.selection import Selection
from exporter.evidence.software import software
from exporter.indonesian import instant, month_name
from exporter.loading import load_inventory
from exporter.model import Inventory

__all__ = ["NotProvedError", "Order", "dated", "make_pack"]


class NotProvedError(PantauError):
    """The month cannot be proved, and nobody said that it should be told all the same."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for."""

    month: Month
    inventory: Path
    prometheus: str
    out: Path
    corrections: Path | None = None
    frameworks: Path | None = None  #: None: the folder of that name beside the inventory, if there is one
    selection: Selection = field(default_factory=Selection)
    allow_gaps: bool = False
    number: str = ""  #: of the letter; empty: a draft
    dated: date | None = None  #: None: the first working day after the month
    revise: str = ""  #: why the pack that is there is replaced; empty: it is not
    genesis: str = ""  #: why the chain begins here; empty: it goes on from the pack before, if there is one
    job: str = "pantau"
    instance: str = ""  #: empty: the only one there is


def make_pack(order: Order, clock: Clock, tell: Callable[[str], None]) -> Written:
    """The pack, written. ``tell`` hears of each step. Raises PantauError; then nothing was written."""
    now_ms = clock.wall_ns() // 1_000_000
    _refuse_unended(order.month, now_ms)
    check_packages()
    inventory = load_inventory(order.inventory).inventory
    _check_selection(order.selection, inventory)
    ledger, frameworks = load_ledger(order.corrections), _frameworks(order)
    before, why_none = _before(order)
    client = Prometheus(order.prometheus)
    try:
        measured = read_month(client, order.month, job=order.job, instance=order.instance, now_ms=now_ms, progress=tell)
    finally:
        client.close()
    _refuse_unproved(measured, order)
    tell("menghitung")
    report = account_for(
        measured,
        order.month,
        inventory,
        ledger,
        before=before,
        before_reason=why_none,
        selection=order.selection,
        number=order.number,
        dated=order.dated or first_working_day(order.month.next, inventory.holidays),
        allowed_gaps=order.allow_gaps and bool(hindrances(measured)),
    )
    report = dated(report, order)
    tell("menyusun laporan")
    files = files_of(report, frameworks, ledger)
    tell("menulis berkas")
    return write_pack(order.out, _facts(report, ledger), files, revise=order.revise, genesis=order.genesis)


def _check_selection(selection: Selection, inventory: Inventory) -> None:
    for flag, ids, known in (
        ("--opd", selection.opd, inventory.opd),
        ("--provider", selection.provider, inventory.providers),
        ("--contract", selection.contract, inventory.contracts),
    ):
        for each in ids:
            if each not in known:
                raise UsageError(f"{flag} {each}: the inventory has {', '.join(sorted(known)) or 'none'}")


def _frameworks(order: Order) -> tuple[Framework, ...]:
    if order.frameworks is not None:
        return load_frameworks(order.frameworks)
    beside = order.inventory.absolute().parent / "frameworks"
    return load_frameworks(beside) if beside.is_dir() else ()


def _before(order: Order) -> tuple[Comparison | None, str]:
    """Last month's own figures, or why there are none."""
    month = order.month.previous
    if order.genesis:
        return None, f"rantai paket dimulai dengan bulan ini: {order.genesis}"
    pack = latest_of(shelf_of(order.out), month, order.selection.words)
    if pack is None:
        return None, f"tidak ada paket {month_name(month.first)} untuk cakupan yang sama"
    return comparison_from(file_of(pack, DATA), pack.manifest.sha256), ""


def dated(report: Report, order: Order) -> Report:
    """The report, dated no earlier than any decision that it tells. Raises UsageError where the date is asked for."""
    latest = max((each.decided_on for each in report.corrections), default=report.dated)
    if order.dated is not None and order.dated < latest:
        raise UsageError(f"--dated {order.dated}: a correction was decided on {latest}; date the report then or later")
    return replace(report, dated=max(latest, report.dated))


def _refuse_unended(month: Month, now_ms: int) -> None:
    """Raise NotProvedError while outages over the end of the month cannot be followed as long as on any later day."""
    whole_ms = month.end_ms + FOLLOWED_MS
    if now_ms < whole_ms:
        raise NotProvedError(f"--month {month} can be made from {instant(wib(whole_ms))} WIB on, when it is over")


def _refuse_unproved(measured: MeasuredMonth, order: Order) -> None:
    """Raise NotProvedError unless the month is proved, or told all the same."""
    found = hindrances(measured)
    if found and not order.allow_gaps:
        reasons = "\n  ".join(found)
        remedy = "--allow-gaps makes the pack all the same, and says so on its cover"
        raise NotProvedError(f"{order.month} cannot be proved:\n  {reasons}\n{remedy}")


def _facts(report: Report, ledger: Ledger) -> Facts:
    return Facts(
        month=report.month,
        selection=report.selection,
        number=report.number,
        dated=report.dated,
        inventory_sha256=report.inventory.digest,
        ledger_sha256=ledger.digest,
        software=software(),
    )
