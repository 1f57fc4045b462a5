"""Columns that many tables have: a definition of each, and how its value is read.

Lives here: single columns, and groups of them for accounts, instants, echoes and identities. Must not live here: which
table has which (``tables``). Beside each ratio stand the two columns of seconds or counts that it is made of, so that
anybody can divide again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from exporter.evidence.accounts import Account, Report
from exporter.evidence.cells import Column, Kind, Table, Value
from exporter.evidence.measured import Echoes, Identity
from exporter.evidence.table_words import word
from exporter.model import Phase, Role
from exporter.thresholds import RTT_BUCKETS_S

__all__ = [
    "Definition",
    "Spec",
    "account",
    "count",
    "day",
    "echoes",
    "identity",
    "instant",
    "length",
    "maybe",
    "measured_account",
    "money",
    "ratio",
    "restored",
    "text",
]

A = TypeVar("A")
T = TypeVar("T")
V = TypeVar("V")

#: A millisecond bound of each bucket of round trips; replies beyond the last have none.
_RTT_MS = tuple(round(bound * 1000) for bound in RTT_BUCKETS_S)


@dataclass(frozen=True, slots=True)
class Spec(Generic[T]):
    """A column, and its value of one item."""

    column: Column
    read: Callable[[T], Value]


@dataclass(frozen=True, slots=True)
class Definition(Generic[T]):
    """A table before there is a report."""

    name: str
    title: str
    meaning: str  #: what a row is, in Indonesian
    items: Callable[[Report], Iterable[T]]  #: one for each row, in order
    specs: tuple[Spec[T], ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns."""
        return tuple(spec.column for spec in self.specs)

    def table(self, report: Report) -> Table:
        """The table of a report."""
        rows = tuple(tuple(spec.read(item) for spec in self.specs) for item in self.items(report))
        return Table(self.name, self.title, self.columns, rows)


def text(name: str, meaning: str, read: Callable[[T], str | None]) -> Spec[T]:
    """A text, exactly."""
    return Spec(Column(name, Kind.TEXT, meaning), read)


def count(name: str, meaning: str, read: Callable[[T], int | None]) -> Spec[T]:
    """A whole number."""
    return Spec(Column(name, Kind.COUNT, meaning), read)


def length(name: str, meaning: str, read: Callable[[T], int | None]) -> Spec[T]:
    """A length, read in milliseconds and written in seconds."""
    return Spec(Column(f"{name}_detik", Kind.SECONDS, meaning), read)


def ratio(name: str, meaning: str, read: Callable[[T], Fraction | None]) -> Spec[T]:
    """A ratio."""
    return Spec(Column(name, Kind.RATIO, meaning), read)


def money(name: str, meaning: str, read: Callable[[T], int | None]) -> Spec[T]:
    """Whole rupiah."""
    return Spec(Column(f"{name}_rupiah", Kind.RUPIAH, meaning), read)


def day(name: str, meaning: str, read: Callable[[T], Value]) -> Spec[T]:
    """A day in WIB."""
    return Spec(Column(name, Kind.DAY, meaning), read)


def instant(name: str, meaning: str, read: Callable[[T], int | None]) -> tuple[Spec[T], ...]:
    """An instant, read in Unix milliseconds and written twice."""
    return (
        Spec(Column(f"{name}_utc", Kind.UTC, f"{meaning}, UTC"), read),
        Spec(Column(f"{name}_wib", Kind.WIB, f"{meaning}, WIB"), read),
    )


def identity(read: Callable[[T], Identity]) -> tuple[Spec[T], ...]:
    """What a link was when it was measured."""
    return (
        text("tautan", "id tautan", lambda item: read(item).link),
        text("nama", "nama tautan", lambda item: read(item).name),
        text("lokasi", "id lokasi", lambda item: read(item).site),
        text("opd", "id OPD", lambda item: read(item).opd),
        text("kabkota", "kode kabupaten/kota; teks, bukan bilangan", lambda item: read(item).kabkota),
        text("penyedia", "id penyedia", lambda item: read(item).provider),
        text("kontrak", "id kontrak", lambda item: read(item).contract),
        text("peran", "utama atau cadangan", lambda item: word(Role, read(item).role)),
        text("fase", "sewa sendiri, peralihan, atau terpusat", lambda item: word(Phase, read(item).phase)),
    )


