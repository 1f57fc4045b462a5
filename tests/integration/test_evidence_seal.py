"""Sealed and signed copies of the report: our bytes stay, and what else a file may be is told."""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from exporter.cli import main
from exporter.errors import PantauError, UsageError
from exporter.evidence.folder import write_pack
from exporter.evidence.seal import REASON, add_seal_arguments, seal, seal_key_of
from tests.support.evidence_packs import FILES, contents, facts, report_pdf
from tests.support.seal_keys import PASSPHRASE, SOFTHSM, SealKeys, seal_keys, softhsm_token

_NAME = "laporan-jaringan_2026-10.pdf"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> SealKeys:
    """One key for all tests of this file."""
    return seal_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack with a real PDF."""
    return write_pack(tmp_path, facts(), {**FILES, _NAME: report_pdf()}).path


def _sealed(pack: Path, *words: str | Path) -> Path:
    parser = argparse.ArgumentParser()
    add_seal_arguments(parser)
    key = seal_key_of(parser.parse_args([str(word) for word in words]))
    assert key is not None
    return seal(pack, key)


def _by_pkcs12(keys: SealKeys) -> list[str | Path]:
    return ["--seal-key", keys.pkcs12, "--seal-passphrase-file", keys.passphrase]


def _told(capsys: pytest.CaptureFixture[str], pack: Path, signed: Path) -> tuple[int, str]:
    code = main(["verify", str(pack), "--signed", str(signed)])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("form", ["pkcs12", "pem"])
def test_a_seal_is_added_behind_our_bytes(
    pack: Path, keys: SealKeys, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It lies beside the pack, which stays as it was, says what it is, and ``verify --signed`` accepts it."""
    before = contents(pack)
    words = _by_pkcs12(keys)
    if form == "pem":
        words = ["--seal-key", keys.key, "--seal-certificate", keys.certificate, *words[2:]]
    sealed = _sealed(pack, *words)
    assert sealed == pack.parent / "2026-10_bersegel.pdf"
    raw = sealed.read_bytes()
    assert raw.startswith(report_pdf())
    assert b"/ETSI.CAdES.detached" in raw
    assert contents(pack) == before
    code, told = _told(capsys, pack, sealed)
    assert (code, told.endswith("\nSAH\n")) == (0, True)
    assert f"diawali persis oleh {_NAME}" in told
    assert "halaman dan lampiran sama" in told
    assert f"tanda tangan SegelOrganisasi ({REASON}) utuh; sertifikat: Common Name: Segel uji" in told
    assert PASSPHRASE.encode() not in raw


def test_a_seal_is_made_once(pack: Path, keys: SealKeys) -> None:
    """A seal on these bytes stays; anything else under that name is not overwritten, and a link not followed."""
    sealed = _sealed(pack, *_by_pkcs12(keys))
    raw = sealed.read_bytes()
    assert _sealed(pack, *_by_pkcs12(keys)).read_bytes() == raw
    sealed.write_bytes(b"another")
    with pytest.raises(PantauError, match="move it away"):
        _sealed(pack, *_by_pkcs12(keys))
    sealed.unlink()
    sealed.symlink_to(pack / "new.pdf")
    with pytest.raises(PantauError, match="move it away"):
        _sealed(pack, *_by_pkcs12(keys))
    assert not (pack / "new.pdf").exists()


def test_a_token_seals(
    pack: Path,
    keys: SealKeys,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The key never leaves its PKCS#11 token; a wrong PIN is told without the PIN."""
    if shutil.which("softhsm2-util") is None or not SOFTHSM.exists():
        assert os.environ.get("CI") != "true", "softhsm2-util is missing: scripts/need softhsm2-util:softhsm2"
        pytest.skip("softhsm2-util is not on PATH")
    (tmp_path / "hsm").mkdir()
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "hsm/softhsm2.conf"))
    softhsm_token(tmp_path / "hsm", keys)
    words: list[str | Path] = [
        "--seal-module",
        SOFTHSM,
        "--seal-token",
        "uji",
        "--seal-label",
        "segel",
        "--seal-passphrase-file",
    ]
    wrong = tmp_path / "wrong"
    wrong.write_text("0000-salah", encoding="utf-8")
    with pytest.raises(PantauError, match="check token, label and PIN") as refused:
        _sealed(pack, *words, wrong)
    assert "0000-salah" not in str(refused.value)
    sealed = _sealed(pack, *words, keys.passphrase)
    code, told = _told(capsys, pack, sealed)
    assert (code, "utuh" in told) == (0, True)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--seal-passphrase-file", "x"], "--seal-key or --seal-module"),
        (["--seal-key", "x", "--seal-module", "y"], "name one of them"),
        (["--seal-module", "x"], "--seal-module needs"),
        (["--seal-key", "x", "--seal-token", "y"], "--seal-module only"),
        (
            ["--seal-module=x", "--seal-token=t", "--seal-label=l", "--seal-passphrase-file=p", "--seal-certificate=c"],
            "leave this flag out",
        ),
    ],
)
def test_flags_that_do_not_fit_are_wrong_use(pack: Path, words: Sequence[str], why: str) -> None:
    """Each with what to do."""
    with pytest.raises(UsageError, match=why):
        _sealed(pack, *words)


