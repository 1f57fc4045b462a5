"""The files of a pack, from a report: every path and its bytes.

Lives here: which files there are, and their names. Must not live here: what is in them, writing them to a disk
(``folder``).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from exporter.errors import PantauError
from exporter.evidence.acceptance import acceptance_of
from exporter.evidence.accounts import Report
from exporter.evidence.csv_files import for_excel, plain
from exporter.evidence.data import data_of
from exporter.evidence.document import document_of
from exporter.evidence.framework_model import Framework
from exporter.evidence.inventory_copy import inventory_copy
from exporter.evidence.ledger_model import Ledger
from exporter.evidence.quality import quality_of, queries_of
from exporter.evidence.software import software
from exporter.evidence.tables import tables_of
from exporter.evidence.typesetting import pdf_of
from exporter.evidence.workbook import workbook_of

__all__ = ["DATA", "check_packages", "files_of", "report_name"]

#: What next month's pack reads.
DATA = "data.json"

#: Tables that travel within the PDF as well, should it ever be parted from its pack.
_WITHIN = ("csv/gangguan.csv", "csv/kontrak.csv", "csv/tautan.csv")


#: What the extra ``evidence`` brings, and files are made with.
_PACKAGES = ("typst", "xlsxwriter")


def check_packages() -> None:
    """Raise PantauError where a package is missing: before a month is read for a minute, and not after it."""
    missing = [each for each in _PACKAGES if find_spec(each) is None]
    if missing:
        raise PantauError(f"the pack needs {' and '.join(missing)}: pip install 'pantau-opd[evidence]'")


def report_name(report: Report) -> str:
    """The report's name without its ending."""
    return f"laporan-jaringan_{report.month}"


def files_of(report: Report, frameworks: Sequence[Framework], ledger: Ledger) -> dict[str, bytes]:
    """Path to bytes. Raises PantauError where a package of the extra ``evidence`` is missing."""
    tables = tables_of(report)
    plain_files = {f"csv/{each.name}.csv": plain(each) for each in tables}
    within = {path: raw for path, raw in plain_files.items() if path in _WITHIN}
    name = report_name(report)
    files = {
        f"{name}.pdf": pdf_of("report", document_of(report, frameworks), within),
        f"{name}.xlsx": workbook_of(report, tables),
        DATA: data_of(report),
        "quality.json": quality_of(report, software()),
        "queries.json": queries_of(report),
        "inventory.yml": inventory_copy(report.inventory),
        **plain_files,
        **{f"csv-excel/{each.name}.csv": for_excel(each) for each in tables},
        **{
            f"berita-acara/berita-acara_{report.month}_{each.id}.pdf": pdf_of(
                "acceptance", acceptance_of(report, each), {}
            )
            for each in report.contracts
        },
    }
    if ledger.raw:
        files["corrections.yml"] = ledger.raw
    return files