def measured_account(prefix: str, what: str, read: Callable[[T], Account | None]) -> tuple[Spec[T], ...]:
    """An account of time as it was measured, in which nothing is excluded or tolerated."""
    return _account(prefix, what, read, contractual=False)


def account(prefix: str, what: str, read: Callable[[T], Account | None]) -> tuple[Spec[T], ...]:
    """An account by contract, with what is excluded and tolerated."""
    return _account(prefix, what, read, contractual=True)


def _account(prefix: str, what: str, read: Callable[[T], Account | None], *, contractual: bool) -> tuple[Spec[T], ...]:
    def part(name: str, meaning: str, value: Callable[[Account], int]) -> Spec[T]:
        return length(f"{prefix}_{name}", f"{what}: {meaning}", lambda item: maybe(read(item), value))

    excluded = (
        part("dikecualikan", "waktu henti yang dikecualikan", lambda each: each.excluded_ms),
        part("toleransi", "bagian waktu aktif: henti yang ditoleransi", lambda each: each.tolerated_ms),
    )
    return (
        part("periode", "seluruhnya", lambda each: each.period_ms),
        part("aktif", "waktu aktif", lambda each: each.up_ms),
        part("henti", "waktu henti yang dihitung", lambda each: each.down_ms),
        *(excluded if contractual else ()),
        part("tak_terukur", "waktu yang tidak terukur", lambda each: each.unmeasured_ms),
        part("terukur", "periode tanpa tak_terukur", lambda each: each.period_ms - each.unmeasured_ms),
        part("dinilai", "aktif ditambah henti", lambda each: each.up_ms + each.down_ms),
        ratio(
            f"{prefix}_kelengkapan",
            f"{what}: kelengkapan data = {prefix}_terukur_detik / {prefix}_periode_detik",
            lambda item: maybe(read(item), lambda each: each.coverage),
        ),
        ratio(
            f"{prefix}_ketersediaan",
            f"{what}: ketersediaan = {prefix}_aktif_detik / {prefix}_dinilai_detik",
            lambda item: maybe(read(item), lambda each: each.availability),
        ),
    )


def restored(
    outages: Callable[[T], int | None], times: Callable[[T], int], total_ms: Callable[[T], int]
) -> tuple[Spec[T], ...]:
    """How often it failed, and how long it took to come back."""
    return (
        count("gangguan", "gangguan yang dimulai dalam periode", outages),
        count("pulih", "gangguan yang pulih, dan pulihnya terukur", times),
        length("pemulihan", "jumlah lama gangguan yang pulih", total_ms),
        length(
            "rerata_pemulihan",
            "waktu pemulihan rata-rata = pemulihan_detik / pulih, dipotong ke milidetik",
            lambda item: total_ms(item) // times(item) if times(item) else None,
        ),
    )


def echoes(read: Callable[[T], Echoes]) -> tuple[Spec[T], ...]:
    """What echoes told: counts, loss, and round trips by the bounds of their buckets."""

    def percentile(share: int) -> Spec[T]:
        meaning = f"{share}% balasan tiba dalam waktu ini (batas kelompok histogram); kosong bila lebih lama dari semua"
        return length(f"latensi_p{share}", meaning, lambda item: _within_ms(read(item).rtt_buckets, share))

    return (
        count("gema_dibalas", "gema yang dibalas", lambda item: read(item).replies),
        count("gema_hilang", "gema tanpa balasan sampai batas waktu", lambda item: read(item).lost),
        count(
            "gema_tak_terukur",
            "gema yang gagal dikirim atau diterima oleh pengukur",
            lambda item: read(item).unmeasured,
        ),
        ratio(
            "kehilangan_paket",
            "kehilangan paket = gema_hilang / (gema_dibalas + gema_hilang)",
            lambda item: _loss(read(item)),
        ),
        percentile(50),
        percentile(95),
    )


def maybe(found: A | None, value: Callable[[A], V]) -> V | None:
    """The value of what is there; None where nothing is."""
    return None if found is None else value(found)


def _loss(found: Echoes) -> Fraction | None:
    sent = found.replies + found.lost
    return Fraction(found.lost, sent) if sent else None


def _within_ms(buckets: tuple[int, ...], share: int) -> int | None:
    """The bound within which so many percent of the replies came; None: there are none, or it lies beyond them all."""
    total, seen = sum(buckets), 0
    for many, bound in zip(buckets, _RTT_MS, strict=False):
        seen += many
        if total and seen * 100 >= total * share:
            return bound
    return None
