"""The documents as they are set: read back with poppler, they are PDF/A with our fonts, our words and nothing else."""

from __future__ import annotations

import hashlib
import os
import struct
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from exporter.evidence.acceptance import acceptance_of
from exporter.evidence.accounts import Note, NoteKind, Report
from exporter.evidence.document import document_of
from exporter.evidence.frameworks import load_frameworks
from exporter.evidence.typesetting import FONT_FILES, pdf_of
from exporter.files import package_bytes
from tests.support.evidence_large import large_report
from tests.support.evidence_report import sample_report
from tests.support.pdf_reading import attached, fonts, information, raw_text, right_edges

ROOT = Path(__file__).parents[2]

#: F4, 215 x 330 mm, in points.
F4 = "609.449 x 935.433 pts"

CSV = {"csv/gangguan.csv": "tautan,lokasi\ndinkes-1,Kantor é\n".encode(), "csv/kontrak.csv": b"a\n"}

NAMES = (
    "*b* _i_ `c` = d",
    '#read("/etc/passwd")',
    "$x^2$ @a <b> \\u{41} // c /* d */",
    '#import "@preview/cetz:0.3.0"',
    '=HYPERLINK("http://contoh.example","klik")',
    "<script>alert('x')</script>&amp;",
    "../../etc/passwd",
    "http://contoh.example/",
    "a'b\"c -- --- ... ~ [x] {y}",
    "fi fl ffi é ≤ \u00d7 \u2212",
    "x" * 120,
)


@cache
def _report(number: str = "") -> Report:
    return sample_report(number=number)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the invented month, with attachments and frameworks."""
    pdf = tmp_path_factory.mktemp("pdf") / "laporan.pdf"
    document = document_of(_report(), load_frameworks(ROOT / "inventory/frameworks"))
    pdf.write_bytes(pdf_of("report", document, CSV))
    return pdf


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of acceptance of the same month."""
    pdf = tmp_path_factory.mktemp("pdf") / "berita-acara.pdf"
    pdf.write_bytes(pdf_of("acceptance", acceptance_of(_report(), _report().contracts[0]), {}))
    return pdf


@pytest.fixture(params=["drafted", "accepted"])
def document(request: pytest.FixtureRequest) -> Path:
    """Either of them."""
    path = request.getfixturevalue(request.param)
    assert isinstance(path, Path)
    return path


