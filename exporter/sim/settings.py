"""How one address of the province answers: the settings, their bounds, and how people write them.

Lives here: values and the reading of ``20ms`` and ``10%``. Must not live here: chance, packets, sockets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b

from exporter.errors import PantauError, UsageError
from exporter.plain_text import shown
from exporter.quantities import Refusal, duration_s

__all__ = [
    "MANNERS",
    "SETTINGS",
    "Behaviour",
    "Manner",
    "Setting",
    "SimulationError",
    "base_delay_s",
    "checked_settings",
    "parse_setting",
]

#: The base delay of a link lies between these, seconds: fibre within the province to a far broadband line.
_BASE_DELAY_S = (0.002, 0.025)

#: The longest delay or jitter, seconds: past every timeout, and it bounds the replies that wait.
_LONGEST_S = 60.0

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?)%")


class SimulationError(PantauError):
    """The simulated province cannot do what was asked."""


class Manner(StrEnum):
    """What a prober sees of a line that was cut."""

    SILENT = "silent"  #: nothing; the office's router stays up
    UNREACHABLE = "unreachable"  #: a router before the cut says so
    POWER = "power"  #: nothing from the office's router by any line; it boots anew when restored
    LINE = "line"  #: nothing; the office's router stays up, and may be reached by another line of the office
    ICMP_ONLY = "icmp-only"  #: echoes are filtered on the way; UDP and TCP pass


#: What each manner means, for people.
MANNERS = {
    Manner.SILENT: "nothing answers",
    Manner.UNREACHABLE: "a router before the cut says so",
    Manner.POWER: "the office's router is off, and boots when restored",
    Manner.LINE: "the line is cut, the office's router stays up",
    Manner.ICMP_ONLY: "echoes are filtered, UDP and TCP pass",
}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one address answers; every field but ``manner`` can be set by its name."""

    delay_s: float  #: from the request to the reply
    jitter_s: float = 0.0  #: added to the delay, anything from 0 to this with equal chance
    loss_ratio: float = 0.0  #: requests without an answer, by chance
    even_loss_ratio: float = 0.0  #: requests without an answer, spread evenly: at 10% every tenth
    duplicate_ratio: float = 0.0  #: replies sent twice
    corrupt_ratio: float = 0.0  #: replies with one payload bit turned over, the checksum made to fit
    bad_checksum_ratio: float = 0.0  #: replies whose checksum is wrong
    short_ratio: float = 0.0  #: replies whose payload lost its second half
    wrong_source_ratio: float = 0.0  #: replies that come from another address
    manner: Manner | None = None  #: how it is cut; None: it is not


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of ``Behaviour`` as a word of the command line."""

    name: str  #: the field
    flag: str
    meaning: str

    @property
    def is_duration(self) -> bool:
        """Seconds, and not a share."""
        return self.name.endswith("_s")

    def shown(self, value: float) -> str:
        """``delay 20ms`` or ``loss 10%``: the value as it would be written."""
        return f"{self.flag[2:]} {value * 1000:g}ms" if self.is_duration else f"{self.flag[2:]} {value * 100:g}%"


#: Every setting by its field's name.
SETTINGS = {
    setting.name: setting
    for setting in (
        Setting(
            "delay_s", "--delay", "from request to reply, such as 20ms; longer than the timeout makes late replies"
        ),
        Setting("jitter_s", "--jitter", "added to the delay at random, from nothing to this, such as 5ms; reorders"),
        Setting("loss_ratio", "--loss", "share of requests without an answer, such as 10%"),
        Setting("even_loss_ratio", "--even-loss", "the same, spread evenly and not by chance: at 10% every tenth"),
        Setting("duplicate_ratio", "--duplicate", "share of replies that come twice"),
        Setting("corrupt_ratio", "--corrupt", "share of replies with a changed payload and a checksum that fits it"),
        Setting("bad_checksum_ratio", "--bad-checksum", "share of replies whose checksum is wrong"),
        Setting("short_ratio", "--short", "share of replies with half of the payload"),
        Setting("wrong_source_ratio", "--wrong-source", "share of replies that come from another address"),
    )
}

if {field.name for field in fields(Behaviour)} != {*SETTINGS, "manner"}:  # pragma: no cover - a slip of the pen
    raise AssertionError("SETTINGS and Behaviour differ")


def base_delay_s(key: str) -> float:
    """The delay that ``key`` (a link's or a target's id) has when nobody set one; always the same, seconds."""
    share = int.from_bytes(blake2b(key.encode(), digest_size=4).digest()) / 0xFFFFFFFF
    shortest, longest = _BASE_DELAY_S
    return shortest + share * (longest - shortest)


def parse_setting(setting: Setting, text: str) -> float:
    """The seconds or the share that ``text`` means; UsageError names the flag and what it wants."""
    try:
        value = duration_s(text) if setting.is_duration else _share(text)
        return checked_settings({setting.name: value})[setting.name]
    except Refusal as refusal:
        raise UsageError(f"{setting.flag}: {refusal.message}; {refusal.remedy}") from None
    except SimulationError as error:
        raise UsageError(str(error)) from None


def _share(text: str) -> float:
    """A share from 0 to 1; 0% undoes what an outer part has."""
    found = _PERCENT.fullmatch(text)
    if found is None:
        raise Refusal(f"{shown(text)} is not a percentage", "write 0% to 100%: 10%")
    return float(Decimal(found[1]) / 100)


def checked_settings(values: Mapping[str, float]) -> dict[str, float]:
    """``values`` by field name when all are known and within bounds; SimulationError says which is not."""
    for name, value in values.items():
        if name not in SETTINGS:
            raise SimulationError(f"no setting {name!r}; known: {', '.join(SETTINGS)}")
        most = _LONGEST_S if SETTINGS[name].is_duration else 1.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            bound = "0s and 60s" if SETTINGS[name].is_duration else "0% and 100%"
            raise SimulationError(f"{SETTINGS[name].flag}: {value} is not between {bound}")
    return dict(values)
