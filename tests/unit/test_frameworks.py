"""Frameworks of assessment: the two that come with the program, a further one, and what is said about bad ones."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from exporter.errors import FrameworkError
from exporter.evidence.framework_model import Artefact, Confidence, Framework, Standing, Strength, applying
from exporter.evidence.framework_schema import FrameworkRecord, IndicatorRecord
from exporter.evidence.frameworks import load_frameworks
from exporter.evidence.period import Month
from exporter.model import Network

FOLDER = Path(__file__).parents[2] / "inventory" / "frameworks"

#: An invented framework, from which tests take away or to which they add.
INVENTED = """\
version: 1
id: contoh-1-2027
name: Indeks Contoh
regulation: Peraturan Contoh Nomor 1 Tahun 2027
confidence: L
from: 2027-01-15
predicates:
  - {name: Kurang, from: 1, below: 2.5}
  - {name: Baik, from: 2.5}
aspects:
  - {number: 1, name: Layanan}
indicators:
  - number: 2
    name: Jaringan
    aspect: 1
    weight: 33.3%
    confidence: M
    caveat: Perlu diperiksa
    levels: [{level: 1, confidence: H, text: Ada}, {level: 2, confidence: L, text: Direviu}]
    contributions:
      - {artefact: data, levels: [2, 1], strength: weak, text: Data}
      - {artefact: report, levels: [2], strength: strong, text: Laporan}
  - {number: 1, name: Lainnya, aspect: 1, weight: 66.7%}
