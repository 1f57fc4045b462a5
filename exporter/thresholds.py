"""Every number that decides something, with its unit, its reason and its source.

Lives here: constants. Must not live here: code that uses them.
"""

from __future__ import annotations

__all__ = [
    "ALONE_S",
    "AREA_LEAST_LINKS",
    "AREA_LEAST_PROVIDERS",
    "AREA_SHARE",
    "BACK_AFTER_BOOT_S",
    "BOOT_MARGIN_S",
    "BOOT_SETTLES_S",
    "BOOT_WAIT_S",
    "CASCADE_S",
    "CORE_LEAST_PROVIDERS",
    "CORE_SHARE",
    "DEGRADED_ENTER_LOST",
    "DEGRADED_ENTER_SLOW",
    "DEGRADED_LEAVE_LOST",
    "DEGRADED_LEAVE_SLOW",
    "DEGRADED_WINDOW",
    "DOWN_AFTER_LOSSES",
    "EVIDENCE_COVERAGE",
    "EVIDENCE_GAP_S",
    "LEAVE_SHARE",
    "MAX_INTERVAL_S",
    "MAX_OUTSTANDING",
    "MAX_PACKETS_PER_SECOND",
    "MAX_PROBES_OF_LINK",
    "MAX_PROBES_OPEN",
    "MAX_PROBES_PER_SECOND",
    "MAX_PROBE_INTERVAL_S",
    "MAX_PROBE_TIMEOUT_S",
    "MAX_REFERENCE_INTERVAL_S",
    "MAX_SNMP_INTERVAL_S",
    "MAX_TIMEOUT_INTERVALS",
    "MAX_TIMEOUT_S",
    "MIN_INTERVAL_S",
    "MIN_PROBE_INTERVAL_S",
    "MIN_PROBE_TIMEOUT_S",
    "MIN_REFERENCE_TARGETS",
    "MIN_TIMEOUT_S",
    "OPINION_WAIT_S",
    "OTHERWISE_HOLDS_S",
    "OUTAGES_KEPT",
    "PROBE_INTERVAL_S",
    "PROBE_TIMEOUT_S",
    "PROVIDER_LEAST_LINKS",
    "PROVIDER_SHARE",
    "QUIET_S",
    "RTT_BUCKETS_S",
    "SETTLE_S",
    "SITE_LEAVE_SHARE",
    "SLOW_RTT_S",
    "SUSPECT_AFTER_LOSSES",
    "UNKNOWN_AFTER_UNMEASURED",
    "UPLINK_NEAR_S",
    "UP_AFTER_REPLIES",
]

#: Echoes lost in a row before a link is down. Two fall together in an ordinary queue overflow;
#: three in a row at 2 % random loss happen once in 125,000 echoes (1.4 days), at 1 % once in 11.6 days.
DOWN_AFTER_LOSSES = 3

#: Echoes lost in a row before it is asked by other means whether a link is there: one fewer than for down, so that
#: the answer is usually known when the third loss is.
SUSPECT_AFTER_LOSSES = DOWN_AFTER_LOSSES - 1

#: Seconds that a third loss waits for a second opinion. The question is asked one interval before it; an echo with a
#: second's patience and two tries of TCP (the second SYN goes out after 1 s, RFC 6298) are over by then, and so is the
#: echo that counter-checks an answer, at one echo a second and a timeout of two. A link that
#: nobody can ask about is told three seconds later, which with ``SETTLE_S`` still leaves half of a message's 30 s.
OPINION_WAIT_S = 3.0

#: Seconds for which an answer by other means holds while echoes are lost. It is asked again every ten, so one question
#: may get lost and the next be slow without the link falling down.
OTHERWISE_HOLDS_S = 30.0

#: Replies in a row before a link that was down is up again. One stray answer of a link that loses
#: 80 % must not call it up; three in a row then have a chance of 0.8 %.
UP_AFTER_REPLIES = 3

