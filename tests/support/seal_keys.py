"""Keys of an invented organisation, in the forms that a seal may have.

Lives here: PEM, PKCS#12, and a token of SoftHSM. Must not live here: assertions.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.stamp_authority import run_openssl

__all__ = ["PASSPHRASE", "SOFTHSM", "SealKeys", "seal_keys", "softhsm_token"]

PASSPHRASE = "rahasia-kenari-4711"

#: Where Debian and Ubuntu put it.
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


@dataclass(frozen=True, slots=True)
class SealKeys:
    """Files."""

    key: Path
    certificate: Path
    pkcs12: Path
    passphrase: Path


def seal_keys(folder: Path) -> SealKeys:
    """One key with its certificate, as PEM (encrypted) and as PKCS#12."""
    keys = SealKeys(folder / "seal.key", folder / "seal.pem", folder / "seal.p12", folder / "passphrase")
    keys.passphrase.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    keys.passphrase.chmod(0o600)
    secret = f"file:{keys.passphrase}"
    config = folder / "conf"
    config.write_text(
        "[req]\ndistinguished_name = dn\n[dn]\n[v3]\nbasicConstraints = critical,CA:FALSE\n"
        "keyUsage = critical,digitalSignature,nonRepudiation\n",
        encoding="utf-8",
    )
    words = ["-newkey", "rsa:2048", "-days", "30", "-subj", "/CN=Segel uji", "-config", config, "-extensions", "v3"]
    run_openssl("req", "-x509", *words, "-passout", secret, "-keyout", keys.key, "-out", keys.certificate)
    words = ["-in", keys.certificate, "-inkey", keys.key, "-passin", secret, "-passout", f"pass:{PASSPHRASE}"]
    run_openssl("pkcs12", "-export", *words, "-out", keys.pkcs12)
    return keys


def softhsm_token(folder: Path, keys: SealKeys) -> None:
    """A token ``uji`` that holds the key as ``segel``, with the passphrase as its PIN.

    The environment variable SOFTHSM2_CONF has to name ``softhsm2.conf`` in the folder.
    """
    from pkcs11 import Attribute, lib  # noqa: PLC0415 - for those who ask
    from pkcs11.util.x509 import decode_x509_certificate  # noqa: PLC0415 - likewise

    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\n", encoding="utf-8")
    plain = folder / "plain.key"
    run_openssl("pkcs8", "-topk8", "-nocrypt", "-in", keys.key, "-passin", f"file:{keys.passphrase}", "-out", plain)
    tool = ["softhsm2-util", "--token", "uji", "--pin", PASSPHRASE]
    for words in (
        ["--init-token", "--free", "--label", "uji", "--so-pin", PASSPHRASE],
        ["--import", str(plain), "--label", "segel", "--id", "01"],
    ):
        subprocess.run([*tool, *words], check=True, capture_output=True, timeout=60)
    certificate = decode_x509_certificate(run_openssl("x509", "-in", keys.certificate, "-outform", "DER"))
    token = lib(str(SOFTHSM)).get_token(token_label="uji")
    with token.open(rw=True, user_pin=PASSPHRASE) as session:
        session.create_object({**certificate, Attribute.TOKEN: True, Attribute.LABEL: "segel", Attribute.ID: b"\x01"})
