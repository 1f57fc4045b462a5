"""The verdict and what is printed of a rehearsal, on deliveries made by hand; and the record read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exporter.rehearsal.report import heading, message_blocks, speed_note, verdict_text
from exporter.rehearsal.schema import ExpectRecord
from exporter.rehearsal.verdict import GATEWAY, differences
from exporter.stack.deliveries import Message, heartbeats, open_alerts, read_messages
from tests.support.deliveries import alert_document, delivery_document
from tests.support.scenarios import HEAD, scenario_from

_T0 = 1_795_000_000.0
_CHAT = "telegram:grup-noc"


def _message(text: str, *, at_s: float = 0.0, to: str = GATEWAY, alertname: str = "LinkDown") -> Message:
    channel, recipient = to.split(":", 1)
    return Message(_T0 + at_s, channel, recipient, text, alertname, {})


_BEGUN = _message("🔴 GANGGUAN: Kantor 1", at_s=10)
_ENDED = _message("🟢 PULIH: Kantor 1", at_s=70)


def _expect(**words: Any) -> ExpectRecord:
    return ExpectRecord.model_validate(
        {key: value if isinstance(value, list) else str(value) for key, value in words.items()}
    )


def test_exactly_what_was_expected_is_right() -> None:
    """One message began it, one ended it; other recipients do not count where none are named."""
    also = _message("🔴 GANGGUAN: Kantor 1", at_s=10, to=_CHAT)
    assert differences([_expect(alert="LinkDown")], [_BEGUN, also, _ENDED]) == []


def test_what_is_missing_is_named() -> None:
    """A swallowed recovery, and an alert that never came."""
    found = differences([_expect(alert="LinkDown"), _expect(alert="SiteDown", ended=0)], [_BEGUN])
    assert found == [
        f"kurang: LinkDown ke {GATEWAY}: pesan pulih 0, seharusnya 1",
        f"kurang: SiteDown ke {GATEWAY}: pesan gangguan 0, seharusnya 1",
    ]


def test_what_a_message_has_to_say_is_looked_for() -> None:
    """In every message of the beginning, and in every one of the end."""
    ended = _message("🟢 PULIH: Kantor 1\nPenyebab: listrik", at_s=70)
    right = _expect(alert="LinkDown", begun_says=["Kantor 1"], ended_says=["PULIH", "Penyebab: listrik"])
    assert differences([right], [_BEGUN, ended]) == []
    wrong = _expect(alert="LinkDown", begun_says=["Penyebab"], ended_says=["Kantor 1", "jalur"])
    assert differences([wrong], [_BEGUN, ended]) == [
        f"kurang: LinkDown ke {GATEWAY}: pesan gangguan tanpa 'Penyebab'",
        f"kurang: LinkDown ke {GATEWAY}: pesan pulih tanpa 'jalur'",
    ]
    assert differences([right], [_BEGUN, _ENDED]) == [
        f"kurang: LinkDown ke {GATEWAY}: pesan pulih tanpa 'Penyebab: listrik'"
    ]


def test_what_a_message_must_not_say_is_looked_for() -> None:
    """In whatever is told of the alert, be it a beginning or an end, and in no other alert's message."""
    other = _message("🔴 GANGGUAN: Lokasi\nKemungkinan: listrik", alertname="SiteDown")
    expect = [
        _expect(alert="LinkDown", never_says=["Kemungkinan", "Langkah: lapor"]),
        _expect(alert="SiteDown", ended=0),
    ]
    assert differences(expect, [_BEGUN, _ENDED, other]) == []
    guessing = _message("🔴 GANGGUAN: Kantor 1\nKemungkinan: listrik", at_s=10)
    assert differences(expect, [guessing, _ENDED, other]) == [
        f"terlalu banyak: LinkDown ke {GATEWAY}: pesan menyebut 'Kemungkinan'"
    ]
    ended = _message("🟢 PULIH: Kantor 1\nLangkah: lapor penyedia", at_s=70)
    assert differences(expect, [_BEGUN, ended, other]) == [
        f"terlalu banyak: LinkDown ke {GATEWAY}: pesan menyebut 'Langkah: lapor'"
    ]


