"""What a certificate says, and what it means that one was refused.

Lives here: the end of a certificate, and reasons from the codes of OpenSSL's verification (x509_vfy.h, the numbers are
those of X509_STORE_CTX_get_error(3)). Must not live here: handshakes, files.

OpenSSL stops at the first fault it finds, in this order: the chain leads to no authority that is believed; the name;
then the times. A certificate with several faults has the reason of the first.
"""

from __future__ import annotations

from cryptography import x509

from exporter.probe_outcome import ProbeReason

__all__ = ["certificate_end_unix_s", "refusal_reason"]

#: X509_V_ERR_CERT_HAS_EXPIRED: the server's, or one between it and the authority.
_EXPIRED = 10

#: X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH.
_WRONG_NAME = {62, 64}


def certificate_end_unix_s(der: bytes) -> float | None:
    """Unix time of ``notAfter`` (RFC 5280, 4.1.2.5) of a certificate in DER; None where it cannot be read."""
    try:
        return x509.load_der_x509_certificate(der).not_valid_after_utc.timestamp()
    except ValueError:
        return None


def refusal_reason(verify_code: int) -> ProbeReason:
    """Why a certificate was not believed; all but its end and its name, also a beginning that lies ahead, is trust."""
    if verify_code == _EXPIRED:
        return ProbeReason.TLS_EXPIRED
    return ProbeReason.TLS_WRONG_NAME if verify_code in _WRONG_NAME else ProbeReason.TLS_UNTRUSTED
