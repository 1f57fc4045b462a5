"""The ledger of corrections: what good ones mean, and what is said about bad ones."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from exporter.beside import Cause
from exporter.errors import LedgerError
from exporter.evidence import ledger_entries
from exporter.evidence.accounts import Correction, Note, NoteKind
from exporter.evidence.ledger import load_ledger, read_ledger
from exporter.evidence.ledger_entries import entries_of
from exporter.evidence.ledger_model import Ledger
from exporter.evidence.ledger_schema import CorrectionRecord, NoteRecord, Status
from exporter.evidence.period import Month
from exporter.loading import load_inventory
from exporter.model import Exclusion
from exporter.strict_yaml import parse_document

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "inventory" / "corrections"

#: One right correction and one right note, without braces, so that tests add keys.
DECIDED = "author: Tim, date: 2026-10-06, reason: Uji, approval: BA/1"
POWER = f"id: k-1, link: dinkes-1, outage: 2026-10-05T13:12:44+07:00, cause: power, {DECIDED}"
NOTE = "id: r-1, month: 2026-10, kind: recommendation, text: Uji, author: Tim"


def ledger(tmp_path: Path, *, corrections: tuple[str, ...] = (), notes: tuple[str, ...] = ()) -> Path:
    """A file with these entries, from line 3 on one each."""
    lines = ["version: 1", "corrections:", *(f"  - {{{each}}}" for each in corrections)]
    lines = lines if corrections else lines[:1]
    if notes:
        lines += ["notes:", *(f"  - {{{each}}}" for each in notes)]
    path = tmp_path / "2026-10.yml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def told(path: Path) -> list[str]:
    """Everything that is said against a ledger, without its folder and remedies."""
    with pytest.raises(LedgerError) as refused:
        load_ledger(path)
    assert all(each.remedy for each in refused.value.problems)
    return [f"{each.line}: {each.message}" for each in refused.value.problems]


def test_without_a_path_the_ledger_is_empty() -> None:
    """No flag, no entry, no digest."""
    assert load_ledger(None) == Ledger()


def test_every_key_of_a_correction_has_its_meaning(tmp_path: Path) -> None:
    """Instants are milliseconds of Unix time, exactly, and the place names the file without its folder."""
    more = "exclusion: force-majeure, note: Petir, ticket: TT-1, reported: 2026-10-05T06:20:00.25Z"
    [found] = load_ledger(ledger(tmp_path, corrections=(f"{POWER}, {more}",))).corrections
    assert found == Correction(
        id="k-1",
        link="dinkes-1",
        start_ms=1_791_180_764_000,
        cause=Cause.POWER,
        exclusion=Exclusion.FORCE_MAJEURE,
        note="Petir",
        ticket="TT-1",
        reported_ms=1_791_181_200_250,
        author="Tim",
        decided_on=date(2026, 10, 6),
        reason="Uji",
        approval="BA/1",
        place="2026-10.yml:3",
    )


def test_every_key_of_a_note_has_its_meaning(tmp_path: Path) -> None:
    """A follow-up names what it follows and how far it is; each note belongs to its month."""
    follow_up = (
        "id: t-1, month: 2026-11, kind: follow-up, text: Uji, author: Tim, refers_to: 2026-10/r-1, status: belum"
    )
    found = load_ledger(ledger(tmp_path, notes=(follow_up, NOTE)))
    assert found.notes_of(Month(2026, 10)) == (Note(NoteKind.RECOMMENDATION, "r-1", "Uji", "Tim", "", ""),)
    assert found.notes_of(Month(2026, 11)) == (Note(NoteKind.FOLLOW_UP, "t-1", "Uji", "Tim", "2026-10/r-1", "belum"),)
    assert found.notes_of(Month(2026, 9)) == ()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (POWER.replace("cause: power, ", ""), "correction k-1, id: it adds nothing to the outage"),
        (POWER.replace("author: Tim, ", ""), "correction k-1: the key author is missing"),
        (POWER.replace("date: 2026-10-06, ", ""), "correction k-1: the key date is missing"),
        (POWER.replace(", approval: BA/1", ""), "correction k-1: the key approval is missing"),
        (POWER.replace("reason: Uji, ", ""), "correction k-1: the key reason is missing"),
        (
            POWER.replace("10-06", "10-04"),
            "correction k-1, date: 2026-10-04 is before the day of the outage, 2026-10-05 in WIB",
        ),
        (
            POWER.replace("2026-10-05T13:12:44+07:00", "2026-10-06T18:00:00Z"),
            "correction k-1, date: 2026-10-06 is before the day of the outage, 2026-10-07 in WIB",
        ),
        (
            f"{POWER}, reported: 2026-10-07T00:00:00+07:00",
            "correction k-1, reported: 2026-10-07 in WIB is after the day of the decision, 2026-10-06",
        ),
        (POWER.replace("13:12:44", "13:12"), "correction k-1, outage: '2026-10-05T13:12+07:00' is not an instant"),
        (POWER.replace("power", "listrik"), "correction k-1, cause: 'listrik' is not one of the words known here"),
        (POWER.replace("BA/1", '"=BA/1"'), "correction k-1, approval: '=BA/1' begins like a formula of a spreadsheet"),
        (POWER.replace("Uji", "x" * 1001), "correction k-1, reason: has 1001 characters"),
        (f"{POWER}, tiket: TT-1", "correction k-1: unknown key 'tiket'"),
        (POWER.replace("id: k-1", "id: K/1"), "corrections, entry 1, id: 'K/1' is not an id"),
        (f"{POWER}, link: dinkes-2", "the key 'link' stands here again, first in line 3"),
        (POWER.replace("Uji", "&a Uji"), "anchors (&) are not used here"),
    ],
)
def test_a_correction_that_cannot_be_meant_is_refused(tmp_path: Path, entry: str, said: str) -> None:
    """Each mistake is told with its line, and nothing else is."""
    assert told(ledger(tmp_path, corrections=(entry,))) == [f"3: {said}"]


def test_a_decision_on_the_day_of_the_outage_is_taken(tmp_path: Path) -> None:
    """Days are compared, and in WIB: an outage at 23:30 UTC belongs to the next day."""
    entry = POWER.replace("2026-10-05T13:12:44+07:00", "2026-10-05T23:30:00Z")
    assert load_ledger(ledger(tmp_path, corrections=(entry,))).corrections


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (f"{NOTE}, status: selesai", "note r-1, status: it belongs to kind follow-up"),
        (f"{NOTE}, refers_to: 2026-09/r-1", "note r-1, refers_to: it belongs to kind follow-up"),
        (NOTE.replace("2026-10", "2026-13"), "note r-1, month: '2026-13' is no month"),
        (NOTE.replace("2026-10", "9999-12"), "note r-1, month: '9999-12' is no month"),
        (NOTE.replace("recommendation", "saran"), "note r-1, kind: 'saran' is not one of the words known here"),
        (
            NOTE.replace("recommendation", "follow-up") + ", refers_to: 2026-09/r-1",
            "note r-1, kind: kind follow-up needs status",
        ),
        (
            NOTE.replace("recommendation", "follow-up") + ", status: belum",
            "note r-1, kind: kind follow-up needs refers_to",
        ),
        (
            NOTE.replace("recommendation", "follow-up") + ", status: belum, refers_to: 2026-10/r-2",
            "note r-1, refers_to: 2026-10/r-2 is not of an earlier month than 2026-10",
        ),
        (
            NOTE.replace("recommendation", "follow-up") + ", status: belum, refers_to: r-2",
            "note r-1, refers_to: 'r-2' names no note",
        ),
    ],
)
def test_a_note_that_cannot_be_meant_is_refused(tmp_path: Path, entry: str, said: str) -> None:
    """Each mistake is told with its line, and nothing else is."""
    assert told(ledger(tmp_path, notes=(entry,))) == [f"3: {said}"]


@pytest.mark.parametrize(
    ("first", "second", "key"),
    [
        ("cause: power", "cause: line", "cause"),
        ("exclusion: customer", "exclusion: force-majeure", "exclusion"),
        ("note: a, reported: 2026-10-05T13:20:00Z", "note: b, reported: 2026-10-05T13:20:01Z", "reported"),
    ],
)
def test_two_corrections_that_contradict_each_other_are_refused(
    tmp_path: Path, first: str, second: str, key: str
) -> None:
    """The same outage, written with or without a fraction of a second, has one cause and one exclusion."""
    one = POWER.replace("cause: power", first)
    other = POWER.replace("cause: power", second).replace("k-1", "k-2").replace(":44+", ":44.5+")
    said = f"4: correction k-2, {key}: correction k-1 (2026-10.yml:3) says something else of the same outage"
    assert told(ledger(tmp_path, corrections=(one, other))) == [said]


def test_corrections_that_complete_each_other_are_taken(tmp_path: Path) -> None:
    """A cause and an exclusion of one outage, the same cause twice, and other outages or links do not contradict."""
    entries = (
        POWER,
        POWER.replace("k-1", "k-2").replace("cause: power", "exclusion: customer, ticket: TT-1"),
        POWER.replace("k-1", "k-3").replace("BA/1", "BA/2, ticket: TT-2"),
        POWER.replace("k-1", "k-4").replace("power", "line").replace(":44+", ":45+"),
        POWER.replace("k-1", "k-5").replace("power", "line").replace("dinkes-1", "dinkes-2"),
    )
    found = load_ledger(ledger(tmp_path, corrections=(entries[4], entries[3], *entries[:3]))).corrections
    assert [each.id for each in found] == ["k-1", "k-2", "k-3", "k-5", "k-4"]  # by outage, then by link


def test_ids_are_used_once(tmp_path: Path) -> None:
    """Of corrections in the whole ledger, of notes within their month."""
    ledger(tmp_path, corrections=(POWER,), notes=(NOTE, NOTE.replace("2026-10", "2026-11")))
    other = tmp_path / "2026-11.yml"
    entry = POWER.replace("dinkes-1", "dinkes-2")
    other.write_text(f"version: 1\ncorrections: [{{{entry}}}]\nnotes: [{{{NOTE}}}]\n", encoding="utf-8")
    assert told(tmp_path) == [
        "2: correction k-1, id: stands in 2026-10.yml:3 already",
        "3: note r-1, id: stands in 2026-10.yml:5 already",
    ]


def test_two_follow_ups_of_one_month_agree(tmp_path: Path) -> None:
    """A recommendation cannot be done and open in the same report."""
    one = NOTE.replace("recommendation", "follow-up") + ", status: belum, refers_to: 2026-09/r-2"
    other = one.replace("id: r-1", "id: r-3").replace("belum", "selesai")
    assert told(ledger(tmp_path, notes=(one, other))) == [
        "4: note r-3, status: note r-1 (2026-10.yml:3) says something else of 2026-09/r-2 in the same month"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: the file is empty"),
        ("x\n", "1: the file holds no keys"),
        ("corrections: []\n", "1: the version is missing"),
        ("version: 2\n", "1: the version is not 1"),
        ("version: 1\nkoreksi: []\n", "2: unknown key 'koreksi'"),
        ("version: 1\ncorrections: none\n", "2: corrections is not a list"),
        ("version: 1\nnotes:\n", "2: notes is empty"),
        ("version: 1\nnotes: [x]\n", "2: notes, entry 1: is not a mapping"),
    ],
)
def test_what_is_no_ledger_is_told(tmp_path: Path, text: str, said: str) -> None:
    """A file of another kind is refused for what it is."""
    (tmp_path / "a.yml").write_text(text, encoding="utf-8")
    assert told(tmp_path) == [said]


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """An entry that is refused by itself hides neither the other entries nor what is wrong between them."""
    entries = (POWER, POWER.replace("k-1", "k-2").replace("power", "line"), POWER.replace("Tim", '" "'))
    ledger(tmp_path, corrections=entries)
    (tmp_path / "b.yml").write_text("version: 1\nnotes: x\n", encoding="utf-8")
    assert [said.split(",")[0] for said in told(tmp_path)] == [
        "4: correction k-2",
        "5: correction k-1",
        "2: notes is not a list",
    ]


def test_a_ledger_with_too_many_problems_is_not_read_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the bound it is said once that the rest was not looked at."""
    monkeypatch.setattr(ledger_entries, "MAX_PROBLEMS_TOLD", 3)
    said = told(ledger(tmp_path, notes=("id: A",) * 9))
    assert said[-1] == "4: too many problems; the rest was not looked at"
    assert len(said) < 12