def test_what_is_too_much_is_named() -> None:
    """A second message, one that repeats what lasts, and an alert that nobody expected, to whomever it went."""
    other = _message("🔴 GANGGUAN: Lokasi", to=_CHAT, alertname="SiteDown")
    lasting = _message("🟠 MASIH TERGANGGU: Kantor 1")
    found = differences([_expect(alert="LinkDown")], [_BEGUN, _BEGUN, lasting, _ENDED, other])
    assert found == [
        f"terlalu banyak: LinkDown ke {GATEWAY}: pesan gangguan 2, seharusnya 1",
        f"terlalu banyak: LinkDown ke {GATEWAY}: 1 pesan pengulangan",
        f"terlalu banyak: SiteDown ke {_CHAT}: 🔴 GANGGUAN: Lokasi",
    ]


def test_a_message_that_begins_and_ends_counts_for_both() -> None:
    """Alertmanager joins what changes in one group within one tick."""
    both = _message("🔴 GANGGUAN: Kantor 2\n🟢 PULIH: Kantor 1")
    assert differences([_expect(alert="LinkDown", begun=2, ended=1)], [_BEGUN, both]) == []


def test_each_kind_of_message_begins_and_ends_in_its_own_words() -> None:
    """Warnings and information count like outages; what lasts is neither a beginning nor an end."""
    begun = [_message(f"{head}: x") for head in ("🔴 GANGGUAN", "🟠 PERHATIAN", "🔵 INFORMASI")]
    ended = [_message(f"{head}: x") for head in ("🟢 PULIH", "🟢 NORMAL", "🔵 SELESAI")]
    lasting = [_message(f"{head}: x") for head in ("🟠 MASIH TERGANGGU", "🔵 MASIH BERLAKU")]
    assert [(message.begins, message.ends) for message in (*begun, *ended, *lasting)] == [
        *[(True, False)] * 3,
        *[(False, True)] * 3,
        *[(False, False)] * 2,
    ]


def test_named_recipients_each_get_theirs_and_nobody_else_does() -> None:
    """Too few at one and a message to a third are both said."""
    expected = _expect(alert="LinkDown", ended=0, to=[GATEWAY, _CHAT])
    mail = _message("🔴 GANGGUAN: Kantor 1", to="email:x@prov.example")
    assert differences([expected], [_BEGUN, mail]) == [
        f"kurang: LinkDown ke {_CHAT}: pesan gangguan 0, seharusnya 1",
        "terlalu banyak: LinkDown juga dikirim ke email:x@prov.example",
    ]


def test_who_is_not_counted_may_be_told_or_not() -> None:
    """Somebody who hears in working hours only is neither missing nor too much; somebody else still is."""
    expected = _expect(alert="LinkDown", ended=0, to=[GATEWAY], uncounted=["email:x@prov.example"])
    mail = _message("🔴 GANGGUAN: Kantor 1", to="email:x@prov.example")
    assert differences([expected], [_BEGUN]) == differences([expected], [_BEGUN, mail, mail]) == []
    assert len(differences([expected], [_BEGUN, _message("🔴 GANGGUAN: Kantor 1", to=_CHAT)])) == 1


def test_one_of_two_recipients_is_enough() -> None:
    """Whoever is on call now; told both, it is one message too many."""
    expected = _expect(alert="LinkDown", ended=0, to=["telegram:siang|telegram:malam"])
    day, night = (_message("🔴 GANGGUAN: Kantor 1", to=f"telegram:{shift}") for shift in ("siang", "malam"))
    assert differences([expected], [night]) == []
    assert len(differences([expected], [day, night])) == 1


def test_what_is_ignored_is_not_judged() -> None:
    """An alert that belongs to the calendar and not to the rehearsal."""
    other = _message("🔴 GANGGUAN: Kontrak", alertname="ContractEnding")
    assert differences([], [other], ignore=["ContractEnding"]) == []
    assert len(differences([], [other])) == 1