#: Echoes in a row that we could not measure before the state is unknown: as many as for down, so
#: that neither fault of ours nor of theirs is believed sooner.
UNKNOWN_AFTER_UNMEASURED = 3

#: Measured echoes over which degradation is judged: one minute at one echo a second.
DEGRADED_WINDOW = 60

#: Lost among the last 60 to call a link degraded: 10 %, where video calls break up; a link with a
#: steady 2 % reaches it by chance in 0.15 % of its minutes. Leaving takes 3 %, so that it cannot flutter.
DEGRADED_ENTER_LOST = 6
DEGRADED_LEAVE_LOST = 2

#: Slow replies among the last 60 to call it degraded: half, that is, the median is slow.
DEGRADED_ENTER_SLOW = 30
DEGRADED_LEAVE_SLOW = 15

#: Seconds from which a reply is slow: twice the 150 ms one-way bound of ITU-T G.114 for good speech.
SLOW_RTT_S = 0.3

#: Upper bounds of the RTT histogram, seconds. Fine where fibre within the province lies (1 to 30 ms),
#: 0.3 is ``SLOW_RTT_S``, 1.0 separates satellite from trouble; with +Inf fourteen buckets.
RTT_BUCKETS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 1.0)

#: The most often one address may be probed: the politeness floor of failures.md 2.5, case 16.
MIN_INTERVAL_S = 1.0

#: The least often: three echoes lost in a row then take a quarter of an hour, and anything slower is no watch.
MAX_INTERVAL_S = 300.0

#: A timeout may span at most so many intervals: the depth of the per-link queue of open echoes.
MAX_TIMEOUT_INTERVALS = 10

#: The longest timeout, which keeps that bound at every interval that is allowed.
MAX_TIMEOUT_S = MAX_TIMEOUT_INTERVALS * MIN_INTERVAL_S

#: The shortest timeout: a busy but working line across the island answers later than a tenth of a second.
MIN_TIMEOUT_S = 0.1

#: Reference targets, on different paths, from which "our own uplink is dead" can be told from one of them
#: being dead itself (failures.md 4, case 20).
MIN_REFERENCE_TARGETS = 3

#: The packet budget of one prober: ten times the 500 links it is made for, twice the 5,000 it is
#: tested at; 84 bytes each make 6.7 Mbit/s, still small on the province's uplink.
MAX_PACKETS_PER_SECOND = 10_000

#: Echoes that may be open at once, for the 65,536 sequence numbers must also name late replies.
MAX_OUTSTANDING = 32_768

#: Seconds that a link which went down waits before it is announced together with others. A sharp cut shows
#: within 1.2 s on all links (echoes are a second apart, a frame is a fifth), and six leave room for timeouts
#: that differ; ten would be 4 s of the 30 s in which a provider's message must arrive.
SETTLE_S = 6.0

#: A group is not chosen while further links went down within so many seconds: a cascade that still grows has
#: not shown yet how wide it is.
QUIET_S = 3.0

#: Seconds that a link waits before it stands alone, and before a cascade is judged although it still grows.
#: Failures of one cause were staggered over 6 to 15 s in trials (observability.md 0.2); twenty outlast that,
#: and a line that is back within twenty (a route that moves, a re-dialled session) is not worth a message.
ALONE_S = 20.0

#: A provider, or a provider within one area, has failed when half of its measured links are down, and five at
#: the least: below that, chance and neighbours explain it as well (observability.md 1.5).
PROVIDER_LEAST_LINKS = 5
PROVIDER_SHARE = 0.5

#: An area has failed when three in five of its measured links are down, of two providers at the least:
#: electricity, a landslide, a shared exchange.
AREA_LEAST_LINKS = 5
AREA_SHARE = 0.6
AREA_LEAST_PROVIDERS = 2

#: The core has failed when seven in ten of all measured links are down, of two providers at the least.
CORE_SHARE = 0.7
CORE_LEAST_PROVIDERS = 2

