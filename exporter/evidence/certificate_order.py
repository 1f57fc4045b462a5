"""A time stamp's certificates in the order that DER asks for.

Lives here: just that. Must not live here: any judgement of the stamp. Authorities that are built on OpenSSL send their
certificates as they come, and ``rfc3161-client`` refuses a set that is not sorted (X.690, 11.6). No signature covers
the order, and sorting moves bytes without changing their number, so that every length around them stays right. What is
kept in a pack is the authority's answer as it came.
"""

from __future__ import annotations

__all__ = ["certificates_sorted"]

_SEQUENCE, _CONTEXT_0 = 0x30, 0xA0

#: TimeStampResp > timeStampToken > content [0] > SignedData; in each, which member leads on (RFC 3161, RFC 5652).
_WAY = ((_SEQUENCE, 1), (_SEQUENCE, 1), (_CONTEXT_0, 0), (_SEQUENCE, 3))


def certificates_sorted(answer: bytes) -> bytes:
    """A TimeStampResp with its certificates in order; as it is where it is none that can be read."""
    try:
        start, end = 0, len(answer)
        for tag, member in _WAY:
            if answer[start] != tag:
                return answer
            inner, end = _span(answer, start)
            start = _members(answer, inner, end)[member][0]
        if answer[start] != _CONTEXT_0:
            return answer
        inner, end = _span(answer, start)
        each = sorted(answer[first:last] for first, last in _members(answer, inner, end))
    except (IndexError, ValueError):
        return answer
    return answer[:inner] + b"".join(each) + answer[end:]


def _members(raw: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Where each element between two places begins and ends. Raises ValueError unless they fill it exactly."""
    found = []
    while start < end:
        _, last = _span(raw, start)
        found.append((start, last))
        start = last
    if start != end:
        raise ValueError("elements do not fill their frame")
    return found


def _span(raw: bytes, start: int) -> tuple[int, int]:
    """Where the contents of the element at a place begin and end. Raises ValueError, IndexError for other than DER."""
    length, inner = raw[start + 1], start + 2
    if length & 0x80:
        many = length & 0x7F
        if not 0 < many <= 4:
            raise ValueError("no definite length")
        length, inner = int.from_bytes(raw[inner : inner + many], "big"), inner + many
    if inner + length > len(raw):
        raise ValueError("an element goes beyond the end")
    return inner, inner + length