def test_a_path_without_a_ledger_names_the_flag(tmp_path: Path) -> None:
    """The remedy speaks of corrections, not of the inventory."""
    with pytest.raises(LedgerError, match=r"cannot be read: .* the path that --corrections names"):
        load_ledger(tmp_path / "nowhere.yml")


def test_the_bytes_of_one_file_are_kept_as_they_are(tmp_path: Path) -> None:
    """Windows line ends and a byte order mark are nothing that is mended."""
    raw = "\ufeffversion: 1\r\nnotes: []\r\n".encode()
    (tmp_path / "a.yml").write_bytes(raw)
    found = load_ledger(tmp_path)
    assert found.raw == raw
    lines = f"{hashlib.sha256(raw).hexdigest()}  a.yml\n"
    assert found.digest == hashlib.sha256(lines.encode()).hexdigest()


def test_several_files_are_one_stream_of_documents(tmp_path: Path) -> None:
    """In the order of their names, each with its name, whether or not it ends with a line end."""
    ledger(tmp_path, corrections=(POWER,))
    (tmp_path / "2026-09.yml").write_bytes("\ufeffversion: 1\nnotes: []".encode())
    raw = load_ledger(tmp_path).raw
    assert raw.startswith(b"--- # 2026-09.yml\nversion: 1\nnotes: []\n--- # 2026-10.yml\nversion: 1\ncorrections:\n")
    assert [set(each) for each in yaml.safe_load_all(raw)] == [{"version", "notes"}, {"version", "corrections"}]


