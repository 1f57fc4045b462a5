"""Whatever a name server sends, the verdict is a value."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exporter.probe_outcome import ProbeReason
from exporter.protocols.dns import Arrival, question, received, verdict


@given(st.binary(max_size=600))
def test_noise_is_no_answer(noise: bytes) -> None:
    """Neither is the right id before it."""
    asked = question("portal.example", "A")
    for wire in (noise, asked.wire[:2] + noise, asked.wire[:2] + b"\x81\x80" + noise, asked.wire + noise):
        arrival, message = received(asked, wire)
        if arrival is Arrival.ANSWER:
            assert message is not None
            assert verdict(asked, message, frozenset({"192.0.2.1"})).reason is not None


@given(st.binary(max_size=80), st.integers(0, 3), st.integers(0, 3))
def test_records_of_noise_lead_to_a_verdict(noise: bytes, answers: int, code: int) -> None:
    """Behind a header and a question that are right."""
    asked = question("portal.example", "A")
    header = asked.wire[:2] + bytes([0x81, 0x80 | code, 0, 1, 0, answers, 0, 0, 0, 0])
    arrival, message = received(asked, header + asked.wire[12:] + b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4" + noise)
    assert (message is None) is (arrival is Arrival.MALFORMED or arrival is Arrival.STRANGER)
    if message is not None:
        found = verdict(asked, message, frozenset())
        assert found.reason is None or found.reason in set(ProbeReason)
        assert len(found.detail) < 200
