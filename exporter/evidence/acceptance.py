"""The record of acceptance (berita acara) of one contract for one month, for two parties to sign.

Lives here: its parts and their order (domain notes 4.4). Must not live here: names of officials, signatures, figures
that the report does not have.
"""

from __future__ import annotations

from typing import Any

from exporter.evidence.accounts import ContractAccount, Report
from exporter.evidence.blocks import Block, chapter, facts, numbered, paragraph, signature, table
from exporter.evidence.cover import footer, header_lines, period
from exporter.evidence.incidents import OUTAGE_COLUMNS, outage_cells
from exporter.evidence.phrases import excluded_text, letter_number
from exporter.evidence.promises import contract_facts, link_table, restitution_table
from exporter.indonesian import day_in_words, day_short, in_words, month_name, number, percent, rupiah

__all__ = ["acceptance_of"]


def acceptance_of(report: Report, account: ContractAccount) -> dict[str, Any]:
    """What ``typesetting.pdf_of("acceptance", ...)`` sets; always a draft.

    The number of the report is not its own: both parties number and sign it later.
    """
    chapters = [_parties(report, account), _facts(report, account), _exclusions(account)]
    chapters += [_restitution(account), _statement()]
    return {
        "title": f"Berita Acara Layanan Internet, kontrak {account.id}, {month_name(report.month.first)}",
        "author": report.inventory.evidence.unit,
        "dated": [report.dated.year, report.dated.month, report.dated.day],
        "draft": "DRAF",
        "footer": footer(report, "DRAF"),
        "heading": {
            "header": header_lines(report),
            "title": "Berita Acara Penerimaan Layanan Jaringan Internet",
            "subtitle": f"Periode {month_name(report.month.first)}",
            "number": f"Nomor: {letter_number(report.inventory.evidence)}",
        },
        "opening": (
            f"Pada hari ini {day_in_words(report.dated)} ({day_short(report.dated)}), kami yang bertanda tangan "
            "di bawah ini:"
        ),
        "chapters": numbered(chapters),
        "signatures": {
            "parties": [
                signature("Pihak Kesatu", [report.inventory.evidence.unit or "..."], ["Nama:", "Jabatan:"]),
                signature("Pihak Kedua", [account.provider_name], ["Nama:", "Jabatan:"]),
            ],
            "witnesses": [signature(f"Saksi {each}", [], ["Nama:", "Jabatan:"]) for each in ("pertama", "kedua")],
        },
    }


def _parties(report: Report, account: ContractAccount) -> Block:
    unit = report.inventory.evidence.unit or "..."
    return chapter(
        "Para pihak dan dasar",
        [
            facts(
                [
                    ("Pihak Kesatu", f"Pejabat Pembuat Komitmen, {unit}"),
                    ("Nama, NIP", "..."),
                    ("Pihak Kedua", account.provider_name),
                    ("Nama, jabatan", "..."),
                ]
            ),
            paragraph(
                f"menyatakan hasil layanan jaringan internet untuk {period(report.month)} berdasarkan kontrak berikut:"
            ),
            facts(contract_facts(account)),
        ],
        new_page=False,
    )


def _facts(report: Report, account: ContractAccount) -> Block:
    total = account.total
    links = len({each.identity.link for each in account.links})
    rows = [outage_cells(report, each) for each in account.outages]
    return chapter(
        "Hasil layanan",
        [
            paragraph(
                f"Dari {number(links)} tautan, {number(account.below)} di bawah janji layanan. "
                f"Ketersediaan menurut waktu terukur {percent(total.availability)}, cakupan {percent(total.coverage)}."
            ),
            link_table(report, account),
            table("Gangguan", OUTAGE_COLUMNS, rows, empty="Tidak ada gangguan pada kontrak ini."),
        ],
        new_page=False,
    )


def _exclusions(account: ContractAccount) -> Block:
    entries = {entry.id: entry for each in account.outages for entry in each.corrections}
    approvals = [f"{key} ({entry.approval or 'tanpa persetujuan'})" for key, entry in sorted(entries.items())]
    return chapter(
        "Pengecualian",
        [
            facts(
                [
                    ("Waktu henti yang dikecualikan", excluded_text(account.excluded_ms)),
                    ("Koreksi dan persetujuannya", "; ".join(approvals) or "tidak ada"),
                ]
            )
        ],
        new_page=False,
    )


def _restitution(account: ContractAccount) -> Block:
    if not any(link.credit for link in account.links):
        return chapter("Restitusi", [paragraph("Kontrak ini tidak mengatur restitusi.")], new_page=False)
    amount = account.credit_rupiah
    unjudged = len({link.identity.link for link in account.links if link.credit is not None and link.kept is None})
    words = f"Restitusi seluruhnya {rupiah(amount)} ({in_words(amount)} rupiah)."
    if unjudged == len({link.identity.link for link in account.links}):
        words = "Restitusi tidak dapat dihitung: terlalu sedikit waktu yang terukur."
    elif unjudged:
        words += f" Restitusi {number(unjudged)} tautan tidak dapat dihitung dan tidak termasuk di dalamnya."
    return chapter("Restitusi", [restitution_table(account), paragraph(words)], new_page=False)


def _statement() -> Block:
    text = (
        "Demikian berita acara ini dibuat dengan sebenarnya, untuk dipergunakan sebagaimana mestinya. Angka di "
        "dalamnya berasal dari pengukuran pemerintah daerah; rincian dan data mentahnya ada pada laporan bulanan dan "
        "paket bukti periode yang sama."
    )
    return chapter("Penutup", [paragraph(text)], new_page=False)
