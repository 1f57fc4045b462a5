"""The manifest, the sums and PREV: one spelling, safe names, and nothing lost on the way back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.errors import PantauError
from exporter.evidence.manifest import (
    MANIFEST,
    MAX_MANIFEST_BYTES,
    PREV,
    SUMS,
    Manifest,
    Place,
    Previous,
    Replaced,
    complete,
    manifest_of,
    manifest_read,
    pack_name,
    safe_path,
)
from exporter.evidence.period import Month
from exporter.evidence.software import software
from tests.support.evidence_packs import FILES, facts

_FIRST = Place(None, "paket pertama")
_LATER = Place(Previous("2026-09", "b" * 64), "", 2, Replaced("2026-10", "c" * 64, "koreksi k-7"))


def test_a_manifest_is_these_bytes() -> None:
    """Keys sorted, two spaces, one line feed at the end: whoever has another program can write it too."""
    manifest = manifest_of({"data.json": b"{}\n"}, facts(number="23/OT.03/ORG"), _LATER)
    document = {
        "dated": "2026-11-02",
        "files": {
            "PREV": {"sha256": hashlib.sha256(manifest.prev).hexdigest(), "size": 91},
            "data.json": {"sha256": hashlib.sha256(b"{}\n").hexdigest(), "size": 3},
        },
        "genesis": None,
        "inventory_sha256": "a" * 64,
        "ledger_sha256": "",
        "lock_sha256": "",
        "month": "2026-10",
        "number": "23/OT.03/ORG",
        "prev_manifest_sha256": "b" * 64,
        "prev_name": "2026-09",
        "replaces": {"manifest_sha256": "c" * 64, "name": "2026-10", "reason": "koreksi k-7"},
        "revision": 2,
        "schema": 1,
        "selection": "",
        "software": {"pantau": "0.1.0", "python": "3.11.2"},
        "status": "numbered",
    }
    assert manifest.raw == (json.dumps(document, indent=2) + "\n").encode()
    assert manifest.prev == b"b" * 64 + b"  ../2026-09/MANIFEST.json\n"


def test_the_sums_are_of_everything_by_name() -> None:
    """The manifest's own is among them, as ``sha256sum`` would print it; SHA256SUMS and the stamp are not."""
    files = complete(FILES, manifest_of(FILES, facts(), _FIRST))
    lines = [line.split("  ") for line in files[SUMS].decode().splitlines()]
    assert [path for _, path in lines] == sorted({*FILES, PREV, MANIFEST})
    assert all(hashlib.sha256(files[path]).hexdigest() == digest for digest, path in lines)
    assert list(files)[-2:] == [SUMS, MANIFEST]


def test_the_order_of_the_files_does_not_matter() -> None:
    """The same files give the same bytes."""
    backwards = dict(reversed(list(FILES.items())))
    assert manifest_of(backwards, facts(), _FIRST).raw == manifest_of(FILES, facts(), _FIRST).raw


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_written_is_read_back(number: str, reason: str, genesis: str) -> None:
    """Any text is either refused or comes back as it was, with the same bytes."""
    place = Place(None, genesis, 2, Replaced("2026-10", "c" * 64, reason))
    try:
        manifest = manifest_of(FILES, facts(number=number), place)
    except (PantauError, UnicodeEncodeError):
        return
    assert manifest_read(manifest.raw) == manifest


@given(st.binary(max_size=200), st.integers(0, 1000))
def test_other_bytes_are_no_manifest(inserted: bytes, place: int) -> None:
    """Whatever is put into a manifest, it is refused with ValueError and nothing else, unless nothing was."""
    raw = manifest_of(FILES, facts(), _FIRST).raw
    changed = raw[:place] + inserted + raw[place + len(inserted) :]
    try:
        assert manifest_read(changed).raw == changed
    except ValueError:
        assert changed != raw


@pytest.mark.parametrize(
    "path",
    [
        *(
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "a/../b",
            "../a",
            ".a",
            "a.",
            "a b",
            "a\\b",
            "a\n",
            "é",
            "-a",
            "a/b/c/d/e",
        ),
        *("a:b", "a*", "a" * 200),
    ],
)
def test_a_path_that_is_not_plain_is_refused(path: str) -> None:
    """Nothing leaves the folder, hides, or means something to a shell or to another system."""
    assert not safe_path(path)
    with pytest.raises(PantauError, match="is no name for a file"):
        manifest_of({path: b""}, facts(), _FIRST)


@pytest.mark.parametrize(
    "paths", [["PREV"], ["manifest.JSON"], ["MANIFEST.tsr"], ["a.csv", "A.csv"], ["a", "a/b"], ["A/b", "a/c"]]
)
def test_names_that_would_meet_are_refused(paths: list[str]) -> None:
    """Ours, two that differ in case only, and a file where a folder is."""
    with pytest.raises(PantauError):
        manifest_of(dict.fromkeys(paths, b""), facts(), _FIRST)


def test_names_tell_month_revision_and_selection_apart() -> None:
    """An agency whose id ends in -r2 is not mistaken for a revision."""
    month = Month(2026, 10)
    names = [pack_name(month, selection, revision) for selection in ("", "opd a", "opd a-r2") for revision in (1, 2)]
    assert names == [
        *("2026-10", "2026-10-r2"),
        *("2026-10_opd-a", "2026-10-r2_opd-a"),
        *("2026-10_opd-a-r2", "2026-10-r2_opd-a-r2"),
    ]


@pytest.mark.parametrize(
    ("manifest_facts", "place"),
    [
        (facts(), Place(None, "")),
        (facts(), Place(None, "dua\nbaris")),
        (facts(), Place(None, "a", 2, None)),
        (facts(), Place(None, "a", 1, Replaced("2026-10", "c" * 64, "b"))),
        (facts(), Place(None, "a", 2, Replaced("2026-10", "c" * 64, " "))),
        (facts(), Place(Previous("../2026-09", "b" * 64), "")),
        (facts(), Place(Previous("2026-09", "b" * 63), "")),
        (facts(selection="opd ../x"), _FIRST),
        (facts(number="1\u202e2"), _FIRST),
        (replace(facts(), inventory_sha256="none"), _FIRST),
    ],
)
def test_facts_that_cannot_stand_are_refused(manifest_facts: object, place: Place) -> None:
    """No pack without reason, no two lines, no digest that is none."""
    assert isinstance(manifest_facts, type(facts()))
    with pytest.raises(PantauError, match="the manifest cannot be written"):
        manifest_of(FILES, manifest_facts, place)


def test_a_manifest_without_prev_is_refused() -> None:
    """The file that carries the chain is one of the files."""
    whole = manifest_of(FILES, facts(), _FIRST)
    without = Manifest(whole.facts, whole.place, {path: each for path, each in whole.files.items() if path != PREV})
    with pytest.raises(ValueError, match="PREV"):
        manifest_read(without.raw)


def test_a_manifest_without_end_is_not_read() -> None:
    """However much there is, it is refused before it is taken apart."""
    with pytest.raises(ValueError, match="lebih dari"):
        manifest_read(manifest_of(FILES, facts(), _FIRST).raw + b" " * MAX_MANIFEST_BYTES)


def test_versions_of_what_decides_the_bytes_are_named() -> None:
    """Python, Pantau, and the packages that set pages, sheets and hours."""
    assert software().keys() == {"pantau", "python", "XlsxWriter", "holidays", "typst", "tzdata"}
