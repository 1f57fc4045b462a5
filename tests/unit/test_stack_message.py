"""The words that reach the officer on call."""

from __future__ import annotations

from datetime import UTC, datetime

from exporter.stack.message import (
    MAX_ROWS,
    MAX_ROWS_ENDED_OF_TWO,
    MAX_ROWS_FIRING_OF_TWO,
    MAX_ROWS_WITH_CAUSE,
    MAX_ROWS_WITH_CAUSE_OF_TWO,
    dashboard_url,
    message_text,
    news,
    wib_clock,
    wib_text,
)
from exporter.stack.notification import notification_from
from tests.support.deliveries import alert_document, alert_of, caused, delivery_body, outage_alert, prober_alert

_ENDS = "2026-11-23T02:31:00Z"
_STEP = (
    "Kemungkinan: tautan penyedia, perangkat atau listrik lokasi. Langkah: hubungi petugas lokasi, lalu lapor penyedia."
)
_GUIDE = "Panduan: http://127.0.0.1:9090/user/alerts.md#linkdown"
_LINE = "Penyebab: jalur putus, router tetap menyala sejak 01/11/2026 08.05 WIB."
_POWER = "Penyebab: router mati atau menyala ulang (menyala kembali 23/11/2026 09.30 WIB)."
_PATH = "Jejak: berhenti pada lompatan 3 dari 6, terakhir menjawab 198.18.0.1."
_REPORT = "Langkah: lapor penyedia dengan bukti: router tetap menyala."


def _text(
    *alerts: dict[str, object], told: dict[str, datetime] | None = None, provider: str | None = "penyedia-a"
) -> str:
    notification = notification_from(delivery_body(alerts, provider=provider))
    return message_text(notification.group_labels, news(notification, told or {}))


def _told(*numbers: int) -> dict[str, datetime]:
    start = datetime(2026, 11, 23, 2, 14, 40, tzinfo=UTC)
    return {f"{number:016x}": start for number in numbers}


def test_message_when_one_link_is_cut() -> None:
    """Who, since when, what it may be, what to do, where to read on."""
    assert _text(alert_document(1)).splitlines() == [
        "🔴 GANGGUAN: Kantor 1 (dinkes), Kabupaten Garut",
        "Tidak menjawab sejak 23/11/2026 09.14 WIB: tautan kantor-1, penyedia-a.",
        _STEP,
        _GUIDE,
    ]


def test_message_when_several_links_are_cut() -> None:
    """One message: their number and provider, a name each, newest first, the step once."""
    older = alert_document(1, starts="2026-11-23T02:14:35Z")
    assert _text(older, alert_document(2)).splitlines() == [
        "🔴 GANGGUAN: 2 tautan, penyedia-a",
        "• Kantor 2 (dinkes), Kabupaten Garut",
        "• Kantor 1 (dinkes), Kabupaten Garut",
        _STEP,
        _GUIDE,
    ]


def test_message_when_the_list_is_long() -> None:
    """Twenty rows are shown and the total is said twice: in the head and as the rest."""
    lines = _text(*(alert_document(number) for number in range(62))).splitlines()
    assert lines[0] == "🔴 GANGGUAN: 62 tautan, penyedia-a"
    assert sum(line.startswith("• ") for line in lines) == MAX_ROWS
    assert lines[1 + MAX_ROWS] == "… dan 42 tautan lain."


def test_message_when_a_link_recovers() -> None:
    """Who, since when it had been cut, and when it was declared recovered."""
    assert _text(alert_document(1, status="resolved", ends=_ENDS)).splitlines() == [
        "🟢 PULIH: Kantor 1 (dinkes), Kabupaten Garut",
        "Sebelumnya: Tidak menjawab sejak 23/11/2026 09.14 WIB: tautan kantor-1, penyedia-a.",
        "Dinyatakan pulih 23/11/2026 09.31 WIB.",
    ]


def test_message_when_many_links_recover() -> None:
    """A row each with its time, and the rest by number."""
    lines = _text(*(alert_document(number, status="resolved", ends=_ENDS) for number in range(24))).splitlines()
    assert lines[0] == "🟢 PULIH: 24 tautan, penyedia-a"
    assert lines[1] == "• Kantor 0 (dinkes), Kabupaten Garut. Dinyatakan pulih 23/11/2026 09.31 WIB."
    assert lines[-1] == "… dan 4 tautan lain."


def test_message_when_a_group_was_told_in_part() -> None:
    """Only what is new is told at length; what was told before is counted."""
    lines = _text(alert_document(1), alert_document(2), alert_document(3), told=_told(1, 2)).splitlines()
    assert lines[0] == "🔴 GANGGUAN: Kantor 3 (dinkes), Kabupaten Garut"
    assert lines[-1] == "Masih terganggu: 2 tautan lain."