"""


@pytest.fixture(scope="module")
def shipped() -> dict[str, Framework]:
    """Those that come with the program, by id."""
    return {each.id: each for each in load_frameworks(FOLDER)}


def told(tmp_path: Path, text: str) -> list[str]:
    """Everything that is said against a framework, without its folder and remedies."""
    (tmp_path / "f.yml").write_text(text, encoding="utf-8")
    with pytest.raises(FrameworkError) as refused:
        load_frameworks(tmp_path)
    assert all(each.remedy for each in refused.value.problems)
    return [f"{each.line}: {each.message}" for each in refused.value.problems]


def test_the_evaluation_of_spbe_is_whole(shipped: dict[str, Framework]) -> None:
    """47 indicators in 8 aspects of 4 domains, with the weights of the regulation, 100 together."""
    spbe = shipped["spbe-59-2020"]
    assert [each.number for each in spbe.indicators] == list(range(1, 48))
    assert [float(spbe.weight_of(each) * 100) for each in spbe.aspects] == [13, 10, 10, 5, 12, 4.5, 27.5, 18]
    assert sum(each.weight for each in spbe.indicators) == 1
    assert len({each.domain for each in spbe.aspects}) == 4
    assert [each.name for each in spbe.predicates] == ["Kurang", "Cukup", "Baik", "Sangat Baik", "Memuaskan"]
    assert [each.number for each in spbe.supported] == [6, 14, 16, 17, 21, 22, 24, 28, 29]
    assert {each.number for each in spbe.supported if each.network is Network.INTRA} == {6, 17}


def test_the_pemdi_index_is_whole(shipped: dict[str, Framework]) -> None:
    """20 indicators in 7 aspects, 100 together; what the pack supports, and that nothing of it is called sure."""
    pemdi = shipped["pemdi-8-2026"]
    assert [each.number for each in pemdi.indicators] == list(range(1, 21))
    assert [float(pemdi.weight_of(each) * 100) for each in pemdi.aspects] == [10, 10, 15, 15, 10, 15, 25]
    assert sum(each.weight for each in pemdi.indicators) == 1
    assert [each.number for each in pemdi.supported] == [2, 9, 14, 19, 20]
    assert {each.confidence for each in pemdi.supported} == {Confidence.MEDIUM, Confidence.BACKGROUND}
    strengths = {each.number: {part.strength for part in each.contributions} for each in pemdi.supported}
    partial, strong, weak = {Strength.PARTIAL}, {Strength.STRONG}, {Strength.WEAK}
    assert strengths == {2: strong, 9: partial, 14: partial, 19: strong, 20: weak}
    assert pemdi.aspect_of(pemdi.indicators[18]).name == "Kepuasan Pengguna"


def test_what_is_not_sure_says_what_to_check(shipped: dict[str, Framework]) -> None:
    """Each mapping that is not of the surest kind has a caveat, and the framework without its text has one, too."""
    for framework in shipped.values():
        unsure = [each for each in framework.supported if each.confidence is not Confidence.HIGH]
        assert all("perlu diperiksa" in each.caveat for each in unsure)
        assert "diperiksa" in framework.caveat


def test_each_artefact_shows_something(shipped: dict[str, Framework]) -> None:
    """No artefact is without use in both frameworks."""
    used = {part.artefact for each in shipped.values() for one in each.supported for part in one.contributions}
    assert used == set(Artefact)


@pytest.mark.parametrize(
    ("month", "standings"),
    [
        (Month(2020, 1), {"spbe-59-2020": Standing.CURRENT}),
        (Month(2026, 5), {"spbe-59-2020": Standing.CURRENT}),
        (Month(2026, 6), {"pemdi-8-2026": Standing.CURRENT, "spbe-59-2020": Standing.HISTORY}),
        (Month(2028, 6), {"pemdi-8-2026": Standing.CURRENT, "spbe-59-2020": Standing.HISTORY}),
        (Month(2028, 7), {"pemdi-8-2026": Standing.CURRENT}),
    ],
)
def test_a_month_belongs_to_what_is_in_force_on_its_last_day(
    shipped: dict[str, Framework], month: Month, standings: dict[str, Standing]
) -> None:
    """What ended is history for two years, and comes after what is in force; what has not begun is not shown."""
    shown = applying(shipped.values(), month)
    assert [(each.id, each.standing(month)) for each in shown] == list(standings.items())


def test_what_ends_with_a_month_is_in_force_in_it(tmp_path: Path) -> None:
    """The last day is included."""
    text = INVENTED.replace("from: 2027-01-15", "until: 2027-01-31")
    (tmp_path / "f.yml").write_text(text, encoding="utf-8")
    [found] = load_frameworks(tmp_path)
    assert found.standing(Month(2027, 1)) is Standing.CURRENT
    assert found.standing(Month(2027, 2)) is Standing.HISTORY


def test_levels_need_not_be_described(tmp_path: Path) -> None:
    """Without their description a contribution may name any, or none where nobody knows."""
    text = INVENTED.replace(
        "    levels: [{level: 1, confidence: H, text: Ada}, {level: 2, confidence: L, text: Direviu}]\n", ""
    )
    (tmp_path / "f.yml").write_text(text.replace("levels: [2, 1]", "levels: []"), encoding="utf-8")
    [found] = load_frameworks(tmp_path)
    assert [each.levels for each in found.supported[0].contributions] == [(2,), ()]


def test_a_further_framework_takes_no_code(tmp_path: Path) -> None:
    """A file beside the others is enough: exact weights, texts in the order of artefacts, levels rising."""
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "contoh.yml").write_text(INVENTED, encoding="utf-8")
    found = load_frameworks(tmp_path)
    assert [each.id for each in found] == ["contoh-1-2027", "pemdi-8-2026", "spbe-59-2020"]
    [indicator] = found[0].supported
    assert (indicator.number, indicator.weight) == (2, Fraction(333, 1000))
    assert [(each.artefact, each.levels) for each in indicator.contributions] == [
        (Artefact.REPORT, (2,)),
        (Artefact.DATA, (1, 2)),
    ]
    assert [each.id for each in applying(found, Month(2027, 1))] == ["contoh-1-2027", "pemdi-8-2026", "spbe-59-2020"]
    assert "contoh-1-2027" not in {each.id for each in applying(found, Month(2026, 12))}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "artefact: data",
            "artefact: graph",
            "21: framework, indicators.1.contributions.1.artefact: 'graph' is not one",
        ),
        ("66.7%", "66.6%", "12: the weights of all indicators are 99.9% together"),
        ("66.7%", "66.7", "23: framework, indicators.2.weight: '66.7' is not a percentage"),
        ("{number: 1, name: Lainnya", "{number: 2, name: Lainnya", "23: indicators: number 2 stands twice"),
        ("Lainnya, aspect: 1", "Lainnya, aspect: 2", "23: indicator 1, aspect: 2 is not among the aspects"),
        ("    confidence: M\n", "", "13: indicator 2: it has contributions, and confidence is missing"),
        ("    caveat: Perlu diperiksa\n", "", "13: indicator 2: it is not sure (M), and caveat is missing"),
        ("weight: 66.7%", "weight: 66.7%, confidence: H", "23: indicator 1, confidence: it has no contributions"),
        ("levels: [2, 1]", "levels: [2, 3]", "21: indicator 2, contribution 1, levels: 3 is none of the indicator"),
        ("levels: [2, 1]", "levels: [2, 2]", "21: indicator 2, contribution 1, levels: a level stands twice"),
        ("{level: 2", "{level: 1", "19: indicator 2, levels: a level stands twice"),
        ("below: 2.5", "below: 2.4", "8: predicate Kurang does not end where Baik begins"),
        ("from: 2.5}", "from: 2.5, below: 5}", "9: predicate Baik is the highest and has an end"),
        ("from: 2027-01-15", "from: 2027-01-15\nuntil: 2027-01-14", "7: until: is before from, 2027-01-15"),
        ("from: 2027-01-15", "replaced_by: contoh-1-2027", "6: replaced_by: what is replaced has ended"),
        (
            "from: 2027-01-15",
            "until: 2027-01-14\nreplaced_by: lain",
            "7: replaced_by: lain is not the id of another framework here",
        ),
        ("regulation:", "peraturan:", "1: framework: the key regulation is missing"),
        ("Indeks Contoh", '"=Indeks"', "3: framework, name: '=Indeks' begins like a formula"),
        ("version: 1", "version: 2", "1: framework, version: is not 1"),
        ("name: Layanan", "name: &a Layanan", "11: anchors (&) are not used here"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Each mistake is among what is said."""
    assert old in INVENTED
    assert [each for each in told(tmp_path, INVENTED.replace(old, new)) if each.startswith(said)]


