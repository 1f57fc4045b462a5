"""Time stamps: from a real authority, checked offline and by openssl, pending when there is none, never faked."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from exporter.cli import main
from exporter.clock import FakeClock
from exporter.evidence.manifest import MANIFEST, STAMP, SUMS, Manifest, manifest_read
from exporter.evidence.timestamp import NoStampError, asked_stamp
from tests.support.evidence_packs import facts, put_pack
from tests.support.stamp_authority import StampAuthority, run_openssl, stamp_authority


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StampAuthority]:
    """One for all tests of this file."""
    with stamp_authority(tmp_path_factory.mktemp("tsa")) as authority:
        yield authority


@pytest.fixture
def authority(running: StampAuthority) -> StampAuthority:
    """It answers rightly, and was asked nothing."""
    running.status, running.change = 200, lambda raw: raw
    running.asked.clear()
    return running


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack without a stamp."""
    return put_pack(tmp_path).path


def _told(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str]:
    code = main(["verify", *map(str, words)])
    return code, capsys.readouterr().out


def test_a_stamp_is_kept_and_openssl_agrees(
    pack: Path, authority: StampAuthority, capsys: pytest.CaptureFixture[str]
) -> None:
    """The token is over the manifest, holds the certificate, and is believed by the authority's, here and there."""
    code, told = _told(capsys, pack, "--stamp", authority.url, "--authority", authority.certificate)
    assert code == 0
    assert "BAIK     MANIFEST.tsr: MANIFEST.json sudah ada pada " in told
    assert told.endswith("SAH\n")
    words: list[str | Path] = ["-data", pack / MANIFEST, "-in", pack / STAMP, "-CAfile", authority.certificate]
    assert b"Verification: OK" in run_openssl("ts", "-verify", *words)
    query = run_openssl("ts", "-query", "-in", authority.folder / "query", "-text")
    assert b"Hash Algorithm: sha256" in query
    assert b"Nonce: 0x" in query
    assert b"Certificate required: yes" in query
    assert (pack / STAMP).stat().st_mode & 0o777 == 0o644
    assert sorted(path.name for path in pack.parent.iterdir()) == [".pantau-lock", "2026-10"]


def test_a_stamp_is_asked_for_once(pack: Path, authority: StampAuthority, capsys: pytest.CaptureFixture[str]) -> None:
    """The second time nobody is asked; without the authority's certificate, that it was not checked is told."""
    _told(capsys, pack, "--stamp", authority.url)
    raw = (pack / STAMP).read_bytes()
    code, told = _told(capsys, pack, "--stamp", authority.url)
    assert (code, len(authority.asked), (pack / STAMP).read_bytes()) == (0, 1, raw)
    assert "stempel waktu: sudah ada" in told
    assert "siapa otoritasnya tidak diperiksa" in told


def test_a_forged_manifest_is_caught_by_the_stamp(
    pack: Path, authority: StampAuthority, capsys: pytest.CaptureFixture[str]
) -> None:
    """Manifest and sums that fit each other are not what was stamped."""
    _told(capsys, pack, "--stamp", authority.url)
    found = manifest_read((pack / MANIFEST).read_bytes())
    forged = Manifest(facts(software="3.99"), found.place, found.files)
    (pack / MANIFEST).write_bytes(forged.raw)
    (pack / SUMS).write_bytes(forged.sums)
    code, told = _told(capsys, pack)
    assert code == 1
    assert "SALAH    MANIFEST.tsr: stempel ini bukan untuk MANIFEST.json yang ada" in told


