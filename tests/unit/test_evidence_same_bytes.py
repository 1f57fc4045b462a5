"""The same report gives the same bytes on another machine: time zone, language and hash seed change nothing."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from exporter.evidence.csv_files import for_excel, plain
from exporter.evidence.data import data_of
from exporter.evidence.inventory_copy import inventory_copy
from exporter.evidence.quality import quality_of, queries_of
from exporter.evidence.tables import tables_of
from exporter.evidence.workbook import workbook_of
from tests.support.evidence_report import sample_report

_ROOT = Path(__file__).parents[2]


def digest() -> str:
    """SHA-256 of every file that is made of the sample report."""
    report = sample_report()
    tables = tables_of(report)
    files = [workbook_of(report, tables), data_of(report), quality_of(report, {}), queries_of(report)]
    files += [inventory_copy(report.inventory), *map(plain, tables), *map(for_excel, tables)]
    return hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in files)).hexdigest()


@pytest.mark.parametrize(
    ("zone", "language", "seed"),
    [("Asia/Jakarta", "id_ID.UTF-8", "1"), ("America/St_Johns", "C", "2"), ("Pacific/Kiritimati", "tr_TR.UTF-8", "3")],
)
def test_another_machine_makes_the_same_bytes(zone: str, language: str, seed: str) -> None:
    """Another process with other settings has the digest of this one."""
    settings = {"TZ": zone, "LANG": language, "LC_ALL": language, "PYTHONHASHSEED": seed, "PYTHONPATH": str(_ROOT)}
    program = [sys.executable, "-c", "from tests.unit.test_evidence_same_bytes import digest; print(digest())"]
    done = subprocess.run(
        program, cwd=_ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == digest()
