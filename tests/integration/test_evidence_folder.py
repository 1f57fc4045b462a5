"""A pack as a folder: whole or not there, whatever happens to the run that writes it."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from exporter.errors import PantauError
from exporter.evidence.chain import FIRST, file_of, latest_of, shelf_of
from exporter.evidence.disk import open_folder, read_beneath
from exporter.evidence.folder import write_pack
from exporter.evidence.integrity import faults_of
from exporter.evidence.manifest import MANIFEST, SUMS
from tests.support.evidence_packs import FILES, contents, facts, put_pack

_ROOT = Path(__file__).parents[2]

#: Writes a pack of forty files and says each step; waits at each for a line where it is told to.
_SLOW = """
import sys
from pathlib import Path
from exporter.evidence.disk import open_folder, read_beneath
from exporter.evidence.folder import write_pack
from tests.support.evidence_packs import FILES, facts

def step(path):
    print(path, flush=True)
    if sys.argv[2] == "wait":
        sys.stdin.readline()

many = {f"csv/t{number:02}.csv": bytes(int(sys.argv[3])) for number in range(12)}
write_pack(Path(sys.argv[1]), facts(), {**FILES, **many}, step=step)
"""


def _writer(out: Path, how: str = "wait", size_bytes: int = 1000, *before: str) -> subprocess.Popen[str]:
    words = [*before, sys.executable, "-c", _SLOW, str(out), how, str(size_bytes)]
    return subprocess.Popen(
        words, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _steps(writer: subprocess.Popen[str], many: int) -> list[str]:
    """The next steps of a writer that waits; it is let go on after each but the last."""
    assert writer.stdin is not None
    assert writer.stdout is not None
    found = []
    for number in range(many):
        if number:
            writer.stdin.write("\n")
            writer.stdin.flush()
        found.append(writer.stdout.readline().strip())
    return found


def test_a_pack_is_complete_and_sha256sum_agrees(tmp_path: Path) -> None:
    """All files are there, the manifest's and the sums' among them, and the plain tool finds them right."""
    written = put_pack(tmp_path)
    assert written.path == tmp_path / "2026-10"
    assert contents(written.path).keys() == {*FILES, "PREV", SUMS, MANIFEST}
    done = subprocess.run(["sha256sum", "--strict", "--quiet", "-c", SUMS], cwd=written.path, timeout=60, check=False)
    assert done.returncode == 0
    assert faults_of(written.path) == ()
    assert (written.path / "PREV").read_text(encoding="utf-8") == f"genesis: {FIRST}\n"


def test_the_next_month_goes_on_from_it(tmp_path: Path) -> None:
    """PREV is the sum of the manifest before, which the plain tool can check too; a selection has its own chain."""
    october = put_pack(tmp_path)
    put_pack(tmp_path, selection="opd dinkes")
    november = put_pack(tmp_path, "2026-11")
    digest = hashlib.sha256((october.path / MANIFEST).read_bytes()).hexdigest()
    assert (november.path / "PREV").read_text(encoding="utf-8") == f"{digest}  ../2026-10/{MANIFEST}\n"
    assert subprocess.run(["sha256sum", "--quiet", "-c", "PREV"], cwd=november.path, timeout=60, check=True)
    selected = put_pack(tmp_path, "2026-12", selection="opd dinkes")
    previous = selected.manifest.place.previous
    assert previous is not None
    assert previous.name == "2026-10_opd-dinkes"
    found = latest_of(shelf_of(tmp_path), october.manifest.facts.month, "")
    assert found is not None
    assert file_of(found, "inventory.yml") == b"version: 1\n"


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    """Neither bytes nor times: the second run says that it is there."""
    first = put_pack(tmp_path)
    before = {path: path.stat().st_ctime_ns for path in first.path.rglob("*")}
    assert not put_pack(tmp_path).new
    assert {path: path.stat().st_ctime_ns for path in first.path.rglob("*")} == before


def test_other_contents_need_a_reason_and_a_revision(tmp_path: Path) -> None:
    """Without a reason nothing is written; with one, r2 names what it replaces, r3 names r2, and the first stays."""
    put_pack(tmp_path)
    before = contents(tmp_path / "2026-10")
    with pytest.raises(PantauError, match=r"data\.json.*--revise REASON"):
        put_pack(tmp_path, note="2")
    assert [path.name for path in tmp_path.glob("2*")] == ["2026-10"]
    second = put_pack(tmp_path, note="2", revise="koreksi k-7 disetujui")
    third = put_pack(tmp_path, note="3", revise="koreksi k-8 disetujui")
    assert (second.path.name, third.path.name) == ("2026-10-r2", "2026-10-r3")
    replaces = third.manifest.place.replaces
    assert replaces is not None
    assert (replaces.name, replaces.reason) == ("2026-10-r2", "koreksi k-8 disetujui")
    assert replaces.manifest_sha256 == hashlib.sha256((second.path / MANIFEST).read_bytes()).hexdigest()
    assert contents(tmp_path / "2026-10") == before
    assert not put_pack(tmp_path, note="3").new
    previous = put_pack(tmp_path, "2026-11").manifest.place.previous
    assert previous is not None
    assert previous.name == "2026-10-r3"


@pytest.mark.parametrize("path", ["data.json", MANIFEST])
def test_a_broken_pack_before_is_refused_with_the_remedy(tmp_path: Path, path: str) -> None:
    """Nothing is built on it, unless somebody gives a reason to begin anew; then that reason is in the pack."""
    october = put_pack(tmp_path)
    (october.path / path).write_bytes(b"{}")
    with pytest.raises(PantauError, match=r"2026-10: this pack is broken.*--genesis REASON"):
        put_pack(tmp_path, "2026-11")
    assert not (tmp_path / "2026-11").exists()
    begun = write_pack(tmp_path, facts("2026-11"), FILES, genesis="cakram rusak, tidak ada salinan")
    assert begun.manifest.place.genesis == "cakram rusak, tidak ada salinan"


def test_a_pack_under_another_name_is_not_built_on(tmp_path: Path) -> None:
    """A folder that says it is another month is broken: the chain goes by what manifests say."""
    put_pack(tmp_path, "2026-09").path.rename(tmp_path / "2026-10")
    with pytest.raises(PantauError, match=r"2026-10: this pack is broken \(isinya paket 2026-09\)"):
        put_pack(tmp_path, "2026-11")


def test_reading_beneath_a_folder_follows_no_link(tmp_path: Path) -> None:
    """Whoever puts a link in place of a file or a folder between listing and reading gains nothing."""
    pack = put_pack(tmp_path / "packs").path
    (tmp_path / "file").symlink_to(pack / "data.json")
    (tmp_path / "folder").symlink_to(pack / "csv")
    with open_folder(tmp_path) as folder:
        for path in ("file", "folder/links.csv"):
            with pytest.raises(OSError, match=r"symbolic links|Not a directory"):
                read_beneath(folder, path, 100)


def test_a_damaged_pack_is_not_called_unchanged(tmp_path: Path) -> None:
    """Its manifest says the same, its files do not."""
    put_pack(tmp_path)
    (tmp_path / "2026-10/csv/links.csv").write_bytes(b"")
    with pytest.raises(PantauError, match=r"2026-10: is broken \(csv/links\.csv"):
        put_pack(tmp_path)


def test_links_in_the_folder_are_not_followed(tmp_path: Path) -> None:
    """Neither as the target, nor as the lock, nor as what a killed run left."""
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    out.mkdir()
    (elsewhere / "kept").write_text("kept", encoding="utf-8")
    (out / ".pantau-2026-10.partial").symlink_to(elsewhere)
    put_pack(out)
    assert (elsewhere / "kept").exists()
    (out / "2026-11").symlink_to(elsewhere)
    with pytest.raises(PantauError, match="2026-11"):
        put_pack(out, "2026-11")
    (out / ".pantau-lock").unlink()
    (out / ".pantau-lock").symlink_to(elsewhere / "new")
    with pytest.raises(PantauError, match="cannot be written"):
        put_pack(out, "2026-12")
    assert [path.name for path in elsewhere.iterdir()] == ["kept"]


@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_modes_and_times_do_not_depend_on_the_machine(tmp_path: Path, mask: int) -> None:
    """Under any umask files are 0644 and folders 0755, and all bear the report's date: two archives are equal."""
    before = os.umask(mask)
    try:
        one, two = put_pack(tmp_path / "a").path, put_pack(tmp_path / "b").path
    finally:
        os.umask(before)
    every = [one, *one.rglob("*")]
    assert {path.stat().st_mode & 0o7777 for path in every} == {0o644, 0o755}
    assert {path.stat().st_mode & 0o7777 for path in every if path.is_file()} == {0o644}
    assert {path.stat().st_mtime for path in every} == {1793552400.0}  # 2026-11-02T00:00+07:00
    tars = [
        subprocess.run(["tar", "-C", path, "--sort=name", "-c", "."], check=True, capture_output=True, timeout=60)
        for path in (one, two)
    ]
    assert tars[0].stdout == tars[1].stdout


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_run_leaves_no_pack(tmp_path: Path, end: signal.Signals) -> None:
    """At whatever file it is killed, there is no pack; the next run removes what is left and writes it whole."""
    for many in random.sample(range(1, 21), 3):
        writer = _writer(tmp_path)
        _steps(writer, many)
        writer.send_signal(end)
        writer.communicate(timeout=60)
        left = [path.name for path in tmp_path.iterdir()]
        assert sorted(left) == [".pantau-2026-10.partial", ".pantau-lock"], many
    assert faults_of(put_pack(tmp_path).path) == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".pantau-lock", "2026-10"]


