"""Writes the example province, ``inventory/jabar``: ``python -m inventory.generate [FOLDER]``.

Lives here: how the files look. Must not live here: what is in the province (``plan``, ``probing``). The same bytes
every time and everywhere. Five providers are invented, and all addresses are of 198.18.0.0/15, which is
set aside for tests (RFC 2544).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from exporter.loading import built_in_kabkota
from inventory import offices
from inventory.contracts import CONTRACTS, PROVIDERS
from inventory.plan import THRESHOLDS, Kind, Line, Office, lines, office_list, position
from inventory.probing import BACKUP_INTERFACE, CLASSES, PROBING, SECRETS

__all__ = ["main"]

HERE = Path(__file__).with_name("jabar")


def office_file(kind: Kind, its_offices: Sequence[Office], its_lines: Sequence[Line]) -> str:
    """The sites of one kind and their links, by kabupaten and kota."""
    text = [f"# {kind.title}: {len(its_offices)} sites, {len(its_lines)} links.", "version: 1", "", "sites:"]
    for code, group in groupby(its_offices, lambda office: office.kabkota):
        text += [f"  # {code} {built_in_kabkota()[code].name}", *map(site_entry, group)]
    text += ["", "links:"]
    for code, each in groupby(its_lines, lambda line: line.office.kabkota):
        text += [f"  # {code} {built_in_kabkota()[code].name}", *map(link_entry, each)]
    return "\n".join(text) + "\n"


def site_entry(office: Office) -> str:
    """One site on one line."""
    lat, lon = position(office)
    return (
        f'  - {{id: {office.id}, name: "{office.name}", opd: {office.opd}, kabkota: "{office.kabkota}", '
        f"lat: {lat:.4f}, lon: {lon:.4f}, hours: {office.hours}, class: {office.kind.site_class}}}"
    )


def link_entry(line: Line) -> str:
    """One link on one line."""
    own = f", thresholds: {THRESHOLDS[line.id]}" if line.id in THRESHOLDS else ""
    if line.role == "backup" and "router" in CLASSES[line.office.kind.site_class].probes:
        own += f", interface: {BACKUP_INTERFACE}"
    return (
        f"  - {{id: {line.id}, site: {line.office.id}, contract: {line.contract}, role: {line.role}, "
        f"phase: {line.phase}, address: {line.address}{own}}}"
    )


def opd_file() -> str:
    """The agencies."""
    entries = (f'  - {{id: {key}, name: "{name}"}}' for key, name in offices.OPD.items())
    return "\n".join(["# The agencies of the province.", "version: 1", "", "opd:", *entries]) + "\n"


def contracts_file() -> str:
    """Providers and contracts."""
    text = [
        "# Invented providers, and what the province and its offices buy from them.",
        "version: 1",
        "",
        "providers:",
    ]
    text += [f"  - {{id: {key}, name: {provider.name}}}" for key, provider in PROVIDERS.items()]
    text += ["", "contracts:"]
    for key, contract in CONTRACTS.items():
        text += [
            f"  # {contract.meant_for}",
            f"  - id: {key}",
            f"    provider: {contract.provider}",
            f"    kind: {contract.kind}",
            f"    bandwidth: {contract.bandwidth}",
            f"    fee_rupiah_per_month: {contract.fee}",
            f"    starts: {contract.starts}",
            f"    ends: {contract.ends}",
        ]
        if contract.sla:
            availability, tolerance, window, credit = contract.sla.split()
            words = f"availability: {availability}, tolerance: {tolerance}, window: {window}, credit: {credit}"
            if contract.more_of_sla:
                words += f", {contract.more_of_sla}"
            text.append(f"    sla: {{{words}}}")
        if contract.thresholds:
            text.append(f"    thresholds: {contract.thresholds}")
    return "\n".join(text) + "\n"


def probing_file() -> str:
    """Credentials and probes, and what is probed at each class of sites."""
    text = [PROBING, "site_classes:"]
    for key, each in CLASSES.items():
        probes = ", ".join(each.probes)
        text.append(f'  - {{id: {key}, name: "{each.name}", probes: [{probes}]}}')
    return "\n".join(text) + "\n"


def files() -> dict[str, str]:
    """The name and text of every file."""
    every = office_list()
    every_line = list(lines(every))
    found = {"province.yml": PROVINCE, "opd.yml": opd_file(), "contracts.yml": contracts_file()}
    found |= {"probing.yml": probing_file(), **{f"secrets/{name}": text for name, text in SECRETS.items()}}
    for kind in dict.fromkeys(office.kind for office in every):
        its_offices = [office for office in every if office.kind is kind]
        its_lines = [line for line in every_line if line.office.kind is kind]
        by_code = sorted(its_offices, key=lambda office: office.kabkota)
        lines_by_code = sorted(its_lines, key=lambda line: line.office.kabkota)
        found[kind.file] = office_file(kind, by_code, lines_by_code)
    return found


def main(words: Sequence[str]) -> int:
    """Write every file into the folder that was named, or into ``inventory/jabar``."""
    folder = Path(words[0]) if words else HERE
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "secrets").mkdir(exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


PROVINCE = """\
# What holds for the whole province: how often to probe, what proves that the prober itself is connected,
# the hours of offices that are not the usual ones, and planned work.
version: 1

