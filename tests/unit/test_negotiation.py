"""Which format and compression a client gets."""

from __future__ import annotations

import pytest

from exporter.negotiation import accepts_gzip, negotiate

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"

PROMETHEUS_2_42 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
    "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
    "text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
)
PROMETHEUS_3_PROTOBUF = (
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6," + PROMETHEUS_3
)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (PROMETHEUS_2_42, OPENMETRICS),
        (PROMETHEUS_3, OPENMETRICS + "; escaping=allow-utf-8"),
        (PROMETHEUS_3_PROTOBUF, OPENMETRICS + "; escaping=allow-utf-8"),
        ("", TEXT),
        ("*/*", TEXT),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", TEXT),
        ("text/plain;version=0.0.4", TEXT),
        ("text/plain;version=1.0.0;escaping=allow-utf-8;q=0.2,*/*;q=0.1", TEXT),
        ("application/openmetrics-text", OPENMETRICS),
        ("Application/OpenMetrics-Text ; Version=1.0.0", OPENMETRICS),
        ("application/openmetrics-text;version=0.0.1", TEXT),
        ("application/openmetrics-text;version=2.0.0", TEXT),
        ("application/openmetrics-text;q=0.1,text/plain", TEXT),
        ("text/plain,application/openmetrics-text", OPENMETRICS),
        ("application/openmetrics-text;q=0", TEXT),
        ("application/openmetrics-text;q=nan", TEXT),
        ("application/openmetrics-text;q=7", TEXT),
        ("application/openmetrics-text;q=much", TEXT),
        ("application/openmetrics-text;version=1.0.0;escaping=values", OPENMETRICS + "; escaping=values"),
        ("application/openmetrics-text;version=1.0.0;escaping=dots", OPENMETRICS + "; escaping=underscores"),
        ("application/openmetrics-text;escaping=\r\nX-Evil: 1", OPENMETRICS + "; escaping=underscores"),
        ("application/openmetrics-text;q=0.3,application/openmetrics-text;q=0.9,text/plain;q=0.5", OPENMETRICS),
        (";;=,,;", TEXT),
        ("application/openmetrics-text," * 1000, TEXT),
        ("image/png", TEXT),
    ],
)
def test_negotiate_when_a_client_asks(accept: str, content_type: str) -> None:
    """The best format on offer is chosen and named exactly; text 0.0.4 is the last resort."""
    chosen = negotiate(accept)
    assert chosen.content_type == content_type
    assert content_type.startswith(chosen.exposition.value)


@pytest.mark.parametrize(
    ("accept_encoding", "gzip"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5, br", True),
        ("*", True),
        ("*;q=0.3, gzip;q=0", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("identity", False),
        ("", False),
        ("x-gzip-like", False),
    ],
)
def test_accepts_gzip_when_a_client_asks(accept_encoding: str, gzip: bool) -> None:
    """Gzip is used only where the client takes it."""
    assert accepts_gzip(accept_encoding) is gzip
