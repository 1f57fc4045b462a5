"""Texts that the officer on call copies: a ticket for the provider, and a short message for the office.

Lives here: their words, as plain text. Must not live here: HTML, buttons. A name cannot change how the text looks:
line ends go, and the characters with which WhatsApp makes text bold, slanted, struck or monospaced are taken out. The
message for the office names no address and no contract.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TicketFacts", "office_message", "provider_ticket"]

_MARKS = str.maketrans(dict.fromkeys("*_~`", ""))


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What both texts are made of; texts in Indonesian, empty where nothing is known."""

    link: str
    name: str
    site: str
    opd: str
    kabkota: str
    provider: str
    contract: str
    address: str
    since: str  #: with WIB
    length: str
    scope: str  #: what explains the outage; empty: this line alone
    lost: str  #: how many echoes of the last hour were lost
    cause: str
    evidence: tuple[str, ...]
    taken: str  #: the moment of which the text speaks


def _plain(text: str) -> str:
    """One line, without characters that cannot be seen."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def provider_ticket(facts: TicketFacts) -> str:
    """A ticket for the provider."""
    lines = [
        f"Kepada {facts.provider}",
        f"Perihal: gangguan tautan {facts.link}, kontrak {facts.contract}",
        "",
        "Dengan hormat, kami melaporkan gangguan berikut.",
        f"Tautan: {facts.name} ({facts.link})",
        f"Alamat IP: {facts.address}",
        f"Lokasi: {facts.site}, {facts.opd}, {facts.kabkota}",
        f"Tidak menjawab sejak: {facts.since} ({facts.length})",
    ]
    if facts.scope:
        lines.append(f"Cakupan: {facts.scope}")
    if facts.lost:
        lines.append(f"Hasil ukur: {facts.lost}")
    if facts.cause:
        lines.append(f"Dugaan sebab: {facts.cause}")
    lines += [f"Bukti: {each}" for each in facts.evidence]
    lines += [
        "",
        "Mohon pemeriksaan, perkiraan waktu pulih, dan nomor tiket. Terima kasih.",
        f"Data per {facts.taken}, Pantau OPD.",
    ]
    return "\n".join(_plain(line) for line in lines) + "\n"


def office_message(facts: TicketFacts) -> str:
    """A short message for the office, fit for WhatsApp."""
    lines = [
        f"Yth. petugas {facts.site}.",
        f"Internet kantor ({facts.name}) tidak menjawab sejak {facts.since} ({facts.length}).",
    ]
    if facts.scope:
        lines.append(f"Gangguan meluas: {facts.scope}. Perangkat di kantor tidak perlu diubah.")
    else:
        lines.append("Mohon dipastikan listrik dan perangkat internet di kantor menyala, lalu kabari kami.")
    lines.append(f"Data per {facts.taken}, Pantau OPD.")
    return "\n".join(_plain(line).translate(_MARKS) for line in lines) + "\n"
