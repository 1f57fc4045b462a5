"""The pages on corrections and on frameworks name every key there is, and their examples are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from exporter.beside import Cause
from exporter.evidence.accounts import NoteKind
from exporter.evidence.framework_model import HISTORY_MONTHS, Artefact, Confidence, Strength
from exporter.evidence.framework_schema import ContributionRecord, FrameworkRecord, IndicatorRecord
from exporter.evidence.frameworks import load_frameworks
from exporter.evidence.ledger import read_ledger
from exporter.evidence.ledger_schema import SECTIONS, Status
from exporter.files import MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES
from exporter.loading import load_inventory
from exporter.model import Exclusion, Network
from exporter.quantities import MAX_NAME_CHARACTERS, MAX_PASSAGE_CHARACTERS

ROOT = Path(__file__).parents[2]
CORRECTIONS = (ROOT / "docs" / "corrections.md").read_text(encoding="utf-8")
FRAMEWORKS = (ROOT / "docs" / "frameworks.md").read_text(encoding="utf-8")


def keys(record: type[BaseModel]) -> set[str]:
    """The keys of a record as they are written."""
    return {field.alias or name for name, field in record.model_fields.items()}


def keys_in_first_table(text: str) -> set[str]:
    """The words in backticks of the first column of the first table."""
    table = text[text.index("\n| key |") :].split("\n\n", maxsplit=1)[0]
    first_cells = re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)
    return {word for cell in first_cells for word in re.findall(r"`([^`]+)`", cell)}


def example(page: str) -> str:
    """The YAML that a page shows."""
    [block] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    return str(block)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_of_the_ledger_is_explained(section: str) -> None:
    """The table of a section names exactly the keys of its record."""
    assert keys_in_first_table(CORRECTIONS.split(f"\n### `{section}`\n")[1]) == keys(SECTIONS[section])


@pytest.mark.parametrize(
    ("begins", "record"),
    [
        ("Of a framework:", FrameworkRecord),
        ("Of an indicator:", IndicatorRecord),
        ("Of a contribution:", ContributionRecord),
    ],
)
def test_every_key_of_a_framework_is_explained(begins: str, record: type[BaseModel]) -> None:
    """The table after the words names exactly the keys of the record."""
    assert keys_in_first_table(FRAMEWORKS.split(begins)[1]) == keys(record)


def test_every_word_of_a_closed_set_is_named() -> None:
    """What a key with a closed set takes stands on its page."""
    assert [word for word in (*Cause, *Exclusion, *NoteKind, *Status) if f"`{word}`" not in CORRECTIONS] == []
    words = (*Artefact, *Confidence, *Strength, *Network)
    assert [word for word in words if f"`{word}`" not in FRAMEWORKS] == []


def test_the_bounds_on_the_pages_are_those_of_the_code() -> None:
    """A bound that changes in the code is changed on the page."""
    words = " ".join(CORRECTIONS.split())
    assert (
        f"at most {MAX_FILE_BYTES // 2**20} MiB a file, {MAX_FILES} files and {MAX_TOTAL_BYTES // 2**20} MiB" in words
    )
    for bound in (MAX_NAME_CHARACTERS, MAX_PASSAGE_CHARACTERS):
        assert f"text of at most {bound:,} characters" in words
    assert f"(riwayat) for {HISTORY_MONTHS} months" in " ".join(FRAMEWORKS.split())


def test_the_example_of_a_ledger_is_one(tmp_path: Path) -> None:
    """It goes with the example province, without a warning."""
    path = tmp_path / "2026-10.yml"
    path.write_text(example(CORRECTIONS), encoding="utf-8")
    loaded = read_ledger(path, load_inventory(ROOT / "inventory" / "jabar").inventory)
    assert [each for each in loaded.warnings if "may change it" not in each.message] == []
    assert (len(loaded.ledger.corrections), len(loaded.ledger.notes)) == (2, 2)


def test_the_example_of_a_framework_is_one(tmp_path: Path) -> None:
    """It loads as it stands."""
    path = tmp_path / "contoh.yml"
    path.write_text(example(FRAMEWORKS), encoding="utf-8")
    [found] = load_frameworks(path)
    assert [each.number for each in found.supported] == [1]


def test_the_page_lists_the_frameworks_that_there_are() -> None:
    """Each file, with the number of its indicators and the day on which it begins or ends."""
    for each in load_frameworks(ROOT / "inventory" / "frameworks"):
        [row] = [line for line in FRAMEWORKS.splitlines() if line.startswith(f"| `{each.id}.yml` |")]
        assert f"{len(each.indicators)} indicators" in row
        assert str(each.until_day or each.from_day) in row
