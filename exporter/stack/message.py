"""A delivery as the message that the officer on call reads, in Indonesian.

Lives here: the words, the order of rows, the shortening. Must not live here: HTTP, clocks, printing,
and what an alert itself says (its annotations, written in ``alert_rules/``). Form: domain notes 4.1
and 4.5. ``deploy/alertmanager/templates`` says the same for receivers inside Alertmanager, which
cannot remember what was said before; a test holds the two together.

Alertmanager repeats a group's firing alerts in each delivery. People want to know what changed, so
``news`` divides a delivery by what was told before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from exporter.stack.notification import Alert, Notification

__all__ = ["MAX_ROWS", "News", "message_text", "news", "wib_clock", "wib_text"]

#: Rows shown of a long list. Eight rows of the longest names stay under the 4,096 characters of a Telegram
#: message, and nobody reads more at 03.00; the total is said.
MAX_ROWS = 8

#: Western Indonesian time: UTC+7 all year.
_WIB = timezone(timedelta(hours=7))

#: What is counted, by the alert's scope.
_NOUNS = {
    "link": "tautan",
    "site": "lokasi",
    "provider": "penyedia",
    "area": "wilayah",
    "core": "jaringan inti",
    "prober": "pengukur",
}


@dataclass(frozen=True, slots=True)
class News:
    """A delivery divided by what was told before; newest first."""

    begun: tuple[Alert, ...]  #: firing, and not told before
    lasting: tuple[Alert, ...]  #: firing, and told before
    ended: tuple[Alert, ...]  #: resolved


def news(notification: Notification, told: Mapping[str, datetime]) -> News:
    """The division of ``notification``; ``told`` maps the fingerprint of each alert told as firing to its start."""
    newest_first = sorted(notification.alerts, key=lambda alert: alert.starts_at, reverse=True)
    firing = [alert for alert in newest_first if alert.firing]
    return News(
        begun=tuple(alert for alert in firing if told.get(alert.fingerprint) != alert.starts_at),
        lasting=tuple(alert for alert in firing if told.get(alert.fingerprint) == alert.starts_at),
        ended=tuple(alert for alert in newest_first if not alert.firing),
    )


def message_text(group_labels: Mapping[str, str], parts: News) -> str:
    """The whole message: what began, what ended, and how many last."""
    provider = group_labels.get("provider", "")
    blocks = []
    if parts.begun:
        blocks.append(_trouble("🔴 GANGGUAN", parts.begun, provider))
    if parts.ended:
        blocks.append(_recovery(parts.ended, provider))
    if blocks and parts.lasting:
        blocks.append(f"Masih terganggu: {_counted(parts.lasting)}{' lain' if parts.begun else ''}.")
    if not blocks:
        blocks.append(_trouble("🟠 MASIH TERGANGGU", parts.lasting, provider))
    return "\n".join(blocks)


def wib_text(instant: datetime) -> str:
    """``23/11/2026 09.14 WIB``."""
    return instant.astimezone(_WIB).strftime("%d/%m/%Y %H.%M WIB")


def wib_clock(instant: datetime) -> str:
    """``23/11/2026 09.14.31 WIB``."""
    return instant.astimezone(_WIB).strftime("%d/%m/%Y %H.%M.%S WIB")


def _trouble(head: str, alerts: Sequence[Alert], provider: str) -> str:
    first = alerts[0]
    lines = [f"{head}: {_subject(alerts, provider)}"]
    if len(alerts) == 1:
        lines.append(_said(first, "description"))
        lines += filter(None, [first.annotations.get("affected")])
    else:
        lines += _rows(alerts, lambda alert: f"{_said(alert, 'summary')}. {_said(alert, 'description')}")
    lines += [_said(first, "action"), f"Panduan: {_said(first, 'runbook_url')}"]
    return "\n".join(lines)


def _recovery(alerts: Sequence[Alert], provider: str) -> str:
    first = alerts[0]
    lines = [f"🟢 PULIH: {_subject(alerts, provider)}"]
    if len(alerts) == 1:
        lines += [f"Sebelumnya: {_said(first, 'description')}", f"Dinyatakan pulih {wib_text(first.ends_at)}."]
    else:
        lines += _rows(alerts, lambda alert: f"{_said(alert, 'summary')}. Dinyatakan pulih {wib_text(alert.ends_at)}.")
    return "\n".join(lines)


def _subject(alerts: Sequence[Alert], provider: str) -> str:
    """Who is affected: the one by name, many by their number and what they have in common."""
    if len(alerts) == 1:
        return _said(alerts[0], "summary")
    return f"{_counted(alerts)}, {provider}" if provider else _counted(alerts)


def _counted(alerts: Sequence[Alert]) -> str:
    return f"{len(alerts)} {_noun(alerts)}"


def _noun(alerts: Sequence[Alert]) -> str:
    return _NOUNS.get(alerts[0].labels.get("scope", ""), "peringatan")


def _rows(alerts: Sequence[Alert], row: Callable[[Alert], str]) -> list[str]:
    rows = [f"• {row(alert)}" for alert in alerts[:MAX_ROWS]]
    if len(alerts) > MAX_ROWS:
        rows.append(f"… dan {len(alerts) - MAX_ROWS} {_noun(alerts)} lain.")
    return rows


def _said(alert: Alert, annotation: str) -> str:
    """What the alert itself says; its name where a rule of somebody else's leaves that out."""
    return alert.annotations.get(annotation) or alert.labels.get("alertname", "?")