def test_the_invented_framework_is_right_as_it_stands(tmp_path: Path) -> None:
    """What the mistakes are made in has none of its own."""
    (tmp_path / "f.yml").write_text(INVENTED, encoding="utf-8")
    assert len(load_frameworks(tmp_path)) == 1


def test_an_unknown_artefact_is_answered_with_the_list(tmp_path: Path) -> None:
    """The remedy names every artefact that a pack has."""
    (tmp_path / "f.yml").write_text(INVENTED.replace("artefact: data", "artefact: graph"), encoding="utf-8")
    with pytest.raises(FrameworkError) as refused:
        load_frameworks(tmp_path)
    assert refused.value.problems[0].remedy == f"write one of: {', '.join(Artefact)}"


def test_an_id_is_used_once(tmp_path: Path) -> None:
    """Two files of one id are refused, and each is named."""
    (tmp_path / "a.yml").write_text(INVENTED, encoding="utf-8")
    assert told(tmp_path, INVENTED) == [f"2: id: contoh-1-2027 stands in {tmp_path}/a.yml already"]


def test_all_files_are_told_of_at_once(tmp_path: Path) -> None:
    """A file that is none does not hide the mistakes of another, nor makes its names unknown."""
    (tmp_path / "a.yml").write_text("x\n", encoding="utf-8")
    text = INVENTED.replace("from: 2027-01-15", "until: 2027-01-14\nreplaced_by: a").replace("66.7%", "66%")
    assert [each.split(" are ")[0] for each in told(tmp_path, text)] == [
        "1: the file holds no keys",
        "13: the weights of all indicators",
    ]


_KEYS = st.sampled_from([*FrameworkRecord.model_fields, *IndicatorRecord.model_fields, "from", "artefact", "strength"])
_TREES = st.recursive(
    st.sampled_from(["1", "0", "2.5", "50%", "H", "report", "strong", "a", "2026-06-05", ""]) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=12),
    max_leaves=50,
)


@given(_TREES)
def test_whatever_yaml_holds_is_a_framework_or_refused(tmp_path_factory: pytest.TempPathFactory, tree: object) -> None:
    """Nothing but the one error leaves the loader; each key of the invented framework may hold anything."""
    path = tmp_path_factory.getbasetemp() / "any-framework.yml"
    right = yaml.safe_load(INVENTED)
    for value in [tree, *({**right, key: tree} for key in ("predicates", "aspects", "indicators", "replaced_by"))]:
        path.write_text(yaml.safe_dump(value, allow_unicode=True, default_style="'"), encoding="utf-8")
        refused: FrameworkError | None = None
        try:
            load_frameworks(path)
        except FrameworkError as error:
            refused = error
        assert refused is None or all(each.message and each.remedy for each in refused.problems)
