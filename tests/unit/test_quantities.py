"""The small languages of an inventory: what each text means, and which texts are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from exporter import quantities
from exporter.model import LAST_WEEK
from exporter.quantities import Refusal

WIB = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (quantities.duration_s, "1s", 1.0),
        (quantities.duration_s, "300s", 300.0),
        (quantities.duration_s, "500ms", 0.5),
        (quantities.duration_s, "5m", 300.0),
        (quantities.duration_s, "1.5h", 5400.0),
        (quantities.duration_s, "0s", 0.0),
        (quantities.bandwidth_bits_per_second, "50Mbps", 50_000_000),
        (quantities.bandwidth_bits_per_second, "1Gbps", 1_000_000_000),
        (quantities.bandwidth_bits_per_second, "0.512Mbps", 512_000),
        (quantities.bandwidth_bits_per_second, "64kbps", 64_000),
        (quantities.ratio, "99.5%", 0.995),
        (quantities.ratio, "99.95%", 0.9995),
        (quantities.ratio, "100%", 1.0),
        (quantities.rupiah, "6175000", 6_175_000),
        (quantities.rupiah, "0", 0),
        (quantities.rupiah, "012", 12),
        (quantities.decimal_degrees, "-6.905", -6.905),
        (quantities.decimal_degrees, "107", 107.0),
        (quantities.day, "2028-02-29", date(2028, 2, 29)),
        (quantities.instant, "2026-11-23T22:00:00+07:00", datetime(2026, 11, 23, 22, tzinfo=WIB)),
        (quantities.instant, "2026-11-23T15:00Z", datetime(2026, 11, 23, 15, tzinfo=UTC)),
        (quantities.moment, "2026-10-05T13:12:44+07:00", datetime(2026, 10, 5, 13, 12, 44, tzinfo=WIB)),
        (quantities.moment, "2026-10-05T06:12:44.5Z", datetime(2026, 10, 5, 6, 12, 44, 500_000, tzinfo=UTC)),
        (quantities.passage, "x" * 1000, "x" * 1000),
        (quantities.hours, "07.30-16.00", (time(7, 30), time(16))),
        (quantities.hours, "00.00-24.00", (time(0), time(0))),
        (quantities.identifier, "k-2026-017", "k-2026-017"),
        (quantities.identifier, "a" * 63, "a" * 63),
        (quantities.identifier, "24x7", "24x7"),
        (quantities.kabkota_code, "32.10", "32.10"),
        (quantities.week_of_month, "1", 1),
        (quantities.week_of_month, "5", 5),
        (quantities.week_of_month, "last", LAST_WEEK),
        (quantities.line_of_text, "Dinas Kesehatan", "Dinas Kesehatan"),
        (quantities.line_of_text, "x" * 120, "x" * 120),
        (quantities.line_of_text, "Cafe\u0301 <b>&\"'", "Café <b>&\"'"),
        (quantities.timezone, "Asia/Jakarta", "Asia/Jakarta"),
        (quantities.timezone, "UTC", "UTC"),
        (quantities.yes_or_no, "true", True),
        (quantities.yes_or_no, "false", False),
    ],
)
def test_a_text_means_one_value(read: Callable[[str], Any], text: str, value: object) -> None:
    """Amounts become base units exactly, and names their composed form."""
    assert read(text) == value


_NOT = {
    quantities.duration_s: [
        "",
        "1",
        "s",
        "1 s",
        "-1s",
        "+1s",
        "1:30",
        "1,5s",
        "1S",
        "1min",
        "1d",
        "1e3s",
        "٣s",
        "1s\n",
    ],
    quantities.bandwidth_bits_per_second: [
        "50",
        "50MB",
        "50mbps",
        "0Mbps",
        "0.0000001kbps",
        "-1Mbps",
        "1Tbps",
        "50 Mbps",
    ],
    quantities.ratio: ["99.5", "0.995", "99,5%", "0%", "100.1%", "-1%", "%", "nan%", "1e2%"],
    quantities.rupiah: ["6.175.000", "6,175", "1e6", "-1", "+1", "Rp1000", "1000001000000", "1_000", "", "١٢"],
    quantities.decimal_degrees: ["-6,905", "6.9S", "1e2", "nan", "inf", "", ".5", "--6", "1000"],
    quantities.day: ["2026-02-30", "31/12/2026", "2026-1-1", "20260101", "1999-12-31", "2101-01-01", "2026-W01-1", ""],
    quantities.instant: [
        "2026-11-23T22:00:00",
        "2026-11-23",
        "2026-11-23 22:00:00+07:00",
        "2026-11-23T25:00:00+07:00",
        "2026-02-30T22:00:00+07:00",
        "1999-11-23T22:00:00+07:00",
        "2026-11-23T22:00:00 WIB",
    ],
    quantities.moment: [
        "2026-10-05T13:12+07:00",
        "2026-10-05T13:12:44",
        "2026-10-05T13:12:44.1234+07:00",
        "2026-10-05T13:12:60+07:00",
        "2026-10-05T13:12:44+24:00",
        "2101-10-05T13:12:44+07:00",
    ],
    quantities.passage: ["", "x" * 1001, "=1", "a\nb", " a"],
    quantities.hours: [
        "07:30-16:00",
        "7.30-16.00",
        "16.00-07.30",
        "08.00-08.00",
        "07.30-24.01",
        "07.60-16.00",
        "07.30-25.00",
        "00.00-00.00",
        "07.30",
        "",
    ],
    quantities.identifier: ["", "A", "a_b", "a.b", "a b", "a" * 64, "ä", "a\n", "../x", "а"],  # noqa: RUF001 - the last is Cyrillic
    quantities.week_of_month: ["0", "6", "01", "-1", "1.0", "Last", "¹", ""],
    quantities.kabkota_code: ["32.1", "3210", "32.100", "32,10", "32.1O", ""],
    quantities.line_of_text: [
        "",
        "x" * 121,
        "=1",
        "+1",
        "-1",
        "@a",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        "a\nb",
        "a\tb",
        "a\0b",
        "a\u202eb",
        "a\u200bb",
        "a\u00adb",
        "a\ue000b",
        " a",
        "a ",
        "a\u00a0b",
        "a\u3000b",
    ],
    quantities.timezone: ["", "WIB", "asia/jakarta x", "../etc/passwd", "/etc/passwd", "Asia", "Asia/Bandung", "a\0b"],
    quantities.yes_or_no: ["yes", "True", "1", "", "no"],
}


@pytest.mark.parametrize(("read", "text"), [(read, text) for read, texts in _NOT.items() for text in texts])
def test_a_text_with_another_meaning_or_none_is_refused(read: Callable[[str], Any], text: str) -> None:
    """Nothing is guessed: a form that is not exactly the key's own is refused, with a remedy."""
    with pytest.raises(Refusal) as refused:
        read(text)
    assert refused.value.remedy


def test_a_long_text_is_not_repeated_in_full() -> None:
    """A message repeats at most some sixty characters of what was written, all of them visible."""
    with pytest.raises(Refusal) as refused:
        quantities.duration_s("\u202e" + "9" * 1_000_000)
    assert len(refused.value.message) < 120
    assert refused.value.message.isprintable()


@pytest.mark.parametrize(
    ("text", "is_one"), [("k-1", True), ("32.10", True), ("K-1", False), ("", False), ("32.1", False)]
)
def test_a_reference_is_an_id_or_a_code(text: str, is_one: bool) -> None:
    """Only what could be the id or the code of something is looked up."""
    assert quantities.is_reference(text) is is_one
