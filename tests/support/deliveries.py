"""Deliveries as Alertmanager sends them, as small as a test wants them.

Lives here: webhook documents with invented links. Must not live here: assertions, HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

__all__ = ["alert_document", "alert_of", "caused", "delivery_body", "delivery_document", "outage_alert", "prober_alert"]

_ACTION = (
    "Kemungkinan: tautan penyedia, perangkat atau listrik lokasi. Langkah: hubungi petugas lokasi, lalu lapor penyedia."
)


def alert_document(
    number: int = 1, *, status: str = "firing", starts: str = "2026-11-23T02:14:40Z", ends: str = "0001-01-01T00:00:00Z"
) -> dict[str, Any]:
    """A LinkDown of the link ``kantor-NUMBER``."""
    return {
        "status": status,
        "labels": {
            "alertname": "LinkDown",
            "link": f"kantor-{number}",
            "name": f"Kantor {number}",
            "provider": "penyedia-a",
            "scope": "link",
            "severity": "warning",
        },
        "annotations": {
            "summary": f"Kantor {number} (dinkes), Kabupaten Garut",
            "description": f"Tidak menjawab sejak 23/11/2026 09.14 WIB: tautan kantor-{number}, penyedia-a.",
            "action": _ACTION,
            "runbook_url": "http://127.0.0.1:9090/user/alerts.md#linkdown",
        },
        "startsAt": starts,
        "endsAt": ends,
        "generatorURL": "http://127.0.0.1:9090/graph",
        "fingerprint": f"{number:016x}",
    }


def alert_of(
    name: str, severity: str, number: int = 1, *, status: str = "firing", ends: str = "0001-01-01T00:00:00Z"
) -> dict[str, Any]:
    """The same about the link, of another name and severity."""
    document = alert_document(number, status=status, ends=ends)
    document["labels"] |= {"alertname": name, "severity": severity}
    return document


def caused(document: dict[str, Any], cause: str, action: str = "", path: str = "") -> dict[str, Any]:
    """The same with what is known of its cause and path, and the step that follows from it."""
    more = {"cause": cause, "path": path} | ({"action": action} if action else {})
    return document | {"annotations": document["annotations"] | more}


def prober_alert() -> dict[str, Any]:
    """An ExporterDown, which belongs to no provider."""
    document = alert_document(99)
    document["labels"] = {"alertname": "ExporterDown", "scope": "prober", "severity": "critical"}
    document["annotations"] |= {"summary": "Pengukur Pantau (p:9715)", "description": "Tidak dapat dibaca."}
    return document


def outage_alert(
    scope: str = "provider", *, status: str = "firing", ends: str = "0001-01-01T00:00:00Z", number: int = 98
) -> dict[str, Any]:
    """A ProviderOutage, or the like of another scope."""
    document = alert_document(number, status=status, ends=ends)
    document["labels"] = {"alertname": "ProviderOutage", "provider": "penyedia-a", "scope": scope}
    document["annotations"] |= {
        "summary": "Penyedia penyedia-a",
        "description": "Tidak menjawab sejak 23/11/2026 09.14 WIB: 61 dari 62 tautan.",
        "affected": "Terdampak: Kantor 1, Kantor 2 dan 59 lainnya.",
    }
    return document


def delivery_document(alerts: Sequence[dict[str, Any]], *, provider: str | None = "penyedia-a") -> dict[str, Any]:
    """A delivery of ``alerts`` as one group."""
    firing = any(alert["status"] == "firing" for alert in alerts)
    group = {"alertname": alerts[0]["labels"]["alertname"]} | ({"provider": provider} if provider else {})
    return {
        "version": "4",
        "groupKey": "{}:{alertname}",
        "truncatedAlerts": 0,
        "status": "firing" if firing else "resolved",
        "receiver": "petugas",
        "groupLabels": group,
        "commonLabels": group,
        "commonAnnotations": {},
        "externalURL": "http://127.0.0.1:9093",
        "alerts": list(alerts),
    }


def delivery_body(alerts: Sequence[dict[str, Any]], *, provider: str | None = "penyedia-a") -> bytes:
    """The same as it goes over the wire."""
    return json.dumps(delivery_document(alerts, provider=provider)).encode()
