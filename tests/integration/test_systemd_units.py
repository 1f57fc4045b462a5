"""systemd itself reads the units that ship, and what makes the packs lives under what they deny it.

No service is started: systemd is asked about files, and the denials are put on a process of our own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_UNITS = sorted(path.name for path in (_ROOT / "deploy/systemd").iterdir())

#: The most that "systemd-analyze security" may find, from 0 (safe) to 10. Measured: 1.6 and 1.1.
_MOST_EXPOSED = {"pantau.service": 1.6, "pantau-evidence.service": 1.2}

#: Denies memory that can be written and run, as MemoryDenyWriteExecute= does (prctl(2): PR_SET_MDWE, Linux 6.3), proves
#: that it is denied, and then does what makes a pack: pages, a sheet, the code behind time stamps and seals.
_DENIED = """
import ctypes, mmap, os, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) != 0:
    sys.exit(77)
os.execv(sys.executable, [sys.executable, "-c", sys.argv[1]])
"""
_WORK = """
import io, mmap
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
except PermissionError:
    print("denied")
import pkcs11, pyhanko.sign, rfc3161_client, typst, xlsxwriter
print(typst.compile(b"= Laporan", format="pdf")[:4].decode())
sheet = io.BytesIO()
xlsxwriter.Workbook(sheet, {"in_memory": True}).close()
print(sheet.getvalue()[:2].decode())
"""


def _analyze(*words: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        assert os.environ.get("CI") != "true", "systemd-analyze is missing: make integration installs it"
        pytest.skip("systemd-analyze is missing: scripts/need systemd-analyze:systemd")
    return subprocess.run([program, *words], capture_output=True, text=True, check=False, timeout=60)


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    """No unknown key, no value that it ignores, no program that is not there; with our program in its place."""
    for name in _UNITS:
        text = (_ROOT / "deploy/systemd" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/opt/pantau/.venv/bin", str(Path(sys.executable).parent)))
    ran = _analyze("verify", "--man=no", *(str(tmp_path / name) for name in _UNITS))
    assert [line for line in (ran.stdout + ran.stderr).splitlines() if "pantau" in line] == []
    assert ran.returncode == 0


@pytest.mark.parametrize("name", [name for name in _UNITS if name.endswith(".service")])
def test_a_service_is_hardly_exposed(name: str) -> None:
    """By systemd's own count."""
    ran = _analyze("security", "--offline=true", "--no-pager", str(_ROOT / "deploy/systemd" / name))
    (found,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", ran.stdout)
    assert float(found) <= _MOST_EXPOSED[name]


def test_the_timer_comes_in_the_morning_in_wib() -> None:
    """23.30 UTC of the day before, whatever zone the machine has."""
    ran = _analyze("calendar", "--base-time=2026-11-01 00:00:00 UTC", "*-*-* 06:30 Asia/Jakarta")
    assert "2026-11-01 23:30:00 UTC" in ran.stdout


def test_packs_are_made_without_memory_that_is_written_and_run() -> None:
    """The denial is real, and neither the typesetter nor what stamps and seals needs such memory."""
    ran = subprocess.run(
        [sys.executable, "-c", _DENIED, _WORK], capture_output=True, text=True, check=False, timeout=100
    )
    if ran.returncode == 77:
        assert os.environ.get("CI") != "true", "this kernel cannot deny it: Linux 6.3 or newer is needed"
        pytest.skip("this kernel cannot deny such memory")
    assert ran.stdout.split() == ["denied", "%PDF", "PK"], ran.stderr
