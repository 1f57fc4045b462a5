"""The files of running simulations."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from exporter.errors import UsageError
from exporter.sim.runtime import Record, checked_name, control_path, runtime_folder
from exporter.sim.settings import SimulationError


@pytest.fixture(autouse=True)
def session_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session folder of the test's own."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


def test_the_runtime_folder_is_the_users_alone(session_folder: Path) -> None:
    """It lies in the session's folder and nobody else can enter it."""
    folder = runtime_folder()
    assert folder == session_folder / "pantau"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_without_a_session_the_folder_is_named_for_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing session folder leads to one in /tmp with the user's number."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nonexistent")
    assert runtime_folder() == Path(f"/tmp/pantau-{os.geteuid()}")


def test_a_folder_that_others_can_enter_is_refused(session_folder: Path) -> None:
    """Somebody else's folder, or an open one, is not trusted with a control socket."""
    (session_folder / "pantau").mkdir()
    (session_folder / "pantau").chmod(0o755)
    with pytest.raises(SimulationError, match="mode 0700"):
        runtime_folder()


def test_a_symbolic_link_for_a_folder_is_refused(session_folder: Path) -> None:
    """A link that another user planted is not followed."""
    (session_folder / "elsewhere").mkdir(mode=0o700)
    (session_folder / "pantau").symlink_to(session_folder / "elsewhere")
    with pytest.raises(SimulationError, match="mode 0700"):
        runtime_folder()


def test_a_file_for_a_folder_is_refused(session_folder: Path) -> None:
    """A file where the folder should be is told as such."""
    (session_folder / "pantau").touch(mode=0o600)
    with pytest.raises(SimulationError, match="must be a folder of this user alone"):
        runtime_folder()


def test_each_name_has_its_own_control_socket(session_folder: Path) -> None:
    """The socket is named for the simulation."""
    assert control_path("rehearsal") == session_folder / "pantau" / "rehearsal.sock"


@pytest.mark.parametrize("name", ["", "-x", "../x", "a/b", "A", "x" * 64, "a b"])
def test_names_that_are_no_file_names_are_refused(name: str) -> None:
    """A name cannot lead out of its folder."""
    with pytest.raises(UsageError, match="--netns"):
        checked_name(name)


def test_a_name_is_held_by_one_run_at_a_time(session_folder: Path) -> None:
    """A second claim fails while the first is held, and afterwards nothing is left of it."""
    with Record("rehearsal"), pytest.raises(SimulationError, match="is running already"):
        Record("rehearsal")
    assert list((session_folder / "pantau").iterdir()) == []
    Record("rehearsal").release()


def test_what_a_killed_run_left_can_be_read(session_folder: Path) -> None:
    """The record of a run that never released it tells the next what it had made."""
    record = Record("rehearsal")
    record.write(namespace_inode=42, pid=7)
    os.close(record._descriptor)
    with Record("rehearsal") as heir:
        assert heir.read() == {"namespace_inode": 42, "pid": 7}


@pytest.mark.parametrize("content", ["", "not JSON", "[1]"])
def test_an_unreadable_record_says_nothing(session_folder: Path, content: str) -> None:
    """A record that is empty or damaged counts as none, so a namespace is not taken for ours."""
    runtime_folder()
    (session_folder / "pantau" / "rehearsal.lock").write_text(content)
    with Record("rehearsal") as record:
        assert record.read() == {}
