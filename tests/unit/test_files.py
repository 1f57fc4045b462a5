"""Reading the files of an inventory: which, how much, and what is refused before a byte is understood."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from exporter import files
from exporter.errors import Problem
from exporter.files import MAX_FILE_BYTES, MAX_FILES, Fingerprint, fingerprint, read_configuration


def messages(problems: list[Problem]) -> list[str]:
    """What is said, without where."""
    return [problem.message for problem in problems]


def write(path: Path, text: str = "version: 1\n") -> Path:
    """``path``, with ``text`` in it, and nobody but the owner may write."""
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)
    return path


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    """Files ending in .yml and .yaml are read; hidden ones, copies of editors and others are not."""
    for name in ("b.yml", "a.yaml", "C.yml", ".a.yml", "a.yml~", "a.yml.swp", "notes.md", "yml"):
        write(tmp_path / name, name)
    read = read_configuration(tmp_path)
    assert [Path(each.path).name for each in read.files] == ["C.yml", "a.yaml", "b.yml"]
    assert [each.raw for each in read.files] == [b"C.yml", b"a.yaml", b"b.yml"]
    assert (read.problems, read.warnings) == ([], [])


def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    """What is named itself is read whatever it is called."""
    path = write(tmp_path / "inventory.txt", "x")
    assert [each.raw for each in read_configuration(path).files] == [b"x"]


@pytest.mark.parametrize("name", ["missing.yml", "missing/i.yml"])
def test_what_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    """A path that leads nowhere is a problem with the system's own words."""
    read = read_configuration(tmp_path / name)
    assert messages(read.problems) == ["cannot be read: No such file or directory"]


@pytest.mark.timeout(20)
def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    """A pipe, a device and a folder that is called like a file are refused at once."""
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "folder.yml").mkdir()
    (tmp_path / "zero.yml").symlink_to("/dev/zero")
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    read = read_configuration(tmp_path)
    assert read.files == []
    assert messages(read.problems) == ["cannot be read: it is not a regular file"] * 3
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    """Mounted configuration is made of symbolic links."""
    write(tmp_path / "data", "x")
    (tmp_path / "i.yml").symlink_to("data")
    assert [each.raw for each in read_configuration(tmp_path).files] == [b"x"]


def test_a_link_to_nowhere_is_told(tmp_path: Path) -> None:
    """A broken link in a folder is not passed over."""
    (tmp_path / "i.yml").symlink_to("nowhere")
    assert messages(read_configuration(tmp_path).problems) == ["cannot be read: No such file or directory"]


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    """A folder without any inventory file is a problem, for it is most likely the wrong folder."""
    assert messages(read_configuration(tmp_path).problems) == [
        "the folder holds no file whose name ends in .yml or .yaml"
    ]


def test_a_file_above_the_cap_is_refused(tmp_path: Path) -> None:
    """A mebibyte is read, a byte more is not."""
    path = write(tmp_path / "i.yml", "x" * MAX_FILE_BYTES)
    assert len(read_configuration(path).files) == 1
    write(path, "x" * (MAX_FILE_BYTES + 1))
    assert messages(read_configuration(path).problems) == ["the file has more than 1,048,576 bytes"]


def test_all_files_together_have_a_cap(tmp_path: Path) -> None:
    """Many files of allowed size are refused together, and reading stops there."""
    for number in range(12):
        write(tmp_path / f"{number:02}.yml", "x" * MAX_FILE_BYTES)
    read = read_configuration(tmp_path)
    assert messages(read.problems) == ["the files have more than 8,388,608 bytes together"]
    assert len(read.files) == 9


def test_a_folder_has_a_cap_on_files(tmp_path: Path) -> None:
    """More files than any inventory has are refused and not read."""
    for number in range(MAX_FILES + 1):
        write(tmp_path / f"{number}.yml")
    read = read_configuration(tmp_path)
    assert messages(read.problems) == [f"the folder holds {MAX_FILES + 1} files, more than {MAX_FILES}"]
    assert len(read.files) == MAX_FILES


@pytest.mark.parametrize("name", ["a\nb.yml", "a\u202eb.yml", "a\\b.yml", b"a\xff.yml"])
def test_a_file_name_that_could_deceive_is_refused(tmp_path: Path, name: str | bytes) -> None:
    """A name with characters that steer a terminal, or that sha256sum would escape, is refused."""
    write(tmp_path / os.fsdecode(name))
    read = read_configuration(tmp_path)
    assert read.files == []
    [problem] = read.problems
    assert problem.message.endswith("is not plain")
    assert str(problem).isprintable()


@pytest.mark.parametrize(
    ("mode", "owner", "warned"),
    [
        (0o600, (1000, 1000), False),
        (0o644, (1000, 1000), False),
        (0o664, (1000, 1000), False),
        (0o664, (1000, 1001), True),
        (0o666, (1000, 1000), True),
        (0o646, (1000, 1000), True),
    ],
)
def test_others_who_may_write_are_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, owner: tuple[int, int], warned: bool
) -> None:
    """Everyone, or a group that is not the owner's own, may not write unnoticed; a private group may."""
    path = write(tmp_path / "i.yml")
    path.chmod(mode)
    real = os.fstat

    def owned(descriptor: int) -> os.stat_result:
        status = list(real(descriptor))
        status[4:6] = owner
        return os.stat_result(status)

    monkeypatch.setattr(os, "fstat", owned)
    read = read_configuration(path)
    assert read.problems == []
    assert [warning.remedy for warning in read.warnings] == ([f"chmod go-w {path}"] if warned else [])


