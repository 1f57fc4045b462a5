"""A whole report of an invented month, for whoever writes it down.

Lives here: the month of ``measured``, accounted for with a ledger. Must not live here: expectations of figures.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from exporter.beside import Cause
from exporter.evidence.accounting import account_for
from exporter.evidence.accounts import Comparison, Correction, Note, NoteKind, Report
from exporter.evidence.ledger_model import Ledger, MonthNote
from exporter.evidence.period import Month
from exporter.evidence.selection import Selection
from exporter.model import Exclusion
from tests.support.measured import at_ms, measured_month, sample_inventory

__all__ = ["SAMPLE_MONTH", "correction", "sample_ledger", "sample_report"]

SAMPLE_MONTH = Month(2026, 10)


def correction(
    key: str, link: str, start_ms: int, cause: Cause | None = None, exclusion: Exclusion | None = None
) -> Correction:
    """An entry of the ledger that is about the outage of ``link`` from ``start_ms``."""
    return Correction(
        id=key,
        link=link,
        start_ms=start_ms,
        cause=cause,
        exclusion=exclusion,
        note="Kabel serat terputus oleh pekerjaan jalan",
        ticket="T-2026-0412",
        reported_ms=start_ms + 600_000,
        author="Petugas Jaringan",
        decided_on=date(2026, 11, 2),
        reason="Berita acara lapangan",
        approval="BA-7/2026",
        place=f"koreksi.yml:{1 + 9 * int(key.rpartition('-')[2])}",
    )


def sample_ledger() -> Ledger:
    """A correction that changes an account, one that changes nothing, one that means no outage; notes of each kind."""
    month = SAMPLE_MONTH
    return Ledger(
        corrections=(
            correction("c-1", "dinkes-1", at_ms(month, 2, 9), cause=Cause.POWER),
            correction("c-2", "dinkes-1", at_ms(month, 6, 8, 15), exclusion=Exclusion.FORCE_MAJEURE),
            correction("c-3", "rsud-1", at_ms(month, 28, 7), cause=Cause.LINE),
        ),
        notes=(
            MonthNote(
                month, Note(NoteKind.OBSTACLE, "k-1", "Akses gudang pada malam hari terbatas.", "Petugas", "", "")
            ),
            MonthNote(month, Note(NoteKind.RECOMMENDATION, "r-1", "Jalur cadangan untuk gudang.", "Petugas", "", "")),
            MonthNote(
                month, Note(NoteKind.FOLLOW_UP, "t-1", "UPS telah dipasang.", "Petugas", "2026-09/r-1", "selesai")
            ),
        ),
        digest="3" * 64,
    )


def sample_report(month: Month = SAMPLE_MONTH, selection: Selection = Selection(), number: str = "") -> Report:  # noqa: B008
    """The report of the invented month, compared with the one before."""
    inventory = sample_inventory()
    before = Comparison(
        month=month.previous,
        availability=Fraction(99_712, 100_000),
        site_availability=Fraction(9_990, 10_000),
        coverage=Fraction(999, 1_000),
        outages=9,
        mean_restore_ms=5_400_000,
        below=1,
        manifest_sha256="4" * 64,
        recommendations=(Note(NoteKind.RECOMMENDATION, "r-1", "UPS untuk kantor.", "Petugas", "", ""),),
    )
    return account_for(
        measured_month(inventory, month),
        month,
        inventory,
        sample_ledger(),
        before=before,
        before_reason="",
        selection=selection,
        number=number,
        dated=date.fromordinal(month.next.first.toordinal() + 1),
        allowed_gaps=False,
    )
