"""A delivery as the message that the officer on call reads, in Indonesian.

Lives here: the words, the order of rows, the shortening. Must not live here: HTTP, clocks, printing,
and what an alert itself says (its annotations, written in ``alert_rules/``). Form: domain notes 4.1
and 4.5. ``deploy/alertmanager/templates`` says the same for receivers inside Alertmanager, which
cannot remember what was said before; a test holds the two together.

Alertmanager repeats a group's firing alerts in each delivery. People want to know what changed, so
``news`` divides a delivery by what was told before, and what ended is said first: without memory nobody can tell
whether the firing ones are new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from exporter.stack.notification import Alert, Notification

__all__ = [
    "BEGINNINGS",
    "ENDINGS",
    "MAX_ROWS",
    "MAX_ROWS_ENDED_OF_TWO",
    "MAX_ROWS_FIRING_OF_TWO",
    "News",
    "dashboard_url",
    "message_text",
    "news",
    "wib_clock",
    "wib_text",
]

#: Rows shown of a list that is alone, and of each where some end and others fire; the total is said.
MAX_ROWS = 20
MAX_ROWS_ENDED_OF_TWO = 5
MAX_ROWS_FIRING_OF_TWO = 12

#: The longest texts that are shown whole, in characters: together they stay under the 4,096 of a Telegram message,
#: whatever the names. The longest name has 120 characters, the longest id 63.
_SUMMARY = 250
_DESCRIPTION = 600
_AFFECTED = 700
_ACTION = 400
_CAUSE = 200
_PATH = 200

#: A cause in a row of a list, and the longest lists that have them: alone, and where some end and others fire.
_CAUSE_IN_ROW = 100
MAX_ROWS_WITH_CAUSE = 10
MAX_ROWS_WITH_CAUSE_OF_TWO = 3

#: What is to be done where the alerts of a list differ in it by their causes.
_ACTIONS = "Langkah: menurut penyebab masing-masing, lihat panduan; bila belum diketahui, hubungi petugas lokasi."

#: A summary in a list. Telegram counts in UTF-16 units, of which a text never has more than bytes: what is longer
#: than 150 bytes is cut to 75 characters, and so no name takes more than 150 units.
_NAME = 130
_NAME_BYTES = 150
_NAME_OF_WIDE = _NAME_BYTES // 2

#: Western Indonesian time: UTC+7 all year.
_WIB = timezone(timedelta(hours=7))

#: What is counted, by the alert's name where its scope says too little, else by its scope.
_NOUNS = {
    "ContractEnding": "kontrak",
    "MaintenanceActive": "pekerjaan terencana",
    "link": "tautan",
    "site": "lokasi",
    "provider": "penyedia",
    "area": "wilayah",
    "core": "jaringan inti",
    "prober": "peringatan tentang Pantau",
}

#: What the names of alerts about the prober itself begin with; scope "prober" has those about Prometheus and
#: Alertmanager too.
_OF_A_PROBER = ("Exporter", "Prober")


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of alert begins, lasts and ends."""

    begun: str
    lasting: str
    ended: str
    how_ended: str
    mark: str
    still: str


_OUTAGE = _Kind("🔴 GANGGUAN", "🟠 MASIH TERGANGGU", "🟢 PULIH", "Dinyatakan pulih", "🔴", "Masih terganggu")
_NOTICE = _Kind(
    "🟠 PERHATIAN", "🟠 MASIH PERLU PERHATIAN", "🟢 NORMAL", "Dinyatakan normal", "🟠", "Masih perlu perhatian"
)
_INFORMATION = _Kind("🔵 INFORMASI", "🔵 MASIH BERLAKU", "🔵 SELESAI", "Selesai", "🔵", "Masih berlaku")

#: How the parts of a message begin that tell of something new, and of an end.
BEGINNINGS = tuple(kind.begun for kind in (_OUTAGE, _NOTICE, _INFORMATION))
ENDINGS = tuple(kind.ended for kind in (_OUTAGE, _NOTICE, _INFORMATION))

#: Warnings that say that somebody is without a line; the other warnings say that something is not as it should be.
_CUT = frozenset({"LinkDown", "LinkFailover", "SiteDown"})


@dataclass(frozen=True, slots=True)
class _Rows:
    """How much of a list is shown."""

    most: int
    most_with_cause: int  #: a longer list names no causes


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


def message_text(group_labels: Mapping[str, str], parts: News, dashboard: str = "") -> str:
    """The whole message: what ended, what began, and what lasts."""
    provider = group_labels.get("provider", "")
    two = parts.ended and (parts.begun or parts.lasting)
    with_cause, alone = MAX_ROWS_WITH_CAUSE_OF_TWO, _Rows(MAX_ROWS, MAX_ROWS_WITH_CAUSE)
    rows = _Rows(MAX_ROWS_FIRING_OF_TWO, with_cause) if two else alone
    blocks = []
    if parts.ended:
        blocks.append(_recovery(parts.ended, provider, _Rows(MAX_ROWS_ENDED_OF_TWO, with_cause) if two else alone))
    if parts.begun:
        blocks.append(_trouble(_kind(parts.begun).begun, parts.begun, provider, rows, dashboard))
    if parts.lasting:
        kind = _kind(parts.lasting)
        if parts.begun:
            blocks.append(f"{kind.still}: {_counted(parts.lasting)} lain.")
        else:
            head = f"{kind.mark} {kind.still}" if parts.ended else kind.lasting
            blocks.append(_trouble(head, parts.lasting, provider, rows, dashboard))
    return "\n".join(blocks)


