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
from tests.support.deliveries import alert_document, delivery_document, outage_alert, prober_alert

_ROOT = Path(__file__).parents[2]
_ENDS = "2026-11-23T02:31:00Z"

#: Telegram takes no longer messages.
_TELEGRAM_CHARACTERS = 4_096


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


def _ended(number: int) -> dict[str, Any]:
    return alert_document(number, status="resolved", ends=_ENDS)


@pytest.mark.parametrize(
    "alerts",
    [
        [alert_document(1)],
        [alert_document(number) for number in range(3)],
        [alert_document(number) for number in range(8)],
        [alert_document(number) for number in range(62)],
        [_ended(1)],
        [_ended(number) for number in range(8)],
        [_ended(number) for number in range(62)],
        [alert_document(1), _ended(2)],
        [outage_alert()],
        [outage_alert(scope) for scope in ("area", "area")],
        [outage_alert(status="resolved", ends=_ENDS)],
        [alert_document(1), alert_document(2), *(_ended(number) for number in range(3, 20))],
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
    ],
)
def test_template_and_receiver_say_the_same(alerts: Sequence[dict[str, Any]], tmp_path: Path) -> None:
    """For what was never told before, the template's words are the receiver's, to the letter."""
    document = delivery_document(alerts)
    notification = notification_from(json.dumps(document).encode())
    expected = message_text(notification.group_labels, news(notification, {}), dashboard_url(notification.external_url))
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
    for alerts in ([alert_document(1)], [_ended(1)], [alert_document(1), alert_document(2)]):
        document = delivery_document(alerts)
        head = _rendered(document, tmp_path, "pantau.judul")
        assert head == _rendered(document, tmp_path).splitlines()[0]


def test_template_when_everything_is_cut_and_names_are_long(tmp_path: Path) -> None:
    """500 links whose names and ids are as long as an inventory allows stay within one Telegram message."""
    longest_id = "x" * 63
    alerts = []
    for number in range(500):
        document = alert_document(number)
        document["labels"]["provider"] = longest_id
        document["annotations"]["summary"] = f"{'N' * MAX_NAME_CHARACTERS} ({longest_id}), Kabupaten Bandung Barat"
        document["annotations"]["description"] = (
            f"Tidak menjawab sejak 23/11/2026 09.14 WIB: tautan {longest_id}, lokasi {longest_id}, {longest_id}."
        )
        document["annotations"]["runbook_url"] = "https://pantau.prov.example:9090/user/alerts.md#linkdown"
        alerts.append(document)
    assert len(_rendered(delivery_document(alerts, provider=longest_id), tmp_path)) <= _TELEGRAM_CHARACTERS
