"""The page ``docs/dashboards.md``: what each dashboard answers, from the dashboards themselves.

Lives here: how they look on paper. Must not live here: their words (``grafana/boards``), files (``generate``).
"""

from __future__ import annotations

from collections.abc import Iterator

from grafana_foundation_sdk.models.dashboard import Panel

from grafana.generate import boards
from grafana.layout import BOARDS, Board, dashboard

__all__ = ["dashboards_page"]

_INTRODUCTION = """\
# Dasbor

Dibuat oleh `python -m docs.generate` dari `grafana/boards/`; jangan disunting.

Cara membukanya, mode kios dan layar dinding: [operations.md](operations.md). Istilah: [concepts.md](concepts.md).

- **NORMAL, MENURUN, PUTUS, TANPA DATA, PEKERJAAN TERENCANA**: kata selalu menyertai warna, dan warnanya dipilih agar
  terbaca oleh mata buta warna. Tanpa data bukan putus dan bukan normal: tidak ada yang diukur.
- Setiap persentase berdampingan dengan **cakupan**: bagian waktu yang benar-benar terukur.
- Waktu ditulis dalam WIB. Keterangan di sudut setiap panel menyebut pertanyaan yang dijawabnya.

Gambar di bawah digambar dari kueri setiap panel terhadap Prometheus berisi provinsi simulasi (`make pictures`); bukan
tangkapan layar Grafana. Riwayat sebelum hari itu rekaan, termasuk satu gangguan Penyedia C dan satu celah pencatatan.
"""


def dashboards_page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *map(_section, boards())])


def _section(board: Board) -> str:
    title = BOARDS[board.uid]
    head = [f"## {title}", "", board.description, "", f"Alamat: `/d/{board.uid}`. Folder: {board.folder}.", ""]
    picture = [f"![{title}](dashboards/{board.uid}.png)", "", "| panel | keterangan |", "|---|---|"]
    return "\n".join([*head, *picture, *_panels(board), ""])


def _panels(board: Board) -> Iterator[str]:
    for panel in dashboard(board).panels or []:
        if isinstance(panel, Panel):
            yield f"| {panel.title} | {panel.description} |"
