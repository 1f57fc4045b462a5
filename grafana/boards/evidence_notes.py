"""Words of the evidence dashboard: that it is provisional, which indicator a figure supports, how it is counted.

Lives here: texts for people, in Indonesian. Must not live here: figures and tables (``evidence``,
``evidence_tables``).

Which indicators there are, and how strongly a monthly record of availability supports each, follows PermenPANRB
59/2020
and what is known of 8/2026. The levels of the latter are taken from others' extracts, and the text says so.
"""

from __future__ import annotations

import re

from grafana.panels import Panel, note

__all__ = ["method", "pemdi", "provisional", "spbe"]

_PROVISIONAL = """\
**Semua angka di halaman ini sementara.** Yang diserahkan kepada asesor adalah paket bukti bulanan, yang dibuat
setelah bulan berakhir.

Sampai paket dibuat, angka masih berubah karena:
- bulan belum selesai, dan jam yang sedang berjalan belum dihitung;
- toleransi kontrak dan pengecualian (listrik, keadaan kahar) belum diterapkan;
- koreksi dengan persetujuan dicatat di paket, di samping hasil ukur; hasil ukur tidak diubah.

Tangkapan layar ini bukan bukti: tanpa nomor, tanpa data mentah, tanpa jumlah kendali.
"""

_SPBE = """\
### Indeks SPBE (PermenPANRB 59/2020, 47 indikator)

| No. | Indikator | Yang didukung angka di halaman ini | Dukungan |
|---|---|---|---|
| 17 | Layanan Jaringan Intra | cakupan; ketersediaan lokasi, OPD, kabupaten/kota; dibanding bulan sebelumnya | \
kuat, tingkat 3 sampai 5 |
| 28 | Manajemen Layanan | jumlah gangguan, lama pulih, pekerjaan terencana, target kontrak | kuat, tingkat 3 \
sampai 5 |
| 29 | Audit Infrastruktur | catatan kinerja yang dapat diuji petik; bukan auditnya | sebagian |
| 24 | Manajemen Aset TIK | daftar lokasi, tautan, penyedia, kontrak | sebagian |
| 21 | Manajemen Risiko | seberapa sering dan lama putus; lokasi dengan satu penyedia | sebagian |
| 16 | Layanan Pusat Data | hanya bila tautan pusat data ikut diukur | sebagian |
| 22 | Manajemen Keamanan Informasi | sisi ketersediaan saja | lemah |
| 6 | Kebijakan Jaringan Intra | bahan tinjauan; buktinya sendiri harus peraturan atau keputusan | lemah |
| 14 | Inovasi Proses Bisnis | sebelum dan sesudah deteksi otomatis, bila ada di peta proses | lemah |

Tingkat 4 meminta tinjauan berkala, tingkat 5 perbaikan sesudah tinjauan: angka bulanan adalah bahannya, notulen dan
tindak lanjutnya dibuat orang. *Jaringan intra* berarti jaringan tertutup antarsimpul instansi; internet biasa di
kantor tidak dengan sendirinya termasuk. Paket menyebut jalur mana yang diukur.

Keyakinan: daftar dan syarat tingkat tinggi (beberapa sumber sepakat; naskah peraturan tidak kami baca lengkap);
kuat-lemahnya dukungan adalah penilaian kami.
"""

_PEMDI = """\
### Indeks Pemdi (PermenPANRB 8/2026, 20 indikator)

| No. | Indikator | Yang didukung angka di halaman ini | Dukungan |
|---|---|---|---|
| 19 | Fasilitas Dukungan Pengguna | pemantauan SLA otomatis; pemenuhan target, kendalanya | kuat, **bila** \
layanan jaringan OPD ditetapkan sebagai layanan digital dengan SLA (belum dipastikan) |
| 2 | Manajemen Layanan Digital Pemerintah | gangguan, lama pulih, tinjauan bulanan | kuat |
| 14 | Infrastruktur Pemdi | bahan laporan tinjauan, daftar tautan | sebagian |
| 9 | Audit Keamanan dan Teknologi | catatan kinerja yang dapat diuji petik | sebagian |
| 20 | Pengelolaan Kepuasan Pengguna | sisi ketersediaan saja | lemah |

Peraturan ini menggantikan 59/2020; paket memetakan ke keduanya selama masih ada yang memintanya.

Keyakinan: adanya 7 aspek dan 20 indikator tinggi; rumusan tingkat sedang, diambil dari kutipan pihak ketiga. Naskah
peraturannya belum kami baca: cocokkan sebelum diserahkan.

### Yang biasa ditolak asesor

- Daftar SLA tanpa hasil ukur: lihat *Target kontrak*.
- "Semua" atau "100%" tanpa penyebut: lihat *Cakupan*.
- Tangkapan layar tanpa tanggal dan sumber, dokumen tahun lain, konsep tanpa nomor: gunakan paket, bukan halaman
  ini.
"""

_METHOD = """\
### Cara menghitung

- **Terukur**: pemantau mendapat putusan, menjawab atau tidak. Gangguan di pihak pemantau (sambungannya sendiri,
  paket yang dibuang, program berhenti) adalah *tidak terukur*: bukan putus, bukan normal.
- **Cakupan** = waktu terukur / waktu yang lewat, dalam jam penuh sejak awal bulan; tautan baru sejak pertama
  tercatat. Waktu saat basis data berhenti ikut di penyebut.
- **Dapat dipertanggungjawabkan**: waktu terukur tanpa pekerjaan terencana dan, untuk kontrak yang hanya menghitung
  jam layanan, di dalam jam layanan. Dihitung per lima menit; lima menit dihitung bila seluruhnya di dalam.
- **Ketersediaan** = 1 - waktu putus / waktu yang dapat dipertanggungjawabkan. Jumlah dibagi jumlah, bukan rata-rata
  persen; dipotong pada dua desimal, tidak dibulatkan ke atas. Menurun tetap terhitung tersedia.
- **Lokasi** putus hanya bila semua tautannya putus. **Gangguan** dihitung saat tautan kembali menjawab.
- **Belum diterapkan**: toleransi (biasanya 5 menit) dan pengecualian kontrak. Tautan yang sudah keluar dari
  inventaris tidak ada di sini; tautan yang berpindah penyedia atau kontrak dihitung utuh pada yang sekarang. Paket
  menghitung keduanya menurut waktunya.
- Batas bulan adalah pukul 00.00 WIB; hingga lima menit di sekitarnya dapat terhitung di bulan sebelah. Paket
  memakai waktu tepat.
"""


def _note(title: str, description: str, markdown: str) -> Panel:
    """Lines of a paragraph joined, for Grafana shows each line break of a text."""
    return note(title, description, re.sub(r"(?<=[^\n|])\n *(?=[^\n\s|#-])", " ", markdown))


def provisional() -> Panel:
    """That nothing here is final."""
    return _note(
        "Angka sementara", "Apakah angka ini sudah final? Belum: yang menentukan adalah paket bukti.", _PROVISIONAL
    )


def spbe() -> Panel:
    """The framework of 2020."""
    return _note("Indikator SPBE", "Angka mana mendukung indikator SPBE mana, dan seberapa kuat?", _SPBE)


def pemdi() -> Panel:
    """The framework of 2026, and what assessors refuse."""
    return _note("Indikator Pemdi", "Angka mana mendukung indikator Pemdi mana, dan seberapa kuat?", _PEMDI)


def method() -> Panel:
    """What each word means."""
    return _note("Metode", "Bagaimana angka di halaman ini dihitung, dan apa yang belum diperhitungkan?", _METHOD)