# Before a link is called down, this port of its address is tried, too: a refusal is an answer as well.
defaults: {interval: 1s, timeout: 2s, second_opinion_port: 443}

# Who makes the monthly evidence pack. The code and the classification are invented; the agency knows its own.
evidence:
  government: Pemerintah Provinsi Jawa Barat
  unit: Dinas Komunikasi dan Informatika
  unit_code: APTIKA
  classification: TI.01
  place: Bandung
  network: internet
  basis:
    - Peraturan Presiden Nomor 95 Tahun 2018 tentang Sistem Pemerintahan Berbasis Elektronik

# Whom offices call. The numbers are invented.
helpdesk:
  name: Layanan Bantuan Internet Perangkat Daerah
  phone: "+62 22 5550 0100"
  whatsapp: "+62 812 5550 0100"
  email: bantuan@prov.example
  hours: setiap hari, 24 jam

reference_targets:
  - {id: uplink-gw, address: 198.18.255.1, meaning: uplink}
  - {id: core-gw, address: 198.18.255.2, meaning: core}
  - {id: internet-1, address: 198.18.255.3, meaning: internet}
  - {id: internet-2, address: 198.18.255.4, meaning: internet}

# 24x7 need not be written. This kantor takes the place of the built-in one: the same hours (Pergub 102/2022), and
# what holds in 2026 only. A later period goes before an earlier one, so that Thursdays of Ramadan are empty, too.
calendars:
  - id: kantor
    holidays: true
    weekly:
      mon: [07.30-16.00]
      tue: [07.30-16.00]
      wed: [07.30-16.00]
      thu: [07.30-16.00]
      fri: [07.30-16.30]
    periods:
      # Hours: the circular. Days: 1 Ramadan as the Ministry of Religion set it, to the eve of Idul Fitri (SKB).
      - from: 2026-02-19
        to: 2026-03-20
        weekly: {mon: [06.30-14.00], tue: [06.30-14.00], wed: [06.30-14.00], thu: [06.30-14.00], fri: [06.30-14.00]}
        reason: Jam kerja Ramadan 1447 H, SE 21/KPG.03.04/ORG
      # Nobody is in the building. Whether it goes on in 2027 is not known.
      - from: 2026-01-01
        to: 2026-12-31
        weekly: {thu: []}
        reason: Bekerja dari rumah setiap Kamis, SE 188/KPG.03/BKD
  # Units that serve citizens directly: the circular on Thursdays excepts them.
  - id: layanan
    holidays: true
    weekly:
      mon: [07.30-16.00]
      tue: [07.30-16.00]
      wed: [07.30-16.00]
      thu: [07.30-16.00]
      fri: [07.30-16.30]
    periods:
      - from: 2026-02-19
        to: 2026-03-20
        weekly: {mon: [06.30-14.00], tue: [06.30-14.00], wed: [06.30-14.00], thu: [06.30-14.00], fri: [06.30-14.00]}
        reason: Jam kerja Ramadan 1447 H, SE 21/KPG.03.04/ORG
  - id: samsat
    timezone: Asia/Jakarta
    holidays: true
    weekly:
      mon: [08.00-15.00]
      tue: [08.00-15.00]
      wed: [08.00-15.00]
      thu: [08.00-15.00]
      fri: [08.00-11.30, 13.00-15.00]
      sat: [08.00-12.00]

# The holidays and joint leave of the joint decree (SKB) are known without being written. Here stands what a later
# decree adds or takes away. Both days are invented, as the providers are, and show the form.
holidays:
  - {date: 2026-12-23, name: Contoh cuti bersama tambahan, open: false}
  - {date: 2026-12-24, name: Contoh cuti bersama yang dicabut, open: true}

maintenance:
  - id: pm-2026-12-penyedia-c
    providers: [penyedia-c]
    starts: 2026-12-05T22:00:00+07:00
    ends: 2026-12-06T04:00:00+07:00
    author: Tim Jaringan Diskominfo
    reason: Penggantian perangkat inti Penyedia C
    approval: Nota dinas 12/TI.01/APTIKA
  - id: pm-2026-12-rs-jiwa
    sites: [rs-jiwa]
    starts: 2026-12-12T20:00:00+07:00
    ends: 2026-12-12T23:00:00+07:00
    author: Tim Jaringan Diskominfo
    reason: Pemindahan rak perangkat rumah sakit
    approval: Nota dinas 14/TI.01/APTIKA
  # The night of each first and third Saturday of a month.
  - id: pm-rutin-penyedia-e
    providers: [penyedia-e]
    starts: 2026-01-01T00:00:00+07:00
    ends: 2027-01-01T00:00:00+07:00
    weekly: {sat: [23.00-24.00], sun: [00.00-03.00]}
    weeks: [1, 3]
    author: Penyedia E
    reason: Pembaruan perangkat lunak rutin
    approval: Berita acara 3/TI.01/APTIKA
"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
