"""The message as Alertmanager itself would write it, held against the receiver's words."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from exporter.quantities import MAX_NAME_CHARACTERS
from exporter.stack.message import dashboard_url, message_text, news
from exporter.stack.notification import notification_from
from exporter.stack.programs import Program, find_program
from tests.support.deliveries import alert_document, alert_of, caused, delivery_document, outage_alert, prober_alert

_ROOT = Path(__file__).parents[2]
_ENDS = "2026-11-23T02:31:00Z"

#: Telegram takes no longer messages, in UTF-16 code units.
_TELEGRAM_UNITS = 4_096

#: Texts longer than any rule's.
_LONG = {
    "summary": "S" * 300,
    "description": "é" * 900,
    "affected": "A" * 2_000,
    "action": "L" * 500,
    "cause": "P" * 300,
    "path": "J" * 300,
    "runbook_url": "http://127.0.0.1:9090/user/alerts.md#linkdown",
}


def _rendered(document: dict[str, Any], folder: Path, template: str = "pantau.pesan") -> str:
    data = folder / "data.json"
    data.write_text(json.dumps(document), encoding="utf-8")
    amtool = find_program(Program.AMTOOL, root=_ROOT, environment=os.environ)
    words = [
        f"--template.glob={_ROOT}/deploy/alertmanager/templates/*.tmpl",
        f"--template.data={data}",
        f'--template.text={{{{ template "{template}" . }}}}',
    ]
    ran = subprocess.run(
        [str(amtool), "template", "render", *words], capture_output=True, text=True, check=True, timeout=60
    )
    return ran.stdout.rstrip("\n")


#: As the rules write them.
_LINE = "Penyebab: jalur putus, router tetap menyala sejak 01/11/2026 08.05 WIB."
_PATH = "Jejak: berhenti pada lompatan 3 dari 6, terakhir menjawab 198.18.0.1."
_STEP = "Langkah: lapor penyedia dengan bukti: router tetap menyala."


def _known(number: int, **more: str) -> dict[str, Any]:
    """One of which cause and path are known."""
    return caused(alert_document(number, **more), _LINE, _STEP, _PATH)


def _known_ended(number: int) -> dict[str, Any]:
    return _known(number, status="resolved", ends=_ENDS)


def _ended(number: int) -> dict[str, Any]:
    return alert_document(number, status="resolved", ends=_ENDS)


def _of_the_chain(number: int) -> dict[str, Any]:
    alert = alert_of("RulesFailing", "warning", number)
    return alert | {"labels": alert["labels"] | {"scope": "prober"}}


@pytest.mark.parametrize(
    "alerts",
    [
        [alert_document(1)],
        [alert_document(number) for number in range(3)],
        [alert_document(number) for number in range(20)],
        [alert_document(number) for number in range(62)],
        [_ended(1)],
        [_ended(number) for number in range(20)],
        [_ended(number) for number in range(62)],
        [alert_document(1), _ended(2)],
        [outage_alert()],
        [outage_alert(scope) for scope in ("area", "area")],
        [outage_alert(status="resolved", ends=_ENDS)],
        [alert_document(1), alert_document(2), *(_ended(number) for number in range(3, 20))],
        [*(alert_document(number) for number in range(13)), *(_ended(number) for number in range(20, 26))],
        [alert_of("LinkLossHigh", "warning")],
        [alert_of("LinkLossHigh", "warning", status="resolved", ends=_ENDS)],
        [alert_of("ContractEnding", "info")],
        [alert_of("LinkDown", "info", status="resolved", ends=_ENDS)],
        [alert_of("LinkSlaBurn", "warning", number, status="resolved", ends=_ENDS) for number in range(3)],
        [alert_of("LinkLossHigh", "warning"), alert_of("LinkLossHigh", "warning", 2, status="resolved", ends=_ENDS)],
        [alert_of("LinkDown", "info"), alert_of("LinkDown", "info", 2, status="resolved", ends=_ENDS)],
        [alert_of("ContractEnding", "info", number) for number in range(22)],
        [alert_of("MaintenanceActive", "info", number) for number in range(2)],
        [_of_the_chain(number) for number in range(21)],
        [_of_the_chain(number) | {"status": "resolved", "endsAt": _ENDS} for number in range(2)],
        [alert_document(1) | {"annotations": _LONG}],
        [alert_document(number) | {"annotations": _LONG} for number in range(2)],
        [_ended(1) | {"annotations": _LONG}],
        [_ended(number) | {"annotations": _LONG} for number in range(2)],
        [alert_document(number) | {"annotations": _LONG | {"summary": "é" * 76}} for number in range(2)],
        [_known(1)],
        [_known_ended(1)],
        [caused(alert_document(1), "")],
        [caused(_ended(1), "")],
        [caused(alert_document(1), "", path=_PATH)],
        [_known(1), alert_document(2), caused(alert_document(3), "")],
        [_known(number) for number in range(10)],
        [_known(number) for number in range(11)],
        [_known_ended(number) for number in range(10)],
        [_known_ended(number) for number in range(11)],
        [_known(1), _known(2), _known(3), *(_known_ended(number) for number in range(4, 7))],
        [*(_known(number) for number in range(4)), *(_known_ended(number) for number in range(4, 8))],
        [_known(1), _known_ended(2)],
    ],
    ids=[
        "one",
        "few",
        "as many as are shown",
        "many",
        "one ended",
        "as many ended",
        "many ended",
        "one and one ended",
        "an outage",
        "two outages",
        "an outage ended",
        "few and many ended",
        "many and many ended",
        "a warning",
        "a warning ended",
        "information",
        "information ended",
        "warnings ended",
        "a warning and one ended",
        "information and one ended",
        "contracts",
        "planned work",
        "the chain itself",
        "the chain itself ended",
        "long texts",
        "long rows",
        "long texts ended",
        "long rows ended",
        "wide rows",
        "a cause",
        "a cause at the end",
        "no cause",
        "no cause at the end",
        "a path",
        "one cause of three",
        "as many causes as are shown",
        "more causes",
        "as many causes ended",
        "more causes ended",
        "causes on both sides",
        "more causes on both sides",
        "one and one ended with causes",
    ],
)
def test_template_and_receiver_say_the_same(alerts: Sequence[dict[str, Any]], tmp_path: Path) -> None:
    """To the letter: for what was never told before or, where some ended, for what was all told."""
    document = delivery_document(alerts)
    notification = notification_from(json.dumps(document).encode())
    some_ended = any(not alert.firing for alert in notification.alerts)
    told = {alert.fingerprint: alert.starts_at for alert in notification.alerts if some_ended}
    parts = news(notification, told)
    expected = message_text(notification.group_labels, parts, dashboard_url(notification.external_url))
    assert _rendered(document, tmp_path) == expected


def test_template_when_it_is_about_the_prober(tmp_path: Path) -> None:
    """No provider is named, one prober by its name, several by their number."""
    assert _rendered(delivery_document([prober_alert()], provider=None), tmp_path).startswith(
        "🔴 GANGGUAN: Pengukur Pantau (p:9715)\n"
    )
    two = delivery_document([prober_alert(), prober_alert() | {"fingerprint": "f"}], provider=None)
    assert _rendered(two, tmp_path).startswith("🔴 GANGGUAN: 2 pengukur\n")


def test_template_of_the_head(tmp_path: Path) -> None:
    """The subject of a mail is the first line of the message."""
    for alerts in (
        [alert_document(1)],
        [_ended(1)],
        [alert_document(1), alert_document(2)],
        [alert_document(1), _ended(2)],
        [alert_of("LinkLossHigh", "warning")],
        [alert_of("ContractEnding", "info", status="resolved", ends=_ENDS)],
    ):
        document = delivery_document(alerts)
        head = _rendered(document, tmp_path, "pantau.judul")
        assert head == _rendered(document, tmp_path).splitlines()[0]


def test_template_of_the_dashboard_is_one_place(tmp_path: Path) -> None:
    """Its address is Alertmanager's own page, which exists wherever the message comes from."""
    document = delivery_document([alert_document(1)])
    assert _rendered(document, tmp_path, "pantau.dasbor") == "http://127.0.0.1:9093/#/alerts"


