"""What OpenSSL's codes mean, and certificates that cannot be read."""

from __future__ import annotations

import pytest

from exporter.probe_outcome import ProbeReason
from exporter.protocols.tls import certificate_end_unix_s, refusal_reason


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (10, ProbeReason.TLS_EXPIRED),
        (62, ProbeReason.TLS_WRONG_NAME),
        (64, ProbeReason.TLS_WRONG_NAME),
        (9, ProbeReason.TLS_UNTRUSTED),
        (18, ProbeReason.TLS_UNTRUSTED),
        (19, ProbeReason.TLS_UNTRUSTED),
        (20, ProbeReason.TLS_UNTRUSTED),
        (23, ProbeReason.TLS_UNTRUSTED),
    ],
)
def test_a_refusal_has_a_reason(code: int, reason: ProbeReason) -> None:
    """Its end, its name, or trust."""
    assert refusal_reason(code) is reason


@pytest.mark.parametrize("der", [b"", b"\x30\x03\x02\x01\x00", b"\xff" * 100])
def test_a_certificate_that_cannot_be_read_has_no_end(der: bytes) -> None:
    """Whatever its bytes are."""
    assert certificate_end_unix_s(der) is None
