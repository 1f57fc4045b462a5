"""An organisation's seal on a copy of the report: who made it, and that it is unchanged since.

Lives here: the flags, the key and the sealing, by pyHanko. Must not live here: an official's signature, which only the
official makes, in the agency's own system. Form: PAdES (ETSI EN 319 142-1), ETSI.CAdES.detached, nothing visible. The
sealed copy lies beside the pack, not in it, for its time and its random numbers differ each time it is made.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from exporter.errors import PantauError, UsageError
from exporter.evidence.disk import open_folder, read_whole
from exporter.evidence.folder import locked, put_file
from exporter.evidence.integrity import integrity_of
from exporter.files import MAX_SECRET_BYTES, read_secret

__all__ = ["REASON", "SealKey", "add_seal_arguments", "seal", "seal_key_of"]

#: What the seal says of itself, in the file.
REASON = "Segel organisasi, bukan tanda tangan pejabat"

_FIELD = "SegelOrganisasi"
_EXTRA = "pip install 'pantau-opd[seal]'"


@dataclass(frozen=True, slots=True)
class SealKey:
    """Where the key of a seal is."""

    key: Path | None  #: PKCS#12, or PEM where there is a certificate beside it
    certificate: Path | None  #: PEM: the key's own first, then those above it
    module: Path | None  #: PKCS#11
    token: str  #: label of the PKCS#11 token
    label: str  #: of key and certificate in it
    passphrase: Path | None  #: a file; also the PIN of a token


def add_seal_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of a seal; there is none for the passphrase itself, which everybody could read in the process list."""
    group = parser.add_argument_group("seal", "an organisation's seal on a copy of the PDF, beside the pack")
    group.add_argument("--seal-key", metavar="FILE", type=Path, help="PKCS#12 file, or PEM with --seal-certificate")
    group.add_argument("--seal-certificate", metavar="FILE", type=Path, help="PEM: the key's certificate, then others")
    group.add_argument("--seal-module", metavar="FILE", type=Path, help="PKCS#11 library, instead of --seal-key")
    group.add_argument("--seal-token", metavar="LABEL", default="", help="the token's label, with --seal-module")
    group.add_argument("--seal-label", metavar="LABEL", default="", help="the key's label, with --seal-module")
    group.add_argument("--seal-passphrase-file", metavar="FILE", type=Path, help="holds the passphrase, or the PIN")


def seal_key_of(arguments: argparse.Namespace) -> SealKey | None:
    """The key that the flags name, None where they name none. Raises UsageError for flags that do not fit."""
    key = SealKey(
        key=arguments.seal_key,
        certificate=arguments.seal_certificate,
        module=arguments.seal_module,
        token=arguments.seal_token,
        label=arguments.seal_label,
        passphrase=arguments.seal_passphrase_file,
    )
    if key == SealKey(None, None, None, "", "", None):
        return None
    if (key.key is None) == (key.module is None):
        raise UsageError("--seal-key or --seal-module: name one of them, for one of them holds the key")
    if key.module is not None and not (key.token and key.label and key.passphrase):
        raise UsageError("--seal-module needs --seal-token, --seal-label and --seal-passphrase-file as well")
    if key.module is not None and key.certificate is not None:
        raise UsageError("--seal-certificate: the token holds the certificate; leave this flag out")
    if key.key is not None and (key.token or key.label):
        raise UsageError("--seal-token and --seal-label go with --seal-module only; leave them out")
    return key


