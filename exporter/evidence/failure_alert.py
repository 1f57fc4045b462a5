"""The alert that says that a month's pack could not be made, and that it was made after all.

Lives here: its labels, its texts and its times, as Alertmanager's API takes them. Must not live here: sending
(``alarm``), the present time (the caller gives it), who is told (``deploy/alertmanager``). No rule of Prometheus
sends this alert, for no series knows of packs; it has its heading in ``docs/alerts.md`` like all others. What went
wrong is not in it: errors name paths and addresses, and stand in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from exporter.evidence.period import HOUR_MS, Month
from exporter.indonesian import month_name

__all__ = ["ALERT_NAME", "LASTS_MS", "AlertDocument", "ended_alert", "failed_alert", "pages_of"]

ALERT_NAME = "EvidencePackFailed"

#: How long it stands when nobody says it again. A timer tries once a day, some minutes earlier or later, and after
#: its last try of a day nothing is said until the next one: an alert that ended by itself meanwhile would be told as
#: mended.
LASTS_MS = 26 * HOUR_MS

#: An Alertmanager whose clock is a little behind must still see that the end has come.
_BEFORE_MS = 1000

#: What the whole inventory is called where a selection would stand.
_WHOLE = "semua"

_ACTION = (
    "Kemungkinan: Prometheus tidak terjangkau, data bulan itu tidak lengkap, inventaris atau buku koreksi salah tulis, "
    "atau disk penuh. Langkah: baca alasannya dengan journalctl -u pantau-evidence (Docker: docker compose "
    "logs evidence), perbaiki, lalu tunggu percobaan berikutnya."
)

#: An alert as ``POST /api/v2/alerts`` takes it.
AlertDocument = dict[str, str | dict[str, str]]


def failed_alert(month: Month, selection: str, pages: str, now_ms: int) -> AlertDocument:
    """The alert from now on, for ``LASTS_MS``; posted again it lasts longer and stays the same alert.

    ``selection`` is what the pack is limited to, empty for all; ``pages`` is the address at which people reach
    Prometheus, which serves the runbook.
    """
    return _alert(month, selection, pages, now_ms, now_ms + LASTS_MS)


def ended_alert(month: Month, selection: str, pages: str, now_ms: int) -> AlertDocument:
    """The same alert, ended. Where none was told, Alertmanager tells nothing of its end either."""
    return _alert(month, selection, pages, now_ms - 2 * _BEFORE_MS, now_ms - _BEFORE_MS)


def pages_of(flags: Mapping[str, object], place: str) -> str:
    """At which address people reach Prometheus: as its flags say (``/api/v1/status/flags``), else as we reach it."""
    said = flags.get("web.external-url")
    return said if isinstance(said, str) and said.startswith(("http://", "https://")) else place


def _alert(month: Month, selection: str, pages: str, starts_ms: int, ends_ms: int) -> AlertDocument:
    of = f" ({selection})" if selection else ""
    return {
        "labels": {
            "alertname": ALERT_NAME,
            "severity": "warning",
            "scope": "prober",
            "month": str(month),
            "selection": selection or _WHOLE,
        },
        "annotations": {
            "summary": f"Paket bukti {month_name(month.first)}{of}",
            "description": "Belum dapat dibuat; percobaan terakhir gagal. Pembuatannya dicoba lagi dengan sendirinya.",
            "action": _ACTION,
            "runbook_url": f"{pages.rstrip('/')}/user/alerts.md#{ALERT_NAME.lower()}",
        },
        "startsAt": _rfc3339(starts_ms),
        "endsAt": _rfc3339(ends_ms),
    }


def _rfc3339(unix_ms: int) -> str:
    """RFC 3339, in UTC, with milliseconds."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=unix_ms)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