def test_what_does_not_go_with_the_inventory_is_warned_of(tmp_path: Path) -> None:
    """A link that is unknown, an exclusion that the contract does not have, a recommendation that its month lacks."""
    inventory = load_inventory(ROOT / "inventory" / "jabar").inventory
    unknown = POWER.replace("dinkes-1", "dinkes-9")
    hospital = POWER.replace("dinkes-1", "rs-jiwa-1").replace("k-1", "k-2").replace("cause", "exclusion")
    unpromised = hospital.replace("rs-jiwa-1", "satpel-keswan-kab-bogor-1").replace("k-2", "k-3")
    kept = hospital.replace("power", "maintenance").replace("k-2", "k-4").replace(":44+", ":45+")
    lost = NOTE.replace("2026-10", "2026-11").replace("recommendation", "follow-up")
    notes = (NOTE, f"{lost}, status: belum, refers_to: 2026-10/r-2", f"{lost}, status: belum, refers_to: 2026-09/r-2")
    notes = (notes[0], notes[1], notes[2].replace("id: r-1", "id: r-2"))
    path = ledger(tmp_path, corrections=(unknown, hospital, unpromised, kept), notes=notes)
    loaded = read_ledger(path, inventory)
    idle = "so that the exclusion changes nothing"
    said = [f"{each.line}: {each.message}" for each in loaded.warnings if "may change it" not in each.message]
    assert said == [
        "3: correction k-1, link: dinkes-9 is not among the links of the inventory",
        f"4: correction k-2, exclusion: contract k-2026-005 does not exclude power, {idle}",
        f"5: correction k-3, exclusion: contract k-2026-008 promises nothing, {idle}",
        "9: note r-1, refers_to: there is no recommendation 2026-10/r-2 here",
    ]
    assert loaded.ledger == load_ledger(path)


