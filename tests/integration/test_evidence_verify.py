"""``pantau verify``: every way to change a pack is told, and an unchanged one is valid."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from exporter.cli import main
from exporter.evidence.manifest import MANIFEST, PREV, SUMS, FileEntry, Manifest, Place, Previous, manifest_read
from tests.support.evidence_packs import FILES, contents, put_pack

_ROOT = Path(__file__).parents[2]


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """September, October, a revision of October, and November."""
    for month in ("2026-09", "2026-10"):
        put_pack(tmp_path, month)
    put_pack(tmp_path, "2026-10", note="2", revise="koreksi k-7 disetujui")
    put_pack(tmp_path, "2026-11")
    return tmp_path


def _told(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, list[str]]:
    """The exit code of ``pantau verify`` and its lines."""
    code = main(["verify", *map(str, words)])
    return code, capsys.readouterr().out.splitlines()


def _wrong(capsys: pytest.CaptureFixture[str], *words: str | Path) -> list[str]:
    """What is wrong with a pack that is not valid."""
    code, lines = _told(capsys, *words)
    assert (code, lines[-1]) == (1, "TIDAK SAH")
    return [line.removeprefix("SALAH").strip() for line in lines if line.startswith("SALAH")]


def _forge(pack: Path, change: Callable[[Manifest], Manifest]) -> None:
    """Change a pack's manifest, and its sums with it, as somebody would who knows the form."""
    forged = change(manifest_read((pack / MANIFEST).read_bytes()))
    (pack / MANIFEST).write_bytes(forged.raw)
    (pack / SUMS).write_bytes(forged.sums)


def _with_file(pack: Path, path: str, raw: bytes) -> Callable[[Manifest], Manifest]:
    """Put other bytes into a file, and into what the manifest says of it."""
    (pack / path).write_bytes(raw)
    entry = FileEntry(len(raw), hashlib.sha256(raw).hexdigest())
    return lambda manifest: Manifest(manifest.facts, manifest.place, {**manifest.files, path: entry})


