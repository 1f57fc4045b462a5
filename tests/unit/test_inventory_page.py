"""The page on the inventory names every key there is, and its examples are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from exporter import body_pattern, files, probe_quantities, thresholds
from exporter.model import (
    ContractKind,
    CreditMode,
    Exclusion,
    Network,
    Phase,
    ReferenceMeaning,
    Role,
    SlaBase,
    SlaWindow,
)
from exporter.probe_model import AuthProtocol, InterfaceKey, PrivProtocol, ProbeKind, Redirects
from exporter.schema import (
    MAX_FLAPS,
    MAX_PERIODS,
    MAX_TIERS,
    MIN_LOSS_RATIO,
    MIN_RTT_S,
    SECTIONS,
    DefaultsRecord,
    EvidenceRecord,
    PeriodRecord,
    SlaRecord,
    ThresholdsRecord,
    TierRecord,
    WeeklyRecord,
)
from exporter.schema_contacts import ContactRecord, HelpdeskRecord
from exporter.schema_probes import (
    MAX_EXPECTED,
    MAX_NETWORKS,
    MAX_STATUSES,
    PROBE_RECORDS,
    HttpProbeRecord,
    RecordType,
    TlsRecord,
    probe_record,
)
from exporter.strict_yaml import parse_document

PAGE = (Path(__file__).parent.parent.parent / "docs" / "inventory.md").read_text(encoding="utf-8")

RECORDS: dict[str, type[BaseModel]] = {
    "defaults": DefaultsRecord,
    "evidence": EvidenceRecord,
    "helpdesk": HelpdeskRecord,
    **SECTIONS,
}

#: Records within those of a section, and of kinds; the limits of contracts are explained with those of links.
NESTED: dict[str, list[type[BaseModel]]] = {
    "contracts": [SlaRecord, TierRecord],
    "opd": [ContactRecord],
    "links": [ThresholdsRecord],
    "calendars": [PeriodRecord],
    "probes": [*PROBE_RECORDS.values(), TlsRecord],
}


def keys(record: type[BaseModel]) -> set[str]:
    """The keys of a record as they are written."""
    return {field.alias or name for name, field in record.model_fields.items()}


def part(section: str) -> str:
    """The text below the heading of one section."""
    return PAGE.split(f"\n### `{section}`\n")[1].split("\n#")[0]


def keys_in_tables(text: str) -> set[str]:
    """The words in backticks of the first column of each table."""
    first_cells = re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE)
    return {word for cell in first_cells for word in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize("section", RECORDS)
def test_every_key_is_explained_in_its_section(section: str) -> None:
    """The tables of a section name exactly the keys of its records."""
    nested = (keys(record) for record in NESTED.get(section, []))
    assert keys_in_tables(part(section)) == keys(RECORDS[section]).union(*nested)


@pytest.mark.parametrize("kind", ProbeKind)
def test_every_key_of_a_probe_is_explained_with_its_kind(kind: ProbeKind) -> None:
    """The table after ``Of KIND`` names the keys that the kind has beside those of all."""
    table = part("probes").split(f"\nOf `{kind}`: ")[1].split("\n\n")[1]
    assert keys_in_tables(table) == keys(PROBE_RECORDS[kind]) - keys(RECORDS["probes"])


def test_weekdays_are_named() -> None:
    """The words for the days stand in the section of calendars."""
    assert all(f"`{day}`" in part("calendars") for day in WeeklyRecord.model_fields)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("contracts", [*ContractKind, *SlaWindow, *CreditMode, *Exclusion, *SlaBase]),
        ("evidence", list(Network)),
        ("links", [*Role, *Phase]),
        ("reference_targets", list(ReferenceMeaning)),
        ("probes", [*ProbeKind, *Redirects, *RecordType, *InterfaceKey]),
        ("credentials", [*AuthProtocol, *PrivProtocol]),
    ],
)
def test_every_word_of_a_closed_set_is_named(section: str, words: list[str]) -> None:
    """What a key with a closed set takes stands in its section, and so do those of the SLA."""
    assert [word for word in words if f"`{word}`" not in part(section)] == []


def test_headings_are_the_sections() -> None:
    """There is a heading for each top key and for nothing else."""
    assert set(re.findall(r"^### `(\w+)`$", PAGE, re.MULTILINE)) == {"version", *RECORDS}


@pytest.mark.parametrize("section", [*SECTIONS, "evidence"])
def test_the_example_of_a_section_is_a_record(section: str) -> None:
    """Each section shows a record that the schema accepts as it stands."""
    block = re.search(r"```yaml\n(.*?)```", part(section), re.DOTALL)
    inline = re.search(r"`(\{.*?\})`", part(section))
    assert block or inline
    text = block[1] if block else f"{section}: [{inline[1]}]" if inline else ""
    document = parse_document(text.encode(), "docs")
    assert document.problems == ()
    written = document.value[section]
    for value in written if isinstance(written, list) else [written]:
        assert (probe_record(value) if section == "probes" else RECORDS[section]).model_validate(value)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("at most {} MiB a file", files.MAX_FILE_BYTES // 2**20),
        ("{} files and", files.MAX_FILES),
        ("and {} MiB together", files.MAX_TOTAL_BYTES // 2**20),
        ("may cost {:,} echoes a second", thresholds.MAX_PACKETS_PER_SECOND),
        ("and {:,} echoes open", thresholds.MAX_OUTSTANDING),
        ("duration, `{:g}s` to `5m` | of", thresholds.MIN_INTERVAL_S),
        ("`1s` to `{:g}m` | of", thresholds.MAX_INTERVAL_S / 60),
        ("duration, `{:g}ms` to", thresholds.MIN_TIMEOUT_S * 1000),
        ("`100ms` to `{:g}s` | of", thresholds.MAX_TIMEOUT_S),
        ("percentage, `{:g}%` to `100%`", MIN_LOSS_RATIO * 100),
        ("duration, `{:g}ms` to `10s`, below", MIN_RTT_S * 1000),
        ("duration, `1ms` to `{:g}s`, below", thresholds.MAX_TIMEOUT_S),
        ("number, `1` to `{}`", MAX_FLAPS),
        ("mappings, at most {} | none | other hours", MAX_PERIODS),
        ("mappings, at most {} | none | of `credit: tier`", MAX_TIERS),
        ("of ids of `probes`, at most {} | those of its site's class", thresholds.MAX_PROBES_OF_LINK),
        ("of ids of `probes`, at most {} | needed", thresholds.MAX_PROBES_OF_LINK),
        ("duration, `{:g}s` to `1h`", thresholds.MIN_PROBE_INTERVAL_S),
        ("duration, `10s` to `{:g}h` | `60s`", thresholds.MAX_PROBE_INTERVAL_S / 3600),
        ("of `snmp` at most `{:g}s`", thresholds.MAX_SNMP_INTERVAL_S),
        ("`10s` to `1h` | `{:g}s` |", thresholds.PROBE_INTERVAL_S),
        ("duration, `{:g}ms` to `30s`, at most half", thresholds.MIN_PROBE_TIMEOUT_S * 1000),
        ("duration, `500ms` to `{:g}s`, at most half", thresholds.MAX_PROBE_TIMEOUT_S),
        ("at most half the interval | `{:g}s` |", thresholds.PROBE_TIMEOUT_S),
        ("may begin {} times a second", thresholds.MAX_PROBES_PER_SECOND),
        ("and be {} at once when", thresholds.MAX_PROBES_OPEN),
        ("of http or https, at most {} characters", probe_quantities.MAX_URL_CHARACTERS),
        ("list of `100` to `599`, at most {} |", MAX_STATUSES),
        ("list of networks, at most {} |", MAX_NETWORKS),
        ("list of texts, at most {} |", MAX_EXPECTED),
        ("size, `{:g}kB` to", probe_quantities.MIN_BODY_BYTES / 1e3),
        ("to `{:g}MB` | `256KiB`", probe_quantities.MAX_BODY_BYTES / 1e6),
        ("`1MB` | `{:g}KiB` |", HttpProbeRecord.model_fields["max_body"].default / 1024),
        ("expression of Python, at most {} characters", body_pattern.MAX_CHARACTERS),
    ],
)
def test_the_bounds_on_the_page_are_those_of_the_code(words: str, number: float) -> None:
    """A bound that changes in the code is changed on the page."""
    assert words.format(number) in " ".join(PAGE.split())