def test_the_example_goes_with_the_example_province() -> None:
    """It is read without warnings and shows each kind of note, a cause, an exclusion and a plain note."""
    loaded = read_ledger(EXAMPLE, load_inventory(ROOT / "inventory" / "jabar").inventory)
    assert [each for each in loaded.warnings if "may change it" not in each.message] == []
    assert {each.note.kind for each in loaded.ledger.notes} == set(NoteKind)
    shown = [(each.cause, each.exclusion) for each in loaded.ledger.corrections]
    assert shown == [(Cause.POWER, None), (None, Exclusion.FORCE_MAJEURE), (None, None)]


_WORDS = st.sampled_from(
    [
        *("1", "k-1", "dinkes-1", "2026-10-05T13:12:44+07:00", "0001-01-01T00:00:00Z", "power", "follow-up", "2026-10"),
        *("2026-09/r-1", "9999-99/x", "belum", "2026-10-06", "customer", "=1", "\u202e", "-", "recommendation"),
    ]
)
_KEYS = st.sampled_from([*CorrectionRecord.model_fields, *NoteRecord.model_fields, "version", "date", ""])
_TREES = st.recursive(
    _WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=9),
    max_leaves=40,
)
_DAYS = st.sampled_from(["2000-01-01", "2026-10-05", "2026-10-06", "2100-12-31"])
_OUTAGES = st.sampled_from(["2000-01-01T00:00:00+14:00", "2026-10-05T13:12:44.5Z", "2100-12-31T23:59:59-12:00"])
_CORRECTIONS = st.fixed_dictionaries(
    {"id": _WORDS, "link": _WORDS, "outage": _OUTAGES, "date": _DAYS, "author": _WORDS, "reason": _WORDS}
    | {"approval": st.text(max_size=3)},
    optional={"cause": st.sampled_from(Cause), "exclusion": st.sampled_from(Exclusion), "reported": _OUTAGES},
)
_MONTHS = st.sampled_from(["2000-01", "2026-09", "2026-10", "2100-12"])
_NOTES = st.fixed_dictionaries(
    {"id": _WORDS, "month": _MONTHS, "kind": st.sampled_from(NoteKind), "text": _WORDS, "author": _WORDS},
    optional={"refers_to": _MONTHS.map("{}/r-1".format), "status": st.sampled_from(Status)},
)
_LEDGERS = st.fixed_dictionaries(
    {"version": st.just("1"), "corrections": st.lists(_CORRECTIONS, max_size=4), "notes": st.lists(_NOTES, max_size=4)}
)


@given(_LEDGERS | _TREES)
def test_whatever_yaml_holds_is_a_ledger_or_refused(tmp_path_factory: pytest.TempPathFactory, tree: object) -> None:
    """Nothing but the one error leaves the loader, and it says something with a remedy."""
    path = tmp_path_factory.getbasetemp() / "any-ledger.yml"
    path.write_text(yaml.safe_dump(json.loads(json.dumps(tree)), allow_unicode=True), encoding="utf-8")
    problems = None
    try:
        load_ledger(path)
    except LedgerError as error:
        problems = error.problems
    assert problems is None or (problems and all(each.message and each.remedy for each in problems))


@given(st.binary(max_size=200))
def test_whatever_bytes_hold_is_read_or_refused(raw: bytes) -> None:
    """Bytes that are no YAML are problems, too."""
    document = parse_document(raw, "a.yml")
    assert entries_of([document]).problems or document.value is not None