_LONGEST_ID = "x" * 63


def _longest(number: int, name: str, **more: str) -> dict[str, Any]:
    """An alert with the longest name and ids that an inventory allows."""
    document = alert_document(number, **more)
    document["labels"]["provider"] = _LONGEST_ID
    document["annotations"] |= {
        "summary": f"{name * MAX_NAME_CHARACTERS} ({_LONGEST_ID}), Kabupaten Bandung Barat",
        "description": (
            f"Tidak menjawab sejak 23/11/2026 09.14 WIB: tautan {_LONGEST_ID}, lokasi {_LONGEST_ID}, {_LONGEST_ID}."
        ),
        "cause": "Penyebab: router mati atau menyala ulang (menyala kembali 25/11/2026 02.14 WIB).",
        "path": "Jejak: berhenti pada lompatan 13 dari 16, terakhir menjawab 198.118.100.101.",
        "affected": f"Terdampak: {', '.join([name * MAX_NAME_CHARACTERS] * 10)} dan 490 lainnya.",
        "runbook_url": "https://pantau.prov.example:9090/user/alerts.md#linkdown",
    }
    return document


@pytest.mark.parametrize("name", ["N", '"', "&", "é", "😀"])
@pytest.mark.parametrize(
    ("firing", "ended"),
    [
        *[(1, 0), (1, 1), (1, 3), (1, 5), (1, 500), (3, 3), (10, 0), (12, 3), (12, 5), (20, 0), (500, 0), (500, 1)],
        *[(500, 500), (0, 1), (0, 10), (0, 20), (0, 500)],
    ],
)
def test_template_when_names_are_long(tmp_path: Path, name: str, firing: int, ended: int) -> None:
    """Whatever begins and ends, with the longest names of any characters: it is one Telegram message."""
    alerts = [_longest(number, name) for number in range(firing)]
    alerts += [_longest(number, name, status="resolved", ends=_ENDS) for number in range(500, 500 + ended)]
    text = _rendered(delivery_document(alerts, provider=_LONGEST_ID), tmp_path)
    assert len(text.encode("utf-16-le")) // 2 <= _TELEGRAM_UNITS
    assert f"{_LONGEST_ID}" in text
    assert all(f": {total} tautan, " in text for total in (firing, ended) if total > 1)
