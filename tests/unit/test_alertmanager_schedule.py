"""The hours of ``deploy/alertmanager/alertmanager.yml``: who is on call when, and whether a route's parts agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

_TEXT = (Path(__file__).parents[2] / "deploy/alertmanager/alertmanager.yml").read_text(encoding="utf-8")
CONFIG = yaml.safe_load(_TEXT)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONDAY = datetime(2026, 11, 23)  # noqa: DTZ001 - the wall's clock at the named location
_UNITS_S = {"s": 1, "m": 60, "h": 3600}


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


def _days(texts: list[str]) -> set[int]:
    found: set[int] = set()
    for text in texts:
        first, _, last = text.partition(":")
        found |= set(range(_DAYS.index(first), _DAYS.index(last or first) + 1))
    return found


def _holds(name: str, at: datetime) -> bool:
    """Whether the interval ``name`` holds at a time of Jakarta's clock: its start belongs to it, its end does not."""
    (interval,) = (each for each in CONFIG["time_intervals"] if each["name"] == name)
    minute = 60 * at.hour + at.minute
    return any(
        at.weekday() in _days(part.get("weekdays", ["monday:sunday"]))
        and any(_minutes(span["start_time"]) <= minute < _minutes(span["end_time"]) for span in part["times"])
        for part in interval["time_intervals"]
    )


def _routes(route: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every route below ``route`` with its parent."""
    for child in route.get("routes", []):
        yield child, route
        yield from _routes(child)


def _seconds(text: str) -> int:
    return int(text[:-1]) * _UNITS_S[text[-1]]


def test_one_officer_is_on_call_at_every_minute_of_the_week() -> None:
    """Siang and malam leave no minute out and share none."""
    week = (_MONDAY + timedelta(minutes=minute) for minute in range(7 * 24 * 60))
    assert all(_holds("siang", at) != _holds("malam", at) for at in week)


def test_the_edges_of_the_shifts_and_of_the_working_hours() -> None:
    """A shift begins with its first minute; Friday is half an hour longer; the weekend has no working hours."""
    at = _MONDAY.replace
    assert _holds("siang", at(hour=7))
    assert _holds("malam", at(hour=6, minute=59))
    assert _holds("malam", at(hour=19))
    assert [_holds("jam-kerja", at(hour=16)), _holds("jam-kerja", at(hour=15, minute=59))] == [False, True]
    assert _holds("jam-kerja", at(day=27, hour=16, minute=29))
    assert not _holds("jam-kerja", at(day=28, hour=10))


def test_every_interval_is_counted_in_the_provinces_time() -> None:
    """Without a location Alertmanager counts in UTC, and the day shift would begin at 14.00 WIB."""
    parts = [part for interval in CONFIG["time_intervals"] for part in interval["time_intervals"]]
    assert parts
    assert {part["location"] for part in parts} == {"Asia/Jakarta"}


def test_a_route_inside_a_shift_has_its_hours() -> None:
    """Hours are not inherited: a child without them would wake the officer who is asleep."""
    hours = [
        (child.get("active_time_intervals"), parent.get("active_time_intervals"))
        for child, parent in _routes(CONFIG["route"])
        if "active_time_intervals" in parent
    ]
    assert hours
    assert all(of_child == of_parent for of_child, of_parent in hours)


def test_what_ended_in_a_silence_and_comes_again_is_told() -> None:
    """The shortest silence of a route with hours is longer than its repeat_interval (contracts do not come again)."""
    silences = {"siang": 12 * 3600, "malam": 12 * 3600, "jam-kerja": 15 * 3600 + 1800}
    below = [
        (_seconds(child.get("repeat_interval", CONFIG["route"]["repeat_interval"])), hours)
        for child, _ in _routes(CONFIG["route"])
        for hours in child.get("active_time_intervals", [])
        if "ContractEnding" not in str(child["matchers"][0])
    ]
    assert below
    assert all(repeat_s < silences[hours] for repeat_s, hours in below)


def test_no_secret_stands_in_the_file() -> None:
    """Tokens and passwords are named as files, all in one folder."""
    words = ("token", "password", "credentials", "secret")
    lines = [line.strip() for line in _TEXT.splitlines() if any(word in line.split("#")[0] for word in words)]
    assert len(lines) == 4
    assert all("_file: /etc/pantau/secrets/" in line for line in lines)


def test_information_neither_holds_back_nor_is_held_back() -> None:
    """Inhibition names outages and quality; nothing that is information only is among them."""
    named = str(CONFIG["inhibit_rules"])
    assert "CoreOutage" in named
    for name in ("ContractEnding", "MaintenanceActive", "LinkSlaForecast", "LinkSlaBurnSlow", "severity", "scope"):
        assert name not in named