def test_message_when_some_of_a_group_recover() -> None:
    """The recovered come first, those that last are named and not called new."""
    ended = alert_document(1, status="resolved", ends=_ENDS)
    lines = _text(ended, alert_document(2), told=_told(1, 2)).splitlines()
    assert lines[0] == "🟢 PULIH: Kantor 1 (dinkes), Kabupaten Garut"
    assert lines[3:] == [
        "🔴 Masih terganggu: Kantor 2 (dinkes), Kabupaten Garut",
        "Tidak menjawab sejak 23/11/2026 09.14 WIB: tautan kantor-2, penyedia-a.",
        _STEP,
        _GUIDE,
    ]
    lines = _text(ended, *(alert_document(number) for number in range(2, 10)), told=_told(*range(1, 10))).splitlines()
    assert lines[3] == "🔴 Masih terganggu: 8 tautan, penyedia-a"
    assert lines[4:12] == [f"• Kantor {number} (dinkes), Kabupaten Garut" for number in range(2, 10)]


def test_message_when_some_begin_and_others_end() -> None:
    """Both are told, the recovery first; what lasts besides is counted."""
    ended = alert_document(1, status="resolved", ends=_ENDS)
    lines = _text(ended, alert_document(2), alert_document(3), told=_told(1, 3)).splitlines()
    assert [line for line in lines if ": Kantor" in line] == [
        "🟢 PULIH: Kantor 1 (dinkes), Kabupaten Garut",
        "🔴 GANGGUAN: Kantor 2 (dinkes), Kabupaten Garut",
    ]
    assert lines[-1] == "Masih terganggu: 1 tautan lain."


def test_message_when_nothing_is_new() -> None:
    """Alertmanager's repetition is a reminder and says so."""
    lines = _text(alert_document(1), told=_told(1)).splitlines()
    assert lines[0] == "🟠 MASIH TERGANGGU: Kantor 1 (dinkes), Kabupaten Garut"
    assert lines[2] == _STEP


def test_message_when_a_link_is_cut_again() -> None:
    """A later start of the same link is a new event."""
    again = alert_document(1, starts="2026-11-23T05:00:00Z")
    assert _text(again, told=_told(1)).startswith("🔴 GANGGUAN: Kantor 1")


def test_message_when_it_is_about_the_prober() -> None:
    """No provider is named, and a prober is called a prober."""
    assert _text(prober_alert(), provider=None).startswith("🔴 GANGGUAN: Pengukur Pantau (p:9715)\nTidak dapat dibaca.")
    second = prober_alert() | {"fingerprint": "f"}
    assert _text(prober_alert(), second, provider=None).startswith("🔴 GANGGUAN: 2 pengukur\n")


def test_message_about_several_groups_of_rules() -> None:
    """They are no probers; all have one summary, so the description tells them apart."""
    alerts = [prober_alert() | {"fingerprint": str(number)} for number in range(2)]
    for number, alert in enumerate(alerts):
        alert["labels"] = alert["labels"] | {"alertname": "RulesFailing", "severity": "warning"}
        alert["annotations"] = alert["annotations"] | {"summary": "Aturan", "description": f"Kelompok {number} gagal."}
    assert _text(*alerts, provider=None).splitlines()[:3] == [
        "🟠 PERHATIAN: 2 peringatan tentang Pantau",
        "• Aturan. Kelompok 0 gagal.",
        "• Aturan. Kelompok 1 gagal.",
    ]


def test_message_when_a_provider_is_out() -> None:
    """How many of how many, since when, and who is concerned; the recovery says how large it was, and no names."""
    lines = _text(outage_alert()).splitlines()
    assert lines[:3] == [
        "🔴 GANGGUAN: Penyedia penyedia-a",
        "Tidak menjawab sejak 23/11/2026 09.14 WIB: 61 dari 62 tautan.",
        "Terdampak: Kantor 1, Kantor 2 dan 59 lainnya.",
    ]
    assert _text(outage_alert(status="resolved", ends=_ENDS)).splitlines() == [
        "🟢 PULIH: Penyedia penyedia-a",
        "Sebelumnya: Tidak menjawab sejak 23/11/2026 09.14 WIB: 61 dari 62 tautan.",
        "Dinyatakan pulih 23/11/2026 09.31 WIB.",
    ]


def test_message_when_several_outages_are_one_delivery() -> None:
    """Each scope is counted by its own word."""
    nouns = {"site": "lokasi", "provider": "penyedia", "area": "wilayah", "core": "jaringan inti"}
    for scope, noun in nouns.items():
        text = _text(outage_alert(scope), outage_alert(scope, number=97), provider=None)
        assert text.startswith(f"🔴 GANGGUAN: 2 {noun}\n")


