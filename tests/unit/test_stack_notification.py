"""What Alertmanager delivers, read strictly."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from exporter.stack.notification import NotificationError, notification_from
from tests.support.deliveries import alert_document, delivery_body, delivery_document


def test_notification_from_a_delivery() -> None:
    """Group, labels, annotations, instants with their zone and the status of each alert come out."""
    ended = alert_document(2, status="resolved", ends="2026-11-23T09:31:00.123456789+07:00")
    notification = notification_from(delivery_body([alert_document(1), ended]))
    assert notification.receiver == "petugas"
    assert notification.group_labels == {"alertname": "LinkDown", "provider": "penyedia-a"}
    first, second = notification.alerts
    assert (first.firing, second.firing) == (True, False)
    assert first.labels["link"] == "kantor-1"
    assert first.annotations["summary"] == "Kantor 1 (dinkes), Kabupaten Garut"
    assert first.starts_at == datetime(2026, 11, 23, 2, 14, 40, tzinfo=UTC)
    assert second.ends_at == datetime(2026, 11, 23, 2, 31, 0, 123456, tzinfo=UTC)


def test_notification_from_a_newer_alertmanager() -> None:
    """Fields that are not known are no reason to lose a message."""
    document = delivery_document([alert_document()]) | {"notification_reason": "new"}
    assert len(notification_from(json.dumps(document).encode()).alerts) == 1


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"version": "5"}, "version"),
        ({"alerts": "none"}, "alerts"),
        ({"groupLabels": {"provider": 7}}, "groupLabels.provider"),
        ({"alerts": [alert_document() | {"status": "pending"}]}, "alerts.0.status"),
        ({"alerts": [alert_document() | {"startsAt": "soon"}]}, "alerts.0.startsAt"),
        ({"alerts": [alert_document() | {"labels": {"a": "x" * 8193}}]}, "alerts.0.labels.a"),
    ],
)
def test_notification_from_something_else(change: dict[str, Any], place: str) -> None:
    """The place of the first fault is named."""
    with pytest.raises(NotificationError, match=f"^{place}: "):
        notification_from(json.dumps(delivery_document([alert_document()]) | change).encode())


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_notification_from_no_document(body: bytes) -> None:
    """What is no JSON object is refused as such."""
    with pytest.raises(NotificationError):
        notification_from(body)
