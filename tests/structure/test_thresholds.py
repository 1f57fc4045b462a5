"""Absence fails the build: a threshold without unit, reason, source or use; a bare number where one should be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

_RULES = Path(__file__).parents[2] / "alert_rules"
_TEXT = (_RULES / "thresholds.yml").read_text(encoding="utf-8")

#: Every rule, with the name of its file.
RULES: list[tuple[str, dict[str, Any]]] = [
    (file.name, rule)
    for file in sorted(_RULES.glob("*.yml"))
    for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
THRESHOLDS = [rule for file, rule in RULES if file == "thresholds.yml"]

#: Rules that compare measured quantities; what they compare with is a threshold.
COMPARING = [(file, rule) for file, rule in RULES if file in {"quality.yml", "baseline.yml"}]

_WORDS = ("Unit:", "Reason:", "Source:")

#: A comparison with a number that is written there, on either side. ``== 0`` and ``== 1`` ask for one of two states.
_BARE = re.compile(r"[<>!]=?\s*-?[0-9.]|==\s*-?(?![01](?![0-9.]))[0-9.]|(?<![\w.\[:])[0-9.]+\s*[<>]")


def _bare_numbers(expression: str) -> list[str]:
    """The comparisons with bare numbers in a PromQL expression."""
    return _BARE.findall(re.sub(r"\{[^}]*\}|\[[^\]]*\]|#.*", "", expression))


def _blocks() -> dict[str, str]:
    """Each threshold to the comment of its block: the lines between two empty ones."""
    return {name: block for block in re.split(r"\n\s*\n", _TEXT) for name in re.findall(r"- record: (\S+)", block)}


def test_there_are_thresholds() -> None:
    """The file holds some; otherwise all that follows would pass for nothing."""
    assert {rule["record"] for rule in THRESHOLDS} >= {"threshold:link_loss:ratio", "threshold:link_flaps:count"}


def test_thresholds_stand_in_their_file() -> None:
    """No other file records a threshold, and the file of thresholds records nothing else and alerts of nothing."""
    assert not [
        file for file, rule in RULES if rule.get("record", "").startswith("threshold:") and file != "thresholds.yml"
    ]
    assert all(rule.keys() == {"record", "expr"} for rule in THRESHOLDS)


@pytest.mark.parametrize("rule", THRESHOLDS, ids=[rule.get("record") for rule in THRESHOLDS])
def test_a_threshold_is_a_number_under_its_name_and_unit(rule: dict[str, Any]) -> None:
    """``threshold:NAME:UNIT`` is ``vector(NUMBER)`` and nothing that could be absent."""
    assert re.fullmatch(r"threshold:[a-z_]+:[a-z_]+", rule["record"])
    assert re.fullmatch(r"vector\([0-9]+(\.[0-9]+)?\)", rule["expr"])


@pytest.mark.parametrize("name", [rule.get("record") for rule in THRESHOLDS])
def test_a_threshold_has_unit_reason_and_source(name: str) -> None:
    """The comment above it, which several may share, says all three, in this order."""
    assert re.findall("|".join(_WORDS), _blocks()[name]) == list(_WORDS)


@pytest.mark.parametrize("name", [rule.get("record") for rule in THRESHOLDS])
def test_a_threshold_is_used(name: str) -> None:
    """A number that no rule asks for decides nothing."""
    assert [rule for _, rule in RULES if re.search(rf"{name}\b", rule["expr"])]


def test_each_name_is_there_once() -> None:
    """Two rules under one name would make it depend on the order which number holds."""
    names = [rule["record"] for rule in THRESHOLDS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("a > 0.05", True),
        ("a >= 4", True),
        ("a < -1", True),
        ("5 < a", True),
        ("a == 7", True),
        ("a == 0.5", True),
        ("a == 10", True),
        ("a != 3", True),
        ("a == 1", False),
        ("a == 0 unless b", False),
        ("a > scalar(threshold:x:ratio)", False),
        ('rate(a{b="c > 5"}[5m]) > b', False),
        ("round(a, 0.001)", False),
        ("1000 * a > b", False),
        ("b > 1000 * a", True),
        ("a offset 1410m", False),
    ],
)
def test_bare_numbers_are_seen(expression: str, found: bool) -> None:
    """The reader of this file finds numbers that are compared with, and no others."""
    assert bool(_bare_numbers(expression)) is found


@pytest.mark.parametrize(
    ("file", "rule"), COMPARING, ids=[rule.get("alert") or rule["record"] for _, rule in COMPARING]
)
def test_rules_about_quality_compare_with_thresholds(file: str, rule: dict[str, Any]) -> None:
    """Numbers that decide stand in thresholds.yml, where they have a reason and the inventory can override them."""
    assert not _bare_numbers(rule["expr"]), file
