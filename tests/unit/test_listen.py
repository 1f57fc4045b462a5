"""The address to listen on, as people write it."""

from __future__ import annotations

import pytest

from exporter.errors import UsageError
from exporter.listen import listen_text, parse_listen


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:9715", "127.0.0.1", 9715),
        ("[::1]:9715", "::1", 9715),
        ("[fe80::1%eth0]:9715", "fe80::1%eth0", 9715),
        (":9715", "", 9715),
        ("localhost:0", "localhost", 0),
        ("pantau-1.example:65535", "pantau-1.example", 65535),
    ],
)
def test_parse_listen_when_it_is_an_address(text: str, host: str, port: int) -> None:
    """Host and port come out, and go back to the same text."""
    assert parse_listen(text) == (host, port)
    assert listen_text(host, port) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "9715", "127.0.0.1", "127.0.0.1:", "::1:9715", "[::1]", "[localhost]:9715", "127.0.0.1:99999",
        "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:٩٧", "http://127.0.0.1:9715", "127.0.0.1:9715 ", "a b:1",
        "127.0.0.1:9715\n",
    ],
)  # fmt: skip
def test_parse_listen_when_it_is_none(text: str) -> None:
    """Anything else is refused with the flag's name and the remedy."""
    with pytest.raises(UsageError, match=r"--listen .*HOST:PORT"):
        parse_listen(text)
