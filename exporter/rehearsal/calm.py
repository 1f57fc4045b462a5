"""When a rehearsal is over that lasts "until quiet".

Lives here: what is asked of the running programs, and how long nothing may happen. Must not live here: waiting.

Quiet is: no link is down or unknown, no alert but the heartbeat waits or fires, Alertmanager holds none, each alert
that was told has had its recovery, and no message came, all for a moment. A scenario that leaves something cut, or
whose recovery is swallowed, is never quiet in this sense; there it is enough that no message comes for some minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

from exporter.stack.asking import NoAnswerError, active_alerts, query_values
from exporter.stack.ports import Ports

__all__ = ["Calm", "is_calm"]

#: From a state of the exporter to an alert that waits: scrape and evaluation, and again.
_CALM_S = 20.0

#: Not less, at any speed: the exporter wants three losses or three answers before a link has another state.
_LEAST_CALM_S = 6.0

#: Longer than Alertmanager holds anything back (group_interval, 5 minutes at the most).
_NO_MESSAGE_S = 360.0
_LEAST_NO_MESSAGE_S = 60.0

#: A scenario that is never quiet ends all the same.
_LONGEST_S = 900.0
_LEAST_LONGEST_S = 180.0

_TROUBLED_LINKS = 'sum(opd_link_state{state=~"down|unknown"}) > 0'
_ALERTS = 'ALERTS{alertname!="Watchdog"}'


@dataclass(slots=True)
class Calm:
    """Remembers since when nothing happens; seconds are of one monotonic clock."""

    speed: float
    since_s: float  #: when something happened last: a step, an alert, a message
    message_s: float  #: when a step was played or a message came last
    begun_s: float  #: when the last step was played

    def look(self, now_s: float, *, calm: bool, has_news: bool) -> bool:
        """Whether it is over; ``calm``: nothing is wrong now, ``has_news``: a message came since the last look."""
        if has_news:
            self.message_s = now_s
        if has_news or not calm:
            self.since_s = now_s
        return (
            now_s - self.since_s >= max(_CALM_S / self.speed, _LEAST_CALM_S)
            or now_s - self.message_s >= max(_NO_MESSAGE_S / self.speed, _LEAST_NO_MESSAGE_S)
            or now_s - self.begun_s >= max(_LONGEST_S / self.speed, _LEAST_LONGEST_S)
        )


def is_calm(ports: Ports) -> bool:
    """Whether nothing is wrong now, as the running programs see it; not, when one of them does not answer."""
    try:
        alerts = [labels for labels in active_alerts(ports.alertmanager) if labels.get("alertname") != "Watchdog"]
        return not (
            alerts or query_values(ports.prometheus, _ALERTS) or query_values(ports.prometheus, _TROUBLED_LINKS)
        )
    except NoAnswerError:
        return False