def seal(pack: Path, key: SealKey) -> Path:
    """The sealed copy of the pack's report, ``2026-10_bersegel.pdf`` beside the pack.

    One that is there and begins with the report's very bytes stays as it is. Raises PantauError where the pack is
    broken, the key cannot be used, another file is in the way, or pyHanko is missing.
    """
    found = integrity_of(pack)
    if found.manifest is None or found.faults:
        raise PantauError(f"{pack}: a broken pack is not sealed ({found.faults[0]}); put it back from a copy")
    name = f"laporan-jaringan_{found.manifest.facts.month}.pdf"
    if name not in found.manifest.files:
        raise PantauError(f"{pack}: there is no {name} in this pack to seal; make the pack anew")
    report = read_whole(pack / name, "--seal")
    target = pack.resolve().parent / f"{found.manifest.name}_bersegel.pdf"
    if target.is_symlink() or target.exists():
        if not target.is_symlink() and _begins(read_whole(target, "--seal"), report):
            return target
        raise PantauError(f"{target}: is there, and is no seal on this pack's report; move it away")
    sealed = _sealed(report, key)
    try:
        with locked(target.parent) as out, open_folder(".", out) as into:
            put_file(out, target.name, sealed, target.name, into)
    except OSError as error:
        raise PantauError(f"{target}: cannot be written ({error.strerror}); check who may write there") from error
    return target


def _begins(sealed: bytes, report: bytes) -> bool:
    return sealed.startswith(report) and len(sealed) > len(report)


def _sealed(report: bytes, key: SealKey) -> bytes:
    """The report with the seal added behind it."""
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - an extra
        from pyhanko.sign import fields, signers  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise PantauError(f"a seal needs another package: {_EXTRA}") from error
    meta = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=REASON
    )
    if key.module is not None:
        return _sealed_by_token(report, key, meta)
    signer = _signer_of_files(key, signers.SimpleSigner)
    done: BytesIO = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(report)), meta, signer)
    return done.getvalue()


def _signer_of_files(key: SealKey, simple: Any) -> Any:
    secret = _secret(key)
    for flag, path in (("--seal-key", key.key), ("--seal-certificate", key.certificate)):
        if path is not None:
            read_whole(path, flag, 1024 * 1024)  # the library tells people nothing of a file that it cannot read
    if key.certificate is None:
        signer = simple.load_pkcs12(str(key.key), passphrase=secret)
    else:
        chain = [str(key.certificate)]
        signer = simple.load(str(key.key), str(key.certificate), ca_chain_files=chain, key_passphrase=secret)
    if signer is None:
        raise PantauError(f"--seal-key {key.key}: cannot be used; check --seal-passphrase-file, and the key's form")
    return signer


def _sealed_by_token(report: bytes, key: SealKey, meta: Any) -> bytes:
    from pyhanko.config.pkcs11 import TokenCriteria  # noqa: PLC0415 - an extra
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - an extra
    from pyhanko.sign import signers  # noqa: PLC0415 - an extra

    try:
        from pkcs11.exceptions import PKCS11Error  # noqa: PLC0415 - an extra
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise PantauError(f"a seal by PKCS#11 needs another package: {_EXTRA}") from error
    pin = (_secret(key) or b"").decode()
    try:
        criteria = TokenCriteria(label=key.token)
        with open_pkcs11_session(str(key.module), token_criteria=criteria, user_pin=pin) as session:
            signer = PKCS11Signer(session, cert_label=key.label, key_label=key.label)
            done: BytesIO = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(report)), meta, signer)
    except (PKCS11Error, RuntimeError, LookupError) as error:
        why = str(error) or type(error).__name__
        raise PantauError(f"--seal-module {key.module}: {why}; check token, label and PIN") from error
    return done.getvalue()


def _secret(key: SealKey) -> bytes | None:
    """The passphrase, without the line end that editors add."""
    if key.passphrase is None:
        return None
    try:
        raw, _ = read_secret(key.passphrase)
    except OSError as error:
        raise PantauError(f"--seal-passphrase-file {key.passphrase}: {error.strerror}; check the path") from error
    if len(raw) > MAX_SECRET_BYTES:
        raise PantauError(f"--seal-passphrase-file {key.passphrase}: holds more than a passphrase; name another file")
    return raw.rstrip(b"\r\n")