def test_message_about_a_warning_that_is_no_outage() -> None:
    """It asks for attention, and its end is no recovery of a line."""
    high = alert_of("LinkLossHigh", "warning")
    assert _text(high).startswith("🟠 PERHATIAN: Kantor 1 (dinkes), Kabupaten Garut\n")
    assert _text(high, told=_told(1)).startswith("🟠 MASIH PERLU PERHATIAN: Kantor 1")
    lines = _text(alert_of("LinkLossHigh", "warning", status="resolved", ends=_ENDS)).splitlines()
    assert (lines[0], lines[-1]) == (
        "🟢 NORMAL: Kantor 1 (dinkes), Kabupaten Garut",
        "Dinyatakan normal 23/11/2026 09.31 WIB.",
    )


def test_message_about_information() -> None:
    """Whatever it is about, also a line that is cut outside service hours: it is no alarm."""
    for name in ("ContractEnding", "LinkDown"):
        assert _text(alert_of(name, "info")).startswith("🔵 INFORMASI: Kantor 1")
        assert _text(alert_of(name, "info"), told=_told(1)).startswith("🔵 MASIH BERLAKU: Kantor 1")
        lines = _text(alert_of(name, "info", status="resolved", ends=_ENDS)).splitlines()
        assert (lines[0], lines[-1]) == (
            "🔵 SELESAI: Kantor 1 (dinkes), Kabupaten Garut",
            "Selesai 23/11/2026 09.31 WIB.",
        )


def test_message_counts_contracts_and_planned_work_by_their_own_words() -> None:
    """Their scope says whom they concern, and not what they are."""
    for name, noun in (("ContractEnding", "kontrak"), ("MaintenanceActive", "pekerjaan terencana")):
        text = _text(*(alert_of(name, "info", number) for number in range(22)))
        assert text.startswith(f"🔵 INFORMASI: 22 {noun}, penyedia-a\n")
        assert f"… dan 2 {noun} lain." in text


def test_message_about_a_cut_is_an_outage() -> None:
    """The warnings that are cuts, and everything critical, keep the head of an outage."""
    for name, severity in (("LinkDown", "warning"), ("LinkFailover", "warning"), ("SiteDown", "warning")):
        assert _text(alert_of(name, severity)).startswith("🔴 GANGGUAN: ")
    assert _text(alert_of("NotificationsFailing", "critical")).startswith("🔴 GANGGUAN: ")


def test_message_counts_what_lasts_in_the_words_of_its_kind() -> None:
    """What was told before and lasts is not called an outage when it is none."""
    for severity, words in (("warning", "Masih perlu perhatian"), ("info", "Masih berlaku")):
        alerts = [alert_of("LinkLossHigh", severity, number) for number in (1, 2)]
        assert _text(*alerts, told=_told(2)).splitlines()[-1] == f"{words}: 1 tautan lain."


def test_message_says_where_the_present_state_is_seen() -> None:
    """Once, where something begins or lasts; a recovery needs no look."""
    notification = notification_from(delivery_body([alert_document(1)]))
    url = dashboard_url(notification.external_url)
    assert url == "http://127.0.0.1:9093/#/alerts"
    text = message_text(notification.group_labels, news(notification, {}), url)
    assert text.splitlines()[-1] == f"Dasbor: {url}"
    ended = notification_from(delivery_body([alert_document(1, status="resolved", ends=_ENDS)]))
    assert "Dasbor" not in message_text(ended.group_labels, news(ended, {}), url)
    assert dashboard_url("") == ""


def test_message_when_two_lists_are_long() -> None:
    """Where some end and others fire, each list is shorter, and both totals are said."""
    firing = [alert_document(number) for number in range(20)]
    ended = [alert_document(number, status="resolved", ends=_ENDS) for number in range(20, 32)]
    for told in ({}, _told(*range(20))):
        lines = _text(*firing, *ended, told=told).splitlines()
        assert sum(line.startswith("• ") for line in lines) == MAX_ROWS_ENDED_OF_TWO + MAX_ROWS_FIRING_OF_TWO
        assert [line for line in lines if line.startswith("…")] == ["… dan 7 tautan lain.", "… dan 8 tautan lain."]


def test_message_when_texts_are_very_long() -> None:
    """They are cut, with a sign that there is more."""
    long = alert_document(1)
    long["annotations"] |= {"summary": "S" * 251, "description": "D" * 601, "affected": "A" * 701, "action": "L" * 401}
    lines = _text(long).splitlines()
    assert lines[:4] == [f"🔴 GANGGUAN: {'S' * 250}…", "D" * 600 + "…", "A" * 700 + "…", "L" * 400 + "…"]
    assert _text(long, alert_document(2)).splitlines()[1] == f"• {'S' * 130}…"
    long["annotations"] |= {"summary": "é" * 76}
    assert _text(long, alert_document(2)).splitlines()[1] == f"• {'é' * 75}…"
    long["annotations"] |= {"summary": "é" * 75}
    assert _text(long, alert_document(2)).splitlines()[1] == f"• {'é' * 75}"


