"""Which links a pack is about."""

from __future__ import annotations

import pytest

from exporter.evidence.measured import Identity
from exporter.evidence.selection import Selection

_LINK = Identity("dinkes-1", "Jalur", "dinkes-kantor", "dinkes", "32.73", "penyedia-a", "k-a", "primary", "central")


@pytest.mark.parametrize(
    ("selection", "included", "words", "slug"),
    [
        (Selection(), True, "", ""),
        (Selection(opd=("dinkes",)), True, "opd dinkes", "opd-dinkes"),
        (Selection(opd=("rsud", "dinkes", "rsud")), True, "opd dinkes rsud", "opd-dinkes-rsud"),
        (Selection(opd=("rsud",)), False, "opd rsud", "opd-rsud"),
        (Selection(provider=("penyedia-b",)), False, "provider penyedia-b", "provider-penyedia-b"),
        (Selection(contract=("k-b",)), False, "contract k-b", "contract-k-b"),
        (
            Selection(opd=("dinkes",), provider=("penyedia-a",), contract=("k-a",)),
            True,
            "opd dinkes, provider penyedia-a, contract k-a",
            "opd-dinkes-provider-penyedia-a-contract-k-a",
        ),
        (Selection(opd=("dinkes",), contract=("k-b",)), False, "opd dinkes, contract k-b", "opd-dinkes-contract-k-b"),
    ],
)
def test_a_selection_says_what_it_is_and_what_it_holds(
    selection: Selection, included: bool, words: str, slug: str
) -> None:
    """Every kind that is named must fit; ids are sorted, so that the same selection has one name."""
    assert selection.includes(_LINK) is included
    assert (selection.words, selection.slug, bool(selection)) == (words, slug, words != "")
