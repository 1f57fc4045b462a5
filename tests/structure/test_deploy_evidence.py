"""The timer and the service that make last month's pack agree with the program, with compose and with the alert."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path
from typing import Any

import yaml

from exporter.cli import parser_for
from exporter.evidence.failure_alert import LASTS_MS
from exporter.evidence.scheduled import _HOURLY_ATTEMPTS
from exporter.stack.ports import Ports

_ROOT = Path(__file__).parents[2]
_UNIT = (_ROOT / "deploy/systemd/pantau-evidence.service").read_text(encoding="utf-8").replace("\\\n", " ")
_TIMER = (_ROOT / "deploy/systemd/pantau-evidence.timer").read_text(encoding="utf-8")
_COMPOSE: dict[str, Any] = yaml.safe_load((_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))

_SECONDS = {"min": 60, "h": 3600}


def _values(text: str, key: str) -> list[str]:
    """Every value of a key of a unit file, in order."""
    return re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)


def _seconds(text: str, key: str) -> int:
    (value,) = _values(text, key)
    number, unit = re.fullmatch(r"(\d+)(\w+)", value).groups()  # type: ignore[union-attr]
    return int(number) * _SECONDS[unit]


def _of_unit() -> argparse.Namespace:
    """The unit's words as the program reads them; SystemExit when it refuses them."""
    (line,) = _values(_UNIT, "ExecStart")
    program, command, *rest = shlex.split(line)
    assert program.endswith("/pantau")
    return parser_for(command).parse_args(rest)


def _of_compose() -> argparse.Namespace:
    """The words of compose as the program reads them."""
    command, *rest = _COMPOSE["services"]["evidence"]["command"]
    return parser_for(command).parse_args(rest)


def test_both_make_last_month_s_pack() -> None:
    """The timer's service looks once, the container as long as it runs; neither decides what people decide."""
    unit, compose = _of_unit(), _of_compose()
    assert (unit.month, unit.when_due, unit.keep_running) == ("last", True, False)
    assert (compose.month, compose.when_due, compose.keep_running) == ("last", False, True)
    for each in (unit, compose):
        assert not [name for name in ("allow_gaps", "number", "revise", "genesis") if getattr(each, name)]


def test_both_ask_who_is_there() -> None:
    """Prometheus and Alertmanager on this machine, or by the names of their services, on their own ports."""
    ports = Ports()
    for words, hosts in ((_of_unit(), ("127.0.0.1", "127.0.0.1")), (_of_compose(), ("prometheus", "alertmanager"))):
        assert words.prometheus == f"http://{hosts[0]}:{ports.prometheus}"
        assert list(words.alertmanager) == [f"http://{hosts[1]}:{ports.alertmanager}"]
    assert _values(_UNIT, "IPAddressDeny") == ["any"]
    assert _values(_UNIT, "IPAddressAllow") == ["localhost"]


def test_the_unit_writes_where_it_may() -> None:
    """Packs go into its own state folder; nothing else can be written."""
    (folder,) = _values(_UNIT, "StateDirectory")
    assert str(_of_unit().out) == f"/var/lib/{folder}"
    assert _values(_UNIT, "ProtectSystem") == ["strict"]
    assert not _values(_UNIT, "ReadWritePaths")


def test_the_container_writes_where_it_may() -> None:
    """Packs go into their volume, and everything that it reads is mounted read-only."""
    words = _of_compose()
    service = _COMPOSE["services"]["evidence"]
    mounts = [mount for mount in service["volumes"] if isinstance(mount, str)]
    assert f"evidence:{words.out}" in mounts
    targets = {mount["target"] for mount in service["volumes"] if isinstance(mount, dict)}
    targets |= {mount.split(":")[1] for mount in mounts if mount.endswith(":ro")}
    assert {str(words.inventory), str(words.corrections), str(words.frameworks)} == targets


def test_the_ledger_that_ships_is_empty() -> None:
    """Who names no ledger has no corrections; an example's would stand in a real pack."""
    (default,) = (_ROOT / "deploy/corrections").iterdir()
    assert yaml.safe_load(default.read_text(encoding="utf-8")) == {"version": 1}


def test_both_have_the_same_memory() -> None:
    """What is enough for the largest inventory is said once."""
    assert _values(_UNIT, "MemoryMax") == ["768M"]
    assert _COMPOSE["services"]["evidence"]["mem_limit"] == "768m"


def test_a_day_s_attempts_end_before_the_next_day_s_begin() -> None:
    """An hour apart, as many as the limit allows; and the limit is over before the timer comes again."""
    (burst,) = _values(_UNIT, "StartLimitBurst")
    limit_s, delay_s = _seconds(_UNIT, "StartLimitIntervalSec"), _seconds(_TIMER, "RandomizedDelaySec")
    assert int(burst) == _HOURLY_ATTEMPTS
    attempts_s = int(burst) * _seconds(_UNIT, "RestartSec")
    assert attempts_s < limit_s < 24 * 3600 - attempts_s + 3600 - delay_s


def test_the_alert_stands_until_the_next_day_s_attempt() -> None:
    """After the last attempt of a day nobody says it again: should it end by itself, that would be told as mended."""
    assert 24 * 3600 + 2 * _seconds(_TIMER, "RandomizedDelaySec") < LASTS_MS / 1000


def test_the_timer_comes_after_the_hour_from_which_a_pack_is_due() -> None:
    """At half past six in WIB, the machine's own zone aside; a day that was missed is made up for."""
    assert _values(_TIMER, "OnCalendar") == ["*-*-* 06:30 Asia/Jakarta"]
    assert _values(_TIMER, "Persistent") == ["true"]


def test_no_right_is_left() -> None:
    """No capability at all, and no memory that is written and run; what sets pages and seals lives with that."""
    assert _values(_UNIT, "CapabilityBoundingSet") == _values(_UNIT, "AmbientCapabilities") == [""]
    for key in ("NoNewPrivileges", "MemoryDenyWriteExecute", "PrivateUsers", "DynamicUser", "RestrictNamespaces"):
        assert _values(_UNIT, key) == ["yes"]
