"""The JSON files of a pack: what their page says, what the report says, and what next month believes of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from exporter.errors import PantauError
from exporter.evidence.accounts import NoteKind
from exporter.evidence.canonical import json_bytes
from exporter.evidence.data import SCHEMA, comparison_from, data_of
from exporter.evidence.quality import quality_of, queries_of
from tests.support.evidence_names import nasty_report
from tests.support.evidence_report import SAMPLE_MONTH, sample_report
from tests.support.json_page import differences

_SHA256 = "5" * 64


@cache
def _data() -> bytes:
    return data_of(sample_report())


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (_data, "data"),
        (lambda: data_of(nasty_report()), "data"),
        (lambda: quality_of(sample_report(), {"typst": "0.15.2"}), "quality"),
        (lambda: queries_of(sample_report()), "queries"),
    ],
    ids=["data", "data with any names", "quality", "queries"],
)
def test_a_file_is_what_the_page_says(raw: Callable[[], bytes], kind: str) -> None:
    """``docs/evidence-data.md`` has every key with its type, and no other key; the first is the schema."""
    whole = json.loads(raw())
    assert list(differences(whole, kind)) == []
    assert whole["schema"] == f"pantau-opd/evidence-{kind}/1"


def test_a_report_with_nothing_to_compare_is_as_the_page_says_too() -> None:
    """What is absent is null, where the page allows it."""
    bare = replace(sample_report(), before=None, before_reason="bulan pertama", notes=(), corrections=(), outages=())
    assert list(differences(json.loads(data_of(bare)), "data")) == []


def test_the_page_is_strict() -> None:
    """A key more, a key less, a fraction for a count, a ratio that is not in lowest terms: each is told."""
    whole = json.loads(_data())
    assert not list(differences(whole, "data"))
    changes: list[dict[str, object]] = [
        {"extra": 1},
        {"month": "2026-13"},
        {"dated": None},
        {"restarts_ms": [1.5]},
        {"allowed_gaps": 0},
        {"links": {}},
    ]
    for change in changes:
        assert len(list(differences({**whole, **change}, "data"))) == 1
    assert list(differences({"numerator": 2, "denominator": 4}, "ratio"))
    assert list(differences({"link": "a"}, "link name")) == [".from_ms: on one side only"]


def test_every_figure_is_exact() -> None:
    """Milliseconds, echoes and rupiah are those of the report, and no number of the file has a fraction."""
    report, whole = sample_report(), json.loads(_data(), parse_float=pytest.fail)
    for link, written in zip(report.links, whole["links"], strict=True):
        for name in ("up_ms", "down_ms", "excluded_ms", "unmeasured_ms", "tolerated_ms", "period_ms"):
            assert written["around"][name] == getattr(link.around, name)
        assert (written["credit"] or {}).get("rupiah") == (link.credit.rupiah if link.credit else None)
    assert whole["totals"]["credit_rupiah"] == report.totals.credit_rupiah
    (promise,) = {
        (each["contract"]["sla"]["availability"]["numerator"], each["contract"]["sla"]["availability"]["denominator"])
        for each in whole["contracts"]
        if each["id"] == "k-a"
    }
    assert promise == (199, 200)


def test_the_json_is_canonical() -> None:
    """Sorted keys, two blanks, one line end, UTF-8 as it is; reading and writing it again gives the same bytes."""
    raw = _data()
    again = json.dumps(json.loads(raw), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    assert raw == again.encode()


@pytest.mark.parametrize("value", [1.5, object(), {1: "a"}, b"raw"])
def test_what_has_no_form_is_not_written(value: object) -> None:
    """A number with a fraction would differ from machine to machine, and a key that is no text in its order."""
    with pytest.raises(TypeError):
        json_bytes({"value": value} if not isinstance(value, dict) else value)


def test_sets_are_sorted() -> None:
    """Their order is that of no machine."""
    assert json.loads(json_bytes({"a": frozenset("dcba")})) == {"a": ["a", "b", "c", "d"]}


def test_next_month_compares_with_the_totals() -> None:
    """The figures of the report itself, its recommendations, and the digest that the caller gives."""
    report, found = sample_report(), comparison_from(_data(), _SHA256)
    totals = report.totals
    assert found.month == SAMPLE_MONTH
    assert found.availability == totals.around.availability
    assert found.site_availability == totals.site_around.availability
    assert found.coverage == totals.around.coverage
    assert (found.outages, found.below) == (totals.outages, totals.below)
    assert found.mean_restore_ms == totals.restore_ms // totals.restored
    assert found.manifest_sha256 == _SHA256
    assert found.recommendations == tuple(each for each in report.notes if each.kind is NoteKind.RECOMMENDATION)
    assert found.recommendations


def test_a_month_in_which_nothing_was_restored_has_no_mean() -> None:
    """Nothing is divided by nothing."""
    report = sample_report()
    raw = data_of(replace(report, totals=replace(report.totals, restored=0, restore_ms=0)))
    assert comparison_from(raw, _SHA256).mean_restore_ms is None


def _without(*path: str) -> Callable[[dict[str, Any]], object]:
    def change(whole: dict[str, Any]) -> object:
        place = whole
        for key in path[:-1]:
            place = place[key]
        return place.pop(path[-1])

    return change


@pytest.mark.parametrize(
    "change",
    [
        _without("totals"),
        _without("notes"),
        _without("totals", "around", "up_ms"),
        lambda whole: whole.update(month="Oktober"),
        lambda whole: whole.update(month=10),
        lambda whole: whole.update(totals=[]),
        lambda whole: whole.update(notes=[1]),
        lambda whole: whole["totals"].update(outages=-1),
        lambda whole: whole["totals"].update(below=True),
        lambda whole: whole["totals"].update(restored="2"),
        lambda whole: whole["totals"]["around"].update(down_ms=0),
        lambda whole: whole["notes"][0].update(kind="lain"),
    ],
)
def test_a_broken_file_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    """A key that is missing or no such value, and a sum that somebody changed: with the remedy."""
    whole = json.loads(_data())
    change(whole)
    with pytest.raises(PantauError, match=r"a key is missing, or its value is none — .*pantau verify"):
        comparison_from(json.dumps(whole).encode(), _SHA256)


@pytest.mark.parametrize("schema", [None, "pantau-opd/evidence-data/2", "pantau-opd/evidence-quality/1", 1])
def test_a_file_of_another_kind_is_refused(schema: object) -> None:
    """A later version may mean something else by the same keys."""
    with pytest.raises(PantauError, match=f"its schema is not {SCHEMA}"):
        comparison_from(json.dumps({**json.loads(_data()), "schema": schema}).encode(), _SHA256)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": 1.5}', b'{"a": NaN}', b'{"a": ' + b"1" * 5_000 + b"}"],
    ids=["empty", "cut off", "no UTF-8", "deep", "a fraction", "no number", "a huge number"],
)
def test_what_is_no_json_of_ours_is_refused(raw: bytes) -> None:
    """Whatever the bytes are, the answer is one sentence."""
    with pytest.raises(PantauError, match="it is no JSON as a pack has it"):
        comparison_from(raw, _SHA256)


@pytest.mark.parametrize("raw", [b"[]", b"null", b'"text"', b"1"])
def test_json_that_is_no_object_is_refused(raw: bytes) -> None:
    """It has no schema."""
    with pytest.raises(PantauError, match="its schema is not"):
        comparison_from(raw, _SHA256)


def test_quality_says_what_is_missing() -> None:
    """Coverage of each link as two numbers, gaps with their reasons, and what the exporter confessed."""
    report = sample_report()
    whole = json.loads(quality_of(report, {"typst": "0.15.2"}))
    assert [each["link"] for each in whole["links"]] == [link.identity.link for link in report.links]
    assert sum(each["unmeasured_ms"] for each in whole["links"]) == whole["unmeasured_ms"] > 0
    assert [each["reason"] for each in whole["gaps"]] == [gap.reason for gap in report.gaps]
    assert whole["confessed"] == report.source.confessed
    assert whole["shortcomings"] == list(report.shortcomings)
    assert whole["software"] == {"typst": "0.15.2"}
