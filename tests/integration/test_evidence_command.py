"""``pantau evidence`` as people run it: a real Prometheus with a known month, real files, real processes.

The same command twice, in another time zone and with another locale, gives the same bytes; ``pantau verify`` believes
what it made and nothing that was changed; what cannot be made is refused with the flag and the remedy.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exporter.cli import main
from exporter.evidence.inventory_copy import inventory_copy
from exporter.evidence.period import Month
from tests.support.kept_prometheus import kept_prometheus
from tests.support.known_month import known_month
from tests.support.known_page import write_story

#: Months are written and read before the first test: minutes, where the machine has other work.
pytestmark = pytest.mark.timeout(600)

_ROOT = Path(__file__).parents[2]

#: As few links as the cases of the known month take.
_MONTH, _LINKS, _STEP_MS = "2026-02", 120, 15_000


@dataclass(frozen=True, slots=True)
class Place:
    """A Prometheus with a known month, and its inventory."""

    folder: Path
    url: str

    def run(self, out: str, *words: str, month: str = _MONTH, **environment: str) -> subprocess.CompletedProcess[str]:
        """``pantau evidence`` in a process of its own."""
        argv = [
            *(sys.executable, "-m", "exporter", "evidence", "--month", month),
            *("--inventory", str(self.folder / "inventory.yml"), "--frameworks", "inventory/frameworks"),
            *("--prometheus", self.url, "--out", str(self.folder / out)),
        ]
        env = {**os.environ, **environment}
        return subprocess.run([*argv, *words], cwd=_ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The month in a Prometheus."""
    folder = tmp_path_factory.mktemp("evidence")
    known = known_month(Month.parse(_MONTH), links=_LINKS, step_ms=_STEP_MS)
    write_story(folder / "data", known.story, known.at_first, known.digests)
    inventory = folder / "inventory.yml"
    inventory.write_bytes(inventory_copy(known.inventory))
    inventory.chmod(0o644)
    with kept_prometheus(folder) as kept:
        yield Place(folder, kept.url)


def _bytes_of(pack: Path) -> dict[str, bytes]:
    return {str(each.relative_to(pack)): each.read_bytes() for each in sorted(pack.rglob("*")) if each.is_file()}


def test_the_same_month_is_the_same_bytes_elsewhere(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Another time zone, locale, hash seed, umask and working time: every file is the same, and it verifies."""
    first = place.run("one", TZ="Asia/Jakarta", LC_ALL="C", PYTHONHASHSEED="1")
    second = place.run("two", TZ="Pacific/Auckland", LC_ALL="tr_TR.UTF-8", LANG="id_ID.UTF-8", PYTHONHASHSEED="77")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    one, two = (_bytes_of(place.folder / name / _MONTH) for name in ("one", "two"))
    assert one == two
    assert f"laporan-jaringan_{_MONTH}.pdf" in one
    assert main(["verify", str(place.folder / "one" / _MONTH)]) == 0
    again = place.run("one")
    assert again.returncode == 0
    assert "paket sudah ada dan sama" in again.stdout
    capsys.readouterr()
    for name in one:
        file = place.folder / "two" / _MONTH / name
        raw = file.read_bytes()
        file.write_bytes(raw[:-2] + bytes([raw[-2] ^ 1]) + raw[-1:])
        assert main(["verify", str(place.folder / "two" / _MONTH)]) == 1, name
        file.write_bytes(raw)
        assert capsys.readouterr().out.splitlines()[-1] == "TIDAK SAH"


def test_a_month_of_gaps_is_made_only_when_somebody_says_so(place: Place) -> None:
    """Of the month before, only two days are kept: refused with the reasons, or told on the cover."""
    refused = place.run("gaps", month="2026-01")
    assert refused.returncode == 1
    assert "--allow-gaps" in refused.stderr
    assert "cakupan pengukuran" in refused.stderr
    assert not list((place.folder / "gaps").glob("2*"))
    made = place.run("gaps", "--allow-gaps", month="2026-01")
    assert made.returncode == 0, made.stderr
    pack = place.folder / "gaps" / "2026-01"
    text = subprocess.run(
        ["pdftotext", "-l", "1", str(pack / "laporan-jaringan_2026-01.pdf"), "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "tidak terbukti sepenuhnya" in text
    after = place.run("gaps")
    assert after.returncode == 0, after.stderr
    data = json.loads((place.folder / "gaps" / _MONTH / "data.json").read_text())
    assert data["before"]["month"] == "2026-01"


def test_a_part_of_the_inventory_has_a_pack_of_its_own(place: Place) -> None:
    """One contract: its links alone, in a folder that says so, with one record of acceptance."""
    made = place.run("part", "--contract", "kn-a")
    assert made.returncode == 0, made.stderr
    pack = place.folder / "part" / f"{_MONTH}_contract-kn-a"
    assert [each.name for each in (pack / "berita-acara").iterdir()] == [f"berita-acara_{_MONTH}_kn-a.pdf"]
    links = json.loads((pack / "data.json").read_text())["links"]
    assert {each["identity"]["contract"] for each in links} == {"kn-a"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--month", "2026-13"], 2, "--month"),
        (["--month", "2099-01"], 1, "--month 2099-01"),
        (["--contract", "none-such"], 2, "--contract none-such"),
        (["--opd", "dinkes", "--contract", "kn-a"], 2, "name one of them"),
        (["--instance", "nobody:1"], 2, "--instance nobody:1"),
        (["--prometheus", "ftp://x"], 2, "--prometheus"),
        (["--prometheus", "http://127.0.0.1:9"], 1, "--prometheus http://127.0.0.1:9"),
        (["--frameworks", "/nonexistent"], 1, "/nonexistent"),
        (["--corrections", "/nonexistent"], 1, "/nonexistent"),
        (["--when-due"], 2, "--month last"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_flag(place: Place, words: list[str], code: int, said: str) -> None:
    """The exit code, the flag that is to blame, and no trace of a program."""
    refused = place.run("never", *words)
    assert refused.returncode == code, refused.stderr
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (place.folder / "never").exists() or not list((place.folder / "never").glob("2*"))


def test_the_sample_in_the_documentation_is_what_was_made(capsys: pytest.CaptureFixture[str]) -> None:
    """It verifies as it lies in the repository: no tool has changed the ends of its lines."""
    assert main(["verify", str(_ROOT / "docs" / "sample" / "2026-10")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "SAH"
