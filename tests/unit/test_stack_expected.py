"""Who may be told in a trial, and with which secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.errors import PantauError
from exporter.stack.expected import TrialSecrets, expected_by
from exporter.stack.versions import BOT_TOKEN_FILE_SINCE, version_in, version_of

_SHIPPED = (Path(__file__).parents[2] / "deploy/alertmanager/alertmanager.yml").read_text(encoding="utf-8")


def test_expected_by_the_shipped_file() -> None:
    """Each chat has the name of its first receiver; the mail's user is the file's."""
    expected = expected_by(_SHIPPED, TrialSecrets())
    assert expected.chats == {-1001000000001: "grup-noc", 1000000001: "petugas-siang", 1000000002: "petugas-malam"}
    assert expected.smtp_user == "pantau@prov.example"


def test_expected_by_a_chat_without_a_number() -> None:
    """A chat's name would be accepted by YAML and refused by Telegram."""
    with pytest.raises(TypeError, match="'@noc' is no number"):
        expected_by(_SHIPPED.replace("-1001000000001", '"@noc"'), TrialSecrets())


def test_secrets_are_new_and_shown_nowhere() -> None:
    """Two trials share none, and a log line with one of them has no secret in it."""
    one, other = TrialSecrets(), TrialSecrets()
    assert one.telegram_token != other.telegram_token
    assert repr(one) == "TrialSecrets()"


def test_secrets_are_written_for_their_owner_only(tmp_path: Path) -> None:
    """Also over files that others could read."""
    folder = tmp_path / "secrets"
    TrialSecrets().write(folder)
    (folder / "gateway-token").chmod(0o644)
    secrets = TrialSecrets()
    secrets.write(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "telegram-token": 0o600,
        "smtp-password": 0o600,
        "gateway-token": 0o600,
        "heartbeat-token": 0o600,
    }
    assert (folder / "gateway-token").read_text(encoding="utf-8") == secrets.gateway_token


def test_version_in() -> None:
    """Major and minor, as Debian's builds and upstream's say them."""
    old = version_in("alertmanager, version 0.25.0 (branch: debian/sid, revision: 0.25.0-1+b4)", Path("a"))
    assert old < BOT_TOKEN_FILE_SINCE < version_in("alertmanager, version 0.33.1 (branch: HEAD)", Path("a"))


def test_version_in_and_of_what_is_no_program() -> None:
    """The error names the program."""
    with pytest.raises(PantauError, match="/x/am --version names no version: 'usage'"):
        version_in("usage", Path("/x/am"))
    with pytest.raises(PantauError, match="/nowhere/am --version: "):
        version_of(Path("/nowhere/am"))
