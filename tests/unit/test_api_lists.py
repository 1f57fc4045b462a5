"""Lists of the API: pages, filters, and what is refused."""

from __future__ import annotations

import pytest

from exporter.api.parameters import MOST_OF_A_PAGE, read
from exporter.api.problem import ProblemError, Status
from tests.support.apis import MOMENTS, asked, operation, said

ALL = sorted(f"link-{n}" for n in range(40))


def refused(name: str, *given: tuple[str, str]) -> tuple[str, ...]:
    """The problems with which parameters are refused as bad."""
    with pytest.raises(ProblemError) as problem:
        read(operation(name).parameters, given)
    assert problem.value.status is Status.BAD_REQUEST
    return problem.value.problems


@pytest.mark.parametrize("limit", [1, 7, 20, 39, 40, 41, MOST_OF_A_PAGE])
def test_pages_hold_every_row_once(limit: int) -> None:
    """By id, from the first page to the one without a next, which is never empty."""
    snapshot, query, found = MOMENTS["mixed"](), {"limit": str(limit)}, []
    while True:
        page = asked(snapshot, "links", query=query)
        assert 0 < len(page["links"]) <= limit
        assert page["all"] == 40
        found += [row["id"] for row in page["links"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert found == ALL


def test_a_page_after_a_link_that_is_gone() -> None:
    """A cursor need not exist any more: a reload between two pages skips nothing."""
    page = said("links", "mixed", query={"cursor": "link-10-gone", "limit": "2"})
    assert [row["id"] for row in page["links"]] == ["link-11", "link-12"]


@pytest.mark.parametrize(
    ("query", "key", "value"),
    [
        ({"site": "site-3"}, "site", "site-3"),
        ({"opd": "dinkes"}, "opd", "dinkes"),
        ({"kabkota": "32.01"}, "kabkota", "32.01"),
        ({"provider": "penyedia-b"}, "provider", "penyedia-b"),
        ({"contract": "k-penyedia-c"}, "contract", "k-penyedia-c"),
        ({"role": "primary"}, "role", "primary"),
        ({"phase": "central"}, "phase", "central"),
        ({"standing": "unknown"}, "standing", "unknown"),
    ],
)
def test_a_filter_leaves_what_it_names(query: dict[str, str], key: str, value: str) -> None:
    """All of those and no other, told in ``all`` whatever the page."""
    whole = [row["id"] for row in said("links", "mixed", query={})["links"] if row[key] == value]
    page = said("links", "mixed", query={**query, "limit": "3"})
    assert page["all"] == len(whole) > 0
    assert [row["id"] for row in page["links"]] == whole[:3]


@pytest.mark.parametrize(
    "query", [{"role": "backup"}, {"phase": "legacy"}, {"site": "site-1", "provider": "penyedia-a"}]
)
def test_filters_that_leave_nothing_leave_nothing(query: dict[str, str]) -> None:
    """What exists and nothing has, or two that exclude each other: an empty page without a next."""
    page = said("links", "mixed", query=query)
    assert (page["all"], page["links"], page["next_cursor"]) == (0, [], None)


@pytest.mark.parametrize(("key", "value"), [("opd", "dinkes"), ("kabkota", "32.73"), ("standing", "down")])
def test_sites_are_filtered_likewise(key: str, value: str) -> None:
    """By agency, regency and standing."""
    whole = [row["id"] for row in said("sites", "mixed")["sites"] if row[key] == value]
    assert [row["id"] for row in said("sites", "mixed", query={key: value})["sites"]] == whole != []


@pytest.mark.parametrize("name", ["site", "opd", "provider", "contract"])
def test_a_filter_that_names_nobody_is_no_empty_answer(name: str) -> None:
    """404 with its name: a misspelt agency must not look like one in order."""
    with pytest.raises(ProblemError) as problem:
        said("links", "mixed", query={name: "nobody"})
    assert (problem.value.status, problem.value.problems) == (404, (f"{name}: the inventory has no such {name}",))


@pytest.mark.parametrize(
    "given",
    [
        ("limit", "0"),
        ("limit", str(MOST_OF_A_PAGE + 1)),
        ("limit", "-1"),
        ("limit", "007"),
        ("limit", "1.0"),
        ("limit", "+1"),
        ("limit", " 1"),
        ("limit", "٣"),
        ("limit", "9" * 5000),
        ("limit", ""),
        ("standing", "DOWN"),
        ("standing", ""),
        ("role", "none"),
        ("opd", ""),
        ("opd", "Dinkes"),
        ("opd", "dinkes\n"),
        ("opd", "a" * 64),
        ("kabkota", "3273"),
        ("kabkota", "32.7\uff13"),
        ("cursor", "<b>"),
    ],
)
def test_a_value_of_a_wrong_form_is_refused(given: tuple[str, str]) -> None:
    """With the name of the parameter, what it may be, and nothing of what was given."""
    (problem,) = refused("links", given)
    assert problem.startswith(f"{given[0]}: ")
    assert len(given[1]) < 3 or given[1].strip() not in problem


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """Unknown names, names given twice, wrong values; and what is allowed."""
    given = [("limit", "0"), ("opd", "a"), ("opd", "b"), ("OPD", "x"), ("target", "198.18.0.1")]
    problems = refused("sites", *given)
    assert problems[0] == "unknown parameter; allowed: opd, kabkota, standing, limit, cursor"
    assert problems[1:] == ("opd: given more than once", "limit: a whole number from 1 to 1000")


def test_who_takes_no_parameter_allows_none() -> None:
    """Every operation refuses what it does not know."""
    assert refused("summary", ("limit", "1")) == ("unknown parameter; allowed: none",)