def test_the_same_text_to_several_stands_once() -> None:
    """With all recipients and the time of each; hours later, or twice to the same, it is another message."""
    later = _message("🔴 GANGGUAN: Kantor 1", at_s=4_000, to=_CHAT)
    mail = _message("🔴 GANGGUAN: Kantor 1", at_s=11.2, to="email:x@prov.example")
    first, second, third = message_blocks([_BEGUN, mail, _BEGUN, later], _T0 + 2)
    assert first.splitlines() == [
        "──── 18/11/2026 18.06.50 WIB, +00.08 sejak awal ────",
        "Kepada:",
        "  webhook:/petugas (+00.08)",
        "  email:x@prov.example (+00.09)",
        "",
        "🔴 GANGGUAN: Kantor 1",
    ]
    assert "email" not in second
    assert "+66.38" in third


def test_the_verdict_says_how_many_messages_to_how_many() -> None:
    """And each difference on a line of its own; without an expectation it does not judge."""
    mail = _message("🔴 GANGGUAN: Kantor 1", at_s=11, to="email:x@prov.example")
    assert verdict_text([], [_BEGUN, mail, _ENDED]) == (
        "2 pesan, 3 kiriman kepada 2 penerima. SESUAI: tepat pesan yang diharapkan."
    )
    assert verdict_text(["kurang: x"], []).splitlines() == [
        "0 pesan, 0 kiriman kepada 0 penerima. TIDAK SESUAI:",
        "  - kurang: x",
    ]
    assert "tidak dinilai" in verdict_text(None, [])


def test_the_speed_is_said_above_the_messages(tmp_path: Path) -> None:
    """What is divided and what is not; in real time there is nothing to explain."""
    scenario = scenario_from(tmp_path, HEAD + "speed: 2.5\nsteps: []\nuntil: 1m\n")
    assert heading(scenario).splitlines()[:2] == ["Gladi: Uji", "Sebuah uji."]
    assert "Kecepatan: 2.5 kali." in heading(scenario)
    assert "waktu tunggu pengukur sendiri" in heading(scenario)
    assert "waktu nyata" in speed_note(1)


def _line(text: str | None, payload: Mapping[str, Any], *, channel: str = "webhook", to: str = "/petugas") -> str:
    words = {"received_unix_s": _T0, "channel": channel, "recipient": to, "route": to, "text": text}
    return json.dumps({**words, "payload": payload}) + "\n"


def test_a_record_is_read_again(tmp_path: Path) -> None:
    """Heartbeats are counted apart, a line that is being written is left, and other channels get the alert's name."""
    record = tmp_path / "record"
    assert (read_messages(record), heartbeats(record)) == ([], 0)
    gateway = delivery_document([alert_document(1)])
    text = f"🔴 GANGGUAN: Kantor\n{alert_document(1)['annotations']['description']}"
    record.write_text(
        _line(None, {}, to="/detak")
        + _line("🔴 GANGGUAN: Kantor 1", gateway)
        + _line(text, {"chat_id": -100}, channel="telegram", to="-100")
        + _line("🔴 GANGGUAN: apa ini", {}, channel="email", to="x@prov.example")
        + '{"received_unix_s":',
        encoding="utf-8",
    )
    webhook, chat, mail = read_messages(record, {-100: "grup-noc"})
    assert heartbeats(record) == 1
    assert (webhook.to, webhook.alertname) == (GATEWAY, "LinkDown")
    assert webhook.links("firing") == {"kantor-1"}
    assert (chat.to, chat.alertname) == (_CHAT, "LinkDown")
    assert (mail.to, mail.alertname) == ("email:x@prov.example", "")


def test_an_alert_is_open_until_its_end_was_told() -> None:
    """By the gateway's last word about each."""
    first, second = alert_document(1), alert_document(2)
    ended = alert_document(1, status="resolved")
    told = [
        Message(_T0, "webhook", "/petugas", "", "LinkDown", {"alerts": alerts}) for alerts in ([first, second], [ended])
    ]
    assert open_alerts(told[:1]) == {first["fingerprint"], second["fingerprint"]}
    assert open_alerts(told) == {second["fingerprint"]}