def test_a_folder_that_others_may_write_is_warned_of(tmp_path: Path) -> None:
    """Whoever may add files to the folder decides where the prober sends."""
    write(tmp_path / "i.yml")
    tmp_path.chmod(0o777)
    [warning] = read_configuration(tmp_path).warnings
    assert str(warning) == (
        f"{tmp_path}:0: everyone may change it, and with it where the prober sends — chmod go-w {tmp_path}"
    )


def test_files_of_another_purpose_are_spoken_of_as_what_they_are(tmp_path: Path) -> None:
    """What hangs on a ledger, how it is named and what it holds are not those of an inventory."""
    purpose = files.Purpose("the notes", "the path of --notes", "what is noted", "write less")
    assert read_configuration(tmp_path, purpose).problems[0].remedy == "name the folder that holds the notes"
    missing = read_configuration(tmp_path / "x.yml", purpose).problems[0]
    assert missing.remedy == "check the path of --notes, and that this user may read it"
    path = write(tmp_path / "i.yml", "x")
    path.chmod(0o666)
    [warning] = read_configuration(path, purpose).warnings
    assert warning.message == "everyone may change it, and with it what is noted"
    for number in range(9):
        write(tmp_path / f"{number:02}.yml", "x" * MAX_FILE_BYTES)
    assert read_configuration(tmp_path, purpose).problems[0].remedy == "write less"


def test_the_digest_is_what_sha256sum_gives(tmp_path: Path) -> None:
    """Anyone can compute the digest with two commands, and it depends on names and contents alone."""
    for name in ("b.yml", "a.yml", "c d.yml"):
        write(tmp_path / name, f"{name}: 1\n")
    shell = "LC_ALL=C; export LC_ALL; sha256sum -- *.yml | sha256sum"
    printed = subprocess.run(["sh", "-c", shell], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert read_configuration(tmp_path).digest == printed.split()[0]


def test_the_fingerprint_differs_after_each_change(tmp_path: Path) -> None:
    """A new content of the same length, a swap by rename, a new and a missing file are all seen."""
    path = write(tmp_path / "i.yml", "a")
    seen = [fingerprint(tmp_path)]
    os.utime(path, ns=(1, 1))
    seen.append(fingerprint(tmp_path))
    write(tmp_path / "new", "b").replace(path)
    seen.append(fingerprint(tmp_path))
    write(tmp_path / "j.yml")
    seen.append(fingerprint(tmp_path))
    (tmp_path / "j.yml").unlink()
    path.unlink()
    seen.append(fingerprint(tmp_path))
    assert len(set(seen)) == len(seen)
    assert fingerprint(tmp_path) == fingerprint(tmp_path / "missing") == ()


def test_a_swap_within_one_tick_of_the_clock_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files of one length, made and swapped while the file system's clock stands still, still differ."""
    path, other = write(tmp_path / "i.yml", "a"), write(tmp_path / "j", "b")
    real = Path.stat

    def coarse(self: Path) -> SimpleNamespace:
        status = real(self)
        return SimpleNamespace(st_ino=status.st_ino, st_size=status.st_size, st_mtime_ns=1, st_ctime_ns=1)

    monkeypatch.setattr(Path, "stat", coarse)
    before = fingerprint(path)
    other.replace(path)
    assert fingerprint(path) != before


def test_the_fingerprint_stays_without_a_change(tmp_path: Path) -> None:
    """Reading, and files that do not belong to the inventory, change nothing."""
    write(tmp_path / "i.yml")
    before = fingerprint(tmp_path)
    write(tmp_path / "notes.txt")
    read_configuration(tmp_path)
    assert fingerprint(tmp_path) == before


def test_files_that_change_under_the_reading_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is returned stood together at one time: after a change in between, reading starts anew."""
    path = write(tmp_path / "i.yml", "old")
    states: list[Fingerprint] = [(("i", 1, 1, 1, 1),), (("i", 2, 2, 2, 2),), (("i", 2, 2, 2, 2),), (("i", 2, 2, 2, 2),)]
    real_read = files._read_once
    texts = iter(["half", "whole"])

    def read_while_written(of: Path, purpose: files.Purpose) -> files.Configuration:
        write(path, next(texts))
        return real_read(of, purpose)

    monkeypatch.setattr(files, "fingerprint", lambda _: states.pop(0))
    monkeypatch.setattr(files, "_read_once", read_while_written)
    assert [each.raw for each in read_configuration(tmp_path).files] == [b"whole"]


def test_files_that_never_stand_still_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that does not finish is told, and nothing half is used."""
    write(tmp_path / "i.yml")
    numbers = iter(range(100))
    monkeypatch.setattr(files, "fingerprint", lambda _: (("i", next(numbers), 0, 0, 0),))
    read = read_configuration(tmp_path)
    assert read.files == []
    assert messages(read.problems) == ["the files changed each time they were read"]