def dashboard_url(external_url: str) -> str:
    """Where the present state can be seen, as ``pantau.dasbor`` in the templates says it; empty when nobody knows."""
    return f"{external_url}/#/alerts" if external_url else ""


def wib_text(instant: datetime) -> str:
    """``23/11/2026 09.14 WIB``."""
    return instant.astimezone(_WIB).strftime("%d/%m/%Y %H.%M WIB")


def wib_clock(instant: datetime) -> str:
    """``23/11/2026 09.14.31 WIB``."""
    return instant.astimezone(_WIB).strftime("%d/%m/%Y %H.%M.%S WIB")


def _kind(alerts: Sequence[Alert]) -> _Kind:
    """Of the first, for a group has one severity and one name."""
    labels = alerts[0].labels
    if labels.get("severity") == "info":
        return _INFORMATION
    if labels.get("severity") == "warning" and labels.get("alertname") not in _CUT:
        return _NOTICE
    return _OUTAGE


def _trouble(head: str, alerts: Sequence[Alert], provider: str, rows: _Rows, dashboard: str) -> str:
    first = alerts[0]
    lines = [f"{head}: {_subject(alerts, provider)}"]
    if len(alerts) == 1:
        lines.append(_cut(_said(first, "description"), _DESCRIPTION))
        lines += [*_learned(first), *_more(first, "affected", _AFFECTED)]
    else:

        def row(alert: Alert) -> str:
            cause = _cause_in_row(alerts, alert, rows)
            return f"{_name(alert)}.{cause}" if cause else _name(alert)

        lines += _rows(alerts, rows, row)
    lines += [_action(alerts), f"Panduan: {_said(first, 'runbook_url')}"]
    lines += [f"Dasbor: {dashboard}"] if dashboard else []
    return "\n".join(lines)


def _action(alerts: Sequence[Alert]) -> str:
    """The step of all of them; where their causes ask for several, that they do."""
    steps = {alert.annotations.get("action", "") for alert in alerts}
    if len(steps) > 1 and any(alert.annotations.get("cause") for alert in alerts):
        return _ACTIONS
    return _cut(_said(alerts[0], "action"), _ACTION)


def _recovery(alerts: Sequence[Alert], provider: str, rows: _Rows) -> str:
    first, kind = alerts[0], _kind(alerts)
    lines = [f"{kind.ended}: {_subject(alerts, provider)}"]
    if len(alerts) == 1:
        lines.append(f"Sebelumnya: {_cut(_said(first, 'description'), _DESCRIPTION)}")
        lines += _learned(first)
        lines.append(f"{kind.how_ended} {wib_text(first.ends_at)}.")
    else:

        def row(alert: Alert) -> str:
            ended = f"{_name(alert)}. {kind.how_ended} {wib_text(alert.ends_at)}."
            return ended + _cause_in_row(alerts, alert, rows)

        lines += _rows(alerts, rows, row)
    return "\n".join(lines)


def _subject(alerts: Sequence[Alert], provider: str) -> str:
    """Who is affected: the one by name, many by their number and what they have in common."""
    if len(alerts) == 1:
        return _cut(_said(alerts[0], "summary"), _SUMMARY)
    return f"{_counted(alerts)}, {provider}" if provider else _counted(alerts)


def _counted(alerts: Sequence[Alert]) -> str:
    return f"{len(alerts)} {_noun(alerts)}"


def _noun(alerts: Sequence[Alert]) -> str:
    labels = alerts[0].labels
    if labels.get("scope") == "prober" and labels.get("alertname", "").startswith(_OF_A_PROBER):
        return "pengukur"
    return _NOUNS.get(labels.get("alertname", "")) or _NOUNS.get(labels.get("scope", ""), "peringatan")


def _rows(alerts: Sequence[Alert], rows: _Rows, row: Callable[[Alert], str]) -> list[str]:
    lines = [f"• {row(alert)}" for alert in alerts[: rows.most]]
    if len(alerts) > rows.most:
        lines.append(f"… dan {len(alerts) - rows.most} {_noun(alerts)} lain.")
    return lines


def _learned(alert: Alert) -> list[str]:
    """What is known beside the description: the cause, the path; a line each."""
    return [*_more(alert, "cause", _CAUSE), *_more(alert, "path", _PATH)]


def _more(alert: Alert, annotation: str, most: int) -> list[str]:
    """A line that not every alert has, and no line while nothing is known."""
    text = alert.annotations.get(annotation, "")
    return [_cut(text, most)] if text else []


def _cause_in_row(alerts: Sequence[Alert], alert: Alert, rows: _Rows) -> str:
    """The cause with a space before it, where it is known and the list is short."""
    cause = alert.annotations.get("cause", "")
    return f" {_cut(cause, _CAUSE_IN_ROW)}" if cause and len(alerts) <= rows.most_with_cause else ""


def _name(alert: Alert) -> str:
    """The summary, as long as a list can bear; of our own alerts with its description, for many have one summary."""
    text = _said(alert, "summary")
    if alert.labels.get("scope") == "prober":
        text = f"{text}. {_said(alert, 'description')}"
    return _cut(text, _NAME if len(text[:_NAME].encode()) <= _NAME_BYTES else _NAME_OF_WIDE)


def _cut(text: str, most: int) -> str:
    """``text``, or its beginning and a sign that there is more."""
    return text if len(text) <= most else f"{text[:most]}…"


def _said(alert: Alert, annotation: str) -> str:
    """What the alert itself says; its name where a rule of somebody else's leaves that out."""
    return alert.annotations.get(annotation) or alert.labels.get("alertname", "?")