def test_a_changed_or_foreign_stamp_is_told(
    pack: Path, authority: StampAuthority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed byte in the signature, rubbish, another authority's certificate, and none where one is asked for."""
    assert _told(capsys, pack, "--authority", authority.certificate)[0] == 1
    _told(capsys, pack, "--stamp", authority.url)
    raw = (pack / STAMP).read_bytes()
    with stamp_authority(tmp_path / "other") as other:
        code, told = _told(capsys, pack, "--authority", other.certificate)
    assert (code, "tanda tangan otoritas tidak cocok" in told) == (1, True)
    for wrong in (raw[:-1] + bytes([raw[-1] ^ 1]), b"rubbish", raw[:-10], b""):
        (pack / STAMP).write_bytes(wrong)
        assert _told(capsys, pack)[0] == 1
        assert _told(capsys, pack, "--authority", authority.certificate)[0] == 1


def _other_nonce(authority: StampAuthority, pack: Path) -> bytes:
    """A true stamp over the same manifest, for another request."""
    query = run_openssl("ts", "-query", "-data", pack / MANIFEST, "-sha256", "-cert")
    authority.change = lambda raw: raw
    return authority.answer(query)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("refused", "otoritas menolak permintaan"),
        ("page", "bukan stempel waktu"),
        ("cut", "bukan stempel waktu"),
        ("nonce", "nonce berbeda"),
        ("forged", "tidak sah"),
        ("long", "terlalu panjang"),
        ("500", "HTTP 500"),
        ("302", "HTTP 302"),
    ],
)
def test_a_wrong_answer_is_no_stamp(
    pack: Path, authority: StampAuthority, wrong: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the authority answers instead, nothing is kept, pending is told with the reason, the pack is valid."""
    if wrong.isdigit():
        authority.status = int(wrong)
    else:
        other = _other_nonce(authority, pack)
        authority.change = {
            "refused": lambda _: bytes.fromhex("30053003020102"),
            "page": lambda _: b"<html>403</html>",
            "cut": lambda raw: raw[:100],
            "nonce": lambda _: other,
            "forged": lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
            "long": lambda raw: raw + bytes(500_000),
        }[wrong]
    code, told = _told(capsys, pack, "--stamp", authority.url)
    assert code == 0
    first = told.splitlines()[0]
    assert first.startswith("CATATAN  stempel waktu: TERTUNDA (pending): ")
    assert why in first
    assert f"pantau verify {pack} --stamp {authority.url}" in first
    assert not (pack / STAMP).exists()
    assert told.endswith("\nSAH\n")


class _Hurrying(FakeClock):
    """Time goes by at each look."""

    def monotonic_ns(self) -> int:
        self.advance_ns(20_000_000_000)
        return super().monotonic_ns()


def test_an_authority_that_takes_too_long_is_left(authority: StampAuthority) -> None:
    """An answer that comes in pieces without end is not waited for."""
    with pytest.raises(NoStampError, match="terlalu lama"):
        asked_stamp(b"message", authority.url, _Hurrying())


def test_a_stamp_without_certificates_is_told(
    pack: Path, authority: StampAuthority, capsys: pytest.CaptureFixture[str]
) -> None:
    """It could not be checked when the authority is gone."""
    query = run_openssl("ts", "-query", "-data", pack / MANIFEST, "-sha256")
    (pack / STAMP).write_bytes(authority.answer(query))
    code, told = _told(capsys, pack, "--authority", authority.certificate)
    assert (code, "MANIFEST.tsr: tanpa sertifikat otoritas" in told) == (1, True)


def test_an_authority_that_is_not_there_makes_it_pending_until_it_is(
    pack: Path, authority: StampAuthority, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody listens: pending; asked again later, the stamp is there."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    code, told = _told(capsys, pack, "--stamp", f"http://127.0.0.1:{port}/")
    assert (code, "TERTUNDA (pending)" in told) == (0, True)
    assert _told(capsys, pack, "--stamp", authority.url)[0] == 0
    assert (pack / STAMP).exists()


def test_a_broken_pack_is_not_stamped(
    pack: Path, authority: StampAuthority, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is asked to witness it."""
    (pack / "data.json").write_bytes(b"")
    code, told = _told(capsys, pack, "--stamp", authority.url)
    assert (code, authority.asked) == (1, [])
    assert "a broken pack is not stamped" in told
