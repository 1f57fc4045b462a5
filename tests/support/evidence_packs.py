"""Small packs for tests: facts, files, and a PDF as the real one is made.

Lives here: building them. Must not live here: assertions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from exporter.evidence.folder import Written, write_pack
from exporter.evidence.manifest import Facts
from exporter.evidence.period import Month

__all__ = ["FILES", "contents", "facts", "put_pack", "report_pdf"]

#: A few files of a pack; the PDF is none that could be opened.
FILES: Mapping[str, bytes] = {
    "laporan-jaringan_2026-10.pdf": b"%PDF-1.7 not really\n",
    "berita-acara/berita-acara_2026-10_k-2026-017.pdf": b"%PDF-1.7 nor this\n",
    "csv/links.csv": b"link,up_s\ndinkes-1,1.000\n",
    "csv-excel/links.csv": b"\xef\xbb\xbflink;up_s\r\ndinkes-1;1,000\r\n",
    "data.json": b'{"month": "2026-10"}\n',
    "inventory.yml": b"version: 1\n",
}


def facts(month: str = "2026-10", *, selection: str = "", number: str = "", software: str = "3.11.2") -> Facts:
    """What a pack is about."""
    return Facts(
        month=Month.parse(month),
        selection=selection,
        number=number,
        dated=date(2026, 11, 2),
        inventory_sha256="a" * 64,
        ledger_sha256="",
        software={"python": software, "pantau": "0.1.0"},
    )


def put_pack(out: Path, month: str = "2026-10", *, selection: str = "", revise: str = "", note: str = "") -> Written:
    """A pack of ``FILES``; ``note`` makes its data others."""
    files = {**FILES, "data.json": f'{{"month": "{month}", "note": "{note}"}}\n'.encode()}
    return write_pack(out, facts(month, selection=selection), files, revise=revise)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file beneath a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@cache
def report_pdf(words: str = "Laporan", rows: str = "a,b\n1,2\n") -> bytes:
    """Two pages of PDF/A-3b with a table attached, as the report is."""
    import typst  # noqa: PLC0415 - a second, for those who ask

    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "links.csv").write_text(rows, encoding="utf-8")
        (folder / "report.typ").write_text(
            '#set document(title: "Laporan", date: datetime(year: 2026, month: 11, day: 2))\n'
            '#pdf.attach("links.csv", relationship: "data", mime-type: "text/csv", description: "Sambungan")\n'
            f"{words}\n#pagebreak()\nDua\n",
            encoding="utf-8",
        )
        pdf = typst.compile(str(folder / "report.typ"), format="pdf", pdf_standards=["a-3b"], ignore_system_fonts=True)
    assert isinstance(pdf, bytes)
    return pdf
