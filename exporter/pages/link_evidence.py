"""What is known of why a link is down, in sentences: second opinion, router, probes, path.

Lives here: values to Indonesian. Must not live here: HTML, asking, judging (``cause``, ``path``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from exporter.diagnosis_view import DiagnosisView
from exporter.indonesian import instant
from exporter.opinion import Answer
from exporter.path import Break, Path, Where
from exporter.probe_outcome import InterfaceStatus
from exporter.recurrence import WIB
from exporter.snapshot import Snapshot

__all__ = ["HopRow", "broken_at", "evidence", "path_rows"]

_ANSWERS = {
    Answer.ECHO: "ping dengan tanda pengenal lain dijawab",
    Answer.TCP: "ping tidak dijawab, sambungan TCP dijawab",
    Answer.BOTH: "ping dengan tanda pengenal lain dan sambungan TCP dijawab",
    Answer.NONE: "tidak ada jawaban",
    Answer.NOT_ASKED: "belum ditanyakan",
}

_WHERE = {
    Where.OURS: "pada jaringan kita sendiri",
    Where.PROVIDER: "di dalam jaringan penyedia",
    Where.LAST_MILE: "antara perangkat terakhir penyedia dan kantor",
    Where.UNKNOWN: "di tempat yang belum dapat ditentukan",
}

_STATUS = {InterfaceStatus.UP: "antarmuka aktif", InterfaceStatus.DOWN: "antarmuka mati"}


@dataclass(frozen=True, slots=True)
class HopRow:
    """One place on the way, now and usually."""

    number: int
    now: str  #: address and time; a dash where nobody answered
    usual: str


def _at(unix_s: float) -> str:
    return f"{instant(datetime.fromtimestamp(unix_s, WIB), seconds=True)} WIB"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms".replace(".", ",")


def evidence(snapshot: Snapshot, link: str, view: DiagnosisView) -> list[str]:
    """One sentence for each thing that is known; none where nothing is."""
    return [*_opinion(view), *_device(snapshot, link), *_probes(snapshot, link)]


def _opinion(view: DiagnosisView) -> Iterator[str]:
    if view.opinion is not None:
        yield f"Pendapat kedua ({_at(view.opinion.asked_unix_ns / 1e9)}): {_ANSWERS[view.opinion.answer]}."


def _device(snapshot: Snapshot, link: str) -> Iterator[str]:
    for each in snapshot.beside.devices:
        if each.link == link:
            answers = "menjawab" if each.answers else "tidak menjawab"
            status = f", {_STATUS[each.status]}" if each.status in _STATUS else ""
            asked = _at(each.answered_unix_ns / 1e9)
            boot = _at(each.boot_unix_s)
            yield f"Router {answers} lewat SNMP; terakhir menjawab {asked}, menyala sejak {boot}{status}."


def _probes(snapshot: Snapshot, link: str) -> Iterator[str]:
    for each in snapshot.beside.probes:
        if each.link != link or not each.ended_unix_ns:
            continue
        end = "berhasil" if each.reason is None else f"tidak berhasil ({each.reason})"
        yield f"Pemeriksaan {each.kind.upper()} {each.probe}: {end}, {_at(each.ended_unix_ns / 1e9)}."


def broken_at(found: Break | None) -> str:
    """Where the way ends, as a sentence; empty where it does not, or was not traced."""
    if found is None:
        return ""
    if found.last_hop is None:
        return f"Jalur terputus {_WHERE[found.where]}: tidak satu pun router menjawab."
    usual = "" if found.usual_hops is None else f" dari biasanya {found.usual_hops}"
    last = found.last_hop
    place = f"router terakhir yang menjawab adalah {last.address}, lompatan ke-{last.number}{usual}"
    return f"Jalur terputus {_WHERE[found.where]}: {place}."


def path_rows(view: DiagnosisView) -> list[HopRow]:
    """The path of the latest outage beside the last whole one; empty where neither was traced."""
    now, usual = _hops(view.path), _hops(view.good_path)
    numbers = range(1, max([0, *now, *usual]) + 1)
    return [HopRow(number, now.get(number, "-"), usual.get(number, "-")) for number in numbers]


def _hops(path: Path | None) -> dict[int, str]:
    return {} if path is None else {hop.number: f"{hop.address} ({_ms(hop.seconds)})" for hop in path.hops}