def test_the_manifest_is_written_last(tmp_path: Path) -> None:
    """When it is its turn, all others are there."""
    writer = _writer(tmp_path)
    steps = _steps(writer, 21)
    half = tmp_path / ".pantau-2026-10.partial"
    assert steps[-1] == MANIFEST
    assert contents(half).keys() == {*steps} - {MANIFEST}
    writer.communicate("\n", timeout=60)
    assert writer.returncode == 0
    assert contents(tmp_path / "2026-10").keys() == {*steps}


def test_two_runs_do_not_meet(tmp_path: Path) -> None:
    """The second waits for the first and then finds the pack there; nothing of the first is removed as left over."""
    writer = _writer(tmp_path)
    _steps(writer, 5)
    answers: list[object] = []

    def second() -> None:
        try:
            answers.append(put_pack(tmp_path))
        except PantauError as error:
            answers.append(error)

    thread = threading.Thread(target=second)
    thread.start()
    thread.join(0.3)
    assert thread.is_alive()
    assert (tmp_path / ".pantau-2026-10.partial").is_dir()
    writer.communicate("\n" * 40, timeout=60)
    thread.join(60)
    assert writer.returncode == 0
    assert len(answers) == 1
    assert "never overwritten" in str(answers[0])
    assert faults_of(tmp_path / "2026-10") == ()


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """No space: the run says so with the remedy, and neither a pack nor a half one is there."""
    tests = f'mount -t tmpfs -o size=256k tmpfs {tmp_path} && "$@"; code=$?; ls -A {tmp_path}; exit $code'
    writer = _writer(tmp_path, "go", 100_000, "unshare", "-m", "sh", "-c", tests, "sh")
    out, err = writer.communicate(timeout=60)
    assert writer.returncode == 1
    assert "No space left on device" in err
    assert "there is room" in err
    assert [line for line in out.splitlines() if line.startswith((".", "2"))] == [".pantau-lock"]
