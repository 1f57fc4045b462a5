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
from exporter.probe_model import AuthProtocol, PrivProtocol, ProbeKind
from exporter.schema import SECTIONS
from exporter.schema_probes import PROBE_RECORDS, CredentialsRecord, TlsRecord
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


#: The keys of probes of all kinds, and what may stand there: near what is taken, and anything.
KEYS = {
    key: st.one_of(VALUES, st.text(max_size=30)) for record in PROBE_RECORDS.values() for key in record.model_fields
}
KEYS |= {
    "kind": st.sampled_from(ProbeKind),
    "port": st.integers(-1, 70_000).map(str),
    "timeout": st.floats(0, 40).map("{:.3f}s".format),
    "url": st.text("htps:/@[]{}#.%address0129-", max_size=20).map("http://{}".format) | VALUES,
    "body": st.text("ab.*+?|()[]{}\\\\^$,0123456789", max_size=20),
    "server": st.ip_addresses().map(str),
    "allow": st.lists(st.ip_addresses(network="198.18.0.0/15").map("{}/32".format) | VALUES, max_size=3),
    "tls": st.fixed_dictionaries({}, optional=dict.fromkeys(TlsRecord.model_fields, VALUES)),
}
PROBES = st.fixed_dictionaries(
    {"id": st.just("web"), "kind": KEYS["kind"]},
    optional={key: KEYS[key] for key in sorted(KEYS.keys() - {"id", "kind"})},
)
SECRETIVE = sorted(CredentialsRecord.model_fields.keys() - {"id", "user"})
CREDENTIALS = st.fixed_dictionaries(
    {"id": st.just("v3")},
    optional={
        **dict.fromkeys(SECRETIVE, VALUES | st.just({"environment": "A"})),
        "user": VALUES,
        "auth": st.sampled_from(AuthProtocol),
        "priv": st.sampled_from(PrivProtocol),
    },
)


@given(st.lists(PROBES, max_size=2), st.lists(CREDENTIALS, max_size=2), VALUES | st.just(["web"]), VALUES)
def test_no_probe_makes_the_loader_fail_otherwise(probes: Any, credentials: Any, names: Any, interface: Any) -> None:
    """Arbitrary values under the keys of probes, credentials and links are refused by problems, or loaded."""
    link = MINIMAL.replace(
        "198.18.0.10}", f"198.18.0.10, probes: {json.dumps(names)}, interface: {json.dumps(interface)}}}"
    )
    sections = {
        "probes": probes,
        "credentials": credentials,
        "site_classes": [{"id": "a", "name": "A", "probes": names}],
    }
    text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in sections.items())
    result = loaded((link + text).encode())
    assert result.problems if isinstance(result, InventoryError) else result.inventory.links


#: A secret that is no word of any message.
SECRET = st.text("QXZ0123456789+/=!%", min_size=6, max_size=30).map("QX{}".format)


@given(
    SECRET,
    st.sampled_from(SECRETIVE),
    st.sampled_from(
        [
            "{0}",
            "[{0}]",
            "{{file: [{0}]}}",
            "{{file: {0}}}",
            "{{environment: {0}}}",
            "{{{0}: a}}",
            "{{value: {0}}}",
            "!{0} a",
            "*{0}",
        ]
    ),
    st.booleans(),
)
def test_no_secret_is_repeated(secret: str, key: str, shape: str, is_quoted: bool) -> None:
    """Whatever is written where a reference to a secret belongs, and however, is in no problem."""
    value = shape.format(json.dumps(secret) if is_quoted and shape[0] not in "!*" else secret)
    result = loaded((MINIMAL + f"credentials:\n  - id: v3\n    {key}: {value}\n").encode())
    told = result.problems if isinstance(result, InventoryError) else result.warnings
    assert told
    assert secret not in " ".join(f"{problem}" for problem in told)


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
