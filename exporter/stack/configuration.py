"""The files of ``deploy/`` with other addresses: what is tried is what ships.

Lives here: text in, text out. Must not live here: files, processes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from exporter.stack.ports import Ports

__all__ = ["alertmanager_text", "flags_from", "prometheus_text"]

_TOKEN_FILE = "/etc/pantau/secrets/telegram-token"  # noqa: S105 - a path


def prometheus_text(shipped: str, ports: Ports, rules: Path) -> str:
    """``deploy/prometheus/prometheus.yml`` for these ports and this folder of rules."""
    default = Ports()
    return _exchanged(
        shipped,
        {
            f"127.0.0.1:{default.exporter}": f"127.0.0.1:{ports.exporter}",
            f"127.0.0.1:{default.prometheus}": f"127.0.0.1:{ports.prometheus}",
            f"127.0.0.1:{default.alertmanager}": f"127.0.0.1:{ports.alertmanager}",
            "../../alert_rules/": f"{rules}/",
        },
    )


def alertmanager_text(shipped: str, ports: Ports, templates: Path, secrets: Path, *, token: str | None = None) -> str:
    """``deploy/alertmanager/alertmanager.yml`` for the trial's receivers and these folders.

    ``token`` is the content of the token's file, for Alertmanager 0.25, which cannot read it from there; the text is
    then a secret itself. (``deploy/alertmanager/for-0.25`` does the same for an office.)
    """
    default = Ports()
    changes = {
        f"127.0.0.1:{default.receiver}": f"127.0.0.1:{ports.receiver}",
        "https://api.telegram.org": f"http://127.0.0.1:{ports.receiver}",
        "surel.prov.example:587": f"127.0.0.1:{ports.smtp}",
        "smtp_require_tls: true": "smtp_require_tls: false",
        "/etc/pantau/secrets/": f"{secrets}/",
        "/etc/pantau/pesan/": f"{secrets}/pesan/",  # an office's own words are not tried
        "templates/*": f"{templates}/*",
    }
    if token is not None:
        changes = {f"bot_token_file: {_TOKEN_FILE}": f'bot_token: "{token}"', **changes}
    return _exchanged(shipped, changes)


def flags_from(text: str) -> list[str]:
    """The flags in a file that has one a line, comments and empty lines aside."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _exchanged(text: str, changes: Mapping[str, str]) -> str:
    """``text`` with each key replaced by its value, all at once; a key that does not occur is a ValueError."""
    missing = [old for old in changes if old not in text]
    if missing:
        raise ValueError(f"the shipped file does not name {', '.join(missing)}")
    return re.sub("|".join(map(re.escape, changes)), lambda match: changes[match[0]], text)
