"""The alert about a pack that failed: its labels, texts, times, addresses, and the process that is watched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from exporter.errors import UsageError
from exporter.evidence.alarm import parse_alertmanager
from exporter.evidence.failure_alert import LASTS_MS, ended_alert, failed_alert, pages_of
from exporter.evidence.own_process import words_for
from exporter.evidence.period import Month

_NOW_MS = 1_793_662_200_123
_OCTOBER = Month(2026, 10)
_PAGES = "http://192.0.2.1:9090/"


def _times(alert: Any) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(alert["startsAt"]), datetime.fromisoformat(alert["endsAt"])


def test_an_alert_has_what_messages_are_made_of() -> None:
    """The labels that routes know, and the four texts in Indonesian that templates write."""
    alert: Any = failed_alert(_OCTOBER, "", _PAGES, _NOW_MS)
    assert alert["labels"] == {
        "alertname": "EvidencePackFailed",
        "severity": "warning",
        "scope": "prober",
        "month": "2026-10",
        "selection": "semua",
    }
    texts = alert["annotations"]
    assert texts.keys() == {"summary", "description", "action", "runbook_url"}
    assert texts["summary"] == "Paket bukti Oktober 2026"
    assert texts["runbook_url"] == "http://192.0.2.1:9090/user/alerts.md#evidencepackfailed"
    assert len(texts["action"]) <= 400  # messages cut there
    assert "Langkah: " in texts["action"]


def test_a_selection_has_an_alert_of_its_own() -> None:
    """Two packs of one month fail apart."""
    alert: Any = failed_alert(_OCTOBER, "opd dinkes", _PAGES, _NOW_MS)
    assert alert["labels"]["selection"] == "opd dinkes"
    assert alert["annotations"]["summary"] == "Paket bukti Oktober 2026 (opd dinkes)"


def test_the_end_is_the_same_alert() -> None:
    """Same labels and texts; ended before now even for a clock that is a little behind."""
    failed, ended = failed_alert(_OCTOBER, "", _PAGES, _NOW_MS), ended_alert(_OCTOBER, "", _PAGES, _NOW_MS)
    assert {**failed, "startsAt": 0, "endsAt": 0} == {**ended, "startsAt": 0, "endsAt": 0}
    begun, stands_until = _times(failed)
    assert stands_until - begun == timedelta(milliseconds=LASTS_MS)
    assert failed["startsAt"] == "2026-11-02T23:30:00.123Z"
    starts, ends = _times(ended)
    assert starts < ends < begun


@pytest.mark.parametrize(
    ("flags", "address"),
    [
        ({"web.external-url": "https://prometheus.prov.example"}, "https://prometheus.prov.example"),
        ({"web.external-url": ""}, "http://prometheus:9090"),
        ({"web.external-url": "/prometheus"}, "http://prometheus:9090"),
        ({"web.external-url": 1}, "http://prometheus:9090"),
        ({}, "http://prometheus:9090"),
    ],
)
def test_the_runbook_is_where_people_reach_it(flags: Mapping[str, object], address: str) -> None:
    """Where Prometheus says so; a server that says nothing, or is away, is reached where we reach it."""
    assert pages_of(flags, "http://prometheus:9090") == address


def test_an_alert_outlives_a_day() -> None:
    """A timer tries once a day, up to half an hour later than the day before: in between the alert stays."""
    assert timedelta(milliseconds=LASTS_MS) > timedelta(days=1, hours=1)


@pytest.mark.parametrize(
    ("text", "host", "port", "path"),
    [
        ("http://127.0.0.1:9093", "127.0.0.1", 9093, ""),
        ("http://[2001:db8::1]:9093/", "2001:db8::1", 9093, ""),
        ("https://alertmanager.prov.example/am/", "alertmanager.prov.example", 443, "/am"),
    ],
)
def test_addresses_of_alertmanagers(text: str, host: str, port: int, path: str) -> None:
    """With a name or an address, with and without a path before the API."""
    address = parse_alertmanager(text)
    assert (address.host, address.port, address.path) == (host, port, path)
    assert address.secure == text.startswith("https")


@pytest.mark.parametrize(
    "text", ["127.0.0.1:9093", "ftp://h", "http://", "http://h:port", "http://h/?a=b", "http://h:99999", "http://[::1"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """With the flag and the remedy."""
    with pytest.raises(UsageError, match=r"--alertmanager .*write http://HOST:9093"):
        parse_alertmanager(text)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    """A command line is seen by others, and an error is written to a log."""
    with pytest.raises(UsageError, match="holds no password") as caught:
        parse_alertmanager("https://pantau:s3cr3t@alertmanager.prov.example")
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    "words",
    [
        ["--month", "last", "--when-due", "--out", "/evidence", "--alertmanager", "http://h:9093"],
        [
            "--keep-running",
            "--month=last",
            "--alertmanager=http://a",
            "--out",
            "/evidence",
            "--alertmanager",
            "http://b",
        ],
        ["--mon", "last", "--keep", "--out", "/evidence", "--alert", "http://h:9093"],
    ],
)
def test_the_process_that_makes_a_pack_is_given_its_month(words: list[str]) -> None:
    """It neither waits for a day nor tells anybody, however the flags were written."""
    assert words_for(words, _OCTOBER) == ["--month=2026-10", "--out", "/evidence"]


def test_other_flags_are_passed_on() -> None:
    """Also those that begin like ours, and values that look like nothing else."""
    words = ["--allow-gaps", "--inventory=/etc/pantau/inventory", "--opd", "dinkes"]
    assert words_for(words, _OCTOBER) == ["--month=2026-10", *words]