#: Seconds after which a link that stands alone is no sign of a wider cause any more: a slow cascade takes a minute or
#: two, and one office that has been down since yesterday must not make an area's outage of a provider's.
CASCADE_S = 300.0

#: An outage of a group is over when no more than this share of the links that it explained is silent: half of what
#: announces a provider's, so that an outage cannot end and begin by the same few links.
LEAVE_SHARE = 0.25

#: A site's outage is over as soon as one of its links answers: the office is connected again.
SITE_LEAVE_SHARE = 1.0

#: The longest interval of a reference target, seconds: a loss waits for a witness for one and a half of it
#: (``uplink.py``), and the state of our own uplink is as old as its latest answer.
MAX_REFERENCE_INTERVAL_S = 5.0

#: A router's start is our clock less its uptime, which came with a delay and in steps; and a router that is being
#: restarted falls silent some seconds before it starts to count anew. Seconds.
BOOT_MARGIN_S = 10.0

#: A router that started so shortly before an outage may still have been starting its lines: it proves nothing. Seconds.
BOOT_SETTLES_S = 300.0

#: After a power cut the line is back within so long of the router's start, seconds; one that was restarted earlier was
#: restarted by somebody who tried.
BACK_AFTER_BOOT_S = 900.0

#: Our own connection explains an outage that began within so long of its failure, seconds: what it makes unknown comes
#: through as single outages at its edges.
UPLINK_NEAR_S = 30.0

#: So long after an outage the router's word about it is waited for, seconds: its agent starts after its routing does.
BOOT_WAIT_S = 180.0

#: Outages of each link that are kept in memory with their evidence; older ones are in Prometheus.
OUTAGES_KEPT = 20

#: Seconds from one start of a probe over TCP, HTTP, DNS or SNMP to the next where the inventory does not say: what
#: changes within a minute the echoes show, and traffic over a minute is what capacity is judged by.
PROBE_INTERVAL_S = 60.0

#: The most often: each such probe costs an office's small router more than an echo (a handshake, a walk of its tables).
MIN_PROBE_INTERVAL_S = 10.0

#: The least often: a certificate that is looked at once an hour is still seen the same day.
MAX_PROBE_INTERVAL_S = 3_600.0

#: The least often for SNMP: rates over five minutes (alert_rules/traffic.yml) need five polls, else they come in lumps,
#: and a silent router is told after ten.
MAX_SNMP_INTERVAL_S = 60.0

#: Seconds that such a probe may take, over everything: five is a lost packet sent again twice (1 s and 3 s, RFC 6298).
PROBE_TIMEOUT_S = 5.0

#: The shortest: a handshake with TLS takes four round trips, which a busy line across the island makes half a second.
MIN_PROBE_TIMEOUT_S = 0.5

#: The longest; nobody waits longer for a page. A timeout is also at most half the interval, so that the device rests.
MAX_PROBE_TIMEOUT_S = 30.0

#: Probes of one link: two of each kind.
MAX_PROBES_OF_LINK = 8

#: Probes that may begin in a second, three times what 500 links with four probes a minute need; at some milliseconds
#: of a processor each they take less than one core, which the measuring thread shares.
MAX_PROBES_PER_SECOND = 100

#: Probes that may want to be open at once when nobody answers: 500 links with four probes a minute would have 167. Of
#: them some hundred run and the rest wait their turn (``probe_runner``), so that even then each probe comes in every
#: second of its turns or so, and sockets stay for everything else (failures.md 4, case 25).
MAX_PROBES_OPEN = 200

#: Scrapes further apart than this are a gap (seconds): two scrapes of 5 s may be lost to a busy moment, and an outage
#: that a contract counts is ten times as long.
EVIDENCE_GAP_S = 20.0

#: The month counts as proved when at least this share of all links' time was measured.
EVIDENCE_COVERAGE = 0.95
