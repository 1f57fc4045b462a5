"""What the trial's receivers expect: the secrets that a sender must know, and the recipients that exist.

Lives here: secrets of one trial, made anew for each, and the reading of the recipients from ``alertmanager.yml``. Must
not live here: secrets of a real office, which nobody but Alertmanager reads.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Expected", "TrialSecrets", "expected_by", "write_private"]


@dataclass(frozen=True, slots=True)
class TrialSecrets:
    """The secrets of one trial; shown nowhere."""

    telegram_token: str = field(default_factory=lambda: f"1:{secrets.token_hex(17)}", repr=False)
    smtp_password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    gateway_token: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    heartbeat_token: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    def write(self, folder: Path) -> None:
        """Write them as the files that ``alertmanager.yml`` names, for nobody else to read."""
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, secret in (
            ("telegram-token", self.telegram_token),
            ("smtp-password", self.smtp_password),
            ("gateway-token", self.gateway_token),
            ("heartbeat-token", self.heartbeat_token),
        ):
            write_private(folder / name, secret)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a sender must know, and to whom it may send."""

    secrets: TrialSecrets
    chats: Mapping[int, str]  #: from a chat's number to the name of its first receiver
    smtp_user: str
    telegram_per_minute: int | None = None  #: messages that a group chat takes in a minute; None: any number


def expected_by(shipped: str, trial: TrialSecrets, *, telegram_per_minute: int | None = None) -> Expected:
    """What ``deploy/alertmanager/alertmanager.yml``, whose text this is, will send to whom."""
    document = yaml.safe_load(shipped)
    chats: dict[int, str] = {}
    for receiver in document["receivers"]:
        for config in receiver.get("telegram_configs", []):
            chats.setdefault(_number(config["chat_id"]), receiver["name"])
    return Expected(trial, chats, document["global"]["smtp_auth_username"], telegram_per_minute)


def write_private(path: Path, text: str) -> None:
    """Write ``text`` where only the owner may read it, from its first byte on."""
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")


def _number(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError(f"chat_id {value!r} is no number")
    return value