def test_a_key_that_cannot_be_used_is_told(pack: Path, keys: SealKeys, tmp_path: Path) -> None:
    """A wrong passphrase, no key, no file: the flag is named, the passphrase is not, and nothing is written."""
    wrong = tmp_path / "wrong"
    wrong.write_text("salah-sekali", encoding="utf-8")
    given: list[list[str | Path]] = [
        ["--seal-key", keys.pkcs12, "--seal-passphrase-file", wrong],
        ["--seal-key", wrong],
        ["--seal-key", tmp_path / "nowhere"],
        ["--seal-key", keys.key, "--seal-certificate", wrong, "--seal-passphrase-file", keys.passphrase],
        ["--seal-key", keys.pkcs12, "--seal-passphrase-file", tmp_path / "nowhere"],
    ]
    for words in given:
        with pytest.raises(PantauError, match=r"--seal-(key|passphrase-file)") as refused:
            _sealed(pack, *words)
        assert "salah-sekali" not in str(refused.value)
    assert not list(tmp_path.glob("*.pdf"))


def test_a_pdf_that_is_not_signed_is_told(pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The very file, the file with something behind it, another report, and no PDF at all."""
    signed = tmp_path / "signed.pdf"
    for raw, why in (
        (report_pdf(), f"sama persis dengan {_NAME}, belum ditandatangani"),
        (report_pdf() + b"\n", "tidak memuat tanda tangan"),
        (report_pdf("Lain", "a,b\n1,3\n"), "tidak diawali oleh PDF paket dan lampirannya bukan lampiran PDF paket"),
        (b"rubbish", "PDF tidak dapat dibaca"),
    ):
        signed.write_bytes(raw)
        code, told = _told(capsys, pack, signed)
        assert (code, why in told) == (1, True), told


def test_a_changed_byte_of_a_signed_file_is_told(
    pack: Path, keys: SealKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    """In our part it does not begin with our bytes any more; in the signature it is broken."""
    sealed = _sealed(pack, *_by_pkcs12(keys))
    raw = sealed.read_bytes()
    place = raw.rindex(b"/Contents <") + 2000
    for where in (200, place):
        digit = b"0" if raw[where : where + 1] != b"0" else b"1"
        sealed.write_bytes(raw[:where] + digit + raw[where + 1 :])
        assert _told(capsys, pack, sealed)[0] == 1, where


def test_a_report_written_anew_and_signed_is_known_by_its_data(
    pack: Path, keys: SealKeys, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A signing service that rewrites the file keeps the attachments: they are compared, and the pages are not."""
    raw = _signed(report_pdf("Laporan, dengan kode QR"), keys)
    (tmp_path / "signed.pdf").write_bytes(raw)
    code, told = _told(capsys, pack, tmp_path / "signed.pdf")
    assert code == 0
    assert f"ditulis ulang; 1 lampiran datanya sama persis dengan {_NAME}" in told
    assert "CATATAN  signed.pdf: halamannya tidak dapat dibuktikan sama" in told


def _changed(raw: bytes, change: str) -> bytes:
    """The file with something changed in it, added behind it as editors do."""
    from pyhanko.pdf_utils import generic  # noqa: PLC0415 - a second, for those who ask
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - likewise

    writer = IncrementalPdfFileWriter(io.BytesIO(raw))
    page = writer.find_page_for_modification(1)[0].get_object()
    if change == "page":
        page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 m 9 9 l S"))
        writer.update_container(page)
    elif change == "contents":
        page["/Contents"]._data = b"0 0 m 9 9 l S"
        page["/Contents"]._encoded_data = None
        writer.update_container(page["/Contents"])
    elif change == "attachment":
        stream = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"]["/F"]
        stream._data, stream._encoded_data = b"a,b\n1,3\n", None
        writer.update_container(stream)
    else:
        writer.root["/OpenAction"] = generic.DictionaryObject()
        writer.update_root()
    changed = io.BytesIO()
    writer.write(changed)
    return changed.getvalue()


@pytest.mark.parametrize("change", ["page", "contents"])
def test_a_page_that_was_painted_over_is_told(
    pack: Path, keys: SealKeys, tmp_path: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It begins with our bytes and its signature is intact, and page 2 shows something else: that page is named.

    Before signing it may be a signing service's mark, which people have to look at; after it, the file is not valid.
    """
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(_signed(_changed(report_pdf(), change), keys))
    code, told = _told(capsys, pack, signed)
    assert code == 0
    assert "CATATAN  signed.pdf: tampilan diubah sesudah berkas kami, halaman 2;" in told
    assert re.search(r"BAIK .*signed\.pdf: tanda tangan Signature1 utuh", told)
    signed.write_bytes(_changed(_signed(report_pdf(), keys), change))
    code, told = _told(capsys, pack, signed)
    assert code == 1
    assert "utuh, tetapi dokumen diubah sesudahnya" in told


def test_other_data_behind_ours_are_told(
    pack: Path, keys: SealKeys, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An attachment that was put in place of ours makes it not valid; another opening of the document is told."""
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(_signed(_changed(report_pdf(), "attachment"), keys))
    code, told = _told(capsys, pack, signed)
    assert (code, "SALAH    signed.pdf: lampirannya diganti sesudah berkas kami" in told) == (1, True)
    signed.write_bytes(_signed(_changed(report_pdf(), "opening"), keys))
    code, told = _told(capsys, pack, signed)
    assert (code, "CATATAN  signed.pdf: susunan dokumen diubah sesudah berkas kami" in told) == (0, True)


def test_a_broken_pack_is_not_sealed(pack: Path, keys: SealKeys) -> None:
    """An organisation puts its seal on nothing that is not whole."""
    (pack / "data.json").write_bytes(b"")
    with pytest.raises(PantauError, match="a broken pack is not sealed"):
        _sealed(pack, *_by_pkcs12(keys))


def test_an_official_signs_a_sealed_report(pack: Path, keys: SealKeys, capsys: pytest.CaptureFixture[str]) -> None:
    """A second signature behind the seal leaves both intact."""
    sealed = _sealed(pack, *_by_pkcs12(keys))
    sealed.write_bytes(_signed(sealed.read_bytes(), keys))
    code, told = _told(capsys, pack, sealed)
    assert (code, told.count(" utuh; ")) == (0, 2)
    assert "memuat 2 tanda tangan atas berkas kami" in told


def _signed(raw: bytes, keys: SealKeys) -> bytes:
    """What an official's own system makes of a file."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - a second
    from pyhanko.sign import fields, signers  # noqa: PLC0415 - likewise

    signer = signers.SimpleSigner.load_pkcs12(str(keys.pkcs12), passphrase=PASSPHRASE.encode())
    meta = signers.PdfSignatureMetadata(field_name="Signature1", subfilter=fields.SigSeedSubFilter.PADES)
    done: io.BytesIO = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(raw)), meta, signer)
    return done.getvalue()


def test_poppler_agrees_on_a_seal(pack: Path, keys: SealKeys) -> None:
    """Another program finds the signature, over the whole file; without it the test is skipped, but not in CI."""
    if shutil.which("pdfsig") is None:
        assert os.environ.get("CI") != "true", "pdfsig is missing: scripts/need pdfsig:poppler-utils"
        pytest.skip("pdfsig is not on PATH")
    sealed = _sealed(pack, *_by_pkcs12(keys))
    done = subprocess.run(["pdfsig", sealed], capture_output=True, text=True, timeout=60, check=False)
    assert "Signature is Valid" in done.stdout
    assert "Total document signed" in done.stdout
    assert "ETSI.CAdES.detached" in done.stdout
