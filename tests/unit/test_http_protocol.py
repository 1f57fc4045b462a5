"""Redirects that are followed, and bodies that are unpacked within bounds."""

from __future__ import annotations

import gzip
import zlib

import pytest

from exporter.protocols.http import BodyTooLargeError, UnpackError, Unpacking, endpoint, redirect_target

HERE = "http://kantor.example/a/b?c"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/x", "http://kantor.example/x"),
        ("x", "http://kantor.example/a/x"),
        ("?d", "http://kantor.example/a/b?d"),
        ("http://kantor.example:80/y", "http://kantor.example:80/y"),
        ("//KANTOR.example/y", "http://KANTOR.example/y"),
        ("https://kantor.example/", None),
        ("http://kantor.example:8080/", None),
        ("//lain.example/", None),
        ("http://kantor.example.lain.example/", None),
        ("http://user@kantor.example/", None),
        ("http://169.254.169.254/", None),
        ("file:///etc/passwd", None),
        ("gopher://kantor.example/", None),
        ("javascript:alert(1)", None),
        ("http://[::1", None),
        ("http://kantor.example:99999/", None),
    ],
)
def test_a_redirect_is_followed_within_scheme_host_and_port(location: str, target: str | None) -> None:
    """Anything else is None, whatever is written there."""
    assert redirect_target(HERE, location) == target


def test_a_port_may_be_left_out() -> None:
    """It is the scheme's."""
    assert endpoint("https://Kantor.example./") == ("https", "kantor.example", 443)


@pytest.mark.parametrize(
    ("encoding", "wire"),
    [
        ("", b"halo dunia"),
        ("identity", b"halo dunia"),
        ("gzip", gzip.compress(b"halo dunia")),
        ("X-GZIP", gzip.compress(b"halo dunia")),
        ("deflate", zlib.compress(b"halo dunia")),
        ("deflate", zlib.compress(b"halo dunia")[2:-4]),
    ],
)
@pytest.mark.parametrize("size", [3, 100])
def test_a_body_is_unpacked_as_it_comes(encoding: str, wire: bytes, size: int) -> None:
    """With and without the header of deflate, in pieces of any size."""
    unpacking = Unpacking(encoding, 100)
    for start in range(0, len(wire), size):
        unpacking.feed(wire[start : start + size])
    unpacking.finish()
    assert unpacking.body == b"halo dunia"


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_bomb_is_never_unpacked_beyond_the_cap(pack: object) -> None:
    """The rest stays compressed."""
    unpacking = Unpacking("gzip", 1_000)
    with pytest.raises(BodyTooLargeError):
        unpacking.feed(pack(bytes(10_000_000)))  # type: ignore[operator]
    assert len(unpacking.body) == 1_000


def test_an_empty_body_is_no_broken_one() -> None:
    """Though it claims to be compressed."""
    unpacking = Unpacking("gzip", 10)
    unpacking.finish()
    assert unpacking.body == b""


def whole(unpacking: Unpacking, wire: bytes) -> None:
    """All of a body at once."""
    unpacking.feed(wire)
    unpacking.finish()


@pytest.mark.parametrize("wire", [b"halo", gzip.compress(b"halo")[:9], b"\x1f\x8b\x08\xff\xff" * 9])
def test_what_is_broken_is_told(wire: bytes) -> None:
    """At once, or where it should have ended."""
    unpacking = Unpacking("gzip", 1_000)
    with pytest.raises(UnpackError):
        whole(unpacking, wire)


def test_an_encoding_that_was_not_asked_for_is_refused() -> None:
    """Before a byte of it is read."""
    with pytest.raises(UnpackError):
        Unpacking("br", 10)