def test_every_page_is_f4(document: Path) -> None:
    """215 x 330 mm, portrait."""
    sizes = [line for line in information(document, "-l", "999").splitlines() if line.startswith("Page ")]
    assert [line.split(":", 1)[1].strip() for line in sizes if " size:" in line] == [F4] * (len(sizes) // 2)


def test_it_says_that_it_is_pdf_a_3b(document: Path) -> None:
    """The metadata claim it; Typst refuses what does not conform."""
    metadata = information(document, "-meta")
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata


def test_all_fonts_are_ours_and_embedded(document: Path) -> None:
    """Liberation Sans and its bold, nothing of the machine's and nothing of Typst's."""
    found = fonts(document)
    assert {name for name, _ in found} <= {"LiberationSans", "LiberationSans-Bold", "LiberationSans-Italic"}
    assert {embedded for _, embedded in found} == {"yes"}


def test_nothing_in_it_acts(document: Path) -> None:
    """No script, no form, no address that a click would open."""
    found = information(document)
    assert "JavaScript:      no" in found
    assert "Form:            none" in found
    assert len(information(document, "-url").splitlines()) == 1
    assert information(document, "-js") == ""


def test_its_date_is_that_of_the_report(document: Path) -> None:
    """Not the present day."""
    stamps = [line for line in information(document, "-isodates").splitlines() if "Date:" in line]
    assert [line.split()[1][:10] for line in stamps] == ["2026-11-02", "2026-11-02"]


def test_attachments_are_the_files_given(drafted: Path, tmp_path: Path) -> None:
    """Same names, same bytes."""
    assert attached(drafted, tmp_path) == CSV


def test_every_page_of_a_draft_says_so_and_a_numbered_one_does_not(drafted: Path, tmp_path: Path) -> None:
    """The mark is text on each page; with a number it is gone and the number stands there."""
    pages = int(information(drafted).split("Pages:")[1].split()[0])
    assert raw_text(drafted).count("DRAF") >= 2 * pages
    final = tmp_path / "final.pdf"
    final.write_bytes(pdf_of("report", document_of(_report("188/TI.01/DISKOMINFO"), ()), {}))
    assert "DRAF" not in raw_text(final)
    assert "188/TI.01/DISKOMINFO" in raw_text(final)


def test_every_page_has_its_foot(drafted: Path) -> None:
    """Period, source, status, date, and its number of how many."""
    pages = int(information(drafted).split("Pages:")[1].split()[0])
    text = raw_text(drafted)
    assert text.count("PeriodeOktober2026·Sumber:Prometheus3.5.3,pengukur127.0.0.1:9715") == pages
    assert text.count("Status:DRAF·Tanggallaporan02/11/2026") == pages
    assert all(f"halaman{page}dari{pages}" in text for page in range(1, pages + 1))


def _named(name: str) -> Report:
    report = _report()
    inventory = report.inventory
    return replace(
        report,
        inventory=replace(
            inventory,
            sites={key: replace(site, name=name) for key, site in inventory.sites.items()},
            opd={key: replace(opd, name=name) for key, opd in inventory.opd.items()},
            evidence=replace(inventory.evidence, unit=name),
        ),
        by_opd=tuple(replace(each, name=name) for each in report.by_opd),
        coverage=tuple(replace(each, name=name) for each in report.coverage),
        notes=(Note(NoteKind.OBSTACLE, "k-1", name, "Petugas", "", ""),),
    )


@pytest.mark.parametrize("name", NAMES)
def test_names_come_out_as_the_same_text(name: str, tmp_path: Path) -> None:
    """Typst's markup, quotes, formulas, HTML, parts of paths, and a word that is longer than any column."""
    pdf = tmp_path / "nama.pdf"
    pdf.write_bytes(pdf_of("report", document_of(_named(name), ()), {}))
    found, sought = raw_text(pdf), "".join(name.split())
    assert found.count(sought) >= 5  # the unit, the row of the agency, of sites, the note, and more
    assert "root:x:" not in found
    assert len(information(pdf, "-url").splitlines()) == 1


def test_long_words_stay_within_the_margins(tmp_path: Path) -> None:
    """Names of 120 letters without a place to break, in every cell that has a name."""
    pdf = tmp_path / "panjang.pdf"
    report = replace(_named("W" * 120), number="1/A/B")
    pdf.write_bytes(pdf_of("report", document_of(report, ()), {}))
    edges = right_edges(pdf)
    assert len(edges) > 1000
    assert max(edges) < (215 - 23) / 25.4 * 72 + 0.01  # figures are printed with six decimals


def test_a_character_without_a_glyph_is_written_out(tmp_path: Path) -> None:
    """PDF/A knows no missing glyphs: a name in another script is shown by its code points, not refused."""
    pdf = tmp_path / "aksara.pdf"
    pdf.write_bytes(pdf_of("report", document_of(_named("Kantor \ua98f \u4e2d \x07"), ()), {}))
    assert "Kantor[U+A98F][U+4E2D][U+0007]" in raw_text(pdf)


_MAKE = """
import hashlib
from exporter.evidence.document import document_of
from exporter.evidence.typesetting import pdf_of
from tests.support.evidence_report import sample_report
print(hashlib.sha256(pdf_of("report", document_of(sample_report(), ()), {"csv/a.csv": b"a"})).hexdigest())
"""


def _digest(**environment: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", _MAKE],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    return ended.stdout.strip()


def _wider(font: bytes) -> bytes:
    """The same font under the same name, with every letter twice as wide."""
    changed = bytearray(font)
    (tables,) = struct.unpack_from(">H", font, 4)
    places = {}
    for index in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        places[tag] = offset
    (many,) = struct.unpack_from(">H", font, places[b"hhea"] + 34)
    for index in range(many):
        (width,) = struct.unpack_from(">H", font, places[b"hmtx"] + 4 * index)
        struct.pack_into(">H", changed, places[b"hmtx"] + 4 * index, 2 * width)
    return bytes(changed)


def test_the_same_report_is_the_same_bytes_anywhere(tmp_path: Path) -> None:
    """Another zone, locale and hash seed, and a home whose fonts pretend to be ours, change nothing."""
    (tmp_path / ".local/share/fonts").mkdir(parents=True)
    (tmp_path / ".fonts").mkdir()
    for folder in (".local/share/fonts", ".fonts"):
        for name in FONT_FILES:
            (tmp_path / folder / name).write_bytes(_wider(package_bytes(f"fonts/{name}")))
    here = hashlib.sha256(pdf_of("report", document_of(_report(), ()), {"csv/a.csv": b"a"})).hexdigest()
    there = _digest(TZ="Pacific/Kiritimati", LANG="tr_TR.UTF-8", LC_ALL="C", PYTHONHASHSEED="7", HOME=str(tmp_path))
    assert there == here


def test_a_province_is_set_whole(tmp_path: Path) -> None:
    """500 links with 1,500 outages: every link is there, and each page within a long table repeats its head."""
    report = large_report("1/TI.01/DISKOMINFO")
    pdf = tmp_path / "provinsi.pdf"
    pdf.write_bytes(pdf_of("report", document_of(report, ()), {}))
    text = raw_text(pdf)
    assert len(report.links) == 500
    assert all(text.count(each.identity.link) >= 4 for each in report.links)
    head = "Lokasi OPD Kabupaten/Kota".replace(" ", "")
    pages = int(information(pdf).split("Pages:")[1].split()[0])
    assert text.count(head) > 5
    assert text.count("Tautandanlokasi") > pages // 3
