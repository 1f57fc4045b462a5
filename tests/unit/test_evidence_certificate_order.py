"""Certificates of a time stamp are put in order, and nothing else is touched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exporter.evidence.certificate_order import certificates_sorted
from exporter.evidence.finding import Weight, bad


def _der(tag: int, *parts: bytes) -> bytes:
    """One element."""
    body = b"".join(parts)
    length = bytes([len(body)]) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")
    return bytes([tag]) + length + body


def _answer(*certificates: bytes, tag: int = 0xA0) -> bytes:
    """A TimeStampResp as far as the certificates are concerned."""
    members = _der(2, b"\x03"), _der(0x31), _der(0x30), _der(tag, *certificates), _der(0x31, b"\x05\x00")
    token = _der(0x30, _der(6, b"\x2a"), _der(0xA0, _der(0x30, *members)))
    return _der(0x30, _der(0x30, _der(2, b"\x00")), token)


def test_certificates_come_in_the_order_of_their_bytes() -> None:
    """Whatever order they had; the rest, lengths included, stays."""
    small, large = _der(0x30, bytes(10)), _der(0x30, bytes(300))
    assert certificates_sorted(_answer(large, small)) == _answer(small, large)
    assert certificates_sorted(_answer(small, large)) == _answer(small, large)


def test_without_certificates_nothing_changes() -> None:
    """The member there is another one, and its parts are not sorted."""
    raw = _answer(b"\x05\x00", b"\x02\x00", tag=0x31)
    assert certificates_sorted(raw) == raw


@given(st.binary(max_size=80), st.integers(0, 80))
def test_rubbish_stays_as_it_is_or_keeps_its_bytes(rubbish: bytes, place: int) -> None:
    """Never an error, and never a byte more, less or other."""
    raw = _answer(_der(0x30, b"b"), _der(0x30, b"a"))
    for each in (rubbish, raw[:place] + rubbish, raw[:place] + rubbish + raw[place + len(rubbish) :]):
        assert sorted(certificates_sorted(each)) == sorted(each)


def test_a_line_for_people_holds_no_orders_for_their_terminal() -> None:
    """Names in strangers' files are shown, not obeyed."""
    line = str(bad("a\x1b[2Jb\u202ec é"))
    assert line == f"{Weight.BAD.value:8} a\\x1b[2Jb\\u202ec é"