def test_message_when_causes_are_very_long() -> None:
    """Cause and path are cut, and the cause sooner in a list."""
    long = caused(alert_document(1), "P" * 201, path="J" * 201)
    assert _text(long).splitlines()[2:4] == ["P" * 200 + "…", "J" * 200 + "…"]
    assert f". {'P' * 100}…\n" in _text(long, alert_document(2))


def test_message_when_a_rule_has_no_texts() -> None:
    """An alert of somebody else's rules is still told, by its name."""
    bare = alert_document(1)
    bare["annotations"] = {}
    del bare["labels"]["scope"]
    assert _text(bare).startswith("🔴 GANGGUAN: LinkDown\n")
    assert _text(bare, bare | {"fingerprint": "b"}).startswith("🔴 GANGGUAN: 2 peringatan, penyedia-a\n")


def test_message_when_the_cause_is_known() -> None:
    """A line each of cause and path after the description, and the step of this cause; the end has no step."""
    assert _text(caused(alert_document(1), _LINE, _REPORT, _PATH)).splitlines()[1:] == [
        "Tidak menjawab sejak 23/11/2026 09.14 WIB: tautan kantor-1, penyedia-a.",
        _LINE,
        _PATH,
        _REPORT,
        _GUIDE,
    ]
    ended = caused(alert_document(1, status="resolved", ends=_ENDS), _POWER, _REPORT, _PATH)
    assert _text(ended).splitlines()[1:] == [
        "Sebelumnya: Tidak menjawab sejak 23/11/2026 09.14 WIB: tautan kantor-1, penyedia-a.",
        _POWER,
        _PATH,
        "Dinyatakan pulih 23/11/2026 09.31 WIB.",
    ]


def test_message_when_nothing_is_known_of_the_cause() -> None:
    """Annotations that are there and empty are no lines."""
    for more in ({}, {"status": "resolved", "ends": _ENDS}):
        assert _text(caused(alert_document(1, **more), "")) == _text(alert_document(1, **more))
        two = [alert_document(number, **more) for number in (1, 2)]
        assert _text(*(caused(each, "") for each in two)) == _text(*two)


def test_message_when_some_of_several_causes_are_known() -> None:
    """Each row has its own, and no step of one is said of all; where all have one step, it is said."""
    known = caused(alert_document(1), _LINE, _REPORT, _PATH)
    assert _text(known, alert_document(2), alert_document(3)).splitlines()[1:] == [
        f"• Kantor 1 (dinkes), Kabupaten Garut. {_LINE}",
        "• Kantor 2 (dinkes), Kabupaten Garut",
        "• Kantor 3 (dinkes), Kabupaten Garut",
        "Langkah: menurut penyebab masing-masing, lihat panduan; bila belum diketahui, hubungi petugas lokasi.",
        _GUIDE,
    ]
    assert _text(known, caused(alert_document(2), _LINE, _REPORT)).splitlines()[-2] == _REPORT
    ended = [caused(alert_document(number, status="resolved", ends=_ENDS), _POWER) for number in range(3)]
    assert _text(*ended).splitlines()[1:] == [
        f"• Kantor {number} (dinkes), Kabupaten Garut. Dinyatakan pulih 23/11/2026 09.31 WIB. {_POWER}"
        for number in range(3)
    ]


def test_message_when_many_causes_are_known() -> None:
    """A long list names offices only; where some end and others fire, a list is long sooner."""
    for more in ({}, {"status": "resolved", "ends": _ENDS}):
        for count, told in ((MAX_ROWS_WITH_CAUSE, MAX_ROWS_WITH_CAUSE), (MAX_ROWS_WITH_CAUSE + 1, 0)):
            text = _text(*(caused(alert_document(number, **more), _LINE) for number in range(count)))
            assert text.count(_LINE) == told
    few = MAX_ROWS_WITH_CAUSE_OF_TWO
    for count in (few, few + 1):
        begun = [caused(alert_document(number), _LINE) for number in range(count)]
        over = [
            caused(alert_document(number, status="resolved", ends=_ENDS), _LINE) for number in range(20, 20 + count)
        ]
        assert _text(*begun, *over).count(_LINE) == (2 * count if count == few else 0)


def test_wib_texts() -> None:
    """Western Indonesian time is seven hours ahead of UTC, over midnight too."""
    instant = datetime(2026, 12, 31, 17, 5, 9, tzinfo=UTC)
    assert wib_text(instant) == "01/01/2027 00.05 WIB"
    assert wib_clock(instant) == "01/01/2027 00.05.09 WIB"