def test_an_unchanged_pack_is_valid(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All is told: contents, status, chain to its beginning, the revision that replaces it, that it has no stamp."""
    assert _told(capsys, packs / "2026-10")[0] == 0
    code, lines = _told(capsys, packs / "2026-11")
    assert (code, lines[-1]) == (0, "SAH")
    assert lines[0] == "BAIK     isi: 9 berkas, semuanya cocok dengan MANIFEST.json"
    assert "BAIK     rantai: 2026-11 ← 2026-10-r2 ← 2026-09" in lines
    assert "CATATAN  rantai: bermula pada paket 2026-09, karena: paket pertama dalam folder ini" in lines
    assert any(line.startswith("CATATAN  paket November 2026, seluruh inventaris, DRAF") for line in lines)
    assert any("MANIFEST.tsr: tidak ada" in line for line in lines)
    lines = _told(capsys, packs / "2026-10")[1]
    assert "CATATAN  revisi: paket ini digantikan oleh 2026-10-r2, karena: koreksi k-7 disetujui" in lines
    lines = _told(capsys, packs / "2026-10-r2")[1]
    assert "BAIK     revisi: menggantikan 2026-10, karena: koreksi k-7 disetujui" in lines
    assert "BAIK     rantai: dicatat oleh paket 2026-11" in lines


@pytest.mark.parametrize("path", [*FILES, PREV, SUMS, MANIFEST])
def test_one_bit_of_any_file_is_told(packs: Path, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whichever file and whichever byte, the file is named."""
    file = packs / "2026-11" / path
    raw = file.read_bytes()
    for place in (0, len(raw) // 2, len(raw) - 1):
        file.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        assert any(path in line for line in _wrong(capsys, packs / "2026-11")), place
    file.write_bytes(raw)
    assert _told(capsys, packs / "2026-11")[0] == 0


def _swap(pack: Path) -> None:
    one, two = pack / "csv/links.csv", pack / "csv-excel/links.csv"
    one_raw = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(one_raw)


def _link_to_itself(pack: Path) -> None:
    (pack / "data.json").rename(pack.parent / "data.json")
    (pack / "data.json").symlink_to("../data.json")


def _folder_link(pack: Path) -> None:
    (pack / "csv").rename(pack.parent / "csv")
    (pack / "csv").symlink_to("../csv")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_swap, ["csv-excel/links.csv: ukuran", "csv/links.csv: ukuran"]),
        (lambda pack: (pack / "csv/new.csv").write_bytes(b""), ["csv/new.csv: tidak tercantum"]),
        (lambda pack: (pack / ".hidden").write_bytes(b""), [".hidden: nama tidak aman", ".hidden: tidak tercantum"]),
        (lambda pack: (pack / "a\x1b[2Jb").write_bytes(b""), ["'a\\x1b[2Jb': nama", "'a\\x1b[2Jb': tidak tercantum"]),
        (lambda pack: (pack / "empty").mkdir(), ["empty/: tidak tercantum"]),
        (lambda pack: (pack / "data.json").unlink(), ["data.json: tidak ada"]),
        (lambda pack: (pack / SUMS).unlink(), ["SHA256SUMS: tidak ada"]),
        (lambda pack: (pack / MANIFEST).unlink(), ["MANIFEST.json: No such file"]),
        (
            lambda pack: (pack / "data.json").rename(pack / "datum.json"),
            ["data.json: tidak ada", "datum.json: tidak tercantum"],
        ),
        (_link_to_itself, ["data.json: tautan simbolik", "data.json: tidak ada"]),
        (_folder_link, ["csv: tautan simbolik", "csv/links.csv: tidak ada"]),
        (lambda pack: os.mkfifo(pack / "pipe"), ["pipe: bukan berkas biasa"]),
        (lambda pack: (pack / "data.json").write_bytes(b""), ["data.json: ukuran 0 bita"]),
        (lambda pack: (pack / PREV).write_bytes(b"genesis: hilang\n"), ["PREV: ukuran", "PREV: tidak sama"]),
    ],
)
def test_whatever_is_done_to_the_folder_is_told(
    packs: Path, change: Callable[[Path], object], told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Swapped, added, removed, renamed, linked: each is told by name, and nothing else is."""
    change(packs / "2026-11")
    found = _wrong(capsys, packs / "2026-11")
    assert len(found) == len(told)
    assert all(line.startswith(start) for line, start in zip(found, told, strict=True))


def test_a_consistent_forgery_is_caught_by_the_chain(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pack whose manifest and sums were made to fit is not the one that the next pack and the revision recorded."""
    pack = packs / "2026-10"
    _forge(pack, _with_file(pack, "data.json", b"{}\n"))
    done = subprocess.run(["sha256sum", "--quiet", "-c", SUMS], cwd=pack, timeout=60, check=False)
    assert done.returncode == 0
    assert _wrong(capsys, pack) == ["rantai: paket 2026-10-r2 mencatat MANIFEST.json yang lain untuk 2026-10"]
    assert _wrong(capsys, packs / "2026-10-r2") == [
        "revisi: MANIFEST.json paket 2026-10 bukan yang digantikan oleh 2026-10-r2"
    ]
    pack = packs / "2026-09"
    _forge(pack, _with_file(pack, "data.json", b"{}\n"))
    assert _wrong(capsys, packs / "2026-11") == [
        "rantai: MANIFEST.json paket 2026-09 bukan yang dicatat oleh paket 2026-10-r2"
    ]


def test_a_pack_that_drops_its_past_is_seen_by_the_next(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """PREV and manifest rewritten as a beginning: the pack itself fits, and the one after it does not."""
    pack = packs / "2026-10-r2"
    begun = b"genesis: hilang\n"

    def cut(manifest: Manifest) -> Manifest:
        place = Place(None, "hilang", manifest.place.revision, manifest.place.replaces)
        return Manifest(manifest.facts, place, _with_file(pack, PREV, begun)(manifest).files)

    _forge(pack, cut)
    assert _wrong(capsys, pack) == ["rantai: paket 2026-11 mencatat MANIFEST.json yang lain untuk 2026-10-r2"]


def test_a_chain_that_leads_elsewhere_is_told(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The pack that a manifest names as the one before is true, and is of another selection."""
    other = put_pack(packs, selection="opd dinkes").manifest
    pack = packs / "2026-11"

    def elsewhere(manifest: Manifest) -> Manifest:
        place = Place(Previous(other.name, other.sha256), "")
        prev = Manifest(manifest.facts, place).prev
        return Manifest(manifest.facts, place, _with_file(pack, PREV, prev)(manifest).files)

    _forge(pack, elsewhere)
    assert _wrong(capsys, pack) == ["rantai: paket 2026-10_opd-dinkes bukan paket sebelum 2026-11"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda raw: raw.replace(b"\n  ", b"\n\t"),
        lambda raw: raw.replace(b'"number": ""', b'"number": "1",\n  "number": ""'),
        lambda raw: raw.replace(b'"schema": 1', b'"schema": 2'),
        lambda raw: raw.replace(b'"PREV"', b'"../PREV"'),
        lambda raw: raw.replace(b'"csv/links.csv"', b'"/etc/passwd"'),
        lambda raw: json.dumps(json.loads(raw) | {"more": 1}, indent=2, sort_keys=True).encode() + b"\n",
        lambda raw: b"[" * 100_000 + raw,
        lambda raw: raw + b" " * 5_000_000,
        lambda raw: b"\xff" + raw,
    ],
)
def test_a_manifest_has_one_spelling(
    packs: Path, edit: Callable[[bytes], bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """Other white space, keys twice or unknown, other paths, rubbish: no manifest."""
    file = packs / "2026-11" / MANIFEST
    file.write_bytes(edit(file.read_bytes()))
    found = _wrong(capsys, packs / "2026-11")
    assert len(found) == 1
    assert found[0].startswith("MANIFEST.json: ")


def test_the_pack_before_may_lie_elsewhere(packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pack alone is valid and says what was not checked; ``--previous`` names it, and a wrong one is told."""
    away = tmp_path / "away"
    shutil.copytree(packs / "2026-11", away / "2026-11")
    code, lines = _told(capsys, away / "2026-11")
    assert code == 0
    assert any("paket 2026-10-r2 tidak ada di sebelahnya" in line for line in lines)
    assert _told(capsys, away / "2026-11", "--previous", packs / "2026-10-r2")[0] == 0
    assert _wrong(capsys, away / "2026-11", "--previous", packs / "2026-10")
    shutil.copytree(packs / "2026-11", away / "salinan")
    code, lines = _told(capsys, away / "salinan")
    assert (code, "CATATAN  nama folder bukan 2026-11" in lines) == (0, True)


def test_wrong_words_are_wrong_use(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder or file that is not there, an address that is none, a certificate that is none."""
    pack = str(packs / "2026-11")
    for words in (["/nowhere"], [pack, "--previous", "/nowhere"], [pack, "--stamp", "ftp://a"]):
        assert main(["verify", *words]) == 2
    assert main(["verify", pack, "--authority", f"{pack}/data.json"]) == 2
    assert main(["verify", pack, "--signed", "/nowhere"]) == 1
    assert "--signed /nowhere" in capsys.readouterr().err


def test_verifying_needs_no_network_and_no_other_package(packs: Path) -> None:
    """Without the optional packages, in a namespace without network, a pack is verified, and what was not is told."""
    (packs / "2026-11/MANIFEST.tsr").write_bytes(b"0")
    signed = packs / "signed.pdf"
    signed.write_bytes(FILES["laporan-jaringan_2026-10.pdf"] + b"/ByteRange [0 20 25 19]                  ")
    program = (
        "import sys\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in {'pyhanko', 'rfc3161_client', 'cryptography', 'yaml', 'numpy', 'aiohttp'}:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "from exporter.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    words = [sys.executable, "-c", program, "verify", str(packs / "2026-11"), "--signed", str(signed)]
    done = subprocess.run(["unshare", "-n", *words], cwd=_ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "MANIFEST.tsr: tidak diperiksa" in done.stdout
    assert "tanda tangan, halaman dan lampiran tidak diperiksa" in done.stdout
    assert "memuat 1 tanda tangan atas berkas kami" in done.stdout


def test_verifying_writes_nothing(packs: Path) -> None:
    """Bytes and times are as before."""
    before = contents(packs), {path: path.stat().st_mtime_ns for path in packs.rglob("*")}
    assert main(["verify", str(packs / "2026-11")]) == 0
    assert (contents(packs), {path: path.stat().st_mtime_ns for path in packs.rglob("*")}) == before
