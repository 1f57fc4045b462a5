"""Secrets: where they come from, what is wrong with them, and that nothing shows them."""

from __future__ import annotations

import copy
import logging
import pickle
from pathlib import Path

import pytest

from exporter.credentials import LoadedSecrets, Secret, load_secrets
from exporter.probe_model import AuthProtocol, PrivProtocol, SecretReference, SecretSource, SnmpCredentials

CANARY = "kenari-rahasia-8271"


def from_file(name: str) -> SecretReference:
    """A reference to a file."""
    return SecretReference(SecretSource.FILE, name)


def community(reference: SecretReference) -> SnmpCredentials:
    """Credentials of v2c."""
    return SnmpCredentials("router", community=reference)


def loaded(folder: Path, reference: SecretReference, **environment: str) -> LoadedSecrets:
    """What one community's reference leads to."""
    return load_secrets([community(reference)], folder, environment)


def written(folder: Path, content: bytes, mode: int = 0o600) -> SecretReference:
    """A file with a secret."""
    path = folder / "community"
    path.write_bytes(content)
    path.chmod(mode)
    return from_file("community")


@pytest.mark.parametrize("content", [b"kenari", b"kenari\n", b"kenari\r\n"])
def test_a_secret_is_the_line_of_its_file(tmp_path: Path, content: bytes) -> None:
    """The end of the line is no part of it."""
    found = loaded(tmp_path, written(tmp_path, content)).secrets["router"].community
    assert found is not None
    assert found.reveal() == "kenari"


def test_a_secret_may_be_in_the_environment(tmp_path: Path) -> None:
    """The variable that the inventory names is read."""
    reference = SecretReference(SecretSource.ENVIRONMENT, "PANTAU_COMMUNITY")
    found = loaded(tmp_path, reference, PANTAU_COMMUNITY=CANARY).secrets["router"].community
    assert found == Secret(CANARY)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"kenari\nrahasia\n", "more than one line"),
        (b" kenari", "space"),
        (b"kenari\x00", "cannot be seen"),
        (b"\xff\xfe", "UTF-8"),
        (b"kenari" * 60, "too long"),
        (b"kenari" * 400, "too long"),
    ],
)
def test_a_wrong_secret_is_named_and_not_shown(tmp_path: Path, content: bytes, word: str) -> None:
    """The problem names the entry, its key and what is wrong, never what it holds."""
    found = loaded(tmp_path, written(tmp_path, content))
    assert not found.secrets
    [problem] = found.problems
    assert word in problem.message
    assert (problem.credentials, problem.key) == ("router", "community")
    assert "kenari" not in str(problem)


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    """By entry and key: what is written in place of a file's or variable's name may be the secret itself."""
    (tmp_path / "folder").mkdir()
    for reference in (
        from_file("missing"),
        from_file("folder"),
        from_file("a\0b"),
        SecretReference(SecretSource.ENVIRONMENT, "PANTAU_NOTHING"),
    ):
        [problem] = loaded(tmp_path, reference).problems
        assert problem.remedy
        assert str(problem).startswith("credentials router, community: ")
        assert reference.place not in str(problem)


def test_a_secret_that_others_may_read_or_change_is_warned_of(tmp_path: Path) -> None:
    """It still serves: containers are given their secrets readable."""
    found = loaded(tmp_path, written(tmp_path, b"kenari", 0o646))
    assert "router" in found.secrets
    assert sorted("read" in each.message for each in found.warnings) == [False, True]
    assert not loaded(tmp_path, written(tmp_path, b"kenari")).warnings


def test_a_password_of_v3_has_eight_characters(tmp_path: Path) -> None:
    """Shorter ones are refused by devices (RFC 3414 section 11.2); one bad part leaves the credentials out."""
    (tmp_path / "auth").write_text("12345678")
    (tmp_path / "priv").write_text("1234567")
    three = SnmpCredentials(
        "v3",
        user="pantau",
        auth_protocol=AuthProtocol.SHA256,
        auth_password=from_file("auth"),
        priv_protocol=PrivProtocol.AES128,
        priv_password=from_file("priv"),
    )
    found = load_secrets([three], tmp_path, {})
    assert not found.secrets
    assert ["fewer than 8" in each.message for each in found.problems] == [True]
    (tmp_path / "priv").write_text("12345679")
    secrets = load_secrets([three], tmp_path, {}).secrets["v3"]
    assert (secrets.user, secrets.auth_password, secrets.priv_password) == (
        "pantau",
        Secret("12345678"),
        Secret("12345679"),
    )


def test_each_call_reads_anew(tmp_path: Path) -> None:
    """A reload takes the new password."""
    reference = written(tmp_path, b"lama")
    assert loaded(tmp_path, reference).secrets["router"].community == Secret("lama")
    written(tmp_path, b"baru")
    assert loaded(tmp_path, reference).secrets["router"].community == Secret("baru")


def test_nothing_shows_a_secret(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither text, format, log nor copy has it in it."""
    secrets = loaded(tmp_path, written(tmp_path, CANARY.encode()))
    secret = secrets.secrets["router"].community
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("%s %r %s", secret, secret, secrets)
    for text in (str(secret), repr(secret), f"{secret:>40}", f"{secrets}", caplog.text):
        assert CANARY not in text
        assert "***" in text
    for writing in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="not written"):
            writing(secret)
