"""The worked examples of docs/accounting.md are what accounting does."""

from __future__ import annotations

import pytest

from tests.support.accounting_examples import PAGE, Example, examples_of, outcome_of

EXAMPLES = examples_of(PAGE.read_text(encoding="utf-8"))

#: What the page must show at least.
_SUBJECTS = (
    "Tolerance",
    "Midnight at the end",
    "Midnight at the beginning",
    "Planned work",
    "Power",
    "Service hours",
    "A site with a backup",
    "A link added",
    "A gap inside an outage",
    "Prorata",
    "Selisih",
    "Tier",
    "Rounding",
    "A correction",
)


@pytest.mark.parametrize("example", EXAMPLES, ids=[each.title for each in EXAMPLES])
def test_an_example_of_the_page_is_what_accounting_does(example: Example) -> None:
    """Every figure that the page states of it, as the page writes it."""
    assert example.expected
    assert outcome_of(example, list(example.expected)) == example.expected


@pytest.mark.parametrize("subject", _SUBJECTS)
def test_the_page_has_an_example_of_each_subject(subject: str) -> None:
    """An example that was lost from the page would be missed by nobody else."""
    assert [each for each in EXAMPLES if each.title.startswith(subject)]


def test_every_block_of_the_page_is_read() -> None:
    """None is passed over because it is written a little differently."""
    assert PAGE.read_text(encoding="utf-8").count("```yaml") == len(EXAMPLES)
