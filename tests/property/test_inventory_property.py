"""Whatever stands in a file: it is refused with problems, or it survives as it was written."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from exporter.errors import InventoryError
from exporter.loading import LoadedInventory, load_inventory
from exporter.schema import SECTIONS
from exporter.strict_yaml import parse_document

MINIMAL = (Path(__file__).parent.parent / "data" / "inventories" / "good" / "minimal.yml").read_text(encoding="utf-8")


def loaded(raw: bytes) -> LoadedInventory | InventoryError:
    """The inventory in ``raw``, or why it is none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "i.yml"
        path.write_bytes(raw)
        try:
            return load_inventory(path)
        except InventoryError as error:
            return error


#: Pieces that mean something to YAML or to an inventory, so that chance gets further than the first line.
PIECES = st.sampled_from(
    [
        *"{}[],:-?&*!|>%@#'\"~ \n\t\0\r",
        "<<: ",
        "---\n",
        "...\n",
        "version: 1\n",
        "  - ",
        "id: ",
        ": ",
        "\\u202e",
        "\ufeff",
    ]
    + [f"{section}:\n" for section in SECTIONS]
)
TEXT = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=60).map("".join)

#: Any value that JSON, which is YAML, can write.
VALUES = st.recursive(
    st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.binary(max_size=300) | TEXT.map(lambda text: text.encode(errors="surrogatepass")))
@example(b"{" * 5_000)
@example(b"\xef\xbb\xbf")
@example(b"a: &a [*a]")
@example(b"? ? ? : : :")
def test_no_bytes_make_the_loader_fail_otherwise_than_with_problems(raw: bytes) -> None:
    """Arbitrary bytes give an inventory or an InventoryError whose problems all name a line and a remedy."""
    result = loaded(raw)
    if isinstance(result, InventoryError):
        assert result.problems
        assert all(problem.line >= 0 and problem.message and problem.remedy for problem in result.problems)


@given(st.integers(0, len(MINIMAL)), st.integers(0, 30), TEXT)
def test_no_damage_to_a_good_file_makes_the_loader_fail_otherwise(start: int, length: int, piece: str) -> None:
    """A good file with a part cut out and another put in is refused by problems, or loaded with a link."""
    text = MINIMAL[:start] + piece + MINIMAL[start + length :]
    result = loaded(text.encode(errors="surrogatepass"))
    assert result.problems if isinstance(result, InventoryError) else result.inventory.links


@given(st.dictionaries(st.sampled_from(["version", "defaults", *SECTIONS]), VALUES, min_size=1))
def test_no_shape_of_values_makes_the_loader_fail_otherwise(value: dict[str, Any]) -> None:
    """Lists, mappings and texts in each other's place are refused by problems."""
    result = loaded(json.dumps(value).encode())
    assert isinstance(result, InventoryError)


PLAIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)


@given(st.dictionaries(PLAIN, PLAIN | st.lists(PLAIN, max_size=3), max_size=5))
def test_plain_values_survive(value: dict[str, Any]) -> None:
    """Texts, lists and mappings come out of the parser as they went in."""
    keys = {key: text for key, text in value.items() if key != "<<"}
    document = parse_document(json.dumps(keys).encode(), "f")
    assert not document.problems
    assert document.value == keys


LETTERS = st.characters(categories=["Lu", "Ll", "Nd", "Po", "Sm", "Sc"])


@given(st.text(LETTERS, min_size=1, max_size=60).filter(lambda name: name[0] not in "=+-@\uff1d\uff0b\uff0d\uff20"))
@example("Kantor 'Satu' & \"Dua\" <b>: # {x}")
def test_good_names_survive(name: str) -> None:
    """A name of letters, digits and signs is loaded as written, in Unicode's composed form."""
    text = MINIMAL.replace("Dinas Kesehatan", json.dumps(name, ensure_ascii=False))
    result = loaded(text.encode())
    composed = unicodedata.normalize("NFC", name)
    if isinstance(result, InventoryError):  # composing can make a formula's sign of another
        assert composed[0] in "=+-@"
    else:
        assert result.inventory.opd["dinkes"].name == composed


@given(
    st.integers(1_000, 300_000),
    st.integers(100, 10_000),
    st.integers(1, 999_999_999),
    st.floats(-90, 90),
    st.floats(-180, 180),
)
def test_good_numbers_survive(interval_ms: int, timeout_ms: int, kbps: int, lat: float, lon: float) -> None:
    """Durations, bandwidths and coordinates within their bounds arrive exactly."""
    text = (
        MINIMAL.replace("interval: 1s", f"interval: {interval_ms}ms")
        .replace("timeout: 2s", f"timeout: {timeout_ms}ms")
        .replace("50Mbps", f"{kbps}kbps")
        .replace("-6.905", f"{lat:.9f}")
        .replace("107.611", f"{lon:.9f}")
    )
    result = loaded(text.encode())
    assert isinstance(result, LoadedInventory)
    link, site = result.inventory.links["satu"], result.inventory.sites["kantor"]
    assert (link.interval_s, link.timeout_s) == (interval_ms / 1000, timeout_ms / 1000)
    assert result.inventory.contracts["k-1"].bandwidth_bits_per_second == kbps * 1000
    assert (site.lat, site.lon) == (float(f"{lat:.9f}"), float(f"{lon:.9f}"))
